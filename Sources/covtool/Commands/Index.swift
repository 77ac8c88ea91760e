import ArgumentParser
import CovtoolKit
import Reports

struct Index: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract:
            "Write an index of many runs, in which 'which' finds those that reached a place at once.",
        discussion: """
            Each trace is a run. With --append, runs are added to an index that is there; traces that it has already, by \
            their names, are left out.
            """)

    @OptionGroup var traces: NamedTraces

    @Flag(help: "Keep the runs that are in the index, and add the others.")
    var append = false

    @OptionGroup var merging: MergeOptions
    @OptionGroup var placing: PlacingOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Write to this file (\(indexName) by default), completely or not at all.",
            valueName: "file"),
        completion: .file(extensions: ["covidx"]))
    var output: String = indexName

    func validate() throws {
        if traces.names.contains("-") {
            throw ValidationError(
                "standard input cannot be used: an index has the names of its traces")
        }
    }

    func run() throws {
        let paths = try TraceInputs(traces.names, output: output, leavesNamedOutput: true)
            .found(merging.warnings)
        let done = try RunIndexing(
            of: paths, to: output, isAppending: append, merging.merging(placing))
        let known =
            done.known > 0 ? "; \(Amount.text(done.known, "run")) were in it already" : ""
        Diagnostics.say("\(output): \(Amount.text(done.added, "run")) added\(known)")
    }
}

/// Where `index` writes to when nothing else is said.
private let indexName = "runs.covidx"

import ArgumentParser
import CovtoolKit

/// Where `merge` writes to and the reports read from when nothing else is said.
let mergedName = "merged.drcov"

extension NameList: ExpressibleByArgument {}

/// The traces that a report is made of.
struct TraceOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The traces; \(mergedName) if none is named. '-' is standard input.",
            discussion:
                "A folder means all traces in it, @FILE the traces that the file lists.",
            valueName: "traces"),
        completion: .file(extensions: ["drcov"]))
    var lists: [NameList] = []

    @OptionGroup var merging: MergeOptions

    /// What is named, or what `merge` writes.
    var names: [String] {
        let names = lists.flatMap(\.names)
        return names.isEmpty ? [mergedName] : names
    }
}

/// The traces of a command that needs some to be named.
struct NamedTraces: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The traces; '-' is standard input.",
            discussion:
                "A folder means all traces in it, @FILE the traces that the file lists.",
            valueName: "traces"),
        completion: .file(extensions: ["drcov"]))
    var lists: [NameList]

    var names: [String] { lists.flatMap(\.names) }
}

/// The runs that a command looks at each for itself: traces, and those of indices.
struct NamedRuns: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The traces.",
            discussion:
                "A folder means all traces in it, @FILE the traces that the file lists.",
            valueName: "traces"),
        completion: .file(extensions: ["drcov"]))
    var lists: [NameList] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Take the runs of this index, before those of traces; can be repeated.",
            discussion: "'covtool index' writes it.", valueName: "file"),
        completion: .file(extensions: ["covidx"]))
    var index: [String] = []

    /// The traces.
    ///
    /// - Parameter first: those that came with another argument.
    func names(behind first: some Sequence<String> = EmptyCollection()) -> [String] {
        first + lists.flatMap(\.names)
    }

    /// - Parameter reason: why none of the traces can be standard input.
    /// - Throws: that one is, or that there is no run.
    func check(_ names: [String], _ reason: String) throws {
        guard !names.isEmpty || !index.isEmpty else {
            throw ValidationError("no trace is named, and no index (--index)")
        }
        if names.contains("-") {
            throw ValidationError("standard input cannot be used: \(reason)")
        }
    }
}

import ArgumentParser
import Coverage
import CovtoolKit
import Reports

struct Minimise: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "minimise",
        abstract: "Choose few traces that together executed all blocks of all traces.",
        discussion: """
            The names of the chosen traces are printed; the one that adds most comes first. They are \
            read again to check that they have all blocks. Of traces that add the same number of \
            blocks, the smaller file is chosen.
            """,
        aliases: ["minimize"])

    @OptionGroup var traces: NamedTraces

    @Option(
        help: ArgumentHelp(
            "The cost of a trace: 'size' for its bytes, or a file with a line 'WEIGHT NAME' for each trace.",
            discussion: "By default, all traces cost the same, so covtool looks for the fewest.",
            valueName: "size|file"),
        completion: .file())
    var weights: String?

    @Flag(help: "Print all traces, sorted by what each adds: 'ADDED TOTAL NAME'.")
    var rank = false

    @Option(
        help: ArgumentHelp(
            "Copy the chosen traces into this folder, which must be new or empty.",
            valueName: "folder"),
        completion: .directory)
    var copyTo: String?

    @Flag(help: "Print a JSON document, with what each trace adds.")
    var json = false

    @OptionGroup var merging: MergeOptions
    @OptionGroup var placing: PlacingOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if traces.names.contains("-") {
            throw ValidationError("standard input cannot be used: traces are read twice")
        }
    }

    func run() throws {
        let paths = try TraceInputs(traces.names, output: output.output).found(merging.warnings)
        let merging = merging.merging(placing)
        let choice = try TraceChoice(of: paths, merging, weights: Weights(weights, of: paths))
        let chosen = rank ? choice.ranked : choice.chosen
        let proof = try choice.proof(of: rank ? choice.greedy : choice.chosen, merging)
        if let copyTo { try TraceCopies(copyTo).add(choice.chosen.map { paths[$0.run] }) }
        var total = 0
        let points = chosen.map { trace in
            total += trace.added
            return JSONSelection.Point(
                path: paths[trace.run], weight: choice.weights[trace.run],
                added: trace.added, total: total)
        }
        try output.write { output in
            if json {
                JSONSelection.write(
                    points, runCount: paths.count, blocksBefore: proof.before,
                    blocksAfter: proof.after, to: &output)
            } else {
                for point in points {
                    output.write(
                        rank ? "\(point.added)\t\(point.total)\t\(point.path)\n" : "\(point.path)\n"
                    )
                }
            }
        }
        Diagnostics.say(
            """
            \(choice.chosen.count) of \(paths.count) traces; blocks before: \(proof.before), \
            after: \(proof.after), equal
            """)
    }
}

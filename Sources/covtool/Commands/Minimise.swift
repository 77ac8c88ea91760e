import ArgumentParser
import Coverage
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
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if traces.names.contains("-") {
            throw ValidationError("traces are read twice: standard input cannot be among them")
        }
    }

    func run() throws {
        let paths = try TraceInputs(traces.names, output: output.output).found()
        let selection = try Selection(of: paths, merging, weights: Weights(weights, of: paths))
        let chosen = rank ? selection.ranked : selection.chosen
        let proof = try selection.proof(of: rank ? selection.greedy : selection.chosen, merging)
        if let copyTo { try TraceCopies(copyTo).add(selection.chosen.map { paths[$0.run] }) }
        var total = 0
        let points = chosen.map { choice in
            total += choice.added
            return JSONSelection.Point(
                path: paths[choice.run], weight: selection.weights[choice.run],
                added: choice.added, total: total)
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
            \(selection.chosen.count) of \(paths.count) traces; blocks before: \(proof.before), \
            after: \(proof.after), equal
            """)
    }
}

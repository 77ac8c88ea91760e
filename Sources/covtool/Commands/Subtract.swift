import ArgumentParser
import Coverage
import CovtoolKit

struct Subtract: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subtract",
        abstract: "Write the blocks of the first trace that none of the others executed.",
        discussion: """
            A folder or @FILE means all its traces together, also as the first argument.
            """)

    @OptionGroup var traces: NamedTraces
    @OptionGroup var merging: MergeOptions
    @OptionGroup var placing: PlacingOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard traces.names.count > 1 else {
            throw ValidationError("a trace to subtract is missing: name two or more")
        }
    }

    func run() throws {
        let (first, others) = (traces.names.prefix(1), traces.names.dropFirst())
        let sums = try merging.merging(placing).sums(
            of: TraceInputs(Array(first), output: output.output).found(merging.warnings),
            TraceInputs(Array(others), output: output.output).found(merging.warnings))
        sums.0.facts.tellCountsLeftOut("a difference has none", merging.warnings)
        var left = sums.0
        try left.reporting { (sum) throws(MergeError) in
            try sum.subtract(sums.1.collector)
        }
        try placing.elf.placing(left.profile(), left.facts).write(
            to: output.output, warnings: merging.warnings)
    }
}

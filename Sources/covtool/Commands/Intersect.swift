import ArgumentParser
import Coverage
import CovtoolKit

struct Intersect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intersect",
        abstract: "Write the blocks that all traces executed.")

    @OptionGroup var traces: NamedTraces
    @OptionGroup var merging: MergeOptions
    @OptionGroup var placing: PlacingOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        var sum = try merging.merging(placing).sum(
            of: TraceInputs(traces.names, output: output.output).found(merging.warnings),
            counting: .files)
        sum.facts.tellCountsLeftOut("an intersection has none", merging.warnings)
        sum.collector.keepCommon()
        try placing.elf.placing(sum.profile(), sum.facts).write(
            to: output.output, warnings: merging.warnings)
    }
}

import ArgumentParser
import Coverage
import CovtoolKit
import DRCov

struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Merge traces into one: every block that any of them executed.",
        discussion: """
            Modules are matched by file, so runs with different load addresses or another order of \
            libraries merge correctly. The result is the same, byte for byte, whatever the order of \
            the inputs, and whether they are merged at once or in steps. A \(mergedName) of an earlier merge is not merged into itself, so you can \
            use '*.drcov' again and again.
            """)

    @OptionGroup var traces: NamedTraces

    @Flag(
        help: ArgumentHelp(
            "Write a hit count table: how often each block was executed.",
            discussion: """
                A run that was recorded without counts counts as 1 for each of its blocks. Few readers \
                accept the table.
                """))
    var counts = false

    @OptionGroup var merging: MergeOptions
    @OptionGroup var placing: PlacingOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write to this file; '-' is standard output.", valueName: "file"),
        completion: .file())
    var output: String?

    func run() throws {
        let inputs = try TraceInputs(
            traces.names, output: output ?? mergedName, leavesNamedOutput: output == nil)
        if inputs.hadOutput {
            Diagnostics.say(
                "\(output ?? mergedName): is the output, so it is not merged into itself")
        }
        guard !inputs.paths.isEmpty else {
            throw Failure(
                .missingInput, "\(output ?? mergedName): no trace but the output was named")
        }
        let sum = try merging.merging(placing).sum(
            of: inputs.found(merging.warnings), counting: counts ? .hits : .nothing, task: "Merging"
        )
        sum.facts.tellJournals(among: sum.paths, merging.warnings)
        if !counts { sum.facts.tellCountsLeftOut("--counts keeps them", merging.warnings) }
        sum.facts.tellOpenBlocks(merging.warnings)
        let profile = try placing.elf.placing(sum.profile(), sum.facts)
        try profile.write(
            to: output ?? mergedName, form: profile.form(hasCounts: counts),
            warnings: merging.warnings)
    }
}

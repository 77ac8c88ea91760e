import ArgumentParser
import CovtoolKit
import Reports

struct JSON: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "json",
        abstract: "Write line and function coverage as JSON (Docs/coverage.schema.json).")

    @OptionGroup var input: CoverageOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var branches: BranchOptions
    @OptionGroup var naming: NameOptions

    @Flag(help: "Write only the totals of each file, without functions and lines.")
    var summaryOnly = false

    @Flag(help: "Also write each module's blocks, with how often each was executed.")
    var blocks = false

    @OptionGroup var output: OutputOptions

    func run() throws {
        var report = JSONReport()
        report.isSummary = summaryOnly
        report.hasBlocks = blocks
        try CoverageReader(
            input, elf, sources, naming.parts, branches: branches.choice()
        )
        .write([ReportTarget(report, to: output.output)], of: input.names)
    }
}

import ArgumentParser
import CovtoolKit
import Reports

struct Markdown: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "markdown",
        abstract: "Write a summary as Markdown, for a pull request's comment or a step's page.",
        discussion: """
            It has the sums, and the files with missed lines, those with most first, as many as there is room \
            for.
            """)

    @OptionGroup var input: CoverageOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var branches: BranchOptions

    @Option(
        help: ArgumentHelp(
            "Stay below what a 'comment' on GitHub may have (65,536 characters), or the page of a 'step' (1,024 KiB).",
            valueName: "place"))
    var limit = MarkdownReport.Limit.comment

    @Option(
        help: ArgumentHelp(
            "Say what has changed against this coverage of an earlier version.",
            discussion: """
                It is a trace, an lcov tracefile, or what 'covtool json' has written. Files of which more \
                lines are missed come first.
                """, valueName: "old"),
        completion: .file(extensions: ["info", "json", "drcov"]))
    var baseline: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try StandardInputUse.check(input.inputs + [baseline].compactMap(\.self))
    }

    func run() throws {
        var report = MarkdownReport()
        report.limit = limit
        let reader = CoverageReader(
            input, elf, sources, .coverage, branches: branches.choice()
        )
        guard let baseline else {
            try reader.write([ReportTarget(report, to: output.output)], of: input.names)
            return
        }
        let older = try Baseline([baseline], elf: [], diff: nil, besides: reader)
        let (old, coverage) = try reader.coverage(since: older, of: input.names)
        report.baseline = old
        try reader.write([ReportTarget(report, to: output.output)], of: coverage)
    }
}

extension MarkdownReport.Limit: ExpressibleByArgument {}

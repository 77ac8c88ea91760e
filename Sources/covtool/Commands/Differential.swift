import ArgumentParser
import Coverage
import CovtoolKit
import Reports

struct Differential: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "differential",
        abstract:
            "Compare the coverage of two versions of the sources, through the diff between them.",
        discussion: """
            Each line and function, and with --branch-coverage each branch, gets one of genhtml's twelve categories: UNC and GNC are new code, \
            missed and hit; LBC is lost coverage, GBC gained; CBC and UBC are as before; UIC and GIC have \
            become code; EUB and ECB are no code any more, DUB and DCB were removed.
            """)

    @OptionGroup var baseline: BaselineOptions
    @OptionGroup var input: CoverageOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var branches: BranchOptions
    @OptionGroup var naming: NameOptions

    @Flag(help: "Print a JSON document, with every line (Docs/differential.schema.json).")
    var json = false

    @Flag(help: "With --json: only the sums of each file, without functions and lines.")
    var summaryOnly = false

    @Flag(
        help:
            "End with exit status 1 if unchanged lines were executed before but not after; with --branch-coverage, also if branches were taken."
    )
    var failOnLost = false

    @OptionGroup var style: StyleOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if baseline.baseline.isEmpty {
            throw ValidationError("name the older version's coverage with --baseline")
        }
        try StandardInputUse.check(input.inputs + baseline.inputs)
        if summaryOnly, !json { throw ValidationError("--summary-only needs --json") }
    }

    func run() throws {
        let reader = CoverageReader(
            input, elf, sources, naming.parts, branches: branches.choice())
        guard let old = try baseline.baseline(besides: reader) else { return }
        let difference = try reader.differential(to: old, of: input.names).difference
        try output.write(isStyled: !json) { output in
            if json {
                var document = JSONDifferential()
                document.isSummary = summaryOnly
                document.write(difference, to: &output)
            } else {
                var text = TextDifferential()
                text.style = style.style(for: self.output.output)
                text.write(difference, to: &output)
            }
        }
        guard failOnLost else { return }
        let lines = difference.lineCounts[.lostBaseline]
        if lines > 0 {
            let text = Amount.text(lines, "unchanged line was", "unchanged lines were")
            Diagnostics.say("lost: \(text) executed before, and not after")
        }
        let branches = difference.branchCounts?[.lostBaseline] ?? 0
        if branches > 0 {
            let text = Amount.text(branches, "branch of an", "branches of")
            Diagnostics.say(
                "lost: \(text) unchanged \(branches == 1 ? "line was" : "lines were") taken before, and not after"
            )
        }
        if lines + branches > 0 { throw ExitCode(1) }
    }
}

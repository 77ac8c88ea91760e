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
            Each line and function gets one of genhtml's twelve categories: UNC and GNC are new code, \
            missed and hit; LBC is lost coverage, GBC gained; CBC and UBC are as before; UIC and GIC have \
            become code; EUB and ECB are no code any more, DUB and DCB were removed.
            """)

    @OptionGroup var baseline: BaselineOptions
    @OptionGroup var input: CoverageOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var naming: NameOptions

    @Flag(help: "Print a JSON document, with every line (Docs/differential.schema.json).")
    var json = false

    @Flag(help: "With --json: only the sums of each file, without functions and lines.")
    var summaryOnly = false

    @Flag(help: "End with exit status 1 if unchanged lines were executed before but not after.")
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
        let reader = CoverageReader(input, elf, sources, naming.parts)
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
        let lost = difference.lineCounts[.lostBaseline]
        if failOnLost, lost > 0 {
            let lines = Amount.text(lost, "unchanged line was", "unchanged lines were")
            Diagnostics.say("lost: \(lines) executed before, and not after")
            throw ExitCode(1)
        }
    }
}

import ArgumentParser
import CovtoolKit
import Reports

struct Sonar: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sonar",
        abstract: "Write line coverage as SonarQube's generic XML.",
        discussion: """
            For sonar.coverageReportPaths. Paths are seen from --source-root, or from the working folder.
            """)

    @OptionGroup var input: CoverageOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var branches: BranchOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try CoverageReader(
            input, elf, sources, .coverage, branches: branches.choice()
        )
        .write([ReportTarget(SonarReport(), to: output.output)], of: input.names)
    }
}

import ArgumentParser
import CovtoolKit
import Reports

struct Codecov: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codecov",
        abstract: "Write line coverage as Codecov's JSON.",
        discussion: """
            Paths are seen from --source-root, or from the working folder.
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
        .write([ReportTarget(CodecovReport(), to: output.output)], of: input.names)
    }
}

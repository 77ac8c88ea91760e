import ArgumentParser
import CovtoolKit
import Reports

struct Cobertura: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cobertura",
        abstract:
            "Write line and function coverage as Cobertura's XML, for GitLab, Jenkins, Azure and others.",
        discussion: """
            A report of more than 9.5 MiB becomes several files, FILE-1.xml, FILE-2.xml and so on: GitLab reads 10 MiB \
            in a file, and as many files as a pattern names. Paths are seen from --source-root, or from the \
            working folder. SOURCE_DATE_EPOCH gives the report a time.
            """)

    @OptionGroup var input: CoverageOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var branches: BranchOptions
    @OptionGroup var naming: NameOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try CoverageReader(
            input, elf, sources, naming.parts, branches: branches.choice()
        )
        .write([ReportTarget(CoberturaReport(), to: output.output)], of: input.names)
    }
}

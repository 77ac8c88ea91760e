import ArgumentParser
import CovtoolKit
import DebugInfo
import Reports

/// A form that has a command with no options of its own.
protocol ServiceReport: CoverageReport {
    /// Options for names of functions, or `NoNameOptions` where the form has the linker's or none.
    associatedtype Names: NameChoice

    /// The name of the command is that of the ``ReportForm``.
    static var help: CommandHelp { get }

    init()
}

/// What the command says of itself.
struct CommandHelp {
    var form: ReportForm
    var abstract: String
    var discussion: String
}

/// Writes one report of a form for services.
struct ServiceCommand<Report: ServiceReport>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Report.help.form.rawValue, abstract: Report.help.abstract,
            discussion: Report.help.discussion)
    }

    @OptionGroup var input: CoverageOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var branches: BranchOptions
    @OptionGroup var naming: Report.Names
    @OptionGroup var output: OutputOptions

    func run() throws {
        try CoverageReader(input, elf, sources, naming.parts, branches: branches.choice())
            .write([ReportTarget(Report(), to: output.output)], of: input.names)
    }
}

/// Which names functions have.
protocol NameChoice: ParsableArguments {
    /// What is to be read of debug information for a report.
    var parts: LineTableParts { get }
}

extension NameOptions: NameChoice {}

/// No option for names.
struct NoNameOptions: NameChoice {
    var parts: LineTableParts { .coverage }
}

extension ServiceReport {
    /// The command that writes it.
    static var command: any ParsableCommand.Type { ServiceCommand<Self>.self }
}

/// All of them, a line each, in the order in which covtool's help lists them.
let serviceReports: [any ServiceReport.Type] = [
    CoberturaReport.self,
    SonarReport.self,
    CodecovReport.self,
    LLVMReport.self,
]

extension CoberturaReport: ServiceReport {
    typealias Names = NameOptions
    static let help = CommandHelp(
        form: .cobertura,
        abstract:
            "Write line and function coverage as Cobertura's XML, for GitLab, Jenkins, Azure and others.",
        discussion: """
            A report of more than 9.5 MiB becomes several files, FILE-1.xml, FILE-2.xml and so on: GitLab reads 10 MiB \
            in a file, and as many files as a pattern names. Paths are seen from --source-root, or from the \
            working folder. SOURCE_DATE_EPOCH gives the report a time.
            """)
}

extension SonarReport: ServiceReport {
    typealias Names = NoNameOptions
    static let help = CommandHelp(
        form: .sonar, abstract: "Write line coverage as SonarQube's generic XML.",
        discussion: """
            For sonar.coverageReportPaths. Paths are seen from --source-root, or from the working folder.
            """)
}

extension CodecovReport: ServiceReport {
    typealias Names = NoNameOptions
    static let help = CommandHelp(
        form: .codecov, abstract: "Write line coverage as Codecov's JSON.",
        discussion: """
            Paths are seen from --source-root, or from the working folder.
            """)
}

extension LLVMReport: ServiceReport {
    typealias Names = NoNameOptions
    static let help = CommandHelp(
        form: .llvmJSON,
        abstract:
            "Write line and function coverage as 'llvm-cov export' does, for ClusterFuzz and others.",
        discussion: """
            A line with code is a region, since smaller parts are not known. Functions have the linker's \
            names, as in LLVM's own export.
            """)
}

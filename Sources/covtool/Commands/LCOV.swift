import ArgumentParser
import CovtoolKit
import Reports

struct LCOV: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lcov",
        abstract: "Write line and function coverage as an lcov tracefile, for genhtml and others.",
        discussion: """
            The tracefile has every line in the line table, hit or not. Traces recorded with \
            counts=on give real counts; others give a lower bound of how many runs reached a line. \
            Functions have the linker's names, because lcov 1 ends a name at its first comma; \
            'genhtml --demangle-cpp' makes them readable.
            """)

    @OptionGroup var input: CoverageOptions
    @OptionGroup var elf: ElfOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var branches: BranchOptions

    @Option(
        help: ArgumentHelp(
            "Write functions as FN and FNDA, which all readers know, or as FNL and FNA, which lcov writes from 2.2 on.",
            valueName: "format"))
    var lcovFormat = LCOVReport.Format.original

    @Option(
        help: ArgumentHelp(
            "Use this test name in the tracefile: letters, digits and underscores.",
            valueName: "name"))
    var testName: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let testName, !LCOVReport.isTestName(testName) {
            throw ValidationError(
                "'\(testName)' is not a test name: use letters, digits and underscores")
        }
    }

    func run() throws {
        var report = LCOVReport()
        report.format = lcovFormat
        report.testName = testName ?? ""
        try CoverageReader(
            input, elf, sources, .coverage, branches: branches.choice()
        )
        .write([ReportTarget(report, to: output.output)], of: input.names)
    }
}

extension LCOVReport.Format: ExpressibleByArgument {}

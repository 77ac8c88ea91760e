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

    @Flag(
        help: ArgumentHelp(
            "Write what each run executed under a test name of its own, as 'genhtml --show-details' shows it.",
            discussion: """
                Each trace is a run, and its name without '.drcov' the test's name; other characters than letters and \
                digits become underscores. A run has records of the source files that it executed something of.
                """))
    var perRun = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let testName, !LCOVReport.isTestName(testName) {
            throw ValidationError(
                "'\(testName)' is not a test name: use letters, digits and underscores")
        }
        guard perRun else { return }
        if testName != nil {
            throw ValidationError(
                "--per-run and --test-name cannot be combined: each run has a name")
        }
        if !input.tracefiles.paths.isEmpty {
            throw ValidationError(
                "--per-run and --tracefile cannot be combined: a tracefile is no run")
        }
        if input.inputs.contains("-") {
            throw ValidationError(
                "standard input cannot be used with --per-run: traces are read twice")
        }
    }

    func run() throws {
        var report = LCOVReport()
        report.format = lcovFormat
        report.testName = testName ?? ""
        let reader = CoverageReader(
            input, elf, sources, .coverage, branches: branches.choice())
        if perRun {
            let paths = try TraceInputs(input.names, output: output.output)
                .found(reader.merging.warnings)
            try RunTracefile(report).write(of: paths, reader, to: output.output)
            return
        }
        try reader.write([ReportTarget(report, to: output.output)], of: input.names)
    }
}

extension LCOVReport.Format: ExpressibleByArgument {}

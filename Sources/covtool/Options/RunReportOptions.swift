import ArgumentParser
import CovtoolKit
import Reports

/// What is reported of what the runs reached together.
struct RunReportOptions: ParsableArguments {
    @Flag(help: "Print the table of 'covtool report'.")
    var report = false

    @Option(
        name: .customLong("output"), parsing: .singleValue,
        help: ArgumentHelp(
            "Also write a report: 'lcov', 'json' or 'drcov', a colon, and a file; can be repeated.",
            discussion: """
                It is what the command of that name writes of the merged trace. The options that follow \
                are those of the report commands.
                """,
            valueName: "form:file"),
        transform: ReportTarget.init(text:))
    var targets: [ReportTarget] = []

    @OptionGroup var elf: NamedElfOptions
    @OptionGroup var debug: DebugFolderOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var naming: FunctionOptions
    @OptionGroup var gates: GateOptions
    @OptionGroup var style: StyleOptions

    /// Whether the merged trace is read again.
    private var isWanted: Bool { report || !targets.isEmpty || gates.areThere }

    /// Says now what would else be said when the runs are over.
    ///
    /// - Parameters:
    ///   - trace: where the merged trace will be.
    ///   - sysroot: the root of the guests' file system.
    func check(_ trace: String, sysroot: String?) throws {
        guard isWanted else { return }
        try ElfFiles(elf.files).check()
        if let sysroot { try DebugFolderOptions.check([sysroot]) }
        for target in targets { _ = try OutputFile(target.path) }
        if trace == "-" || FilePath.exists(trace) && !FilePath.isRegular(trace) {
            throw Failure(
                .usage,
                "-o \(trace): reports are made of the merged trace: let -o name a file for it")
        }
    }

    /// The reports beside the table.
    ///
    /// - Parameters:
    ///   - merging: by which the trace is made.
    ///   - sysroot: the root of the guests' file system.
    func reports(_ merging: TraceMerging, sysroot: String?) -> RunReports {
        var merging = merging
        // What they say was done when the trace was made.
        merging.rules.mappings = []
        merging.rules.selection.excluded = []
        merging.warnings = merging.warnings.sayingOnce()
        let elf = ElfFiles(
            elf.files, in: ElfFolders(debugFolders: debug.folders, sysroot: sysroot))
        return RunReports(
            targets: targets,
            reader: CoverageReader(
                merging: merging, elf: elf, sources: sources.rules, parts: naming.parts),
            linkerParts: LCOV.parts(hasInlinedFunctions: naming.inlinedFunctions))
    }

    /// Writes the reports, and looks at the gates.
    ///
    /// - Parameters:
    ///   - trace: the merged trace.
    ///   - merging: by which it was made.
    ///   - sysroot: the root of the guests' file system.
    /// - Throws: `ExitCode` where a gate is not passed.
    func write(from trace: String, _ merging: TraceMerging, sysroot: String?) throws {
        guard isWanted else { return }
        let reports = reports(merging, sysroot: sysroot)
        try reports.write(from: trace)
        guard report || gates.areThere else { return }
        let files = try reports.reader.coverage(of: [trace], counting: .nothing).files
        if report {
            var table = TextReport()
            table.style = style.style(for: nil)
            var output = try OutputFile(nil, isStyled: true)
            table.write(files, to: &output)
            try output.finish()
        }
        try gates.check(files)
    }
}

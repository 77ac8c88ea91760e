import ArgumentParser
import CovtoolKit
import Reports

/// What is reported of what the runs reached together.
struct RunReportOptions: ParsableArguments {
    @Flag(help: "Print the table of 'covtool report'.")
    var report = false

    @OptionGroup var outputs: ReportOutputs
    @OptionGroup var tracefiles: TracefileOptions
    @OptionGroup var elf: NamedElfOptions
    @OptionGroup var debug: DebugFolderOptions
    @OptionGroup var sources: SourceOptions
    @OptionGroup var branches: BranchOptions
    @OptionGroup var naming: NameOptions
    @OptionGroup var gates: GateOptions
    @OptionGroup var style: StyleOptions

    /// Whether the merged trace is read again.
    private var isWanted: Bool { report || !outputs.named.isEmpty || gates.areThere }

    /// Says now what would else be said when the runs are over.
    ///
    /// - Parameters:
    ///   - trace: where the merged trace will be.
    ///   - sysroot: the root of the guests' file system.
    func check(_ trace: String, sysroot: String?) throws {
        guard isWanted else { return }
        try ElfFiles(elf.files).check()
        if let sysroot { try DebugFolderOptions.check([sysroot]) }
        try outputs.check()
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
        let elf = ElfFiles(
            elf.files, in: ElfFolders(debugFolders: debug.folders, sysroot: sysroot))
        return RunReports(
            targets: outputs.targets,
            reader: CoverageReader(
                merging: merging, elf: elf, sources: sources.rules, parts: naming.parts,
                tracefiles: tracefiles.paths,
                branches: branches.choice(isNeeded: gates.needBranches)))
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
        let coverage = try reports(merging, sysroot: sysroot).write(from: trace)
        let files = coverage.files
        if report, !outputs.paths.contains("-") {
            var table = TextReport()
            table.hasBranches = coverage.hasBranches
            table.hasUnreadSources = coverage.hasUnreadSources
            table.style = style.style(for: nil)
            var output = try OutputFile(nil, isStyled: true)
            table.write(files, to: &output)
            try output.finish()
        }
        try gates.check(files, sources.rules)
    }
}

/// Reports that are written of a merged trace, once or again and again.
struct RunReports: Sendable {
    let targets: [ReportTarget]
    let reader: CoverageReader

    /// - Parameter isSilent: whether nothing is said that is no error.
    /// - Returns: what they were made of.
    @discardableResult
    func write(from trace: String, isSilent: Bool = false) throws(Failure) -> ReportedCoverage {
        var reader = reader
        if isSilent { reader.merging.warnings = Diagnostics.silent }
        return try reader.write(targets, of: [trace], counting: .nothing)
    }
}

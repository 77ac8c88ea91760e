public import Coverage
public import Reports

/// A report as it is written to files.
public protocol CoverageReport: Sendable {
    /// Whether it has the lines in which functions end.
    var hasFunctionEnds: Bool { get }
    /// Whether it has all modules of the traces, not only those that named ELF files stand for.
    var listsModules: Bool { get }

    /// Makes sure that it can be written there, long before it is.
    ///
    /// - Throws: ``Failure``
    func check(_ path: String?) throws(Failure)

    /// Writes the report.
    ///
    /// - Parameter path: where to; nil and `-` are standard output.
    /// - Throws: ``Failure`` if it cannot be written; what was there before stays.
    func write(_ coverage: ReportedCoverage, to path: String?, _ context: ReportContext)
        throws(Failure)
}

/// What a report can need beside the coverage.
public struct ReportContext: Sendable {
    /// Which sources there are, and where they are read.
    public var sources: SourceRules
    /// When the newest of the ELF files was written, in seconds; nil if that is not known.
    public var built: Int?
    /// What becomes of warnings.
    public var warnings: Warnings
}

extension CoverageReport {
    /// Most do not have them.
    public var hasFunctionEnds: Bool { false }
    /// Most list no modules.
    public var listsModules: Bool { false }
}

extension CoverageReport where Self: CoverageDocument {
    /// Makes sure that the file can be written.
    public func check(_ path: String?) throws(Failure) { _ = try OutputFile(path) }

    /// Writes one file, completely or not at all.
    public func write(_ coverage: ReportedCoverage, to path: String?, _ context: ReportContext)
        throws(Failure)
    {
        var output = try OutputFile(path)
        write(coverage, to: &output)
        try output.finish()
    }
}

extension LCOVReport: CoverageReport {
    /// lcov 2 has them.
    public var hasFunctionEnds: Bool { format == .indexed }
}

extension JSONReport: CoverageReport {
    /// The document has all.
    public var listsModules: Bool { true }
}

/// A report, and where it goes.
public struct ReportTarget: Sendable {
    /// The report.
    public var report: any CoverageReport
    /// A file, or a folder if the report has several files; nil and `-` are standard output.
    public var path: String?

    /// Makes a target of its fields.
    public init(_ report: any CoverageReport, to path: String?) {
        self.report = report
        self.path = path
    }

    /// Makes sure that it can be written, long before it is.
    public func check() throws(Failure) { try report.check(path) }
}

extension CoverageReader {
    /// Reads once, and writes all reports of it.
    ///
    /// - Parameters:
    ///   - targets: the reports.
    ///   - names: of traces, as ``TraceInputs`` takes them.
    ///   - counting: what is counted of the blocks.
    ///   - listsFunctions: whether it is wanted what was executed of the code of each module's functions.
    /// - Returns: what they were made of.
    @discardableResult
    public func write(
        _ targets: [ReportTarget], of names: [String], counting: Collector.Counting = .hits,
        listsFunctions: Bool = false
    ) throws(Failure) -> ReportedCoverage {
        let coverage = try coverage(
            of: names, counting: targets.isEmpty ? counting : .hits,
            hasFunctionEnds: targets.contains { $0.report.hasFunctionEnds },
            listsFunctions: listsFunctions,
            listsModules: targets.contains { $0.report.listsModules })
        try write(targets, of: coverage)
        return coverage
    }

    /// Writes all reports of what was read.
    public func write(_ targets: [ReportTarget], of coverage: ReportedCoverage) throws(Failure) {
        guard !targets.isEmpty else { return }
        let context = ReportContext(
            sources: sources, built: elf.built(coverage.modules), warnings: merging.warnings)
        for target in targets { try target.report.write(coverage, to: target.path, context) }
    }
}

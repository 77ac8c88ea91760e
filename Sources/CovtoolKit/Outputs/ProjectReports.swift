public import Reports
import Trace

#if canImport(Glibc)
    import Glibc
#endif

extension CoverageReport where Self: ProjectDocument {
    /// Writes one file, completely or not at all.
    public func write(_ coverage: ReportedCoverage, to path: String?, _ context: ReportContext)
        throws(Failure)
    {
        var report = self
        report.folders = context.sources.projectFolders()
        var output = try OutputFile(path)
        report.write(coverage, to: &output)
        try output.finish()
    }
}

extension CoberturaReport: CoverageReport {
    /// Makes sure that the file can be written.
    public func check(_ path: String?) throws(Failure) {
        _ = try SourceDate.milliseconds
        _ = try OutputFile(path)
    }

    /// Writes one file, or several whose names have a number before their extension.
    public func write(_ coverage: ReportedCoverage, to path: String?, _ context: ReportContext)
        throws(Failure)
    {
        var report = self
        report.folders = context.sources.projectFolders()
        report.timestamp = try SourceDate.milliseconds
        try ReportParts(path).write(report.parts(coverage), context.warnings)
    }
}

/// When what a result is made of was written, as whoever wants the same result again says it.
enum SourceDate {
    /// In milliseconds since 1970; 0 where nobody says it.
    ///
    /// - Throws: ``Failure`` where it is not a number.
    static var milliseconds: UInt64 {
        get throws(Failure) {
            guard let text = unsafe getenv("SOURCE_DATE_EPOCH") else { return 0 }
            let value = unsafe String(cString: text)
            guard let seconds = UInt64(digits: value.utf8, base: 10), seconds < 1 << 40 else {
                throw Failure(
                    .usage, "SOURCE_DATE_EPOCH is '\(value)': give seconds since 1970, or unset it")
            }
            return seconds * 1000
        }
    }
}

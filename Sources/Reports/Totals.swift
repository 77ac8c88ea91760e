import Coverage

/// The sums over all files of a report.
struct Totals {
    private(set) var lines = SourceCoverage.Count()
    private(set) var functions = SourceCoverage.Count()

    init(_ files: [SourceCoverage.File]) {
        for file in files {
            lines += file.lineCount
            functions += file.functionCount
        }
    }
}

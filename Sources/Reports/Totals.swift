public import Coverage

/// The sums over source files.
public struct Totals: Sendable {
    /// The lines that have code.
    public private(set) var lines = SourceCoverage.Count()
    /// The functions that have code.
    public private(set) var functions = SourceCoverage.Count()

    /// The sums over `files`.
    public init(_ files: some Sequence<SourceCoverage.File>) {
        for file in files {
            lines += file.lineCount
            functions += file.functionCount
        }
    }

    /// Adds other sums.
    static func += (sum: inout Totals, other: Totals) {
        sum.lines += other.lines
        sum.functions += other.functions
    }
}

extension SourceCoverage.Count {
    /// How many were not executed.
    var missed: Int { found - hit }
}

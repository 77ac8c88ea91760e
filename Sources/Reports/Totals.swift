public import Coverage

/// The sums over source files.
public struct Totals: Sendable {
    /// The lines that have code.
    public private(set) var lines = SourceCoverage.Count()
    /// The functions that have code.
    public internal(set) var functions = SourceCoverage.Count()

    /// The ways that conditions can go, as far as it is known whether they did.
    public internal(set) var branches = SourceCoverage.Count()
    /// The ways of which it is not known.
    public internal(set) var unknownBranches = 0

    /// The sums over `files`.
    public init(_ files: some Sequence<SourceCoverage.File>) {
        for file in files {
            lines += file.lineCount
            functions += file.functionCount
            branches += file.branchCount
            unknownBranches += file.unknownBranches
        }
    }

    /// Adds other sums.
    static func += (sum: inout Totals, other: Totals) {
        sum.lines += other.lines
        sum.functions += other.functions
        sum.branches += other.branches
        sum.unknownBranches += other.unknownBranches
    }
}

extension SourceCoverage.Count {
    /// How many were not executed.
    var missed: Int { found - hit }
}

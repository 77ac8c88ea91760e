public import Coverage

/// The coverage as pages of HTML.
public struct HTMLReport: Sendable {
    /// Whether all pages are one, for a small program.
    public var isSingleFile = false

    /// What became of an earlier version's coverage; nil if nothing is compared.
    public var difference: DifferentialCoverage?

    /// A page for each folder and each source file.
    public init() {}
}

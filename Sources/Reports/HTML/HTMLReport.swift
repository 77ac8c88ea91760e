/// The coverage as pages of HTML.
public struct HTMLReport: Sendable {
    /// Whether all pages are one, for a small program.
    public var isSingleFile = false

    /// A page for each folder and each source file.
    public init() {}
}

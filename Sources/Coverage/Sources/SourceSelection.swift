/// Which source files a report is of, and what they are called there. It is applied before anything
/// is counted, so that totals go by it.
public struct SourceSelection: Sendable {
    /// Exchanged in the paths of debug information, the first that fits.
    public var mappings: [PathMapping] = []
    /// Where there are any, only what one of them matches is wanted.
    public var included: [PathGlob] = []
    /// What one of them matches is not wanted, included or not.
    public var excluded: [PathGlob] = []
    /// Further rules for what is not wanted.
    public var ignored: [@Sendable (String) -> Bool] = []
    /// The absolute path of the folder from which relative paths are seen.
    public var folder = ""

    /// All source files, under their own paths.
    public init() {}

    /// What the source file is called in reports; nil where it is not wanted, or is none.
    ///
    /// - Parameter given: the path in the debug information.
    public func path(of given: String) -> String? {
        guard !SourcePath.isOfNoFile(given) else { return nil }
        let path = mappings.applied(to: given)
        guard hasPatterns else { return path }
        let whole = whole(path)
        guard included.isEmpty || included.contains(where: { $0.matches(whole) }),
            !excluded.contains(where: { $0.matches(whole) }),
            !ignored.contains(where: { $0(whole) })
        else { return nil }
        return path
    }

    private var hasPatterns: Bool {
        !included.isEmpty || !excluded.isEmpty || !ignored.isEmpty
    }

    /// The path that patterns are matched with, of a path with its mapping.
    public func whole(_ path: String) -> String { SourcePath.normalised(path, in: folder) }
}

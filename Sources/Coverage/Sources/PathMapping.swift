/// A part of paths' beginnings that is exchanged, by whole components: `/build/a` for `/src` makes
/// `/src/main.c` of `/build/a/main.c`, and leaves `/build/ab/main.c` as it is.
public struct PathMapping: Sendable {
    /// The folder or file as it stands in traces or debug information; empty for relative paths'
    /// own beginning.
    public var from: String
    /// What it is to be; empty to make relative paths of those in `from`.
    public var to: String

    /// Makes a mapping of its parts.
    public init(from: String, to: String) {
        self.from = from
        self.to = to
    }

    /// The exchanged path; nil where it does not begin with `from`.
    public func applied(to path: String) -> String? {
        if path == from { return to.isEmpty ? nil : to }
        if from.isEmpty { return path.hasPrefix("/") ? nil : PathMapping.asFolder(to) + path }
        let folder = PathMapping.asFolder(from)
        guard path.hasPrefix(folder) else { return nil }
        return PathMapping.asFolder(to) + path.dropFirst(folder.count)
    }

    private static func asFolder(_ path: String) -> String {
        path.isEmpty || path.hasSuffix("/") ? path : path + "/"
    }
}

extension [PathMapping] {
    /// The path as the first mapping that fits has it; without one, as it is.
    public func applied(to path: String) -> String {
        for mapping in self {
            if let mapped = mapping.applied(to: path) { return mapped }
        }
        return path
    }
}

#if canImport(Glibc)
    import Glibc
#endif

/// Paths in the file system.
enum FilePath {
    /// The path without links; `path` itself where there is no such file.
    static func absolute(_ path: String) -> String {
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// Whether two names are one file.
    static func areSame(_ one: String, _ other: String) -> Bool {
        absolute(one) == absolute(other)
    }

    /// What stands before the last slash, with it; empty where there is none.
    static func folder(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }
}

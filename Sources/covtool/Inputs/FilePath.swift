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

    /// What stands behind the last slash.
    static func name(_ path: String) -> String { String(path.dropFirst(folder(path).count)) }

    /// The names in the folder, in order; none where it cannot be read. Empty is the current one.
    static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder.isEmpty ? "." : folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            names.append(name)
        }
        return names.sorted()
    }
}

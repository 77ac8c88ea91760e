/// Which module of a profile an ELF file is.
public enum ModuleMatch {
    /// The modules that the file at `path` stands for: the one with that very path, else those with
    /// its name, since a trace is often read on another machine or in another folder than it was
    /// recorded in.
    ///
    /// - Parameter path: absolute.
    public static func modules(for path: String, in modules: [ModuleCoverage]) -> [ModuleCoverage] {
        let same = modules.filter { $0.path == path }
        if !same.isEmpty { return same }
        let name = SourcePath.baseName(path)
        return modules.filter { SourcePath.baseName($0.path) == name }
    }

    /// Whether the file at `path` can be one of those that ran at `paths`.
    public static func isAny(of paths: Set<String>, for path: String) -> Bool {
        let name = SourcePath.baseName(path)
        return paths.contains { SourcePath.baseName($0) == name }
    }
}

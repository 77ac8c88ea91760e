/// Which modules of traces are wanted, by their paths.
public struct ModuleSelection: Sendable {
    /// Where there are any, only what one of them matches is wanted, and nothing that lies in no module.
    public var included: [PathGlob]
    /// What one of them matches is not wanted, included or not.
    public var excluded: [PathGlob]

    /// Makes a selection; without a pattern, all are wanted.
    public init(included: [PathGlob] = [], excluded: [PathGlob] = []) {
        self.included = included
        self.excluded = excluded
    }

    /// Whether nothing is left out.
    public var isEverything: Bool { included.isEmpty && excluded.isEmpty }

    /// Whether blocks that lie in no module are wanted.
    public var hasOutside: Bool { included.isEmpty }

    /// Whether the module at a path is wanted.
    public func wants(_ path: String) -> Bool {
        (included.isEmpty || included.contains { ModuleSelection.matches($0, path) })
            && !excluded.contains { ModuleSelection.matches($0, path) }
    }

    /// Whether a pattern means the module at a path: by the path, or where its file was replaced while it
    /// ran, by the path without that mark, as libcov.so's `module=` has it.
    public static func matches(_ glob: PathGlob, _ path: String) -> Bool {
        glob.matches(path) || ReplacedPath(path).map { glob.matches($0.path) } ?? false
    }
}

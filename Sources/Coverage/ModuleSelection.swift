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
        (included.isEmpty || included.contains { $0.matches(path) })
            && !excluded.contains { $0.matches(path) }
    }
}

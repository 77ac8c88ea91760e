/// Which modules of different runs are one, and which of them are wanted.
public struct ModuleRules: Sendable {
    /// What becomes of modules that have one path and are not the same file.
    public var mixed: MixedModules
    /// Exchanged in paths, the first that fits.
    public var mappings: [PathMapping]
    /// What is taken of the runs; it goes by the paths that the mappings give.
    public var selection: ModuleSelection
    /// The build-id of the ELF file at a path, given the bytes that the module takes in memory; nil
    /// where there is no such file, it has none, or it takes another number of bytes.
    public var buildID: @Sendable (_ path: String, _ size: UInt64) -> [UInt8]?

    /// Makes rules; without a word about it, no ELF file is looked into.
    public init(
        mixed: MixedModules = .refuse, mappings: [PathMapping] = [],
        selection: ModuleSelection = ModuleSelection(),
        buildID: @escaping @Sendable (String, UInt64) -> [UInt8]? = { _, _ in nil }
    ) {
        self.mixed = mixed
        self.mappings = mappings
        self.selection = selection
        self.buildID = buildID
    }
}

/// What becomes of modules that have one path and are not the same file.
public enum MixedModules: String, CaseIterable, Sendable {
    /// They are an error.
    case refuse
    /// They stay modules of their own.
    case keepApart = "keep-apart"
    /// They are one module.
    case byName = "by-name"
}

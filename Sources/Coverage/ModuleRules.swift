/// Which modules of different runs are one.
public struct ModuleRules: Sendable {
    /// A part of paths' beginnings that is exchanged.
    public struct Mapping: Sendable {
        /// The folder or file as it stands in traces.
        public var from: String
        /// What it is to be.
        public var to: String

        /// Makes a mapping of its parts.
        public init(from: String, to: String) {
            self.from = from
            self.to = to
        }
    }

    /// What becomes of modules that have one path and are not the same file.
    public var mixed: MixedModules
    /// Exchanged in paths, the first that fits.
    public var mappings: [Mapping]
    /// The build-id of the ELF file at a path, given the bytes that the module takes in memory; nil
    /// where there is no such file, it has none, or it takes another number of bytes.
    public var buildID: @Sendable (_ path: String, _ size: UInt64) -> [UInt8]?

    /// Makes rules; without a word about it, no ELF file is looked into.
    public init(
        mixed: MixedModules = .refuse, mappings: [Mapping] = [],
        buildID: @escaping @Sendable (String, UInt64) -> [UInt8]? = { _, _ in nil }
    ) {
        self.mixed = mixed
        self.mappings = mappings
        self.buildID = buildID
    }

    /// The path with what `mappings` say.
    func mapped(_ path: String) -> String {
        for mapping in mappings {
            if path == mapping.from { return mapping.to }
            let folder = mapping.from.hasSuffix("/") ? mapping.from : mapping.from + "/"
            guard path.hasPrefix(folder) else { continue }
            let to = mapping.to.hasSuffix("/") ? mapping.to : mapping.to + "/"
            return to + path.dropFirst(folder.count)
        }
        return path
    }
}

/// What any number of runs executed, module by module, independent of load addresses and of the
/// order of the runs. A ``Collector`` makes it.
public struct Profile: Equatable, Sendable {
    /// The modules: the first one of a run, which is the program, then by path, then by size. Where runs have
    /// different ones, it is the one with the lowest path.
    public internal(set) var modules: [ModuleCoverage] = []
    /// Executed blocks that lie in no module, by guest address cut to 32 bits.
    public internal(set) var outside = BlockSet()
    /// The paths of modules that the runs have and that were not wanted.
    public internal(set) var unwantedPaths: Set<String> = []
    /// Whether all recordings come from 32-bit guests.
    public internal(set) var is32Bit = true
    /// Whether the blocks have counts.
    public internal(set) var isCounted = false
    /// Whether the runs say which edges they took.
    public internal(set) var edges = EdgeKnowledge.none
    /// The conditional jumps that lie in no module, by guest address cut to 32 bits.
    public internal(set) var outsideJumps = JumpSet()

    /// The same with those of the modules that are wanted.
    public func keeping(_ isWanted: (ModuleCoverage) -> Bool) -> Profile {
        var profile = self
        profile.modules.removeAll { !isWanted($0) }
        return profile
    }

    /// The same with a module more, behind all others, that has the blocks that lie in no module and in
    /// a range of addresses.
    ///
    /// - Parameters:
    ///   - path: the module's.
    ///   - base: the guest address of its first byte, of which 32 bits count: no more is known of such
    ///     blocks.
    ///   - size: the bytes that it takes in memory.
    public func placingOutside(_ path: String, base: UInt64, size: UInt64) -> Profile {
        let start = UInt32(truncatingIfNeeded: base)
        func offset(_ block: BlockSet.Element) -> UInt64? {
            let offset = UInt64(UInt32(truncatingIfNeeded: block.offset) &- start)
            return offset < size ? offset : nil
        }
        let (inside, rest) = outside.split { offset($0) }
        var profile = self
        profile.outside = rest
        profile.modules.append(
            ModuleCoverage(
                path: path, size: size, base: base, entry: nil,
                rank: (modules.map(\.rank).max() ?? -1) + 1, blocks: inside))
        return profile
    }

    /// The same with one module in place of all of one file: those with its path, and those with its name that take as
    /// much memory.
    ///
    /// - Parameter path: of the file, with which a module is there.
    public func joining(_ path: String) -> Profile {
        guard let first = modules.firstIndex(where: { $0.path == path }) else { return self }
        let (name, pages) = (SourcePath.baseName(path), ModuleIdentity.pages(modules[first].size))
        var whole = modules[first]
        var others: [ModuleCoverage] = []
        for (index, module) in modules.enumerated() where index != first {
            guard
                module.path == path
                    || SourcePath.baseName(module.path) == name
                        && ModuleIdentity.pages(module.size) == pages
            else {
                others.append(module)
                continue
            }
            whole.blocks = whole.blocks.union(module.blocks)
            whole.jumps = whole.jumps.union(module.jumps)
            whole.base = min(whole.base, module.base)
            whole.entry = whole.entry ?? module.entry
            whole.rank = min(whole.rank, module.rank)
        }
        var profile = self
        others.insert(whole, at: min(first, others.count))
        profile.modules = others
        return profile
    }

    /// The number of different blocks, those outside every module included.
    public var blockCount: Int { modules.reduce(outside.count) { $0 + $1.blocks.count } }
}

/// Whether runs say which ways their conditional jumps went.
public enum EdgeKnowledge: Sendable {
    /// None of them does.
    case none
    /// Some do: a way that none of these went can be one that another run went.
    case some
    /// All do, so a way that is not there was not gone.
    case all
}

/// What runs executed of one module: an executable or a library, wherever it was loaded.
public struct ModuleCoverage: Equatable, Sendable {
    /// The file's path as the recorder saw it; of several paths of one file, the first in order.
    public var path: String
    /// Bytes from the module's base to its end in memory.
    public var size: UInt64
    /// The lowest guest address of all runs at which the module was loaded.
    public var base: UInt64
    /// Bytes from the base to the entry point; nil where no run knows it.
    public var entry: UInt64?
    /// The smallest module id that a run gave it; 0 is a program's.
    public var rank: Int
    /// The executed blocks, by their offset from the base.
    public var blocks: BlockSet
    /// The conditional jumps that were executed in runs that say so (``Profile/edges``).
    public var jumps = JumpSet()
}

/// What any number of runs executed, module by module, independent of load addresses and of the
/// order of the runs. A ``Collector`` makes it.
public struct Profile: Equatable, Sendable {
    /// The modules: by the lowest id that a run gave them, then by path, then by size.
    public internal(set) var modules: [ModuleCoverage] = []
    /// Executed blocks that lie in no module, by guest address cut to 32 bits.
    public internal(set) var outside = BlockSet()
    /// Whether all dumps come from 32-bit guests.
    public internal(set) var is32Bit = true
    /// Whether the blocks have counts.
    public internal(set) var isCounted = false

    /// The same with those of the modules that are wanted, and nothing that lies in no module.
    public func keeping(_ isWanted: (ModuleCoverage) -> Bool) -> Profile {
        var profile = self
        profile.modules.removeAll { !isWanted($0) }
        profile.outside = BlockSet()
        return profile
    }

    /// The number of different blocks, those outside every module included.
    public var blockCount: Int { modules.reduce(outside.count) { $0 + $1.blocks.count } }
}

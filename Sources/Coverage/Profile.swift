import DRCov

/// What any number of runs executed, module by module, independent of load addresses and of the
/// order in which the runs are added.
public struct Profile: Equatable, Sendable {
    private var byPath: [String: ModuleCoverage] = [:]
    /// Executed blocks that lie in no module, by guest address cut to 32 bits.
    public private(set) var outside = BlockSet()
    /// The number of dumps that were added.
    public private(set) var dumpCount = 0
    /// Whether all dumps come from 32-bit guests.
    public private(set) var is32Bit = true

    /// Coverage without a run.
    public init() {}

    /// The modules: by the lowest id that a run gave them, then by path.
    public var modules: [ModuleCoverage] {
        byPath.values.sorted { ($0.rank, $0.path) < ($1.rank, $1.path) }
    }

    /// The number of different blocks, those outside every module included.
    public var blockCount: Int { byPath.values.reduce(outside.count) { $0 + $1.blocks.count } }

    /// Adds one dump.
    ///
    /// - Throws: ``MergeError``; the profile is then as it was before.
    public mutating func add(_ dump: Dump) throws(MergeError) {
        let rows = ModuleRows(dump)
        var perModule = [[BlockSet.Element]](repeating: [], count: rows.modules.count)
        var loose: [BlockSet.Element] = []
        for block in dump.blocks {
            if block.module == Block.noModule {
                loose.append(.init(offset: UInt64(block.start), size: block.size))
            } else if let target = rows.target(of: block.module) {
                let offset = target.shift &+ UInt64(block.start)
                perModule[target.module].append(.init(offset: offset, size: block.size))
            } else {
                throw .unknownModule(id: block.module)
            }
        }
        var merged = byPath
        for (module, blocks) in zip(rows.modules, perModule) {
            var sum = merged[module.path] ?? module
            guard sum.size == module.size else {
                throw .differentModules(path: module.path, size: sum.size, other: module.size)
            }
            sum.base = min(sum.base, module.base)
            sum.entry = sum.entry ?? module.entry
            sum.rank = min(sum.rank, module.rank)
            sum.blocks.formUnion(blocks)
            merged[module.path] = sum
        }
        byPath = merged
        outside.formUnion(loose)
        dumpCount += 1
        is32Bit = is32Bit && dump.flavor.elementsEqual("drcov-32".utf8)
    }
}

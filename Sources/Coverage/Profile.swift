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
    /// - Parameters:
    ///   - bytes: the file that the dump was read from.
    ///   - diagnose: called where blocks name a row that is not there; they are left out.
    /// - Throws: ``MergeError``; the profile is then as it was before.
    public mutating func add(
        _ dump: Dump, from bytes: Span<UInt8>, diagnose: (Diagnosis) -> Void
    ) throws(MergeError) {
        let rows = ModuleRows(dump)
        var perModule = [[BlockSet.Element]](repeating: [], count: rows.modules.count)
        var loose: [BlockSet.Element] = []
        var (number, unknown) = (0, 0)
        var firstUnknown: (number: Int, id: UInt16)?
        dump.forEachBlock(in: bytes) { block, _ in
            switch rows.target(of: block) {
            case .module(let index, let offset):
                perModule[index].append(.init(offset: offset, size: block.size))
            case .outside:
                loose.append(.init(offset: UInt64(block.start), size: block.size))
            case .unknown:
                unknown += 1
                firstUnknown = firstUnknown ?? (number, block.module)
            }
            number += 1
        }
        if let firstUnknown {
            diagnose(
                Diagnosis(
                    .unknownModules(blocks: unknown, id: firstUnknown.id),
                    at: dump.place(ofBlock: firstUnknown.number, in: bytes)))
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

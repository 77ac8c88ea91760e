import Trace

/// Where the blocks of one recording belong among the modules of all runs.
struct BlockPlacing {
    /// What becomes of a block.
    enum Place {
        /// It has this key.
        case key(UInt64)
        /// It is in a module that is not wanted.
        case unwanted
        /// It names a module that the recording has not.
        case unknown
    }

    let rows: ModuleRows
    /// The registry's entries, by module; nil for those that are not wanted.
    private let entries: [Int?]
    /// The spaces of the modules' first 4 GiB; ``BlockKey/unwanted`` for those that are not wanted.
    private var spaces: [UInt16] = []
    /// The space of blocks in no module, where they are wanted.
    private let outside: UInt16
    /// Whether blocks of some rows, or of none, are not wanted.
    var hasUnwanted: Bool {
        outside == BlockKey.unwanted || spaces.contains(BlockKey.unwanted)
    }
    /// Whether the rows' blocks all count from their modules' bases, so that ids are all that has to
    /// be exchanged.
    let isPlain: Bool

    init(_ recording: Recording, source: Int, in registry: inout ModuleRegistry) throws(MergeError)
    {
        let rows = ModuleRows(recording)
        self.rows = rows
        entries = registry.add(rows.modules, source: source)
        outside = registry.outside
        for entry in entries {
            let space = try entry.map { entry throws(MergeError) in
                try registry.number(of: .init(entry: entry, high: 0))
            }
            spaces.append(space ?? BlockKey.unwanted)
        }
        isPlain = (0..<rows.idCount).allSatisfy { rows.plainTarget(ofRow: $0) != nil }
    }

    /// Calls `body` with each module id that the recording has, and its blocks' space.
    func forEachSpace(_ body: (_ id: Int, UInt16) -> Void) {
        for id in 0..<rows.idCount {
            switch rows.plainTarget(ofRow: id) {
            case .module(let module, _): body(id, spaces[module])
            case .outside: body(id, outside)
            case .unknown, nil: body(id, BlockKey.nowhere)
            }
        }
    }

    /// Where a block goes.
    func place(of block: Block, in registry: inout ModuleRegistry) throws(MergeError) -> Place {
        switch rows.target(of: block) {
        case .unknown: return .unknown
        case .outside:
            guard outside == BlockKey.outside else { return .unwanted }
            return .key(
                BlockKey.key(start: block.start, size: block.size, space: BlockKey.outside))
        case .module(let module, let offset):
            guard offset >> 48 == 0 else { return .unknown }
            guard let entry = entries[module] else { return .unwanted }
            let high = UInt32(truncatingIfNeeded: offset >> 32)
            let space =
                high == 0
                ? spaces[module]
                : try registry.number(of: .init(entry: entry, high: high))
            return .key(
                BlockKey.key(
                    start: UInt32(truncatingIfNeeded: offset), size: block.size, space: space))
        }
    }
}

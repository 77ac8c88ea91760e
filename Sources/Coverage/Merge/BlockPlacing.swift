import Trace

/// Where the blocks of one recording belong among the modules of all runs.
struct BlockPlacing {
    let rows: ModuleRows
    /// The registry's numbers of the modules; nil for those that are not wanted.
    private let numbers: [Int?]
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
        numbers = registry.add(rows.modules, source: source)
        outside = registry.outside
        for number in numbers {
            let space = try number.map { number throws(MergeError) in
                try registry.number(of: .init(module: number, high: 0))
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

    /// The key of a block. Its space is ``BlockKey/unwanted`` in a module that is not wanted, and
    /// ``BlockKey/nowhere`` in one that the recording has not.
    func key(of block: Block, in registry: inout ModuleRegistry) throws(MergeError) -> UInt64 {
        var (start, space) = (block.start, BlockKey.nowhere)
        switch rows.target(of: block) {
        case .unknown: break
        case .outside: space = outside
        case .module(let module, let offset) where offset >> 48 == 0:
            start = UInt32(truncatingIfNeeded: offset)
            space = spaces[module]
            let high = UInt32(truncatingIfNeeded: offset >> 32)
            if high > 0, let number = numbers[module] {
                space = try registry.number(of: .init(module: number, high: high))
            }
        case .module: break
        }
        return BlockKey.key(start: start, size: block.size, space: space)
    }
}

#if hasFeature(Embedded)
    public import TraceEmbedded
#else
    public import Trace
#endif

/// The edges that were taken, each once, by module, start and size.
public struct ExecutedEdges {
    private let keys: [UInt64]

    /// Those of the conditional jumps among `count` records.
    public init(count: Int, record: (Int) -> BlockRecord) {
        var keys: [UInt64] = []
        for index in 0..<count {
            let jump = record(index)
            guard jump.isJump else { continue }
            for way in [JumpWays.fellThrough, .jumped] where jump.ways.contains(way) {
                let edge = JumpEdge(
                    start: jump.start, size: jump.size & ~BlockRecord.jumpMark, module: jump.module,
                    way: way == .jumped ? .jump : .fallThrough)
                keys.append(edge.entry.sortKey)
            }
        }
        keys.sortByKey()
        // Addresses cut to 32 bits can fall together.
        var kept = 0
        for key in keys where kept == 0 || keys[kept - 1] != key {
            keys[kept] = key
            kept += 1
        }
        while keys.count > kept { keys.removeLast() }
        self.keys = keys
    }

    /// How many there are.
    public var count: Int { keys.count }

    /// The entry (`JumpEdge.entry`) of the edge at an index below ``count``.
    public subscript(index: Int) -> Block { Block(sortKey: keys[index]) }
}

/// The ways that a conditional jump went, as they stand in a journal.
public struct JumpWays: OptionSet, Sendable {
    /// A bit for each.
    public let rawValue: UInt16

    /// Makes a set of its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// On to what stands behind it.
    public static let fellThrough = JumpWays(rawValue: 1)
    /// To where it leads.
    public static let jumped = JumpWays(rawValue: 2)
    /// Both.
    public static let both: JumpWays = [.fellThrough, .jumped]
}

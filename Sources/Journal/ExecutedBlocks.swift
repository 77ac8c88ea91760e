#if hasFeature(Embedded)
    public import TraceEmbedded
#else
    public import Trace
#endif

/// The blocks that were executed, each once, by module, start and size.
public struct ExecutedBlocks {
    private struct Entry: Keyed {
        /// `Block.sortKey`: the order of these is the file's.
        let key: UInt64
        var executions: UInt64
    }

    private let entries: [Entry]

    /// Of `count` blocks those whose counter is not 0, with what no run came to, and what a translator's
    /// fault gave them, cut off.
    public init(count: Int, record: (Int) -> BlockRecord, counter: (Int) -> UInt64) {
        var crossing: [UInt64] = []
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        var doubtful: [Int] = []
        for index in 0..<count {
            let block = record(index)
            // Whether it was executed or not, it shows where an instruction begins.
            if block.pageEnd == .firstCrosses { crossing.append(block.address) }
            let executions = counter(index)
            guard executions != 0 else { continue }
            let bytes = block.pageEnd.doubtfulBytes
            if block.unreached > 0 {
                // A block whose first instruction was not come to was not executed.
                guard block.unreached < block.size else { continue }
                let size = block.size - block.unreached
                entries.append(
                    Entry(key: ExecutedBlocks.key(block, size: size), executions: executions))
            } else if bytes > 0, bytes < block.size {
                doubtful.append(index)
            } else {
                entries.append(
                    Entry(
                        key: ExecutedBlocks.key(block, size: block.size), executions: executions))
            }
        }
        crossing.sortByKey()
        for index in doubtful {
            let block = record(index)
            let end = block.address &+ UInt64(block.size)
            let bytes = block.pageEnd.doubtfulBytes
            let isFaulty = ExecutedBlocks.contains(crossing, end &- UInt64(bytes))
            let size = isFaulty ? block.size - bytes : block.size
            entries.append(
                Entry(key: ExecutedBlocks.key(block, size: size), executions: counter(index)))
        }
        entries.sortByKey()
        // Addresses cut to 32 bits can fall together, and so can a block that was cut and another.
        var kept = 0
        for entry in entries {
            if kept > 0, entries[kept - 1].key == entry.key {
                let (sum, overflow) = entries[kept - 1].executions
                    .addingReportingOverflow(entry.executions)
                entries[kept - 1].executions = overflow ? .max : sum
            } else {
                entries[kept] = entry
                kept += 1
            }
        }
        while entries.count > kept { entries.removeLast() }
        self.entries = entries
    }

    /// How many there are.
    public var count: Int { entries.count }

    /// The block at an index below ``count``.
    public subscript(index: Int) -> Block {
        Block(sortKey: entries[index].key)
    }

    /// The counter of the block at an index below ``count``; of what came together as one block, the
    /// sum.
    public func executions(of index: Int) -> UInt64 { entries[index].executions }

    private static func key(_ block: BlockRecord, size: UInt16) -> UInt64 {
        Block(start: block.start, size: size, module: block.module).sortKey
    }

    private static func contains(_ sorted: [UInt64], _ value: UInt64) -> Bool {
        let index = sorted.partitioningIndex { $0 >= value }
        return index < sorted.count && sorted[index] == value
    }
}

import Trace

/// How often blocks of a module began, and ended, at an address.
///
/// A recorder begins a block where something jumps or returns to, not where code is merely run into. So where
/// blocks begin says more of jumps than how often an address was executed.
struct BlockBounds: Sendable {
    private struct Bound: Keyed {
        var key, count: UInt64
    }

    /// By address.
    private let starts: [Bound]
    private let ends: [Bound]

    /// - Parameter base: the address of offset 0.
    init(_ blocks: BlockSet, base: UInt64) {
        var (starts, ends): ([Bound], [Bound]) = ([], [])
        starts.reserveCapacity(blocks.count)
        ends.reserveCapacity(blocks.count)
        for (index, block) in blocks.elements.enumerated() {
            let count = blocks.counts.isEmpty ? 1 : blocks.counts[index]
            let start = base &+ block.offset
            starts.append(Bound(key: start, count: count))
            ends.append(Bound(key: start &+ UInt64(block.size), count: count))
        }
        self.starts = BlockBounds.summed(starts)
        self.ends = BlockBounds.summed(ends)
    }

    /// Executions of blocks that begin at `address`; nil where none does.
    func begun(at address: UInt64) -> UInt64? { BlockBounds.count(starts, address) }

    /// Executions of blocks that end there; nil where none does.
    func ended(at address: UInt64) -> UInt64? { BlockBounds.count(ends, address) }

    /// Calls `body` with each address of a range at which blocks begin.
    func forEachStart(in range: Range<UInt64>, _ body: (UInt64) -> Void) {
        var place = starts.partitioningIndex { $0.key >= range.lowerBound }
        while place < starts.count, starts[place].key < range.upperBound {
            body(starts[place].key)
            place += 1
        }
    }

    private static func count(_ bounds: [Bound], _ address: UInt64) -> UInt64? {
        let place = bounds.partitioningIndex { $0.key >= address }
        guard place < bounds.count, bounds[place].key == address else { return nil }
        return bounds[place].count
    }

    private static func summed(_ bounds: [Bound]) -> [Bound] {
        var sorted = bounds
        sorted.sortByKey()
        var sums: [Bound] = []
        sums.reserveCapacity(sorted.count)
        for bound in sorted where bound.count > 0 {
            if let last = sums.last, last.key == bound.key {
                sums[sums.count - 1].count = UInt64(clampedSum: last.count, bound.count)
            } else {
                sums.append(bound)
            }
        }
        return sums
    }
}

/// The blocks that have begun and not ended, while addresses are gone through in ascending order.
///
/// Heaps, since a broken file can have millions of blocks over one address; where blocks do not
/// overlap, they hold one.
struct OverlapSweep {
    private struct OpenBlock {
        var end, count: UInt64
    }

    private let areAdded: Bool
    private var address: UInt64 = 0
    private var byEnd = Heap<OpenBlock> { $0.end < $1.end }
    private var byCount = Heap<OpenBlock> { $0.count > $1.count }
    /// More than any sum of 64-bit counts that memory can hold, so that nothing is lost when blocks end.
    private var sum: UInt128 = 0

    /// - Parameter areAdded: whether an address that several blocks have was executed as often as all
    ///   of them together, or as often as the one that was executed most.
    init(areAdded: Bool) { self.areAdded = areAdded }

    /// Whether no block is open.
    var isEmpty: Bool { byEnd.isEmpty }

    mutating func insert(end: UInt64, count: UInt64) {
        let block = OpenBlock(end: end, count: count)
        byEnd.insert(block)
        if areAdded { sum += UInt128(count) } else { byCount.insert(block) }
    }

    /// Goes on to `next`; calls `body` with the ranges on the way that blocks cover, and their counts.
    mutating func advance(to next: UInt64, _ body: (Range<UInt64>, UInt64) -> Void) {
        while let first = byEnd.first {
            let end = min(first.end, next)
            if address < end { body(address..<end, count) }
            address = max(address, end)
            guard first.end <= next else { break }
            _ = byEnd.popFirst()
            if areAdded { sum -= UInt128(first.count) }
        }
        address = max(address, next)
    }

    private var count: UInt64 {
        mutating get {
            if areAdded { return UInt64(clamping: sum) }
            while let largest = byCount.first, largest.end <= address { _ = byCount.popFirst() }
            return byCount.first?.count ?? 0
        }
    }
}

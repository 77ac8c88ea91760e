import Trace

/// Addresses that any of some ranges has, as ranges that neither overlap nor touch, in ascending order.
struct RangeUnion {
    private(set) var ranges: [Range<UInt64>] = []

    /// Whether no address of a range is among them.
    func isFree(_ range: Range<UInt64>) -> Bool {
        guard !range.isEmpty else { return true }
        let next = ranges.partitioningIndex { $0.upperBound > range.lowerBound }
        return next == ranges.count || ranges[next].lowerBound >= range.upperBound
    }

    mutating func insert(_ range: Range<UInt64>) {
        guard !range.isEmpty else { return }
        let first = ranges.partitioningIndex { $0.upperBound >= range.lowerBound }
        let end = ranges.partitioningIndex { $0.lowerBound > range.upperBound }
        var sum = range
        if first < end {
            sum =
                min(
                    range.lowerBound, ranges[first].lowerBound)..<max(
                    range.upperBound, ranges[end - 1].upperBound)
        }
        ranges.replaceSubrange(first..<end, with: CollectionOfOne(sum))
    }
}

import Trace

/// Addresses that any of some ranges has.
struct AddressUnion: Sendable {
    /// Ascending, with a gap before each but the first.
    private(set) var ranges: [Range<UInt64>] = []

    /// The union of ranges in any order.
    init(_ ranges: [Range<UInt64>]) {
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
            if let last = self.ranges.last, last.upperBound >= range.lowerBound {
                self.ranges[self.ranges.count - 1] =
                    last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                self.ranges.append(range)
            }
        }
    }

    func contains(_ address: UInt64) -> Bool {
        let next = ranges.partitioningIndex { $0.lowerBound > address }
        return next > 0 && address < ranges[next - 1].upperBound
    }
}

/// Addresses that were executed, as ranges that neither touch nor overlap, in ascending order.
public struct AddressRanges: Equatable, Sendable {
    /// The ranges, in ascending order.
    public let ranges: [Range<UInt64>]

    /// The bytes of a module's blocks, where `base` is the address of offset 0.
    public init(_ blocks: BlockSet, base: UInt64) {
        var ranges: [Range<UInt64>] = []
        for block in blocks.elements {
            let start = base &+ block.offset
            let (end, overflow) = start.addingReportingOverflow(UInt64(block.size))
            guard !overflow else { continue }
            if let last = ranges.last, start >= last.lowerBound, start <= last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, end)
            } else {
                ranges.append(start..<end)
            }
        }
        self.ranges = ranges
    }

    /// Whether the byte at `address` was executed.
    public func contains(_ address: UInt64) -> Bool {
        let next = ranges.partitioningIndex { $0.lowerBound > address }
        return next > 0 && address < ranges[next - 1].upperBound
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first index whose element satisfies `belongs`, in a collection where all that do stand
    /// behind all that do not.
    func partitioningIndex(_ belongs: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

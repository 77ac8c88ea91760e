import Trace

/// Addresses that were executed, and how often, as ranges that do not overlap, in ascending order.
///
/// Blocks overlap where the same code was entered at different places, or cut differently from run to
/// run. What that means for an address that several blocks have is ``BlockSet/CountUnit``.
public struct AddressRanges: Equatable, Sendable {
    /// The ranges, in ascending order. Wherever a block begins or ends, one ends.
    public private(set) var ranges: [Range<UInt64>] = []
    /// How often the addresses of each range were executed, at least 1 but for a block that a trace
    /// with hit counts says was never executed; the largest number where it is larger.
    public private(set) var counts: [UInt64] = []
    /// What the counts mean.
    public let countUnit: BlockSet.CountUnit

    /// The bytes of a module's blocks, where `base` is the address of offset 0. Blocks without a
    /// count were executed by one run.
    public init(_ blocks: BlockSet, base: UInt64) {
        countUnit = blocks.countUnit
        var open = OverlapSweep(areAdded: countUnit == .executions)
        ranges.reserveCapacity(blocks.count)
        counts.reserveCapacity(blocks.count)
        var (rest, index) = (blocks.elements.makeIterator(), 0)
        var following = rest.next()
        while let block = following {
            following = rest.next()
            let (start, isFar) = base.addingReportingOverflow(block.offset)
            let (end, isBeyond) = start.addingReportingOverflow(UInt64(block.size))
            guard !isFar, !isBeyond else { break }
            let count = blocks.counts.isEmpty ? 1 : blocks.counts[index]
            index += 1
            open.advance(to: start) {
                ranges.append($0)
                counts.append($1)
            }
            // Most blocks share no address with others.
            let isAlone = following.map { $0.offset - block.offset >= UInt64(block.size) } ?? true
            if open.isEmpty, isAlone, end > start {
                ranges.append(start..<end)
                counts.append(count)
            } else {
                open.insert(end: end, count: count)
            }
        }
        open.advance(to: .max) {
            ranges.append($0)
            counts.append($1)
        }
    }

    /// Some of the ranges, by their numbers.
    func part(_ numbers: Range<Int>) -> AddressRanges {
        var part = self
        part.ranges = Array(ranges[numbers])
        part.counts = Array(counts[numbers])
        return part
    }

    /// How often the byte at `address` was executed.
    public func count(at address: UInt64) -> UInt64 {
        let next = ranges.partitioningIndex { $0.lowerBound > address }
        return next > 0 && address < ranges[next - 1].upperBound ? counts[next - 1] : 0
    }
}

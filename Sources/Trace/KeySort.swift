/// What is ordered by a number of 64 bits: a block, whatever is known of it besides.
public protocol Keyed {
    /// What decides about the order.
    var key: UInt64 { get }
}

extension UInt64: Keyed {
    /// The number itself.
    public var key: UInt64 { self }
}

extension Array where Element: Keyed {
    /// Sorts by the keys, and leaves elements of one key in their order: digit by digit from the lowest,
    /// which for the tens of thousands of blocks that a program has takes a tenth of comparing them.
    @inlinable
    public mutating func sortByKey() {
        guard count > 64 else {
            for index in indices {
                var place = index
                while place > 0, self[place - 1].key > self[place].key {
                    swapAt(place - 1, place)
                    place -= 1
                }
            }
            return
        }
        let digitBits = 11
        let mask: UInt64 = (1 << UInt64(digitBits)) - 1
        // Bits that all keys have alike decide nothing.
        let first = self[0].key
        let different = reduce(0) { $0 | ($1.key ^ first) }
        var other = self
        var buckets = [Int](repeating: 0, count: 1 << digitBits)
        var starts = buckets.mutableSpan
        var shift = different.trailingZeroBitCount
        while shift < 64 {
            for digit in starts.indices { starts[digit] = 0 }
            for element in self { starts[Int(element.key >> shift & mask)] += 1 }
            var sum = 0
            for digit in starts.indices { (starts[digit], sum) = (sum, sum + starts[digit]) }
            var sorted = other.mutableSpan
            for element in self {
                let digit = Int(element.key >> shift & mask)
                sorted[starts[digit]] = element
                starts[digit] += 1
            }
            swap(&self, &other)
            shift += digitBits
            shift += (different >> shift).trailingZeroBitCount
        }
    }
}

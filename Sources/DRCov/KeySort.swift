/// What is ordered by a number of 64 bits: a block, whatever is known of it besides.
public protocol Keyed {
    /// What decides about the order.
    var key: UInt64 { get }
}

extension Array where Element: Keyed {
    /// The same elements by their keys, those of one key in the order that they had: digit by digit from
    /// the lowest, which for the tens of thousands of blocks that a program has takes a tenth of comparing
    /// them.
    @inlinable
    public func sortedByKey() -> Self {
        guard count > 64 else { return sorted { $0.key < $1.key } }
        let digitBits: UInt64 = 11
        let mask: UInt64 = 1 << digitBits - 1
        let used = reduce(0) { $0 | $1.key }
        var (from, to) = (self, self)
        var starts = [Int](repeating: 0, count: 1 << Int(digitBits))
        for shift in stride(from: UInt64(0), to: 64, by: Int(digitBits))
        where used >> shift & mask != 0 {
            for digit in starts.indices { starts[digit] = 0 }
            for element in from { starts[Int(element.key >> shift & mask)] += 1 }
            var sum = 0
            for digit in starts.indices { (starts[digit], sum) = (sum, sum + starts[digit]) }
            var sorted = to.mutableSpan
            for element in from {
                let digit = Int(element.key >> shift & mask)
                sorted[starts[digit]] = element
                starts[digit] += 1
            }
            swap(&from, &to)
        }
        return from
    }
}

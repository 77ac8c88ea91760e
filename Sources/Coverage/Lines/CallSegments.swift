import Trace

/// Which inlined call an address belongs to: the innermost one, of those that lie in each other.
struct CallSegments: Sendable {
    private struct Extent {
        var range: Range<UInt64>
        var call: Int32
    }

    /// Ascending addresses, each with the call that its bytes belong to up to the next, -1 for none.
    private var starts: [UInt64] = []
    private var calls: [Int32] = []

    init(_ inlined: [LineTable.InlinedCall]) { self.init(inlined.lazy.map(\.ranges)) }

    /// - Parameter inlined: the ranges of each call; one that lies in another comes behind it.
    init(_ inlined: some Sequence<[Range<UInt64>]>) {
        var extents: [Extent] = []
        for (index, ranges) in inlined.enumerated() {
            for range in ranges where !range.isEmpty {
                extents.append(Extent(range: range, call: Int32(truncatingIfNeeded: index)))
            }
        }
        // What lies in another comes behind it.
        extents.sort {
            ($0.range.lowerBound, $1.range.upperBound, $0.call)
                < ($1.range.lowerBound, $0.range.upperBound, $1.call)
        }
        var open: [(end: UInt64, call: Int32)] = []
        for extent in extents {
            close(&open, upTo: extent.range.lowerBound)
            append(extent.range.lowerBound, extent.call)
            // Calls that overlap without lying in each other are a compiler's mistake.
            open.append(
                (min(extent.range.upperBound, open.last?.end ?? .max), extent.call))
        }
        close(&open, upTo: .max)
    }

    /// The index of the innermost call with code at `address`.
    func call(at address: UInt64) -> Int? {
        let next = starts.partitioningIndex { $0 > address }
        return next > 0 && calls[next - 1] >= 0 ? Int(calls[next - 1]) : nil
    }

    /// Calls `body` with the addresses that each call has for itself, in ascending order.
    func forEach(_ body: (Range<UInt64>, _ call: Int) -> Void) {
        for index in starts.indices.dropLast() where calls[index] >= 0 {
            body(starts[index]..<starts[index + 1], Int(calls[index]))
        }
    }

    private mutating func close(_ open: inout [(end: UInt64, call: Int32)], upTo address: UInt64) {
        while let last = open.last, last.end <= address {
            open.removeLast()
            append(last.end, open.last?.call ?? -1)
        }
    }

    private mutating func append(_ start: UInt64, _ call: Int32) {
        if starts.last == start {
            calls[calls.count - 1] = call
        } else {
            starts.append(start)
            calls.append(call)
        }
    }
}

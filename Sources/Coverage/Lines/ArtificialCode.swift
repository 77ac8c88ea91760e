import Trace

extension LineTable {
    /// The table without the rows of functions that a compiler has made of its own accord: what they do is on lines
    /// of what they do it for, a class or a variable. What people wrote stays where it was inlined into them.
    ///
    /// The functions stay, so that it is known where the code is.
    public func withoutArtificialLines() -> LineTable {
        let artificial = functions.filter(\.isArtificial)
        guard !artificial.isEmpty else { return self }
        // As calls, which lie in each other.
        var parts = artificial.map { Part(ranges: $0.ranges, isArtificial: true) }
        let outer = CallSegments(parts.map(\.ranges))
        for call in inlinedCalls {
            guard let start = call.ranges.first?.lowerBound, outer.call(at: start) != nil else {
                continue
            }
            parts.append(
                Part(
                    ranges: call.ranges,
                    isArtificial: inlinedFunctions[Int(call.function)].isArtificial))
        }
        let segments = CallSegments(parts.map(\.ranges))
        var kept: [Row] = []
        kept.reserveCapacity(rows.count)
        var next = 0
        segments.forEach { range, part in
            guard parts[part].isArtificial else { return }
            let first = rows[next...].partitioningIndex { $0.address >= range.lowerBound }
            kept += rows[next..<first]
            next = rows[first...].partitioningIndex { $0.address >= range.upperBound }
        }
        kept += rows[next...]
        var table = self
        table.rows = kept
        return table
    }

    private struct Part {
        var ranges: [Range<UInt64>]
        var isArtificial: Bool
    }
}

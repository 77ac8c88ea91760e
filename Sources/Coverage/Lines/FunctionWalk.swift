/// Which function rows belong to, for rows that come by address.
struct FunctionWalk {
    private struct Extent {
        var range: Range<UInt64>
        var function: Int
        /// The function's entry, where its declaration's line is known.
        var entry: UInt64?
    }

    private let extents: [Extent]
    private var next = 0
    /// The last row's file and line, where it is of the function's opening.
    private var opening: LineTable.Row?
    private var current: Int?
    private var address: UInt64?

    init(_ functions: [LineTable.Function]) {
        var extents: [Extent] = []
        extents.reserveCapacity(functions.count)
        // What a thunk executes, the function that it leads to has executed, too.
        for (index, function) in functions.enumerated() where !function.isThunk {
            let hasOpening = function.line > 0 && !function.isArtificial && !function.isPart
            let entry = hasOpening ? function.entry : nil
            for range in function.ranges {
                extents.append(Extent(range: range, function: index, entry: entry))
            }
        }
        extents.sort { $0.range.lowerBound < $1.range.lowerBound }
        self.extents = extents
    }

    /// Whether the row stands for the function's opening brace, whose code (the prologue) the
    /// declaration's line gets: it is the first at the entry, or of the same line right behind it.
    var isAtOpening: Bool { opening != nil }

    /// Up to where rows are the current function's.
    var end: UInt64 {
        let following = next < extents.count ? extents[next].range.lowerBound : .max
        return next > 0 ? min(extents[next - 1].range.upperBound, following) : following
    }

    /// Up to where rows behind the last one are of the current function and not of its opening, if the last one is so.
    var nextChange: UInt64 {
        guard next > 0, let address, let entry = extents[next - 1].entry, entry > address else {
            return end
        }
        return min(end, entry)
    }

    /// Goes on to the next row.
    ///
    /// - Returns: the number of the function that the row is in.
    mutating func advance(to row: LineTable.Row) -> Int? {
        let (before, isFirst) = (current, row.address != address)
        address = row.address
        while next < extents.count, extents[next].range.lowerBound <= row.address {
            current = extents[next].function
            next += 1
        }
        if next > 0, !extents[next - 1].range.contains(row.address) { current = nil }
        if isFirst, current != nil, extents[next - 1].entry == row.address {
            opening = row
        } else if let first = opening,
            first.file != row.file || first.line != row.line || current != before
        {
            opening = nil
        }
        return current
    }
}

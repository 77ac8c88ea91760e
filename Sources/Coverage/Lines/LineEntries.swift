/// How often lines were come to, counted as gcov counts them: a block of code belongs to the largest of
/// its line numbers, and a line was executed as often as its blocks were come to from others.
struct LineEntries {
    /// A line in a function.
    struct Place: Equatable {
        var file: Int32
        var line: Int32
        /// The function's number.
        var instance: Int32
    }

    /// A line that stands in a block that belongs to another one.
    private struct Mention {
        var range: Int
        var place: Place
        var count: UInt64
    }

    /// The lines of a block are few; a broken file can have very many.
    private static let mostCompared = 32
    /// No line.
    static let nowhere = Place(file: -1, line: -1, instance: -1)

    let flow: CodeFlow
    /// By range.
    private var owners: [Place]
    /// In the order of the ranges.
    private var mentions: [Mention] = []
    /// The range that rows are being added to, and the lines that it has; a line is new where the code
    /// has not come from the same line.
    private var range = -1
    private var open: [(place: Place, isNew: Bool)] = []
    private var last: (place: Place, end: UInt64) = (LineEntries.nowhere, 0)

    init(_ flow: CodeFlow) {
        self.flow = flow
        owners = [Place](repeating: LineEntries.nowhere, count: flow.counts.count)
    }

    /// Adds code of a line in an executed range. Ranges come in ascending order.
    mutating func add(_ place: Place, _ addresses: Range<UInt64>, in range: Int) {
        if range != self.range {
            close()
            self.range = range
        }
        let isNew = last.place != place || last.end != addresses.lowerBound
        last = (place, addresses.upperBound)
        if let known = open.suffix(LineEntries.mostCompared).lastIndex(where: { $0.place == place })
        {
            if isNew { open[known].isNew = true }
        } else {
            open.append((place, isNew))
        }
    }

    /// Adds executions of a line that has no block for them, behind a range.
    mutating func add(_ place: Place, behind range: Int, _ count: UInt64) {
        if range != self.range { close() }
        mentions.append(Mention(range: range, place: place, count: count))
    }

    private mutating func close() {
        guard let file = open.last?.place.file else { return }
        var owner = LineEntries.nowhere
        for (place, _) in open where place.file == file && place.line > owner.line { owner = place }
        owners[range] = owner
        for (place, isNew) in open where isNew && place != owner {
            mentions.append(
                Mention(range: range, place: place, count: flow.counts[range]))
        }
        open.removeAll(keepingCapacity: true)
    }

    /// Calls `body` with all that was counted, by address: for a line's own block, how often it was
    /// executed and how often the line's own blocks came next; else how often another line's was.
    mutating func finish(
        _ body: (Place, _ own: (count: UInt64, inner: UInt64)?, _ mentioned: UInt64) -> Void
    ) {
        close()
        var next = 0
        // Whose code jumped through a table last.
        var tabled = LineEntries.nowhere
        for (index, owner) in owners.enumerated() {
            while next < mentions.count, mentions[next].range <= index {
                body(mentions[next].place, nil, mentions[next].count)
                next += 1
            }
            guard owner != LineEntries.nowhere else { continue }
            let leaving = flow.leaving(index)
            var inner: UInt64 = 0
            if let behind = flow.behind(index), owners[behind] == owner { inner = leaving.onward }
            if let target = flow.target(index), owners[target] == owner {
                inner = UInt64(clampedSum: inner, leaving.jump)
            }
            // ARM's tables are jumps, one behind the other, which have the line of what leads there.
            if owner == tabled, !flow.isReached(index) {
                inner = UInt64(clampedSum: inner, flow.counts[index])
            }
            if flow.isIndirect(index) { tabled = owner }
            body(owner, (flow.counts[index], inner), 0)
        }
    }
}

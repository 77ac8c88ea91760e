/// A line in a function.
struct FunctionLine: Equatable {
    /// No line.
    static let none = FunctionLine(file: -1, line: -1, function: -1)

    var file: Int32
    var line: Int32
    /// The function's number.
    var function: Int32
}

/// How often lines were come to, counted as gcov counts them: a block of code belongs to the largest of
/// its line numbers, and a line was executed as often as its blocks were come to from others.
struct GcovLineCounts {
    /// A line that stands in a block that belongs to another one.
    private struct Mention {
        var range: Int
        var line: FunctionLine
        var count: UInt64
    }

    /// The lines of a block are few; a broken file can have very many.
    private static let mostCompared = 32

    let flow: CodeFlow
    /// By range.
    private var owners: [FunctionLine]
    /// In the order of the ranges.
    private var mentions: [Mention] = []
    /// The range that rows are being added to, and the lines that it has; a line is new where the code
    /// has not come from the same line.
    private var range = -1
    private var open: [(line: FunctionLine, isNew: Bool)] = []
    private var last: (line: FunctionLine, end: UInt64) = (FunctionLine.none, 0)

    init(_ flow: CodeFlow) {
        self.flow = flow
        owners = [FunctionLine](repeating: FunctionLine.none, count: flow.counts.count)
    }

    /// Adds code of a line in an executed range. Ranges come in ascending order.
    mutating func add(_ line: FunctionLine, _ addresses: Range<UInt64>, in range: Int) {
        if range != self.range {
            close()
            self.range = range
        }
        let isNew = last.line != line || last.end != addresses.lowerBound
        last = (line, addresses.upperBound)
        if let known = open.suffix(GcovLineCounts.mostCompared).lastIndex(where: { $0.line == line }
        ) {
            if isNew { open[known].isNew = true }
        } else {
            open.append((line, isNew))
        }
    }

    /// Adds executions of a line that has no block for them, behind a range.
    mutating func add(_ line: FunctionLine, behind range: Int, _ count: UInt64) {
        if range != self.range { close() }
        mentions.append(Mention(range: range, line: line, count: count))
    }

    private mutating func close() {
        guard let file = open.last?.line.file else { return }
        var owner = FunctionLine.none
        for (line, _) in open where line.file == file && line.line > owner.line { owner = line }
        owners[range] = owner
        for (line, isNew) in open where isNew && line != owner {
            mentions.append(
                Mention(range: range, line: line, count: flow.counts[range]))
        }
        open.removeAll(keepingCapacity: true)
    }

    /// Calls `body` with all that was counted, by address: for a line's own block, how often it was
    /// executed and how often the line's own blocks came next; else how often another line's was.
    mutating func finish(
        _ body: (FunctionLine, _ own: (count: UInt64, inner: UInt64)?, _ mentioned: UInt64) -> Void
    ) {
        close()
        var next = 0
        // Whose code jumped through a table last.
        var tabled = FunctionLine.none
        for (index, owner) in owners.enumerated() {
            while next < mentions.count, mentions[next].range <= index {
                body(mentions[next].line, nil, mentions[next].count)
                next += 1
            }
            guard owner != FunctionLine.none else { continue }
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

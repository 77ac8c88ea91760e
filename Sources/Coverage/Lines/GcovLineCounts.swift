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
    /// Code that cleans up when something was thrown, of which a block is a part.
    private struct CleanUp {
        /// Whether it is that of a statement, on the line of the call that threw: for what it made for itself.
        var isOfStatement: Bool
        /// How many calls stand before, at most two.
        var calls = 0
        /// The range that it began with.
        var start: Int
    }

    /// A line that stands in a block that belongs to another one.
    private struct Mention {
        var range: Int
        var line: FunctionLine
        var count: UInt64
        /// Whether the line has a loop in the block, which it is executed at least as often as.
        var isLoop = false
        /// Whether it is a block of the line's own, of which no code is left.
        var isBlock = false
    }

    /// The lines of a block are few; a broken file can have very many.
    private static let mostCompared = 32

    let flow: CodeFlow
    /// By the first range of a block.
    private var owners: [FunctionLine]
    /// By the first range of a block, the line that is come to first there, where that has a block of its own.
    private var heads: [FunctionLine]
    /// By the first range of a block, its last one: of gcov's blocks, some are several of the processor's.
    private var lasts: [Int32]
    /// In the order of the ranges.
    private var mentions: [Mention] = []
    /// By the first range of a block.
    private var cleanUps: [Int: CleanUp] = [:]
    /// The first range of the block that rows are being added to, the last one up to now, and the lines that it has;
    /// a line is new where a row of it begins, and not where one goes on behind a call.
    private var first = -1
    private var range = -1
    private var open: [(line: FunctionLine, isNew: Bool)] = []
    /// The line of code that does nothing at the block's start, which is a block of its own.
    private var head = FunctionLine.none
    private var last: (line: FunctionLine, end: UInt64) = (FunctionLine.none, 0)

    init(_ flow: CodeFlow) {
        self.flow = flow
        owners = [FunctionLine](repeating: FunctionLine.none, count: flow.counts.count)
        heads = owners
        lasts = [Int32](repeating: 0, count: flow.counts.count)
    }

    /// Adds code of a line in an executed range. Ranges come in ascending order.
    ///
    /// - Parameters:
    ///   - isStart: whether a row begins there, and with it a statement: else its code goes on.
    ///   - isInside: whether the range is one of several of a row that are one block.
    mutating func add(
        _ line: FunctionLine, _ addresses: Range<UInt64>, in range: Int, isStart: Bool,
        isInside: Bool = false
    ) {
        if range != self.range {
            let isSame =
                !open.isEmpty && (isInside || flow.goesOn(from: self.range, to: range))
            if !isSame {
                close()
                first = range
            }
            self.range = range
        }
        let isNew = isStart || last.line != line || last.end != addresses.lowerBound
        last = (line, addresses.upperBound)
        if let known = open.suffix(GcovLineCounts.mostCompared).lastIndex(where: { $0.line == line }
        ) {
            if isNew { open[known].isNew = true }
        } else {
            open.append((line, isNew))
        }
    }

    /// Has the code that was added last, with which a block begins, be a block of its own.
    mutating func endHead() {
        if range == first, open.count == 1 { head = open[0].line }
    }

    /// Adds executions of a line that has no block for them, behind a range.
    mutating func add(_ line: FunctionLine, behind range: Int, _ count: UInt64) {
        if range != self.range { close() }
        mentions.append(Mention(range: range, line: line, count: count))
    }

    /// Adds a loop of a line that begins with a range that belongs to another one.
    mutating func addLoop(_ line: FunctionLine, from range: Int) {
        if range != self.range { close() }
        mentions.append(
            Mention(range: range, line: line, count: flow.counts[range], isLoop: true))
    }

    /// Adds executions of a block of a line's own, of which no code is left, or a jump alone, behind a range.
    mutating func addBlock(_ line: FunctionLine, behind range: Int, _ count: UInt64) {
        if range != self.range { close() }
        mentions.append(Mention(range: range, line: line, count: count, isBlock: true))
    }

    private mutating func close() {
        guard let file = open.last?.line.file else { return }
        var owner = FunctionLine.none
        for (line, _) in open where line.file == file && line.line > owner.line { owner = line }
        owners[first] = owner
        lasts[first] = Int32(truncatingIfNeeded: range)
        if head != owner { heads[first] = head }
        for (line, isNew) in open where isNew && line != owner && line != head {
            mentions.append(
                Mention(range: range, line: line, count: flow.counts[first]))
        }
        head = FunctionLine.none
        open.removeAll(keepingCapacity: true)
    }

    /// Follows code that cleans up to the next block, and says whether control comes to the line anew with that.
    ///
    /// GCC has the calls of destructors in blocks of the line. Behind each is one that goes on with what was thrown, which
    /// has no line, so the next call is come to from elsewhere. So are the ends of the lives of what was destroyed, which
    /// have no code. They have the statement's line if it is a statement's own objects that are destroyed, else none. A
    /// statement's own object and a local one that a macro has on the same line look alike to the machine, so of more than
    /// one object, the ends do not count. A function's last block counts for nothing in gcov: that of a single such object,
    /// where nothing is cleaned up behind it.
    private mutating func comesAnew(_ index: Int, _ owner: FunctionLine, _ onward: UInt64) -> Bool {
        guard var part = cleanUps.removeValue(forKey: index) else { return false }
        let last = Int(lasts[index])
        guard !flow.catches(last), !flow.goesOnWithThrown(last) else { return false }
        let isCall = flow.branches[last]?.kind == .call
        if isCall { part.calls = min(2, part.calls + 1) }
        let behind = flow.behind(last)
        for case let next? in [behind, flow.target(last)]
        where next > index && cleanUps[next] == nil { cleanUps[next] = part }
        guard isCall, onward > 0, let behind, entry(behind) == owner else { return false }
        return !flow.goesOnWithThrown(Int(lasts[behind]))
            || part.isOfStatement && part.calls == 1 && !flow.isLastLanding(part.start)
    }

    /// The line that is come to first in a block.
    private func entry(_ first: Int) -> FunctionLine {
        heads[first] == FunctionLine.none ? owners[first] : heads[first]
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
        let areThrown = flow.mayThrow
        for (index, owner) in owners.enumerated() {
            while next < mentions.count, mentions[next].range <= index {
                let mention = mentions[next]
                if mention.isLoop {
                    body(mention.line, (mention.count, inner: mention.count), 0)
                } else if mention.isBlock {
                    body(mention.line, (mention.count, inner: 0), 0)
                } else {
                    body(mention.line, nil, mention.count)
                }
                next += 1
            }
            guard owner != FunctionLine.none else { continue }
            if heads[index] != FunctionLine.none {
                body(heads[index], (flow.counts[index], 0), 0)
            }
            let last = Int(lasts[index])
            let leaving = flow.leaving(last)
            var inner: UInt64 = 0
            var onward = leaving.onward
            if areThrown, let thrown = flow.thrown(last) {
                let isOfLine = entry(thrown.pad) == owner
                if isOfLine { inner = thrown.count }
                onward = flow.counts[index] - min(flow.counts[index], thrown.count)
                if thrown.pad > index {
                    let known = cleanUps[thrown.pad]?.isOfStatement ?? false
                    cleanUps[thrown.pad] = CleanUp(
                        isOfStatement: isOfLine || known, start: thrown.pad)
                }
            }
            let isAnew = !cleanUps.isEmpty && comesAnew(index, owner, onward)
            if !isAnew, let behind = flow.behind(last), entry(behind) == owner {
                inner = UInt64(clampedSum: inner, onward)
            }
            if let target = flow.target(last), entry(target) == owner {
                inner = UInt64(clampedSum: inner, leaving.jump)
            }
            // ARM's tables are jumps, one behind the other, which have the line of what leads there.
            if owner == tabled, !flow.isReached(index) {
                inner = UInt64(clampedSum: inner, flow.counts[index])
            }
            if flow.isIndirect(last) { tabled = owner }
            body(owner, (flow.counts[index], inner), 0)
        }
    }
}

import MachineCode
import Trace

/// The code of functions that stands as it was written, line by line, for which executions can be
/// counted as gcov does. Where a compiler has optimised, lines share their blocks.
struct UnoptimisedCode {
    /// Bytes of the longest jump to an address that it says itself, z/Architecture's: looking at no more
    /// rows saves time.
    private static let longestJump: UInt64 = 6
    /// Bytes of the longest instruction that does nothing.
    private static let longestNothing: UInt64 = 4
    /// Of the rows before one of the same function: what belongs together is near, and to look at all takes time.
    private static let mostCompared = 128

    private let rows: [LineTable.Row]
    private let ranges: [Range<UInt64>]
    private let code: Code
    private let counts: [UInt64]
    /// Whether executions were counted.
    private let areCounted: Bool
    /// Of nothing where they were not. An optional one would be copied wherever it is looked at.
    private var gcovCounts: GcovLineCounts
    /// Where executions were not counted, where the code of the function leads that was asked about last: its first row,
    /// and its first range.
    private var known: (function: Int, first: Int, flow: CodeFlow)?
    private let covered: AddressRanges
    private let calls: CalledFunctions
    /// The number of the first row of the function that rows are added of.
    var function = 0

    /// Where the code leads; nil where executions were not counted.
    var flow: CodeFlow? { areCounted ? gcovCounts.flow : nil }

    init(_ table: LineTable, _ covered: AddressRanges, _ code: Code, areCounted: Bool) {
        rows = table.rows
        ranges = covered.ranges
        counts = covered.counts
        self.code = code
        self.covered = covered
        calls = table.calls
        self.areCounted = areCounted
        let counted = areCounted ? covered : AddressRanges(BlockSet(), base: 0)
        gcovCounts = GcovLineCounts(CodeFlow(counted, code, table.calls))
    }

    /// The first range in the row with number `index` that something outside of the row jumps to. GCC has one row for
    /// all that a macro makes, which can be jumped into.
    ///
    /// - Parameters:
    ///   - addresses: the function's.
    ///   - range: the first range that ends behind the row's start.
    mutating func inner(_ index: Int, of addresses: [Range<UInt64>], from range: Int) -> Int? {
        let limit = end(of: index)
        var last = range
        while last < ranges.count, ranges[last].lowerBound < limit { last += 1 }
        let inside = (range..<last).filter { inner in
            // What goes on into the next row can be a part of that: arguments of a function that is inlined there.
            ranges[inner].lowerBound > rows[index].address && counts[inner] > 0
                && ranges[inner].upperBound <= limit
        }
        guard !inside.isEmpty else { return nil }
        let (flow, first) = flow.map { ($0, 0) } ?? ownFlow(addresses, to: last)
        return inside.first { inner in
            flow.branches[inner - first] != nil
                && flow.isJumpedTo(inner - first, fromOutside: range - first, last - 1 - first)
        }
    }

    /// Where the function's code leads, up to the range with number `last` at the least, and the number of its first
    /// range. To find that out for all code takes a tenth of a report's time, and few functions are asked about.
    private mutating func ownFlow(_ addresses: [Range<UInt64>], to last: Int)
        -> (CodeFlow, first: Int)
    {
        if let known, known.function == function, known.first + known.flow.branches.count >= last {
            return (known.flow, known.first)
        }
        let start = addresses.reduce(rows[function].address) { min($0, $1.lowerBound) }
        let end = addresses.reduce(0) { max($0, $1.upperBound) }
        let first = ranges.partitioningIndex { $0.upperBound > start }
        let behind = max(last, ranges.partitioningIndex { $0.lowerBound >= end })
        let flow = CodeFlow(covered.part(first..<behind), code, calls)
        known = (function, first, flow)
        return (flow, first)
    }

    /// Where the code of the row with number `index` ends.
    private func end(of index: Int) -> UInt64 {
        let following = index + 1 < rows.count ? rows[index + 1].address : .max
        return min(rows[index].end, max(rows[index].address, following))
    }

    /// Whether a function's rows, which are those from number `first` up to an address, are of that kind.
    ///
    /// Where LLVM optimises, it joins and moves code, which then is of no line: one row in nine in C at -O2, one in ninety
    /// at -O0. Its marks say nothing: a row has none if its line is that of the row before.
    ///
    /// - Parameter isOfGCC: whether it is known, too, that where rows share an address, and one begins no statement, the
    ///   code was optimised: else a row is made of an instruction, which has bytes.
    static func isUnoptimised(
        _ rows: Span<LineTable.Row>, from first: Int, to end: UInt64, isOfGCC: Bool
    ) -> Bool {
        var (index, gaps) = (first + 1, 0)
        while index < rows.count, rows[index].address < end {
            let before = rows[index - 1]
            if isOfGCC {
                if !rows[index].isStatement, rows[index].address == before.address { return false }
            } else if before.end < rows[index].address {
                gaps += 1
            }
            index += 1
        }
        return isOfGCC || gaps * 12 < index - first
    }

    /// Adds the row with number `index`, which was executed.
    ///
    /// - Parameter first: the number of the first range that ends behind the row's start.
    /// - Returns: whether it counts for anything.
    mutating func add(_ index: Int, _ line: FunctionLine, from first: Int) -> Bool {
        let row = rows[index]
        // What most rows are not is told here: a call takes a copy of all this along.
        if first < ranges.count, ranges[first].upperBound == row.end,
            row.end - row.address <= UnoptimisedCode.longestJump
        {
            if isLoopEnd(row) || isWayOver(index, in: first) { return false }
            // What was read before says of most that they are no jump back.
            if areCounted, let branch = gcovCounts.flow.branches[first], branch.kind == .jump,
                !branch.isConditional, let target = branch.target, target < row.address,
                loneJump(row) != nil,
                let turns = turns(index, to: target, of: [], upTo: first), turns > counts[first]
            {
                gcovCounts.addBlock(line, behind: first, turns)
                return true
            }
        }
        let isHead = isNothing(row, in: first)
        let limit = end(of: index)
        var range = first
        while range < ranges.count, ranges[range].lowerBound < limit { range += 1 }
        let isWhole = range > first + 1 && isOneBlock(first..<range)
        for range in first..<range where areCounted {
            // Behind what cleans up where something was thrown stands the way out of the function.
            guard range == first || !gcovCounts.flow.isOtherWayOut(range) else { continue }
            gcovCounts.add(
                line, ranges[range].clamped(to: row.address..<limit), in: range,
                isStart: ranges[range].contains(row.address), isInside: range > first && isWhole)
        }
        if isHead, isFirstCode(index) { gcovCounts.endHead() }
        // All bytes are the next row's.
        if range == first {
            guard range < ranges.count, ranges[range].lowerBound < row.end else { return false }
            let start = max(row.address, ranges[range].lowerBound)
            if areCounted { gcovCounts.add(line, start..<start, in: range, isStart: true) }
        }
        return true
    }

    /// Whether a row's ranges are one block of gcov's: whatever way code takes through them, it comes to the last one, as
    /// where a processor lacks an instruction.
    private func isOneBlock(_ numbers: Range<Int>) -> Bool {
        guard areCounted, numbers.count > 1, let last = numbers.last else { return false }
        return numbers.dropFirst().allSatisfy { !gcovCounts.flow.isWayOut($0) }
            && numbers.dropLast().allSatisfy {
                gcovCounts.flow.leadsForward($0, to: ranges[last].lowerBound)
            }
    }

    /// Adds the first row behind a function's opening, which was executed, for the line of the declaration: GCC has the
    /// opening in the block of the first statement. If that is a loop's, its turns count for both.
    ///
    /// - Parameter range: the first range that ends behind the row's start.
    mutating func addOpening(_ row: LineTable.Row, _ declaration: FunctionLine, from range: Int) {
        guard range < ranges.count, ranges[range].lowerBound == row.address else { return }
        if areCounted { gcovCounts.addLoop(declaration, from: range) }
    }

    /// Whether the row is the end of an endless loop, which has the line of what stands first in it.
    private func isLoopEnd(_ row: LineTable.Row) -> Bool {
        guard let target = loneJump(row), target < row.address
        else { return false }
        let first = rows.partitioningIndex { $0.address >= target }
        // Rows at one address are few; a broken file can have very many.
        return rows[first...].prefix(4)
            .contains { $0.address == target && $0.file == row.file && $0.line == row.line }
    }

    /// How often a loop without a condition went round, if the row, which is a jump back, is its end; nil otherwise.
    ///
    /// GCC has a block for the jump back. What else goes there (`continue`, an `if` at the end of the body) is made to jump
    /// to the loop's beginning itself, so the row is executed less often than the block, or never. In C, the block has the
    /// line of the loop's head if its body begins with a declaration, and in C++ that of its last brace.
    ///
    /// A `goto` to what stands before has such a row, too, but nothing is led past it: what jumps where it does, does so
    /// by a row of its own. It does not have a smaller line than what it leads to.
    ///
    /// - Parameters:
    ///   - target: where the row jumps, which stands before it.
    ///   - addresses: the function's.
    ///   - range: the number of the last range before the row's end.
    private mutating func turns(
        _ index: Int, to target: UInt64, of addresses: [Range<UInt64>], upTo range: Int
    ) -> UInt64? {
        let row = rows[index]
        guard !isLoopEnd(row) else { return nil }
        let (flow, first) = flow.map { ($0, 0) } ?? ownFlow(addresses, to: range + 1)
        guard let top = flow.loop(from: target, upTo: range - first) else { return nil }
        let head = rows[rows.partitioningIndex { $0.address >= target }]
        guard head.address == target, head.file == row.file else { return nil }
        var isLoop = head.line > row.line
        var turns: UInt64 = 0
        for way in (top...(range - first)).reversed() where flow.target(way) == top {
            // No `goto` or `continue` made a jump that is not a row for itself.
            let jump = rows[
                rows.partitioningIndex { $0.address >= ranges[way + first].upperBound } - 1]
            let isRow = loneJump(jump) != nil
            // A loop within this one can begin where it does. What is before its end is its own.
            if isRow, jump.address != row.address, jump.line < head.line || isLoopEnd(jump) {
                break
            }
            isLoop = isLoop || !isRow
            let jumps = flow.leaving(way).jump
            turns = areCounted ? UInt64(clampedSum: turns, jumps) : max(turns, jumps)
        }
        return isLoop ? turns : nil
    }

    /// Whether the row is the way over an `else`, and has the line of an `if` or a loop that is the last statement before
    /// it. Of gcov's blocks, one that has no statements has a line only if it is at a place that no other had before.
    ///
    /// The condition of such an `if` leads to the code before the row, or to the row, and then at once to where that leads.
    /// One that leads to what stands behind the row is that of the `else`: the row is at a brace on its line.
    ///
    /// - Parameter range: the number of the range that ends with the row.
    private func isWayOver(_ index: Int, in range: Int) -> Bool {
        let row = rows[index]
        guard areCounted, ranges[range].lowerBound == row.address,
            row.end - row.address <= UnoptimisedCode.longestJump,
            let branch = gcovCounts.flow.branches[range], branch.kind == .jump,
            !branch.isConditional, let target = branch.target
        else { return false }
        for other in rows[function..<index].suffix(UnoptimisedCode.mostCompared).reversed()
        where other.line == row.line && other.file == row.file {
            let condition = ranges[..<range].partitioningIndex { $0.upperBound >= other.end }
            guard condition < range, ranges[condition].upperBound == other.end,
                let branch = gcovCounts.flow.branches[condition], branch.kind == .jump,
                branch.isConditional, let way = branch.target
            else { continue }
            return (way < row.end || way == target) && loneJump(row) != nil
        }
        return false
    }

    /// Whether the row is an instruction that does nothing, with which a range begins: GCC, where it does not optimise,
    /// writes it for a block without code, to have a place for its line.
    private func isNothing(_ row: LineTable.Row, in range: Int) -> Bool {
        areCounted && range < ranges.count && ranges[range].lowerBound == row.address
            && isNothing(row)
    }

    private func isNothing(_ row: LineTable.Row) -> Bool {
        row.end - row.address <= UnoptimisedCode.longestNothing
            && code.isNothing(row.address..<row.end)
    }

    /// Whether the function's rows of the line before are but jumps and nothing, as those of `break` are: else the row can
    /// be at the place of one of them.
    private func isFirstCode(_ index: Int) -> Bool {
        let row = rows[index]
        return rows[function..<index].suffix(UnoptimisedCode.mostCompared)
            .allSatisfy { other in
                other.line != row.line || other.file != row.file || isNothing(other)
                    || loneJump(other) != nil
            }
    }

    /// Where the row leads, if it is one jump and nothing else.
    private func loneJump(_ row: LineTable.Row) -> UInt64? {
        let length = row.end - row.address
        guard length <= UnoptimisedCode.longestJump, let only = code.instruction(at: row.address),
            only.length == length, let branch = only.branch, branch.kind == .jump,
            !branch.isConditional
        else { return nil }
        return branch.target
    }

    /// Adds a row that was not executed, but would have been: one that is a jump over an `else`, or a loop's end. A
    /// condition that leads to a jump is made to lead where that does.
    ///
    /// - Parameters:
    ///   - addresses: the function's.
    ///   - range: the number of the first range behind the row.
    /// - Returns: how often.
    mutating func addSkipped(
        _ index: Int, _ line: FunctionLine, of addresses: [Range<UInt64>], before range: Int
    ) -> UInt64 {
        let row = rows[index]
        guard range > 0, let end = loneJump(row) else { return 0 }
        if end < row.address, let turns = turns(index, to: end, of: addresses, upTo: range - 1),
            turns > 0
        {
            if areCounted { gcovCounts.addBlock(line, behind: range - 1, turns) }
            return turns
        }
        guard range < ranges.count, ranges[range].lowerBound == row.end,
            index + 1 < rows.count, rows[index + 1].address == row.end,
            rows[index + 1].line > row.line, counts[range] > 0, counts[range - 1] > 0,
            end > row.end, let condition = lastBranch(range - 1), condition.kind == .jump,
            condition.isConditional, condition.target == end
        else { return 0 }
        // What stands behind the condition was not executed.
        if areCounted { gcovCounts.add(line, behind: range - 1, counts[range - 1]) }
        return counts[range - 1]
    }

    private func lastBranch(_ range: Int) -> Branch? {
        if areCounted { return gcovCounts.flow.branches[range] }
        return code.lastBranch(of: ranges[range])
    }

    /// Calls `body` as ``GcovLineCounts/finish(_:)`` does.
    mutating func finish(
        _ body: (FunctionLine, (count: UInt64, inner: UInt64)?, UInt64) -> Void
    ) { if areCounted { gcovCounts.finish(body) } }
}

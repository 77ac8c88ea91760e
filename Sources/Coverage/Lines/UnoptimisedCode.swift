import MachineCode
import Trace

/// The code of functions that stands as it was written, line by line, for which executions can be
/// counted as gcov does. Where a compiler has optimised, lines share their blocks.
struct UnoptimisedCode {
    /// Bytes of the longest jump to an address that it says itself, z/Architecture's: looking at no more
    /// rows saves time.
    private static let longestJump: UInt64 = 6

    private let rows: [LineTable.Row]
    private let ranges: [Range<UInt64>]
    private let code: Code
    private let counts: [UInt64]
    /// Nil where executions were not counted.
    private var gcovCounts: GcovLineCounts?

    init(_ table: LineTable, _ covered: AddressRanges, _ code: Code, areCounted: Bool) {
        rows = table.rows
        ranges = covered.ranges
        counts = covered.counts
        self.code = code
        gcovCounts = areCounted ? GcovLineCounts(CodeFlow(covered, code)) : nil
    }

    /// Whether a function's rows, which are those from number `first` up to an address, are of that
    /// kind: of optimised code, about half the rows begin no statement, of other code few.
    static func isUnoptimised(_ rows: Span<LineTable.Row>, from first: Int, to end: UInt64) -> Bool
    {
        var (index, parts) = (first, 0)
        while index < rows.count, rows[index].address < end {
            parts += rows[index].isStatement ? 0 : 1
            index += 1
        }
        return parts * 10 < (index - first) * 3
    }

    /// Adds the row with number `index`, which was executed.
    ///
    /// - Parameter first: the number of the first range that ends behind the row's start.
    /// - Returns: whether it counts for anything.
    mutating func add(_ index: Int, _ line: FunctionLine, from first: Int) -> Bool {
        let row = rows[index]
        if first < ranges.count, ranges[first].upperBound == row.end, isLoopEnd(row) {
            return false
        }
        let following = index + 1 < rows.count ? rows[index + 1].address : .max
        let limit = min(row.end, max(row.address, following))
        var range = first
        while range < ranges.count, ranges[range].lowerBound < limit {
            // Behind what cleans up where something was thrown stands the way out of the function.
            if range == first || gcovCounts?.flow.isWayOut(range) == false {
                gcovCounts?.add(line, ranges[range].clamped(to: row.address..<limit), in: range)
            }
            range += 1
        }
        // All bytes are the next row's.
        if range == first {
            guard range < ranges.count, ranges[range].lowerBound < row.end else { return false }
            let start = max(row.address, ranges[range].lowerBound)
            gcovCounts?.add(line, start..<start, in: range)
        }
        return true
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

    /// Where the row leads, if it is one jump and nothing else.
    private func loneJump(_ row: LineTable.Row) -> UInt64? {
        let length = row.end - row.address
        guard length <= UnoptimisedCode.longestJump, let only = code.instruction(at: row.address),
            only.length == length, let branch = only.branch, branch.kind == .jump,
            !branch.isConditional
        else { return nil }
        return branch.target
    }

    /// Adds a row that was not executed, but would have been: one that is a jump over an `else`. A
    /// condition that leads to a jump is made to lead where that does.
    ///
    /// - Parameter range: the number of the first range behind the row.
    /// - Returns: how often.
    mutating func addSkipped(_ index: Int, _ line: FunctionLine, before range: Int) -> UInt64 {
        let row = rows[index]
        guard range > 0, range < ranges.count, ranges[range].lowerBound == row.end,
            index + 1 < rows.count, rows[index + 1].address == row.end,
            rows[index + 1].line > row.line, counts[range] > 0, counts[range - 1] > 0,
            let end = loneJump(row), end > row.end,
            let condition = lastBranch(range - 1), condition.kind == .jump,
            condition.isConditional, condition.target == end
        else { return 0 }
        // What stands behind the condition was not executed.
        gcovCounts?.add(line, behind: range - 1, counts[range - 1])
        return counts[range - 1]
    }

    private func lastBranch(_ range: Int) -> Branch? {
        if let branches = gcovCounts?.flow.branches { return branches[range] }
        return code.lastBranch(of: ranges[range])
    }

    /// Calls `body` as ``GcovLineCounts/finish(_:)`` does.
    mutating func finish(
        _ body: (FunctionLine, (count: UInt64, inner: UInt64)?, UInt64) -> Void
    ) { gcovCounts?.finish(body) }
}

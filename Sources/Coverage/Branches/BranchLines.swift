import MachineCode
import Trace

/// The lines that branches belong to: as with gcov, the largest line of the block that ends with one, which need
/// not be the line of the condition itself.
///
/// GCC gives a block's line to some of what has no code of its own, in C++: what a call has given that can throw is
/// copied behind it, in the next block (what calls nothing throws nothing); and where the two values of a condition
/// (`a || b`) come together, one is taken. So the line of the call, and that of the values, are lines of the block.
struct BranchLines {
    private let rows: ArraySlice<LineTable.Row>
    private let code: FunctionCode
    private let isOfCxx: Bool
    /// Calls of functions that throw nothing, by their numbers among the branches; of C++ alone.
    private var quietCalls: Set<Int> = []
    /// Where blocks begin, ascending.
    private let leaders: [UInt64]
    /// Where jumps lead to, each as often as one does, ascending; of C++ alone.
    private let jumpedTo: [UInt64]

    /// - Parameters:
    ///   - rows: the function's, by address.
    ///   - outcomes: what is known of the functions that are called.
    ///   - isOfCxx: whether GCC compiled it from C++.
    init(
        _ rows: ArraySlice<LineTable.Row>, _ code: FunctionCode, _ calls: CalledFunctions,
        _ outcomes: inout CallOutcomes, isOfCxx: Bool
    ) {
        self.rows = rows
        self.code = code
        self.isOfCxx = isOfCxx
        var leaders = code.ranges.map(\.lowerBound)
        var jumpedTo: [UInt64] = []
        for (index, branch) in code.branches.enumerated() {
            if branch.branch?.kind == .call {
                if !calls.alwaysReturns(branch.branch?.target) { leaders.append(branch.end) }
                if isOfCxx, outcomes.callsNothing(branch.branch?.target) {
                    quietCalls.insert(index)
                }
                continue
            }
            let part = code.part(of: index)
            // What stays in its row is part of one statement's code.
            func isInside(_ address: UInt64) -> Bool {
                part.contains(address) && address != part.lowerBound
            }
            code.forEachTarget(of: index) { _, target in
                if let target, !isInside(target) { leaders.append(target) }
                if isOfCxx, let target, target != branch.end { jumpedTo.append(target) }
            }
            if !isInside(branch.end) { leaders.append(branch.end) }
        }
        self.leaders = leaders.sorted()
        self.jumpedTo = jumpedTo.sorted()
    }

    /// The place that a branch point belongs to; nil for code of no line.
    func place(of point: BranchPoint) -> (file: Int32, line: Int32)? {
        let jump = code.branches[point.branches[0]].address
        let next = leaders.partitioningIndex { $0 > jump }
        let start = next > 0 ? leaders[next - 1] : jump
        var index = rows.partitioningIndex { $0.address > jump }
        guard index > rows.startIndex, rows[index - 1].end > jump else { return nil }
        let file = rows[index - 1].file
        var line = rows[index - 1].line
        while index > rows.startIndex {
            index -= 1
            guard rows[index].address >= start || rows[index].end > start else { break }
            // What stands apart from its statement does not make a line known either.
            if rows[index].file == file, rows[index].isStatement {
                line = max(line, rows[index].line)
            }
        }
        if isOfCxx, let before = lineBefore(start, in: file) { line = max(line, before) }
        return (file, line)
    }

    /// The line of what a block uses of the code before it, and has no code for: nil if there is none.
    private func lineBefore(_ start: UInt64, in file: Int32) -> Int32? {
        let index = code.branch(from: start) - 1
        guard index >= 0, let branch = code.branches[index].branch else { return nil }
        let first = jumpedTo.partitioningIndex { $0 >= start }
        let jumps = jumpedTo[first...].prefix { $0 == start }.count
        if branch.kind == .call {
            return jumps == 0 && code.branches[index].end == start && !quietCalls.contains(index)
                ? line(at: code.branches[index].address, in: file) : nil
        }
        // One value, a jump over the other, which is all that stands before the block.
        guard jumps == 1, !branch.isConditional, branch.target == start else { return nil }
        let jump = code.branches[index]
        let values = [jump.address, jump.end, start - 1].map { line(at: $0, in: file) }
        return values.allSatisfy { $0 == values[0] } ? values[0] : nil
    }

    /// The line of a file that code at an address begins; 0 for another file's.
    func line(at address: UInt64, in file: Int32) -> Int32 {
        let index = rows.partitioningIndex { $0.address > address }
        guard index > rows.startIndex, rows[index - 1].end > address else { return 0 }
        return rows[index - 1].file == file ? rows[index - 1].line : 0
    }
}

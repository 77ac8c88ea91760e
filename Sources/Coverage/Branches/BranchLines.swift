import MachineCode
import Trace

/// The lines that branches belong to: as with gcov, the largest line of the block that ends with one, which need
/// not be the line of the condition itself.
struct BranchLines {
    private let rows: ArraySlice<LineTable.Row>
    private let code: FunctionCode
    /// Where blocks begin, ascending.
    private let leaders: [UInt64]

    /// - Parameter rows: the function's, by address.
    init(
        _ rows: ArraySlice<LineTable.Row>, _ code: FunctionCode, _ calls: CalledFunctions
    ) {
        self.rows = rows
        self.code = code
        var leaders = code.ranges.map(\.lowerBound)
        for (index, branch) in code.branches.enumerated() {
            if branch.branch?.kind == .call {
                if !calls.alwaysReturns(branch.branch?.target) { leaders.append(branch.end) }
                continue
            }
            let part = code.part(of: index)
            // What stays in its row is part of one statement's code.
            func isInside(_ address: UInt64) -> Bool {
                part.contains(address) && address != part.lowerBound
            }
            code.forEachTarget(of: index) { _, target in
                if let target, !isInside(target) { leaders.append(target) }
            }
            if !isInside(branch.end) { leaders.append(branch.end) }
        }
        self.leaders = leaders.sorted()
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
            if rows[index].file == file { line = max(line, rows[index].line) }
        }
        return (file, line)
    }

    /// The line of a file that code at an address begins; 0 for another file's.
    func line(at address: UInt64, in file: Int32) -> Int32 {
        let index = rows.partitioningIndex { $0.address > address }
        guard index > rows.startIndex, rows[index - 1].end > address else { return 0 }
        return rows[index - 1].file == file ? rows[index - 1].line : 0
    }
}

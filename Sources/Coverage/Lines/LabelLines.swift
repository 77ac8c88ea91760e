import Trace

/// Lines of labels, which have no code of their own, and no rows: they were executed as often as the code behind them
/// was come to.
struct LabelLines {
    private struct SourceLine: Hashable {
        var file: Int32
        var line: Int32
    }

    private struct FunctionSourceLine: Hashable {
        var function: Int
        var line: SourceLine
    }

    private let table: LineTable
    private let covered: AddressRanges
    /// The lines that are known, by file.
    private let known: [CountList<Int32>]
    private let areAdded: Bool
    /// By file; a line can be there several times.
    private(set) var counts: [[(key: Int32, count: UInt64)]]

    /// - Parameters:
    ///   - known: the lines that have rows, by file.
    ///   - switches: the labels of `switch` statements of files whose sources were read.
    ///   - areAdded: whether counts are executions, which add up; of runs the largest number is certain.
    init(
        _ table: LineTable, _ covered: AddressRanges, known: [CountList<Int32>],
        switches: [Int32: SwitchLabels], areAdded: Bool
    ) {
        (self.table, self.covered, self.known, self.areAdded) = (table, covered, known, areAdded)
        counts = .init(repeating: [], count: known.count)
        addNamed()
        if !switches.isEmpty { addSwitches(switches) }
    }

    /// Those that `goto` names, of which debug information says where their code is.
    private mutating func addNamed() {
        // Several units can tell of one function.
        var seen: Set<LineTable.Label> = []
        for label in table.labels where seen.insert(label).inserted {
            counts[Int(label.file)].append((label.line, covered.count(at: label.address)))
        }
    }

    private mutating func addSwitches(_ switches: [Int32: SwitchLabels]) {
        var labels: [SourceLine: [Int32]] = [:]
        for (file, source) in switches {
            let lines = known[Int(file)].elements
            guard let last = lines.last, last.key <= source.lineCount else { continue }
            for label in source.labels where known[Int(file)].count(of: label.line) == nil {
                let next = lines.partitioningIndex { $0.key >= label.code.lowerBound }
                guard next < lines.count, label.code.contains(lines[next].key) else { continue }
                labels[SourceLine(file: file, line: lines[next].key), default: []].append(
                    label.line)
            }
        }
        guard !labels.isEmpty else { return }
        let found = firstCounts(of: labels, in: switches)
        for (code, lines) in labels {
            let whole = known[Int(code.file)].count(of: code.line) ?? 0
            let first = found[code] ?? 0
            // Optimised code does not stand in the order of its lines.
            let count = first > 0 ? first : whole
            for line in lines { counts[Int(code.file)].append((line, count)) }
        }
    }

    /// How often lines were come to, by the first of their code in each function that is not optimised. With it a
    /// loop on the line begins.
    private func firstCounts(of labels: [SourceLine: [Int32]], in switches: [Int32: SwitchLabels])
        -> [SourceLine: UInt64]
    {
        var found: [SourceLine: UInt64] = [:]
        var seen: Set<FunctionSourceLine> = []
        var walk = FunctionWalk(table.functions)
        var (last, isUnoptimised): (Int?, Bool) = (nil, false)
        for (index, row) in table.rows.enumerated() {
            guard let function = walk.advance(to: row) else { continue }
            if function != last {
                isUnoptimised = UnoptimisedCode.isUnoptimised(
                    table.rows.span, from: index, to: walk.end,
                    isOfGCC: table.functions[function].isOfGCC)
                last = function
            }
            let line = SourceLine(file: row.file, line: row.line)
            guard isUnoptimised, row.isStatement, switches[row.file] != nil, labels[line] != nil,
                seen.insert(FunctionSourceLine(function: function, line: line)).inserted
            else { continue }
            let count = entries(of: row)
            let sum = found[line] ?? 0
            found[line] = areAdded ? UInt64(clampedSum: sum, count) : max(sum, count)
        }
        return found
    }

    /// How often the code of a line was come to from others, by its first row.
    ///
    /// A `while` begins with a jump to its condition, behind its body. What jumps to the former is made to jump to
    /// the latter, to which the body goes on, too.
    private func entries(of row: LineTable.Row) -> UInt64 {
        let count = covered.count(at: row.address)
        guard let code = table.code, let branch = code.instruction(at: row.address)?.branch,
            branch.kind == .jump, !branch.isConditional, let condition = branch.target,
            condition > row.address
        else { return count }
        // Rows at one address are few; a broken file can have very many.
        let first = table.rows.partitioningIndex { $0.address >= condition }
        let isOfLine = table.rows[first...].prefix(4)
            .contains { $0.address == condition && $0.file == row.file && $0.line == row.line }
        guard isOfLine else { return count }
        let whole = covered.count(at: condition)
        let body = covered.ranges.partitioningIndex { $0.upperBound >= condition }
        guard areAdded, body < covered.ranges.count, covered.ranges[body].upperBound == condition
        else { return max(count, whole) }
        let isLeft =
            code.lastBranch(of: covered.ranges[body])
            .map { !$0.isConditional && $0.kind != .call } ?? false
        return isLeft ? whole : max(count, whole - min(whole, covered.counts[body]))
    }
}

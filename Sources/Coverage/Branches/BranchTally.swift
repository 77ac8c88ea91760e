import MachineCode
import Trace

/// The branches of one module by source line.
struct BranchTally {
    private let table: LineTable
    private let code: Code
    private let covered: AddressRanges
    private let bounds: BlockBounds
    private let recorded: RecordedWays?
    private var outcomes: CallOutcomes
    /// Where the source's labels are, ascending.
    private let labels: [UInt64]
    /// The files with C++ code of GCC's, by their indices.
    private let filesOfCxx: Set<Int32>
    /// Whether branches are wanted that a compiler has added.
    private let hasAdded: Bool
    private var isCounted = false
    /// What was found of ``BranchFlow/checked``.
    private var checked = BranchFlow.Checked()
    /// By file.
    private(set) var lists: [BranchList]

    init(
        _ table: LineTable, _ code: Code, _ covered: AddressRanges, _ bounds: BlockBounds,
        _ recorded: RecordedWays?, hasAdded: Bool
    ) {
        self.recorded = recorded
        self.hasAdded = hasAdded
        (self.table, self.code, self.covered, self.bounds) = (table, code, covered, bounds)
        labels = table.labelAddresses
        filesOfCxx = Set(
            table.functions.lazy.filter { $0.isOfGCC && $0.linkageName.hasPrefix("_Z") }
                .compactMap(\.file))
        outcomes = CallOutcomes(table, covered, code)
        lists = [BranchList](repeating: BranchList(), count: table.files.count)
    }

    /// Adds the branches of all functions.
    mutating func addAll() {
        isCounted = covered.countUnit == .executions
        addFunctions()
        guard isCounted, !checked.areExecutions else { return }
        isCounted = false
        lists = [BranchList](repeating: BranchList(), count: table.files.count)
        addFunctions()
    }

    private mutating func addFunctions() {
        var last: UInt64?
        // Several compilation units can tell of one function.
        for function in table.functions where function.entry != last && function.isReported {
            last = function.entry
            add(function)
        }
    }

    private mutating func add(_ function: LineTable.Function) {
        let rows = table.rows(of: function)
        guard !rows.isEmpty else { return }
        let code = FunctionCode(function.ranges, rows, labels: labels, code, table.calls)
        let points = BranchPoint.points(of: code, hasAdded: hasAdded)
        guard !points.isEmpty else { return }
        let flow: BranchFlow? =
            isExecuted(code)
            ? BranchFlow(
                code, entry: function.entry, covered, bounds, recorded, &outcomes,
                isCounted: isCounted) : nil
        if let flow { checked.add(flow.checked) }
        let isOfCxx = function.isOfGCC && function.file.map(filesOfCxx.contains) ?? false
        let lines = BranchLines(rows, code, table.calls, &outcomes, isOfCxx: isOfCxx)
        var numbers: [Int32: Int32] = [:]
        for point in points {
            guard let place = lines.place(of: point) else { continue }
            let branch = SourceCoverage.Branch(
                line: Int(place.line),
                isReached: flow.map { flow in
                    point.branches.contains { flow.executions(of: $0) > 0 }
                } ?? false,
                ways: point.ways.map { way in
                    SourceCoverage.Branch.Way(
                        hits: BranchTally.hits(way, flow),
                        destination: way.destination
                            .map { Int(lines.line(at: $0, in: place.file)) } ?? 0)
                })
            let number = numbers[place.line, default: 0]
            numbers[place.line] = number + 1
            let key = BranchList.Key(
                line: place.line, declaration: function.line, number: number,
                wayCount: Int32(clamping: branch.ways.count))
            lists[Int(place.file)].append(key, branch)
        }
    }

    /// The sum of a way's edges; nil where none is known to have been taken, and one is not known.
    private static func hits(_ way: BranchPoint.Way, _ flow: BranchFlow?) -> Int? {
        guard let flow else { return 0 }
        let counts = way.edges.map { flow.count(of: $0.branch, way: $0.number) }
        let sum = counts.reduce(0) { UInt64(clampedSum: $0, $1 ?? 0) }
        return sum == 0 && counts.contains(nil) ? nil : Int(clamping: sum)
    }

    private func isExecuted(_ code: FunctionCode) -> Bool {
        code.ranges.contains { covered.overlaps($0) }
    }
}

extension LineTable {
    /// The rows of a function, by address.
    func rows(of function: Function) -> ArraySlice<Row> {
        let ranges = function.ranges
        guard let start = ranges.map(\.lowerBound).min(), let end = ranges.map(\.upperBound).max()
        else { return [] }
        let first = rows.partitioningIndex { $0.address >= start }
        let last = rows.partitioningIndex { $0.address >= end }
        let all = rows[first..<last]
        guard ranges.count > 1 else { return all }
        return all.filter { row in ranges.contains { $0.contains(row.address) } }[...]
    }
}

import MachineCode
import Trace

/// Finds what was executed of the code of a module's functions.
public struct FunctionSurvey: Sendable {
    /// A file can say any size; those of all its functions have a sum.
    private static let mostBytes: UInt64 = 1 << 40

    private let table: LineTable
    private let covered: AddressRanges
    private let bounds: BlockBounds
    private let recorded: RecordedWays?
    private let hasJumps: Bool
    private let selection: SourceSelection
    /// Where something leads to from another function, or from code that is in none; ascending.
    private var entries: [UInt64] = []
    private var isCounted: Bool

    /// - Parameters:
    ///   - table: of the module.
    ///   - covered: what was executed of the module.
    ///   - blocks: the same as blocks.
    ///   - base: the address of their offset 0.
    ///   - recorded: which ways jumps went, if runs say so.
    ///   - hasJumps: whether conditional jumps are wanted.
    ///   - selection: which files are wanted; a function of no source is the ELF file's.
    public init(
        _ table: LineTable, covered: AddressRanges, blocks: BlockSet, base: UInt64,
        recorded: RecordedWays?, hasJumps: Bool, _ selection: SourceSelection = SourceSelection()
    ) {
        (self.table, self.covered, self.recorded) = (table, covered, recorded)
        (self.hasJumps, self.selection) = (hasJumps, selection)
        bounds = BlockBounds(blocks, base: base)
        isCounted = covered.countUnit == .executions
    }

    /// The functions.
    ///
    /// - Parameter path: the module's.
    public func functions(of path: String) -> ModuleFunctions {
        var survey = self
        if hasJumps { survey.findEntries() }
        var (functions, checked) = survey.all()
        if isCounted, !checked.areExecutions {
            survey.isCounted = false
            (functions, checked) = survey.all()
        }
        return ModuleFunctions(path: path, functions: functions)
    }

    private func all() -> ([ModuleFunctions.Function], checked: BranchFlow.Checked) {
        var found: [ModuleFunctions.Function] = []
        var checked = BranchFlow.Checked()
        let labels = table.labelAddresses
        var outcomes = CallOutcomes(table, covered, table.code)
        var last: UInt64?
        // Several compilation units can tell of one function.
        for function in table.functions where function.entry != last && function.isReported {
            let given = function.file.map { table.files[Int($0)] }
            let path = given.flatMap { selection.path(of: $0) }
            guard given == nil || path != nil else { continue }
            last = function.entry
            var one = ModuleFunctions.Function(
                name: function.name, linkageName: function.linkageName,
                file: function.line > 0 ? path : nil, line: Int(function.line),
                address: function.entry, hits: covered.count(at: function.entry),
                bytes: bytes(of: function), blocks: nil, jumps: [])
            if let code = table.code {
                let own = FunctionCode(
                    function.ranges, table.rows(of: function), labels: labels, code, table.calls)
                one.blocks = blocks(of: own, code)
                if hasJumps { one.jumps = jumps(of: own, function.entry, &outcomes, &checked) }
            }
            found.append(one)
        }
        return (found, checked)
    }

    private func bytes(of function: LineTable.Function) -> SourceCoverage.Count {
        var (size, hit) = (UInt64(0), UInt64(0))
        for range in function.ranges {
            size = UInt64(clampedSum: size, range.upperBound - range.lowerBound)
            hit = UInt64(clampedSum: hit, covered.byteCount(in: range))
        }
        let most = FunctionSurvey.mostBytes
        return SourceCoverage.Count(found: Int(min(size, most)), hit: Int(min(hit, most)))
    }

    /// A block begins where the function's code does, where something leads to, and behind a jump. What nothing is known
    /// to lead to is one if it was executed, or if it calls or jumps: what only fills up the space before the next does
    /// neither.
    private func blocks(of own: FunctionCode, _ code: Code) -> SourceCoverage.Count? {
        var starts: Set<UInt64> = []
        var behind: Set<UInt64> = []
        for range in own.ranges where code.instruction(at: range.lowerBound) != nil {
            starts.insert(range.lowerBound)
        }
        guard !starts.isEmpty else { return nil }
        for (index, branch) in own.branches.enumerated() {
            guard let way = branch.branch, way.kind != .call else { continue }
            own.forEachTarget(of: index) { _, target in
                if let target, own.contains(target) { starts.insert(target) }
            }
            if way.isConditional {
                if own.contains(branch.end) { starts.insert(branch.end) }
            } else {
                behind.insert(branch.end)
            }
        }
        let ordered = starts.sorted()
        for address in behind where own.contains(address) && !starts.contains(address) {
            let next = own.branch(from: address)
            let leads = next < own.branches.count && own.branches[next].branch?.kind != .leave
            let following = ordered.partitioningIndex { $0 > address }
            let end = following < ordered.count ? ordered[following] : .max
            let isCode = leads && own.branches[next].address < end
            if isCode || covered.count(at: address) > 0 { starts.insert(address) }
        }
        return SourceCoverage.Count(
            found: starts.count, hit: starts.count { covered.count(at: $0) > 0 })
    }

    private func jumps(
        of own: FunctionCode, _ entry: UInt64, _ outcomes: inout CallOutcomes,
        _ checked: inout BranchFlow.Checked
    ) -> [ModuleFunctions.Jump] {
        let numbers = own.branches.indices.filter { own.conditionalTarget(of: $0) != nil }
        guard !numbers.isEmpty else { return [] }
        let isExecuted = own.ranges.contains { covered.overlaps($0) }
        let flow =
            isExecuted
            ? BranchFlow(
                own, entry: entry, covered, bounds, recorded, &outcomes, isCounted: isCounted,
                entries: entries) : nil
        if let flow { checked.add(flow.checked) }
        return numbers.map { number in
            let isReached = flow.map { $0.executions(of: number) > 0 } ?? false
            var jump = ModuleFunctions.Jump(
                address: own.branches[number].address,
                target: own.conditionalTarget(of: number) ?? 0,
                taken: isReached ? flow?.count(of: number, way: 1) : 0,
                fellThrough: isReached ? flow?.count(of: number, way: 0) : 0,
                isReached: isReached)
            if isReached, let flow {
                jump.takenIsLeast = flow.isLeast(of: number, way: 1)
                jump.fellThroughIsLeast = flow.isLeast(of: number, way: 0)
            }
            return jump
        }
    }

    /// Without debug information, code of one function can be taken for another's: what a compiler has put elsewhere
    /// jumps back to it.
    private mutating func findEntries() {
        var found: [UInt64] = []
        func add(_ branches: [DecodedInstruction], isOwn: (UInt64) -> Bool) {
            for branch in branches {
                if let target = branch.branch?.target, !isOwn(target) { found.append(target) }
            }
        }
        let ranges = table.functions.flatMap(\.ranges).filter { !$0.isEmpty }
            .sorted { $0.lowerBound < $1.lowerBound }
        for function in table.functions where function.ranges.contains(where: covered.overlaps) {
            guard let code = table.code else { return }
            for range in function.ranges where covered.overlaps(range) {
                let rows = table.rows(of: function).map(\.address)
                add(code.branches(in: range, starts: rows)) { target in
                    function.ranges.contains { $0.contains(target) }
                }
            }
        }
        var (next, end) = (0, UInt64(0))
        for range in covered.ranges {
            while next < ranges.count, ranges[next].lowerBound <= range.lowerBound {
                end = max(end, ranges[next].upperBound)
                next += 1
            }
            let limit = next < ranges.count ? ranges[next].lowerBound : .max
            let start = max(range.lowerBound, end)
            let rest = start..<max(start, min(range.upperBound, limit))
            if !rest.isEmpty, let code = table.code {
                add(code.branches(in: rest, starts: [])) { rest.contains($0) }
            }
        }
        found.sort()
        entries = found
    }
}

extension AddressRanges {
    /// Whether something of a range was executed.
    func overlaps(_ range: Range<UInt64>) -> Bool {
        let next = ranges.partitioningIndex { $0.upperBound > range.lowerBound }
        return next < ranges.count && ranges[next].lowerBound < range.upperBound
    }

    /// How many bytes of a range were executed.
    func byteCount(in range: Range<UInt64>) -> UInt64 {
        var index = ranges.partitioningIndex { $0.upperBound > range.lowerBound }
        var sum: UInt64 = 0
        while index < ranges.count, ranges[index].lowerBound < range.upperBound {
            let part = ranges[index].clamped(to: range)
            if counts[index] > 0 { sum += part.upperBound - part.lowerBound }
            index += 1
        }
        return sum
    }
}

extension FunctionCode {
    /// Where a conditional jump leads; nil for what is none, for one whose target a register says, and for one to what
    /// stands behind it in any case.
    func conditionalTarget(of index: Int) -> UInt64? {
        guard let branch = branches[index].branch, branch.kind == .jump, branch.isConditional,
            let target = branch.target, target != branches[index].end
        else { return nil }
        return target
    }
}

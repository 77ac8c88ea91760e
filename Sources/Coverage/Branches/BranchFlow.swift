import MachineCode
import Trace

/// How often control took each way out of the branches of one function, as far as it follows from where
/// blocks began and ended.
///
/// A block begins where something jumps to, or where a condition goes on behind itself. So of a junction, the blocks
/// that begin there came by the ways that lead there; those that run into it from before begin elsewhere. And
/// what comes out of a branch is what went in. If one way alone is not known of such a sum, it follows.
struct BranchFlow {
    /// A way out of a branch.
    struct Edge {
        /// The branch.
        var branch: Int32
        /// The number of the junction that it leads to; -1 outside of the function.
        var junction: Int32
        /// How often it was taken, if that is known; without counts, 1 for at least once.
        var count: UInt64?
        /// Whether it can have been taken more often.
        var isLeast = false
    }

    /// An address that edges lead to.
    struct Junction {
        var address: UInt64
        /// Executions of blocks that began there.
        var begun: UInt64
        /// Of those, what may have run into it from before.
        var into: UInt64
        /// Whether that are calls, of which some may not have come back.
        var isBehindCall = false
        /// Whether something else may lead there that is not known.
        var isOpen: Bool
    }

    let isCounted: Bool
    let bounds: BlockBounds
    /// By branch, the number of its first edge: on behind it and jumping, or a table's targets. One more at the end.
    private var firstEdges: [Int32] = []
    var edges: [Edge] = []
    /// By branch, how often it was executed.
    let executed: [UInt64]
    /// Where edges lead, by address.
    var junctions: [Junction] = []
    /// The edges by junction, and where those of each junction begin among them. One more at the end.
    var incoming: [Int32] = []
    private var firstIncoming: [Int32] = []

    /// - Parameters:
    ///   - recorded: which ways jumps went, if runs say so.
    ///   - outcomes: which of the functions that are called came back.
    ///   - isCounted: whether counts are executions.
    ///   - entries: where something from elsewhere is known to lead to, ascending.
    init(
        _ code: FunctionCode, entry: UInt64, _ covered: AddressRanges, _ bounds: BlockBounds,
        _ recorded: RecordedWays?, _ outcomes: inout CallOutcomes, isCounted: Bool,
        entries: [UInt64] = []
    ) {
        self.bounds = bounds
        self.isCounted = isCounted
        executed = code.branches.map {
            $0.branch?.kind == .call ? 0 : covered.count(at: $0.address)
        }
        addEdges(code)
        look(entry, code, entries, &outcomes)
        for branch in executed.indices where edgeNumbers(of: branch).count == 1 {
            let number = edgeNumbers(of: branch).lowerBound
            edges[number].count = isCounted ? executed[branch] : min(1, executed[branch])
        }
        if let recorded { take(recorded, code, areTaken: !isCounted) }
        if isCounted {
            check()
            solveCounts()
            if let recorded {
                forgetContradicted(recorded, code)
                take(recorded, code, areTaken: true)
            }
            narrow()
        }
        solveStates()
        guard edges.contains(where: { $0.count == nil }) else { return }
        takeBridges(code, entry)
        if isCounted { narrow() }
        solveStates()
    }

    /// Takes what runs say of jumps.
    ///
    /// - Parameter areTaken: whether also that a way was taken; else only that it was not.
    private mutating func take(_ recorded: RecordedWays, _ code: FunctionCode, areTaken: Bool) {
        forEachJump(of: code) { flow, branch, address in
            let ways = recorded.ways(of: address)
            for (number, wasTaken) in zip(flow.edgeNumbers(of: branch), [ways.onward, ways.jumped])
            where flow.edges[number].count == nil && (wasTaken == false || areTaken) {
                flow.edges[number].count = wasTaken.map { $0 ? 1 : 0 }
                flow.edges[number].isLeast = wasTaken == true
            }
        }
    }

    /// Gives up what followed of a jump of which runs say that it went a way that nothing is left for.
    private mutating func forgetContradicted(_ recorded: RecordedWays, _ code: FunctionCode) {
        forEachJump(of: code) { flow, branch, address in
            let ways = recorded.ways(of: address)
            let numbers = flow.edgeNumbers(of: branch)
            let isContradicted = zip(numbers, [ways.onward, ways.jumped]).contains {
                $1 == true && flow.edges[$0].count == 0
            }
            guard isContradicted else { return }
            for (number, wasTaken) in zip(numbers, [ways.onward, ways.jumped]) {
                flow.edges[number].count = wasTaken == false ? 0 : nil
            }
        }
    }

    /// Calls `body` with each jump that runs can say something of.
    private mutating func forEachJump(
        of code: FunctionCode, _ body: (inout BranchFlow, _ branch: Int, _ address: UInt64) -> Void
    ) {
        for branch in executed.indices where edgeNumbers(of: branch).count == 2 {
            guard let jump = code.branches[branch].branch, jump.kind == .jump, jump.isConditional,
                jump.target != nil
            else { continue }
            body(&self, branch, code.branches[branch].address)
        }
    }

    /// Of branches whose two ways alone lead to their junctions, how many were left as often as they were executed.
    ///
    /// A file that was merged does not say whether its counts are executions or runs. If they are executions, what comes
    /// out of a branch is what went in; a run in which it went both ways is counted once before and twice behind it.
    struct Checked {
        /// Of so many branches, one may be left less often than it was executed: where a program was killed.
        private static let fewestRight = 50

        fileprivate var (right, wrong) = (0, 0)

        /// Whether counts can be executions.
        var areExecutions: Bool { wrong * Checked.fewestRight <= right }

        mutating func add(_ other: Checked) {
            right += other.right
            wrong += other.wrong
        }
    }

    private(set) var checked = Checked()

    private mutating func check() {
        for branch in executed.indices where executed[branch] > 0 {
            let numbers = edgeNumbers(of: branch)
            guard numbers.count == 2 else { continue }
            var sum: UInt64 = 0
            let isAlone = numbers.allSatisfy { number in
                let junction = Int(edges[number].junction)
                guard junction >= 0, !junctions[junction].isOpen, junctions[junction].into == 0,
                    incomingNumbers(of: junction).count == 1
                else { return false }
                sum = UInt64(clampedSum: sum, junctions[junction].begun)
                return true
            }
            guard isAlone else { continue }
            if sum == executed[branch] { checked.right += 1 } else { checked.wrong += 1 }
        }
    }

    private mutating func addEdges(_ code: FunctionCode) {
        var targets: [UInt64] = []
        for index in code.branches.indices {
            firstEdges.append(Int32(targets.count))
            code.forEachTarget(of: index) { _, target in
                edges.append(Edge(branch: Int32(index), junction: -1))
                targets.append(target ?? .max)
            }
        }
        firstEdges.append(Int32(targets.count))
        var inside = targets.filter { code.contains($0) }
        inside.sort()
        for address in inside where address != junctions.last?.address {
            junctions.append(Junction(address: address, begun: 0, into: 0, isOpen: false))
        }
        var counts = [Int32](repeating: 0, count: junctions.count + 1)
        for (number, target) in targets.enumerated() {
            let junction = junctions.partitioningIndex { $0.address >= target }
            guard junction < junctions.count, junctions[junction].address == target else {
                continue
            }
            edges[number].junction = Int32(junction)
            counts[junction + 1] += 1
        }
        for junction in junctions.indices { counts[junction + 1] += counts[junction] }
        firstIncoming = counts
        incoming = [Int32](repeating: 0, count: Int(counts[junctions.count]))
        for (number, edge) in edges.enumerated() where edge.junction >= 0 {
            incoming[Int(counts[Int(edge.junction)])] = Int32(number)
            counts[Int(edge.junction)] += 1
        }
    }

    /// Finds what came to each junction.
    private mutating func look(
        _ entry: UInt64, _ code: FunctionCode, _ entries: [UInt64],
        _ outcomes: inout CallOutcomes
    ) {
        let unknownTargets = code.hasUnknownJumps ? code.unknownTargets() : []
        var next = 0
        for index in junctions.indices {
            let address = junctions[index].address
            junctions[index].begun = bounds.begun(at: address) ?? 0
            while next < code.branches.count, code.branches[next].address < address { next += 1 }
            // A jump is an edge, or leads past the junction; behind a call, its return begins a block.
            let before =
                next > 0 && code.branches[next - 1].end == address
                ? code.branches[next - 1].branch : nil
            let comesBack =
                before?.kind == .call && !code.neverReturns(next - 1)
                && !outcomes.neverCameBack(from: before?.target)
            if before == nil || comesBack {
                junctions[index].into = bounds.ended(at: address) ?? 0
                junctions[index].isBehindCall = comesBack
            }
            // What stands before a part of a function is another function. That its blocks end there does not say whether
            // they ran into this one.
            let isPartStart =
                code.ranges.contains { $0.lowerBound == address }
                && !code.ranges.contains { $0.upperBound == address }
            junctions[index].isOpen =
                address == entry || entries.hasSorted(address)
                || unknownTargets?.hasSorted(address) ?? true
                || isPartStart && junctions[index].into > 0
            if isPartStart { junctions[index].into = 0 }
        }
    }

    func edgeNumbers(of branch: Int) -> Range<Int> {
        Int(firstEdges[branch])..<Int(firstEdges[branch + 1])
    }

    func incomingNumbers(of junction: Int) -> Range<Int> {
        Int(firstIncoming[junction])..<Int(firstIncoming[junction + 1])
    }

    /// How often a branch was executed that is no call.
    func executions(of branch: Int) -> UInt64 { executed[branch] }

    /// Finds counts of edges from sums with one unknown edge, until there is no such sum.
    private mutating func solveCounts() {
        // Numbers from `total` on are junctions.
        let total = executed.count
        var waiting = Array((0..<total + junctions.count).reversed())
        while let number = waiting.popLast() {
            let found: Int?
            if number < total {
                found = unknown(
                    edgeNumbers(of: number), isList: false, sum: executed[number])
            } else {
                let junction = junctions[number - total]
                // Where nothing came, nothing came from elsewhere either.
                guard junction.begun == 0 || !junction.isOpen, junction.begun >= junction.into
                else { continue }
                found = unknown(
                    incomingNumbers(of: number - total), isList: true,
                    sum: junction.begun - junction.into)
            }
            guard let found else { continue }
            if edges[found].junction >= 0 { waiting.append(total + Int(edges[found].junction)) }
            waiting.append(Int(edges[found].branch))
        }
    }

    /// Gives the one unknown of edges what is left of their sum; of several, the first, if nothing is left.
    ///
    /// - Parameter isList: whether the numbers are those of ``incoming``.
    /// - Returns: the edge; nil if none was found.
    private mutating func unknown(_ numbers: Range<Int>, isList: Bool, sum: UInt64) -> Int? {
        var (unknown, isAlone, rest): (Int?, Bool, UInt64) = (nil, true, sum)
        for number in numbers {
            let edge = isList ? Int(incoming[number]) : number
            if let count = edges[edge].count {
                guard count <= rest else { return nil }
                rest -= count
            } else {
                isAlone = unknown == nil
                unknown = unknown ?? edge
            }
        }
        guard let unknown, isAlone || rest == 0 else { return nil }
        edges[unknown].count = rest
        return unknown
    }

    /// Finds whether edges were taken where counts do not say it: those to junctions where nothing begins were not;
    /// a junction was come to by the one edge that is left, and a branch left by it.
    private mutating func solveStates() {
        guard edges.contains(where: { $0.count == nil }) else { return }
        for number in edges.indices where edges[number].count == nil {
            let junction = Int(edges[number].junction)
            if executed[Int(edges[number].branch)] == 0
                || junction >= 0 && junctions[junction].begun == 0
            {
                edges[number].count = 0
            }
        }
        var isChanged = true
        while isChanged {
            isChanged = false
            for junction in junctions.indices
            where !junctions[junction].isOpen && junctions[junction].into == 0 {
                isChanged = settle(incomingNumbers(of: junction), isList: true) || isChanged
            }
            for branch in executed.indices where executed[branch] > 0 {
                isChanged = settle(edgeNumbers(of: branch), isList: false) || isChanged
            }
        }
    }

    /// Takes the one of edges that is left, where no other was taken, and one must have been.
    private mutating func settle(_ numbers: Range<Int>, isList: Bool) -> Bool {
        var unknown: Int?
        for number in numbers {
            let edge = isList ? Int(incoming[number]) : number
            if let count = edges[edge].count {
                if count > 0 { return false }
            } else {
                guard unknown == nil else { return false }
                unknown = edge
            }
        }
        guard let unknown else { return false }
        (edges[unknown].count, edges[unknown].isLeast) = (1, true)
        return true
    }

    /// How often an edge was taken, without counts of executions in how many runs at least; nil where it is not
    /// known whether it was.
    ///
    /// - Parameter way: of a branch, by number.
    func count(of branch: Int, way: Int) -> UInt64? { known(of: branch, way: way).count }

    /// Whether what ``count(of:way:)`` says is a bound: the edge can have been taken more often. Always false without
    /// counts of executions.
    func isLeast(of branch: Int, way: Int) -> Bool {
        isCounted && known(of: branch, way: way).isLeast
    }

    private func known(of branch: Int, way: Int) -> (count: UInt64?, isLeast: Bool) {
        let numbers = edgeNumbers(of: branch)
        let edge = edges[numbers.lowerBound + way]
        guard let count = edge.count, count > 0, edge.isLeast || !isCounted else {
            return (edge.count, false)
        }
        // What came to where nothing else leads came this way.
        if edge.junction >= 0 {
            let junction = junctions[Int(edge.junction)]
            if junction.into == 0, !junction.isOpen,
                incomingNumbers(of: Int(edge.junction)).count == 1
            {
                return (junction.begun, false)
            }
        }
        let others = numbers.filter { $0 != numbers.lowerBound + way }
        return others.allSatisfy { edges[$0].count == 0 }
            ? (executed[branch], false) : (count, true)
    }
}

extension [UInt64] {
    /// Whether one of them, which are in ascending order, is this.
    fileprivate func hasSorted(_ address: UInt64) -> Bool {
        let place = partitioningIndex { $0 >= address }
        return place < count && self[place] == address
    }
}

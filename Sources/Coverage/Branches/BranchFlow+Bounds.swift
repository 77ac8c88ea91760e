import MachineCode
import Trace

/// What follows of several sums at once, and of where code can be come from, for ways that no sum says alone.
extension BranchFlow {
    /// How often an edge was taken, at the least and at the most.
    private struct Bounds {
        var least, most: UInt64
    }

    /// Where counts go round a circle of sums, each round can make less of them.
    private static let mostRounds = 16
    /// So many steps are not worth it for one function.
    private static let mostSteps = 1 << 24

    /// Narrows down how often edges were taken: of a sum, each has what the others cannot have.
    mutating func narrow() {
        guard edges.contains(where: { $0.count == nil || $0.isLeast }) else { return }
        var bounds = edges.map { edge in
            let most = executed[Int(edge.branch)]
            guard let count = edge.count else { return Bounds(least: 0, most: most) }
            return Bounds(least: count, most: edge.isLeast ? max(most, count) : count)
        }
        for _ in 0..<BranchFlow.mostRounds {
            var isChanged = false
            for branch in executed.indices {
                let own = edgeNumbers(of: branch)
                guard own.count > 1 else { continue }
                let sum = executed[branch]
                isChanged = BranchFlow.narrow(own, &bounds, least: sum, most: sum) || isChanged
            }
            for number in junctions.indices {
                let junction = junctions[number]
                let own = incomingNumbers(of: number).map { Int(incoming[$0]) }
                // Of calls, some may not have come back; and what is open is come to from elsewhere.
                let rest = junction.begun - min(junction.into, junction.begun)
                let isLess = junction.into > junction.begun
                guard junction.isBehindCall || !isLess else { continue }
                let most = junction.isBehindCall ? junction.begun : rest
                let least = junction.isOpen ? 0 : rest
                isChanged = BranchFlow.narrow(own, &bounds, least: least, most: most) || isChanged
            }
            guard isChanged else { break }
        }
        for number in edges.indices where edges[number].count == nil || edges[number].isLeast {
            let (least, most) = (bounds[number].least, bounds[number].most)
            guard least == most || least > 0 else { continue }
            (edges[number].count, edges[number].isLeast) = (least, least < most)
        }
    }

    /// Narrows the edges of one sum.
    ///
    /// - Returns: whether anything is known better.
    private static func narrow(
        _ numbers: some Collection<Int>, _ bounds: inout [Bounds], least: UInt64, most: UInt64
    ) -> Bool {
        var (leastSum, mostSum) = (UInt64(0), UInt64(0))
        for number in numbers {
            leastSum = UInt64(clampedSum: leastSum, bounds[number].least)
            mostSum = UInt64(clampedSum: mostSum, bounds[number].most)
        }
        // What does not fit says nothing: where a program was ended, one is too many or too few.
        guard leastSum <= most, mostSum >= least, mostSum < .max else { return false }
        var isChanged = false
        for number in numbers {
            let own = bounds[number]
            let (others, othersMost) = (leastSum - own.least, mostSum - own.most)
            if most - others < own.most {
                bounds[number].most = most - others
                isChanged = true
            }
            if least > othersMost, least - othersMost > own.least {
                bounds[number].least = least - othersMost
                isChanged = true
            }
        }
        return isChanged
    }

    /// Takes the edges without which nothing would lead to some code that was executed.
    mutating func takeBridges(_ code: FunctionCode, _ entry: UInt64) {
        let unknown = edges.indices.filter {
            edges[$0].count == nil && executed[Int(edges[$0].branch)] > 0
        }
        guard unknown.count * edges.count < BranchFlow.mostSteps else { return }
        let ways = CodeWays(self, code, entry)
        let all = ways.reached(self, without: nil)
        for number in unknown where edges[number].count == nil {
            guard ways.reached(self, without: number) != all else { continue }
            (edges[number].count, edges[number].isLeast) = (1, true)
        }
    }
}

/// Where the code of a function leads, from branch to branch.
private struct CodeWays {
    /// By junction, the first branch behind it.
    private let behind: [Int]
    /// By branch, whether what stands behind it is come to from it as well: a call.
    private let goesOn: [Bool]
    /// The branches that come first where code is come to from elsewhere.
    private var roots: [Int] = []
    /// The junctions that were jumped to.
    private let isJumpedTo: [Bool]

    init(_ flow: BranchFlow, _ code: FunctionCode, _ entry: UInt64) {
        behind = flow.junctions.map { code.branch(from: $0.address) }
        goesOn = code.branches.indices.map {
            code.branches[$0].branch?.kind == .call && !code.neverReturns($0)
        }
        isJumpedTo = flow.junctions.map { junction in
            // Without counts, several blocks that begin at one place are several.
            !junction.isOpen
                && (flow.isCounted
                    ? junction.begun > junction.into
                    : junction.begun > 0 && junction.into == 0)
        }
        roots = [code.branch(from: entry)]
        for (junction, branch) in zip(flow.junctions, behind) where junction.isOpen {
            roots.append(branch)
        }
        // Where a block begins that nothing is known to lead to, something does: an exception, a signal's end.
        for range in code.ranges {
            flow.bounds.forEachStart(in: range) { address in
                let branch = code.branch(from: address)
                let isBehind = branch > 0 && code.branches[branch - 1].end == address
                let junction = flow.junctions.partitioningIndex { $0.address >= address }
                let isJunction =
                    junction < flow.junctions.count && flow.junctions[junction].address == address
                if !isBehind, !isJunction { roots.append(branch) }
            }
        }
    }

    /// What of the code that was executed is come to: branches, then junctions.
    ///
    /// - Parameter edge: one that is taken not to lead there.
    func reached(_ flow: BranchFlow, without edge: Int?) -> [Bool] {
        let count = flow.executed.count
        var isReached = [Bool](repeating: false, count: count)
        var isCome = [Bool](repeating: false, count: flow.junctions.count)
        var waiting = roots
        while let branch = waiting.popLast() {
            guard branch < count, !isReached[branch] else { continue }
            isReached[branch] = true
            if goesOn[branch] { waiting.append(branch + 1) }
            for number in flow.edgeNumbers(of: branch)
            where number != edge && flow.edges[number].count != 0 {
                let junction = Int(flow.edges[number].junction)
                guard junction >= 0 else { continue }
                isCome[junction] = true
                waiting.append(behind[junction])
            }
        }
        for branch in isReached.indices where flow.executed[branch] == 0 {
            isReached[branch] = false
        }
        for junction in isCome.indices where !isJumpedTo[junction] { isCome[junction] = false }
        return isReached + isCome
    }
}

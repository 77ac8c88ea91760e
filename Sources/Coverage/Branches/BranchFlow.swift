import MachineCode
import Trace

/// How often control took each way out of the branches of one function, as far as it follows from where
/// blocks began and ended.
///
/// A block begins where something jumps to, or where a condition goes on behind itself. So of a place, the blocks
/// that begin there came by the ways that lead there; those that run into it from before begin elsewhere. And
/// what comes out of a branch is what went in. If one way alone is not known of such a sum, it follows.
struct BranchFlow {
    /// A way out of a branch.
    private struct Edge {
        /// The branch.
        var branch: Int32
        /// The number of the place that it leads to; -1 outside of the function.
        var place: Int32
        /// How often it was taken, if that is known; without counts, 1 for at least once.
        var count: UInt64?
    }

    /// A place that edges lead to.
    private struct Place {
        var address: UInt64
        /// Executions of blocks that began there.
        var begun: UInt64
        /// Of those, what may have run into it from before.
        var into: UInt64
        /// Whether something else may lead there that is not known.
        var isOpen: Bool
    }

    private let isCounted: Bool
    private let bounds: BlockBounds
    /// By branch, the number of its first edge: on behind it and jumping, or a table's targets. One more at the end.
    private var firstEdges: [Int32] = []
    private var edges: [Edge] = []
    /// By branch, how often it was executed.
    private let executed: [UInt64]
    /// Where edges lead, by address.
    private var places: [Place] = []
    /// The edges by place, and where those of each place begin among them. One more at the end.
    private var incoming: [Int32] = []
    private var firstIncoming: [Int32] = []

    /// - Parameters:
    ///   - recorded: which ways jumps went, if runs say so.
    ///   - isCounted: whether counts are executions.
    init(
        _ code: FunctionCode, entry: UInt64, _ covered: AddressRanges, _ bounds: BlockBounds,
        _ recorded: RecordedWays?, isCounted: Bool
    ) {
        self.bounds = bounds
        self.isCounted = isCounted
        executed = code.branches.map {
            $0.branch?.kind == .call ? 0 : covered.count(at: $0.address)
        }
        addEdges(code)
        look(entry, code)
        for branch in executed.indices where edgeNumbers(of: branch).count == 1 {
            let number = edgeNumbers(of: branch).lowerBound
            edges[number].count = isCounted ? executed[branch] : min(1, executed[branch])
        }
        if let recorded { take(recorded, code, areTaken: !isCounted) }
        if isCounted {
            check()
            solveCounts()
            if let recorded { take(recorded, code, areTaken: true) }
        }
        solveStates()
    }

    /// Takes what runs say of jumps.
    ///
    /// - Parameter areTaken: whether also that a way was taken; else only that it was not.
    private mutating func take(_ recorded: RecordedWays, _ code: FunctionCode, areTaken: Bool) {
        for branch in executed.indices where edgeNumbers(of: branch).count == 2 {
            guard let jump = code.branches[branch].branch, jump.kind == .jump, jump.isConditional,
                jump.target != nil
            else { continue }
            let ways = recorded.ways(of: code.branches[branch].address)
            for (number, wasTaken) in zip(edgeNumbers(of: branch), [ways.onward, ways.jumped])
            where edges[number].count == nil && (wasTaken == false || areTaken) {
                edges[number].count = wasTaken.map { $0 ? 1 : 0 }
            }
        }
    }

    /// Of branches whose two ways alone lead to their places: how many were left as often as they were executed, and
    /// how many were not, so that counts cannot be executions.
    private(set) var checked = (right: 0, wrong: 0)

    private mutating func check() {
        for branch in executed.indices where executed[branch] > 0 {
            let numbers = edgeNumbers(of: branch)
            guard numbers.count == 2 else { continue }
            var sum: UInt64 = 0
            let isAlone = numbers.allSatisfy { number in
                let place = Int(edges[number].place)
                guard place >= 0, !places[place].isOpen, places[place].into == 0,
                    incomingNumbers(of: place).count == 1
                else { return false }
                sum = UInt64(clampedSum: sum, places[place].begun)
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
                edges.append(Edge(branch: Int32(index), place: -1))
                targets.append(target ?? .max)
            }
        }
        firstEdges.append(Int32(targets.count))
        var inside = targets.filter { code.contains($0) }
        inside.sort()
        for address in inside where address != places.last?.address {
            places.append(Place(address: address, begun: 0, into: 0, isOpen: false))
        }
        var counts = [Int32](repeating: 0, count: places.count + 1)
        for (number, target) in targets.enumerated() {
            let place = places.partitioningIndex { $0.address >= target }
            guard place < places.count, places[place].address == target else { continue }
            edges[number].place = Int32(place)
            counts[place + 1] += 1
        }
        for place in places.indices { counts[place + 1] += counts[place] }
        firstIncoming = counts
        incoming = [Int32](repeating: 0, count: Int(counts[places.count]))
        for (number, edge) in edges.enumerated() where edge.place >= 0 {
            incoming[Int(counts[Int(edge.place)])] = Int32(number)
            counts[Int(edge.place)] += 1
        }
    }

    /// Finds what came to each place.
    private mutating func look(_ entry: UInt64, _ code: FunctionCode) {
        let hasUnknownJumps = code.hasUnknownJumps
        var next = 0
        for index in places.indices {
            let address = places[index].address
            places[index].begun = bounds.begun(at: address) ?? 0
            while next < code.branches.count, code.branches[next].address < address { next += 1 }
            // A jump is an edge, or leads past the place; behind a call, its return begins a block.
            let isBehindJump =
                next > 0 && code.branches[next - 1].end == address
                && code.branches[next - 1].branch?.kind != .call
            if !isBehindJump { places[index].into = bounds.ended(at: address) ?? 0 }
            places[index].isOpen =
                address == entry || (hasUnknownJumps && code.beginsRow(at: address))
        }
    }

    private func edgeNumbers(of branch: Int) -> Range<Int> {
        Int(firstEdges[branch])..<Int(firstEdges[branch + 1])
    }

    private func incomingNumbers(of place: Int) -> Range<Int> {
        Int(firstIncoming[place])..<Int(firstIncoming[place + 1])
    }

    /// How often a branch was executed that is no call.
    func executions(of branch: Int) -> UInt64 { executed[branch] }

    /// Finds counts of edges from sums with one unknown edge, until there is no such sum.
    private mutating func solveCounts() {
        // Numbers from `total` on are places.
        let total = executed.count
        var waiting = Array((0..<total + places.count).reversed())
        while let number = waiting.popLast() {
            let found: Int?
            if number < total {
                found = unknown(
                    edgeNumbers(of: number), isList: false, sum: executed[number])
            } else {
                let place = places[number - total]
                guard !place.isOpen, place.begun >= place.into else { continue }
                found = unknown(
                    incomingNumbers(of: number - total), isList: true,
                    sum: place.begun - place.into)
            }
            guard let found else { continue }
            if edges[found].place >= 0 { waiting.append(total + Int(edges[found].place)) }
            waiting.append(Int(edges[found].branch))
        }
    }

    /// Gives the one unknown of edges what is left of their sum.
    ///
    /// - Parameter isList: whether the numbers are those of ``incoming``.
    private mutating func unknown(_ numbers: Range<Int>, isList: Bool, sum: UInt64) -> Int? {
        var (unknown, rest): (Int?, UInt64) = (nil, sum)
        for number in numbers {
            let edge = isList ? Int(incoming[number]) : number
            if let count = edges[edge].count {
                guard count <= rest else { return nil }
                rest -= count
            } else {
                guard unknown == nil else { return nil }
                unknown = edge
            }
        }
        guard let unknown else { return nil }
        edges[unknown].count = rest
        return unknown
    }

    /// Finds whether edges were taken where counts do not say it: those to places where nothing begins were not;
    /// a place was come to by the one edge that is left, and a branch left by it.
    private mutating func solveStates() {
        guard edges.contains(where: { $0.count == nil }) else { return }
        for number in edges.indices where edges[number].count == nil {
            let place = Int(edges[number].place)
            if executed[Int(edges[number].branch)] == 0 || place >= 0 && places[place].begun == 0 {
                edges[number].count = 0
            }
        }
        var isChanged = true
        while isChanged {
            isChanged = false
            for place in places.indices where !places[place].isOpen && places[place].into == 0 {
                isChanged = settle(incomingNumbers(of: place), isList: true) || isChanged
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
        edges[unknown].count = 1
        return true
    }

    /// How often an edge was taken, without counts of executions in how many runs at least; nil where it is not
    /// known whether it was.
    ///
    /// - Parameter way: of a branch, by number.
    func count(of branch: Int, way: Int) -> UInt64? {
        let numbers = edgeNumbers(of: branch)
        let edge = edges[numbers.lowerBound + way]
        guard let count = edge.count, count > 0, !isCounted else { return edge.count }
        // Runs that came to where nothing else leads came this way.
        if edge.place >= 0 {
            let place = places[Int(edge.place)]
            if place.into == 0, !place.isOpen, incomingNumbers(of: Int(edge.place)).count == 1 {
                return place.begun
            }
        }
        let others = numbers.filter { $0 != numbers.lowerBound + way }
        return others.allSatisfy { edges[$0].count == 0 } ? executed[branch] : count
    }
}

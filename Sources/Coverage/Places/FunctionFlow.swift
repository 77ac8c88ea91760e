import MachineCode
import Trace

/// What of a function was executed, as far as it follows from calls that a compiler has put into its blocks, which say
/// which of them were.
///
/// A compiler leaves such calls out where others say the same. So a block without one was executed if there is no other
/// way to a block that was, or if all ways from a block that was lead through it; and a function that was executed was
/// entered. A call comes back, unless it is known not to. What a compiler's own checks lead to where they fail was not
/// executed: the program would have ended there.
struct FunctionFlow {
    private struct FlowBlock {
        var range: Range<UInt64>
        /// Where it leads, by number.
        var next: [Int] = []
        /// Whether it leads elsewhere as well.
        var hasOther = false
        /// Whether it has a compiler's call.
        var isMarked = false
    }

    private var blocks: [FlowBlock] = []
    /// By block, the last one that all ways to it lead through; nil where that is none, or not known.
    private var dominators: [Int?] = []
    /// By block, the first one that all ways from it lead through; nil where that is none.
    private var followers: [Int?] = []

    /// - Parameters:
    ///   - range: of the function, which is entered at its beginning.
    ///   - target: the function that the compiler's calls lead to.
    ///   - calls: what is known of functions that are called.
    init(
        _ range: Range<UInt64>, _ code: Code, callsTo target: UInt64, _ calls: inout ReturningCalls
    ) {
        let branches = code.branches(in: range, starts: [UInt64]())
        var starts: Set<UInt64> = [range.lowerBound]
        var targets: [[UInt64]?] = []
        for instruction in branches {
            guard let branch = instruction.branch, branch.kind != .call else {
                targets.append([])
                continue
            }
            starts.insert(instruction.end)
            let found =
                branch.kind == .leave
                ? []
                : branch.target.map { [$0] }
                    ?? code.jumpTable(in: range.lowerBound..<instruction.end)?
                    .targets(code.constant)
            targets.append(found)
            starts.formUnion((found ?? []).filter(range.contains))
        }
        FunctionFlow.split(&starts, branches, target)
        let ordered = starts.filter { range.contains($0) }.sorted()
        blocks = ordered.indices.map { index in
            let end = index + 1 < ordered.count ? ordered[index + 1] : range.upperBound
            return FlowBlock(range: ordered[index]..<end)
        }
        var last = [Int?](repeating: nil, count: blocks.count)
        var isFailure = [Bool](repeating: false, count: blocks.count)
        var isEnd = isFailure
        for (number, instruction) in branches.enumerated() {
            guard let block = block(at: instruction.address) else { continue }
            if let branch = instruction.branch, branch.kind == .call {
                if branch.target == target {
                    blocks[block].isMarked = true
                } else if calls.neverReturns(branch.target) {
                    isEnd[block] = isEnd[block] || !branch.isConditional
                    isFailure[block] = calls.isFailedCheck(branch.target)
                }
            } else {
                last[block] = number
            }
        }
        for index in blocks.indices {
            guard !isEnd[index] else {
                blocks[index].hasOther = true
                continue
            }
            connect(
                index, last[index].flatMap { branches[$0].branch }, last[index].map { targets[$0] })
        }
        for index in blocks.indices where blocks[index].next.count > 1 {
            let ways = blocks[index].next.filter { !isFailure[$0] || blocks[$0].isMarked }
            if !ways.isEmpty { blocks[index].next = ways }
        }
        // After a jump to nobody knows where, a block can be come to from there.
        let hasUnknown = targets.contains { $0 == nil }
        let ways = blocks.map(\.next)
        var before = [[Int]](repeating: [], count: blocks.count)
        for (index, next) in ways.enumerated() {
            for other in next { before[other].append(index) }
        }
        dominators =
            hasUnknown
            ? .init(repeating: nil, count: blocks.count)
            : FunctionFlow.immediateDominators(ways, before, roots: [])
        let exits = blocks.indices.filter { blocks[$0].hasOther || blocks[$0].next.isEmpty }
        followers = FunctionFlow.immediateDominators(before, ways, roots: exits)
    }

    /// A block has one of the compiler's calls: where a second one comes without a jump before, another block begins,
    /// behind the last call before it at the latest.
    private static func split(
        _ starts: inout Set<UInt64>, _ branches: [DecodedInstruction], _ target: UInt64
    ) {
        let ordered = starts.sorted()
        var (block, lastEnd, hasMark) = (-1, UInt64(0), false)
        for instruction in branches {
            let own = ordered.partitioningIndex { $0 > instruction.address }
            if own != block { (block, hasMark) = (own, false) }
            guard instruction.branch?.kind == .call else { continue }
            if instruction.branch?.target == target {
                if hasMark { starts.insert(lastEnd) }
                hasMark = true
            }
            lastEnd = instruction.end
        }
    }

    /// - Parameters:
    ///   - branch: by which the block ends; nil where it goes on.
    ///   - targets: where that leads; nil within where it is not known.
    private mutating func connect(_ index: Int, _ branch: Branch?, _ targets: [UInt64]??) {
        if branch == nil || branch?.isConditional == true, index + 1 < blocks.count {
            blocks[index].next.append(index + 1)
        }
        guard let branch, let targets else { return }
        for place in targets ?? [] {
            if let next = block(at: place) {
                if !blocks[index].next.contains(next) { blocks[index].next.append(next) }
            } else {
                blocks[index].hasOther = true
            }
        }
        if targets == nil || branch.kind == .leave { blocks[index].hasOther = true }
    }

    /// By Cooper, Harvey and Kennedy. What no way leads to, as code that exceptions come to, counts as entered from
    /// outside.
    ///
    /// - Parameters:
    ///   - ways: by block, where it leads.
    ///   - before: by block, what leads there.
    ///   - entries: blocks that are entered from outside whatever leads there.
    private static func immediateDominators(
        _ ways: [[Int]], _ before: [[Int]], roots entries: [Int]
    ) -> [Int?] {
        // Block 0 of the walk is the outside.
        let root = ways.count
        var before = before
        for entry in entries { before[entry].append(root) }
        var order: [Int] = []
        var isSeen = [Bool](repeating: false, count: ways.count)
        for start in entries + Array(ways.indices) where !isSeen[start] {
            if !before[start].contains(root) { before[start].append(root) }
            isSeen[start] = true
            var stack = [(block: start, next: 0)]
            var finished: [Int] = []
            while let (block, next) = stack.last {
                if next < ways[block].count {
                    stack[stack.count - 1].next += 1
                    let other = ways[block][next]
                    if !isSeen[other] {
                        isSeen[other] = true
                        stack.append((other, 0))
                    }
                } else {
                    finished.append(block)
                    stack.removeLast()
                }
            }
            // What comes later leads to what came before, never the other way round.
            order = finished.reversed() + order
        }
        var number = [Int](repeating: 0, count: ways.count + 1)
        for (place, block) in order.enumerated() { number[block] = place + 1 }
        var found = [Int?](repeating: nil, count: ways.count + 1)
        found[root] = root
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for block in order {
                var new: Int?
                for other in before[block] where found[other] != nil {
                    var (one, two) = (other, new ?? other)
                    while one != two {
                        if number[one] > number[two] {
                            one = found[one] ?? root
                        } else {
                            two = found[two] ?? root
                        }
                    }
                    new = one
                }
                if let new, found[block] != new {
                    found[block] = new
                    hasChanged = true
                }
            }
        }
        return ways.indices.map { found[$0] == root ? nil : found[$0] }
    }

    /// What was executed, as ranges by address.
    ///
    /// - Parameter calls: addresses within the compiler's calls that were made.
    func executed(calls: some Sequence<UInt64>) -> [Range<UInt64>] {
        var isExecuted = [Bool](repeating: false, count: blocks.count)
        var waiting = calls.compactMap { block(at: $0) }
        guard !waiting.isEmpty else { return [] }
        for index in waiting { isExecuted[index] = true }
        func reach(_ index: Int, _ waiting: inout [Int]) {
            guard !isExecuted[index], !blocks[index].isMarked else { return }
            isExecuted[index] = true
            waiting.append(index)
        }
        reach(0, &waiting)
        while let index = waiting.popLast() {
            if blocks[index].next.count == 1, !blocks[index].hasOther {
                reach(blocks[index].next[0], &waiting)
            }
            if let follower = followers[index] { reach(follower, &waiting) }
            if let dominator = dominators[index] { reach(dominator, &waiting) }
        }
        return blocks.indices.filter { isExecuted[$0] }.map { blocks[$0].range }
    }

    private func block(at address: UInt64) -> Int? {
        let next = blocks.partitioningIndex { $0.range.lowerBound > address }
        guard next > 0, blocks[next - 1].range.contains(address) else { return nil }
        return next - 1
    }
}

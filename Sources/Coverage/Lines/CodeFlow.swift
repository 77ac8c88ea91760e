import MachineCode
import Synchronization
import Threading
import Trace

/// Where the code of executed ranges leads, and how often it went there.
struct CodeFlow {
    /// What leads to a range.
    private struct Sources {
        /// How many ranges jump to it, and the first and the last of them.
        var (jumps, first, last): (UInt32, Int32, Int32) = (0, 0, 0)
        /// Whether the one before it goes on to it.
        var isBehind = false

        mutating func addJump(from index: Int) {
            let index = Int32(truncatingIfNeeded: index)
            if jumps == 0 { first = index }
            last = index
            jumps += 1
        }
    }

    /// So many ranges are worth a second thread, which takes a tenth of a millisecond to come.
    private static let fewestToPart = 4_000

    /// How often each range was executed. What goes on without a branch cannot have been executed more
    /// often than what stands behind it, but as an instruction that repeats itself.
    let counts: [UInt64]
    /// How the last instruction of each range leaves; nil where it goes on, or is not known.
    let branches: [Branch?]
    private let ranges: [Range<UInt64>]
    private let calls: CalledFunctions
    /// The range behind it, where the code goes on there; -1 for none.
    private var behind: [Int32]
    /// The range that it jumps to, -1 for none.
    private var targets: [Int32]
    private var sources: [Sources]

    init(_ covered: AddressRanges, _ code: Code, _ calls: CalledFunctions) {
        let ranges = covered.ranges
        let branches = CodeFlow.lastBranches(of: ranges, code)
        var behind = [Int32](repeating: -1, count: ranges.count)
        var targets = behind
        var sources = [Sources](repeating: Sources(), count: ranges.count)
        for (index, branch) in branches.enumerated() {
            if CodeFlow.goesOn(branch), index + 1 < ranges.count,
                ranges[index + 1].lowerBound == ranges[index].upperBound
            {
                behind[index] = Int32(truncatingIfNeeded: index + 1)
                sources[index + 1].isBehind = true
            }
            guard let target = CodeFlow.target(branch),
                let place = ranges.index(startingAt: target, near: index)
            else { continue }
            targets[index] = Int32(truncatingIfNeeded: place)
            sources[place].addJump(from: index)
        }
        var counts = covered.counts
        for index in counts.indices.reversed() where branches[index] == nil && behind[index] >= 0 {
            counts[index] = min(counts[index], counts[index + 1])
        }
        self.counts = counts
        self.branches = branches
        self.ranges = ranges
        self.calls = calls
        self.behind = behind
        self.targets = targets
        self.sources = sources
    }

    /// How the last instruction of each range leaves. To read the instructions of many ranges, two threads do
    /// a half each.
    private static func lastBranches(of ranges: [Range<UInt64>], _ code: Code) -> [Branch?] {
        guard ranges.count >= fewestToPart else { return code.lastBranches(of: ranges) }
        // What was read right before can decide how code is read: code that hangs together stays so.
        var middle = ranges.count / 2
        while middle < ranges.count, ranges[middle].lowerBound == ranges[middle - 1].upperBound {
            middle += 1
        }
        let halves = [ranges[..<middle], ranges[middle...]]
        let found = Mutex([[Branch?]](repeating: [], count: halves.count))
        Threads.run(halves.count) { number in
            let branches = code.lastBranches(of: Array(halves[number]))
            found.withLock { $0[number] = branches }
        }
        return found.withLock { $0[0] + $0[1] }
    }

    private static func goesOn(_ branch: Branch?) -> Bool {
        guard let branch else { return true }
        return branch.isConditional || branch.kind == .call
    }

    private static func target(_ branch: Branch?) -> UInt64? {
        branch?.kind == .jump ? branch?.target : nil
    }

    /// The range that this one's code goes on to without a jump.
    func behind(_ index: Int) -> Int? { behind[index] < 0 ? nil : Int(behind[index]) }

    /// The range that it jumps to.
    func target(_ index: Int) -> Int? { targets[index] < 0 ? nil : Int(targets[index]) }

    /// Whether a range's code goes on to the next one, without a jump or by a call that is known to return, and is all
    /// that leads there: tables, too, which no jump here leads through, would add executions.
    func goesOn(from index: Int, to next: Int) -> Bool {
        guard behind(index) == next, sources[next].jumps == 0, counts[next] == counts[index] else {
            return false
        }
        guard let branch = branches[index] else { return true }
        return branch.kind == .call && calls.alwaysReturns(branch.target)
    }

    /// Whether a range goes on or leads forward, as code does that an instruction of the processor's own would have done
    /// in its place.
    ///
    /// - Parameter end: the last address that it may lead to.
    func leadsForward(_ index: Int, to end: UInt64) -> Bool {
        guard let branch = branches[index] else { return true }
        guard branch.kind == .jump, let target = branch.target else { return false }
        return target >= ranges[index].upperBound && target <= end
    }

    /// Whether something else jumps to a range, and not for the way out of the function, than those from `first` to
    /// `last`.
    func isJumpedTo(_ index: Int, fromOutside first: Int, _ last: Int) -> Bool {
        let sources = sources[index]
        return sources.jumps > 0 && (Int(sources.first) < first || Int(sources.last) > last)
            && branches[index]?.kind != .leave
    }

    /// Whether it is where the function returns, and is jumped to.
    func isWayOut(_ index: Int) -> Bool {
        branches[index]?.kind == .leave && sources[index].jumps > 0
    }

    /// Whether it is such a way out, and not that of the code before it, which may go on to it.
    func isOtherWayOut(_ index: Int) -> Bool {
        isWayOut(index) && (branches[index - 1] != nil || behind(index - 1) != index)
    }

    /// Whether it jumps where no instruction says: through a table.
    func isIndirect(_ index: Int) -> Bool {
        branches[index]?.kind == .jump && branches[index]?.target == nil
    }

    /// Whether code is known to lead to it.
    func isReached(_ index: Int) -> Bool { sources[index].jumps > 0 || sources[index].isBehind }

    /// The range that starts at `address`, which all that jumps there comes back to: from it up to range number `last`.
    func loop(from address: UInt64, upTo last: Int) -> Int? {
        guard let top = ranges.index(startingAt: address, near: last), top <= last,
            sources[top].jumps > 0, Int(sources[top].first) >= top, Int(sources[top].last) <= last
        else { return nil }
        return top
    }

    /// Whether it is known of some call where code goes on when it throws.
    var mayThrow: Bool { calls.hasLandings }

    /// How often the call that a range ends with threw something, and the range where the function went on then; nil
    /// where it did not.
    func thrown(_ index: Int) -> (count: UInt64, pad: Int)? {
        guard calls.hasLandings, branches[index]?.kind == .call,
            case let back = returned(index), back < counts[index],
            let address = calls.landing(before: ranges[index].upperBound),
            let pad = ranges.index(startingAt: address, near: index)
        else { return nil }
        return (counts[index] - back, pad)
    }

    /// How often a call came back, by what is behind it, to which others may jump.
    private func returned(_ index: Int) -> UInt64 {
        guard let behind = behind(index) else { return 0 }
        let others = sources[behind]
        var jumped: UInt64 = 0
        if others.jumps > 0 { jumped = leaving(Int(others.first)).jump }
        if others.jumps == 2 {
            jumped = UInt64(clampedSum: jumped, leaving(Int(others.last)).jump)
        }
        return others.jumps > 2 ? counts[behind] : counts[behind] - min(counts[behind], jumped)
    }

    /// Whether a range ends with a call that goes on with what was thrown before.
    func goesOnWithThrown(_ index: Int) -> Bool {
        branches[index]?.kind == .call && calls.goesOnWithThrown(branches[index]?.target)
    }

    /// Whether a range ends with a call that takes what was thrown.
    func catches(_ index: Int) -> Bool {
        branches[index]?.kind == .call && calls.catches(branches[index]?.target)
    }

    /// Whether a range is where a function goes on when a call throws, and no other such place stands behind it.
    func isLastLanding(_ index: Int) -> Bool { calls.isLastLanding(ranges[index].lowerBound) }

    /// How often it went on, and how often it jumped.
    ///
    /// Of a condition, blocks do not say that. Where it alone leads to one of the two places, that one's
    /// count does.
    func leaving(_ index: Int) -> (onward: UInt64, jump: UInt64) {
        let count = counts[index]
        guard let branch = branches[index], branch.kind == .jump, branch.target != nil else {
            let isJump = branches[index]?.kind == .jump && branches[index]?.isConditional == false
            return isJump ? (0, count) : (behind(index).map { min(count, counts[$0]) } ?? 0, 0)
        }
        guard branch.isConditional else { return (0, count) }
        guard let target = target(index) else { return (count, 0) }
        guard let behind = behind(index) else { return (0, min(count, counts[target])) }
        if sources[behind].jumps > 0, sources[target].jumps == 1, !sources[target].isBehind {
            let jump = min(count, counts[target])
            return (count - jump, jump)
        }
        let onward = min(count, counts[behind])
        return (onward, count - onward)
    }
}

extension [Range<UInt64>] {
    /// The number of the range that starts at `address`, in ascending ranges; jumps are mostly short.
    fileprivate func index(startingAt address: UInt64, near start: Int) -> Int? {
        var (low, high, step) = (start, start + 1, 1)
        while low > 0, self[low].lowerBound > address {
            low = Swift.max(0, low - step)
            step *= 2
        }
        step = 1
        while high < count, self[high].lowerBound <= address {
            high = Swift.min(count, high + step)
            step *= 2
        }
        let found = self[low..<high].partitioningIndex { $0.lowerBound >= address }
        return found < high && self[found].lowerBound == address ? found : nil
    }
}

import MachineCode

/// Which calls in a file's code come back: all of which nothing else is known, by the name of what is called or by its
/// code.
struct ReturningCalls {
    private let functions: [Range<UInt64>]
    private let calls: CalledFunctions
    private let code: Code
    /// By entry, whether nothing in a function leads out of it.
    private var known: [UInt64: Bool] = [:]

    init(_ file: CodeFile, _ code: Code) {
        (functions, calls, self.code) = (file.functions, file.calls, code)
    }

    /// Whether a call of what begins at an address never comes back.
    mutating func neverReturns(_ address: UInt64?) -> Bool {
        guard let address else { return false }
        if calls.neverReturns(address) { return true }
        if let known = known[address] { return known }
        let never = hasNoWayOut(address)
        known[address] = never
        return never
    }

    /// Whether a call is what a compiler's own check leads to.
    func isFailedCheck(_ address: UInt64?) -> Bool { calls.isFailedCheck(address) }

    /// Whether a function ends with a call that never comes back, or repeats itself for ever: no way from its beginning
    /// leads out of it. Compilers put nothing behind a call that they know not to come back.
    private func hasNoWayOut(_ entry: UInt64) -> Bool {
        let next = functions.partitioningIndex { $0.lowerBound >= entry }
        guard next < functions.count, functions[next].lowerBound == entry else { return false }
        let range = functions[next]
        let branches = code.branches(in: range, starts: [UInt64]())
        var isSeen = [Bool](repeating: false, count: branches.count)
        var waiting = [range.lowerBound]
        while let start = waiting.popLast() {
            var index = branches.partitioningIndex { $0.address >= start }
            way: while true {
                guard index < branches.count, let branch = branches[index].branch else {
                    return false
                }
                guard !isSeen[index] else { break }
                isSeen[index] = true
                switch branch.kind {
                case .leave: return false
                case .jump:
                    guard let target = branch.target, range.contains(target) else { return false }
                    waiting.append(target)
                    if !branch.isConditional { break way }
                case .call:
                    let isLast = branches[index].end == range.upperBound
                    if !branch.isConditional, isLast || calls.neverReturns(branch.target) {
                        break way
                    }
                }
                index += 1
            }
        }
        return true
    }
}

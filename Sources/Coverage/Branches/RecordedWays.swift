/// Which ways the conditional jumps of a module went, as runs say that were recorded with `branches=on`.
public struct RecordedWays: Sendable {
    private let jumps: JumpSet
    private let base: UInt64
    private let isWhole: Bool

    /// Makes it of a module's jumps; nil where no run says anything.
    ///
    /// - Parameters:
    ///   - base: the address of their offset 0.
    ///   - knowledge: whether all runs say it.
    public init?(_ jumps: JumpSet, base: UInt64, _ knowledge: EdgeKnowledge) {
        guard knowledge != .none else { return nil }
        (self.jumps, self.base, isWhole) = (jumps, base, knowledge == .all)
    }

    /// Whether a jump went on behind itself, and whether it jumped; nil for what is not known.
    func ways(of address: UInt64) -> (onward: Bool?, jumped: Bool?) {
        let jump = jumps.jump(at: address &- base)
        func known(_ wasTaken: Bool?) -> Bool? {
            wasTaken == true ? true : isWhole ? false : nil
        }
        return (known(jump?.fellThrough), known(jump?.jumped))
    }
}

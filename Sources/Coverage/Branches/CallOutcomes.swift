import MachineCode
import Trace

/// What comes of calls of a module's functions: whether they never came back to who called them, as what was executed of
/// them says, and whether they can throw.
///
/// A function that was entered goes back by a return, by a jump out of its code (the last call of an optimised function), or
/// by running into what stands behind it. If none of these was executed, it has ended the program, or thrown, or runs
/// still. What only some of its calls came back from is not told apart.
struct CallOutcomes {
    private let table: LineTable
    private let covered: AddressRanges
    private let code: Code?
    /// By entry.
    private var known: [UInt64: Bool] = [:]
    private var quiet: [UInt64: Bool] = [:]

    /// - Parameter code: the module's instructions.
    init(_ table: LineTable, _ covered: AddressRanges, _ code: Code?) {
        (self.table, self.covered, self.code) = (table, covered, code)
    }

    /// Whether a function was entered, and no call of it came back; false where nothing is known of it.
    ///
    /// - Parameter entry: where a call leads to.
    mutating func neverCameBack(from entry: UInt64?) -> Bool {
        guard let entry else { return false }
        if let known = known[entry] { return known }
        let never = isEntered(entry) && !isLeft(entry)
        known[entry] = never
        return never
    }

    /// Whether a function of the module calls nothing, so that it throws nothing; false where nothing is known of it.
    mutating func callsNothing(_ entry: UInt64?) -> Bool {
        guard let entry else { return false }
        if let known = quiet[entry] { return known }
        var isQuiet = false
        if let function = function(at: entry), let code {
            let rows = table.rows(of: function).map(\.address)
            isQuiet = !function.ranges.contains { range in
                code.branches(in: range, starts: rows).contains {
                    $0.branch?.kind == .call || $0.branch?.kind == .jump && $0.branch?.target == nil
                }
            }
        }
        quiet[entry] = isQuiet
        return isQuiet
    }

    private func function(at entry: UInt64) -> LineTable.Function? {
        let next = table.functions.partitioningIndex { $0.entry >= entry }
        guard next < table.functions.count, table.functions[next].entry == entry else { return nil }
        return table.functions[next]
    }

    private func isEntered(_ entry: UInt64) -> Bool { covered.count(at: entry) > 0 }

    private func isLeft(_ entry: UInt64) -> Bool {
        guard let function = function(at: entry), let code else { return true }
        let ranges = function.ranges.filter { !$0.isEmpty }
        // What is elsewhere can be what leaves it.
        guard ranges.contains(where: { $0.contains(entry) }) else { return true }
        let rows = table.rows(of: function).map(\.address)
        return ranges.contains { range in
            let branches = code.branches(in: range, starts: rows)
            let runsOn =
                covered.count(at: range.upperBound - 1) > 0
                && branches.last?.end != range.upperBound
            return runsOn
                || branches.contains { branch in
                    covered.count(at: branch.address) > 0
                        && leads(branch.branch, out: ranges)
                }
        }
    }

    private func leads(_ branch: Branch?, out ranges: [Range<UInt64>]) -> Bool {
        switch branch?.kind {
        case .leave: true
        case .jump:
            // A table's places are in the function, but who says that it is one?
            branch?.target.map { target in !ranges.contains { $0.contains(target) } } ?? true
        case .call, nil: false
        }
    }
}

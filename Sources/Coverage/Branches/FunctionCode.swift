import MachineCode
import Trace

/// The code of one function, cut where it branches, and into the parts that the line table tells apart.
struct FunctionCode {
    /// Where a way through a part leads to.
    enum Destination: Equatable {
        /// To a place outside of the part, or to its beginning.
        case place(UInt64)
        /// Out of the function, by this branch.
        case out(Int)
        /// To another branch of the part that decides.
        case inner(Int)
        /// Nowhere: what is called there, or done again and again, does not return.
        case nowhere(UInt64)
    }

    /// So many jumps one after the other are a circle.
    private static let mostJumps = 64

    /// All that leads elsewhere, by address.
    let branches: [DecodedInstruction]
    /// The parts of the function's code, by address.
    let ranges: [Range<UInt64>]
    /// Where rows begin, ascending; a part goes from one to the next.
    private let starts: [UInt64]
    /// Where labels of the source are, of the whole module, ascending.
    private let labels: [UInt64]
    /// The places that jumps through tables lead to, by the number of the branch.
    let tables: [Int: [UInt64]]
    private let code: Code
    private let calls: CalledFunctions
    /// By branch, the part that it is in.
    private let parts: [Range<UInt64>]

    /// - Parameters:
    ///   - rows: the function's.
    ///   - labels: where labels of the source are, of the whole module, ascending.
    init(
        _ ranges: [Range<UInt64>], _ rows: ArraySlice<LineTable.Row>, labels: [UInt64],
        _ code: Code, _ calls: CalledFunctions
    ) {
        var starts: [UInt64] = []
        starts.reserveCapacity(rows.count)
        for row in rows where row.address != starts.last { starts.append(row.address) }
        let sorted = ranges.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
        var branches: [DecodedInstruction] = []
        for range in sorted { branches += code.branches(in: range, starts: starts) }
        self.ranges = sorted
        self.starts = starts
        self.labels = labels
        self.branches = branches
        (self.code, self.calls) = (code, calls)
        var tables: [Int: [UInt64]] = [:]
        for (index, jump) in branches.enumerated()
        where jump.branch?.kind == .jump && jump.branch?.target == nil {
            guard let range = sorted.first(where: { $0.contains(jump.address) }),
                let table = code.jumpTable(in: range.lowerBound..<jump.end),
                let targets = table.targets(code.constant),
                targets.allSatisfy({ target in sorted.contains { $0.contains(target) } })
            else { continue }
            let onward = jump.branch?.isConditional == true ? [jump.end] : []
            tables[index] = onward + Set(targets).sorted()
        }
        self.tables = tables
        parts = FunctionCode.parts(of: branches, starts, sorted)
    }

    /// The part that each branch is in: the addresses from one row's beginning to the next.
    private static func parts(
        of branches: [DecodedInstruction], _ starts: [UInt64], _ ranges: [Range<UInt64>]
    ) -> [Range<UInt64>] {
        var (next, range) = (0, 0)
        return branches.map { branch in
            while next < starts.count, starts[next] <= branch.address { next += 1 }
            while ranges[range].upperBound <= branch.address { range += 1 }
            let own = ranges[range]
            let start = next > 0 ? max(starts[next - 1], own.lowerBound) : own.lowerBound
            let end = next < starts.count ? min(starts[next], own.upperBound) : own.upperBound
            return start..<max(start, end)
        }
    }

    /// Whether an address is in the function.
    func contains(_ address: UInt64) -> Bool {
        ranges.count == 1
            ? ranges[0].contains(address) : ranges.contains { $0.contains(address) }
    }

    /// Whether a branch has several ways that are told apart: it can jump or not, or jumps through a table.
    func decides(_ index: Int) -> Bool {
        guard let branch = branches[index].branch, branch.kind != .call else { return false }
        return branch.isConditional || (!tables.isEmpty && tables[index] != nil)
    }

    /// Calls `body` with where each way of a branch leads, by number, the one on behind it first, without what is done
    /// on the way; nil is out of the function. Not for what does not jump.
    @inline(__always)
    func forEachTarget(of index: Int, _ body: (_ number: Int, UInt64?) -> Void) {
        guard let branch = branches[index].branch, branch.kind != .call else { return }
        if !tables.isEmpty, let table = tables[index] {
            for (number, target) in table.enumerated() { body(number, target) }
            return
        }
        let isKnown = branch.kind == .jump && branch.target != nil
        if branch.isConditional {
            body(0, branches[index].end)
            body(1, isKnown ? branch.target : nil)
        } else if isKnown {
            body(0, branch.target)
        }
    }

    /// Whether a branch is a call that is known not to return.
    func neverReturns(_ index: Int) -> Bool {
        branches[index].branch?.kind == .call && calls.neverReturns(branches[index].branch?.target)
    }

    /// Whether it jumps somewhere that nothing says.
    var hasUnknownJumps: Bool {
        branches.indices.contains { index in
            let branch = branches[index].branch
            return branch?.kind == .jump && branch?.target == nil && tables[index] == nil
        }
    }

    /// Where jumps can lead to of which nothing says it, ascending; nil for anywhere.
    ///
    /// In a function with several labels, it is a computed `goto`, which leads to one of them. Else it can lead to where a row
    /// begins.
    func unknownTargets() -> [UInt64]? {
        let own = ranges.flatMap { range in
            labels[labels.partitioningIndex { $0 >= range.lowerBound }...]
                .prefix { $0 < range.upperBound }
        }
        if own.count > 1 { return own }
        return starts.isEmpty ? namedTargets() : starts
    }

    /// Where jumps can lead to that take an address out of memory as it is: what the function's own instructions or data
    /// name. Nil if there is another jump of which nothing is known, or the file does not say what data names.
    private func namedTargets() -> [UInt64]? {
        guard let pointers = code.pointers else { return nil }
        for (index, jump) in branches.enumerated()
        where jump.branch?.kind == .jump && jump.branch?.target == nil && tables[index] == nil {
            guard let range = ranges.first(where: { $0.contains(jump.address) }),
                code.jumpsToLoaded(in: range.lowerBound..<jump.end)
            else { return nil }
        }
        var named = ranges.flatMap { code.addresses(in: $0) }.filter { contains($0) }
        for range in ranges {
            named += pointers[pointers.partitioningIndex { $0 >= range.lowerBound }...]
                .prefix { $0 < range.upperBound }
        }
        return named.isEmpty ? nil : named.sorted()
    }

    /// The part that a branch is in: the addresses from one row's beginning to the next.
    func part(of branch: Int) -> Range<UInt64> { parts[branch] }

    /// The first branch at or behind an address.
    func branch(from address: UInt64) -> Int {
        branches.partitioningIndex { $0.address >= address }
    }

    /// Where code leads that goes on at `address`, seen from a part: to what is behind all that the part does
    /// without deciding anything.
    func destination(_ address: UInt64, from part: Range<UInt64>) -> Destination {
        var at = address
        for _ in 0..<FunctionCode.mostJumps {
            guard part.contains(at), at != part.lowerBound else { return .place(at) }
            let index = branch(from: at)
            guard index < branches.count, branches[index].address < part.upperBound,
                let branch = branches[index].branch
            else { return .place(part.upperBound) }
            if decides(index) { return .inner(index) }
            let behind = branches[index].end
            switch branch.kind {
            case .call:
                if calls.neverReturns(branch.target) {
                    return .nowhere(branches[index].address)
                }
                at = behind
            case .jump:
                guard let target = branch.target else { return .out(index) }
                at = target
            case .leave: return .out(index)
            }
        }
        return .nowhere(at)
    }

    /// Where the instruction at an address leads that is a jump and nothing else.
    func loneJump(_ address: UInt64) -> UInt64? {
        let index = branch(from: address)
        guard index < branches.count, branches[index].address == address,
            let branch = branches[index].branch, branch.kind == .jump, !branch.isConditional
        else { return nil }
        return branch.target
    }

    /// Whether code that goes on at an address calls first of all what a compiler's own check leads to.
    func leadsToFailedCheck(_ address: UInt64) -> Bool {
        let start = loneJump(address) ?? address
        let index = branch(from: start)
        guard index < branches.count, let branch = branches[index].branch, branch.kind == .call
        else { return false }
        return calls.isFailedCheck(
            branch.target ?? code.callTarget(in: start..<branches[index].end))
    }
}

extension DecodedInstruction {
    /// The address behind it.
    var end: UInt64 { address &+ UInt64(length) }
}

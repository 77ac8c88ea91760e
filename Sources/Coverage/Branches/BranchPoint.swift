import MachineCode
import Trace

/// A place of a function where its code decides which way to go: one statement's condition, or its `switch`.
///
/// What a compiler makes of one is the code of one row of the line table: GCC gives each block of a line a number of its own
/// (a discriminator), and a new row begins with it. A `switch` becomes a tree of comparisons or a table, a comparison
/// of floating-point numbers two jumps, a conversion two ways that come together again. So the jumps of a row
/// are one branch point, and its ways are the different places that the row leads to.
struct BranchPoint {
    /// A way out.
    struct Way {
        /// Where it leads; nil for out of the function.
        var destination: UInt64?
        /// The edges by which it goes there: a branch, and the number of a way out of it.
        var edges: [(branch: Int, number: Int)]
    }

    /// The branches that decide, by address.
    var branches: [Int]
    /// By destination.
    var ways: [Way]

    /// Those of a function that have several ways, by address.
    ///
    /// - Parameter hasAdded: whether ways count that a compiler has added: those that lead nowhere, and those that
    ///   lead straight to what is called when a check of its own fails.
    static func points(of code: FunctionCode, hasAdded: Bool = false) -> [BranchPoint] {
        var points: [BranchPoint] = []
        var index = 0
        while index < code.branches.count {
            guard code.decides(index) else {
                index += 1
                continue
            }
            let part = code.part(of: index)
            var own: [Int] = []
            while index < code.branches.count, code.branches[index].address < part.upperBound {
                if code.decides(index) { own.append(index) }
                index += 1
            }
            var ways = ways(of: own, part, code, hasAdded)
            if !hasAdded {
                ways.removeAll { $0.destination.map(code.leadsToFailedCheck) ?? false }
            }
            guard ways.count > 1 else { continue }
            let point = BranchPoint(branches: own, ways: ways)
            if let last = points.last, let joined = last.joined(with: point, code) {
                points[points.count - 1] = joined
            } else {
                points.append(point)
            }
        }
        return points
    }

    /// Both as one, where this is the bound of the table that the other jumps through.
    private func joined(with other: BranchPoint, _ code: FunctionCode) -> BranchPoint? {
        guard branches.count == 1, other.branches.count == 1,
            code.tables[other.branches[0]] != nil, other.branches[0] == branches[0] + 1
        else { return nil }
        let end = code.branches[branches[0]].end
        guard let onward = ways.firstIndex(where: { $0.destination == end }) else { return nil }
        var joined = self
        joined.branches += other.branches
        joined.ways.remove(at: onward)
        for way in other.ways {
            if let known = joined.ways.firstIndex(where: { $0.destination == way.destination }) {
                joined.ways[known].edges += way.edges
            } else {
                joined.ways.append(way)
            }
        }
        joined.ways.sort { $0.destination ?? .max < $1.destination ?? .max }
        return joined
    }

    private static func ways(
        of branches: [Int], _ part: Range<UInt64>, _ code: FunctionCode, _ hasAdded: Bool
    ) -> [Way] {
        var ways: [Way] = []
        for branch in branches {
            code.forEachTarget(of: branch) { number, target in
                let destination: UInt64?
                switch target.map({ code.destination($0, from: part) }) ?? .out(branch) {
                case .place(let address): destination = address
                case .out: destination = nil
                case .nowhere(let address) where hasAdded: destination = address
                case .inner, .nowhere: return
                }
                if let known = ways.firstIndex(where: { $0.destination == destination }) {
                    ways[known].edges.append((branch, number))
                } else {
                    ways.append(Way(destination: destination, edges: [(branch, number)]))
                }
            }
        }
        joinForwarded(&ways, branches, code)
        return ways.sorted { $0.destination ?? .max < $1.destination ?? .max }
    }

    /// Of a tree of comparisons, the last one can go on to what is but a jump, which the other ones were made to lead
    /// past: both are one way.
    private static func joinForwarded(
        _ ways: inout [Way], _ branches: [Int], _ code: FunctionCode
    ) {
        guard branches.count > 1,
            let last = ways.firstIndex(where: { way in
                way.edges.count == 1 && way.edges[0].number == 0
                    && code.tables[way.edges[0].branch] == nil
                    && way.destination.flatMap(code.loneJump) != nil
            }),
            let target = ways[last].destination.flatMap(code.loneJump),
            let known = ways.firstIndex(where: { $0.destination == target })
        else { return }
        ways[known].edges += ways[last].edges
        ways.remove(at: last)
    }
}

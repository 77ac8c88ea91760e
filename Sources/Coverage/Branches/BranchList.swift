/// The branches of one source file, while they are brought together from functions, modules and reports.
struct BranchList: Sendable {
    /// Which branch point it is: copies of a function, and instances of a template, have the same ones.
    struct Key: Comparable, Hashable, Sendable {
        /// The line that it belongs to.
        var line: Int32
        /// The line where its function is declared; 0 for none.
        var declaration: Int32
        /// Its number among the function's on the line.
        var number: Int32
        /// How many ways it has.
        var wayCount: Int32

        static func < (one: Key, other: Key) -> Bool {
            one.line != other.line
                ? one.line < other.line
                : (one.declaration, one.number, one.wayCount)
                    < (other.declaration, other.number, other.wayCount)
        }
    }

    private var elements: [(key: Key, branch: SourceCoverage.Branch)] = []
    private var isSorted = true

    /// Whether there is none.
    var isEmpty: Bool { elements.isEmpty }

    mutating func append(_ key: Key, _ branch: SourceCoverage.Branch) {
        if let last = elements.last, last.key >= key { isSorted = false }
        elements.append((key, branch))
    }

    /// All different ones by line.
    var branches: [SourceCoverage.Branch] { elements.map(\.branch) }

    private func merged(_ areAdded: Bool) -> [(key: Key, branch: SourceCoverage.Branch)] {
        if isSorted { return elements }
        var merged: [(key: Key, branch: SourceCoverage.Branch)] = []
        // The sort is stable.
        for element in elements.sorted(by: { $0.key < $1.key }) {
            if let last = merged.last, last.key == element.key {
                merged[merged.count - 1].branch.add(element.branch, areAdded: areAdded)
            } else {
                merged.append(element)
            }
        }
        return merged
    }

    /// Adds all of another list; what both say of one is brought together.
    ///
    /// - Parameter areAdded: whether counts add up; else the largest stays.
    mutating func add(_ other: BranchList, areAdded: Bool) {
        isSorted = isSorted && other.isSorted && (isEmpty || other.isEmpty)
        elements += other.elements
        elements = merged(areAdded)
        isSorted = true
    }

    /// Adds what another report says of a line's branches, in its order.
    mutating func add(_ others: [SourceCoverage.Branch]) {
        guard !others.isEmpty else { return }
        let known = Dictionary(grouping: elements.map(\.key), by: \.line)
        var list = BranchList()
        var (line, number) = (0, 0)
        for branch in others {
            (line, number) = branch.line == line ? (line, number + 1) : (branch.line, 0)
            let key = Key(
                line: Int32(clamping: line), declaration: 0, number: Int32(clamping: number),
                wayCount: Int32(clamping: branch.ways.count))
            let own = known[key.line]?.dropFirst(number).first
            list.append(own?.wayCount == key.wayCount ? own ?? key : key, branch)
        }
        add(list, areAdded: true)
    }
}

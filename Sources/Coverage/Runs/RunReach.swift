import Trace

/// Which runs came to which lines and functions of a module.
///
/// They did where a report of that run alone says so, of a trace without hit counts. What it says of a function's code
/// follows from the blocks there, so it is worked out once for all runs that executed the same of them.
public struct RunReach {
    /// A line, or a function, of a file of the table, by its number.
    private enum Place: Hashable {
        case line(file: Int32, line: Int32)
        case function(file: Int32, SourceCoverage.FunctionKey)
    }

    private let parts: [LineTablePart]
    private let places: GroupPlaces
    private let switches: [Int32: SwitchLabels]
    private let coverage: SourceCoverage

    /// The code of a table.
    ///
    /// - Parameters:
    ///   - switches: the labels in sources that were read, by the file's number in the table.
    ///   - rule: what lines' counts are.
    public init(
        _ table: LineTable, switches: [Int32: SwitchLabels] = [:], rule: CountRule = .gcov
    ) {
        var addresses = table.rows.map(\.address) + table.functions.map(\.entry)
        addresses += table.inlinedCalls.compactMap(\.entry) + table.labels.map(\.address)
        parts = table.parts(around: addresses)
        places = GroupPlaces(parts.map(\.addresses))
        self.switches = switches
        coverage = SourceCoverage(rule: rule)
    }

    /// Calls `line` and `function` with what any run came to. What is in several parts of the code comes several times.
    ///
    /// - Parameters:
    ///   - blocks: the module's, by offset.
    ///   - base: the address of their offset 0.
    ///   - line: is given a file's number in the table, the line, and the number of the runs' set.
    ///   - function: is given a file's number in the table, the function, and the number of the runs' set.
    public func find(
        _ blocks: [ReachedBlock], base: UInt64, in sets: inout RunSets,
        line: (Int32, Int32, Int) -> Void,
        function: (Int32, SourceCoverage.Function, Int) -> Void
    ) {
        var own = [[ReachedBlock]](repeating: [], count: parts.count)
        for block in blocks {
            let start = base &+ block.offset
            guard block.size > 0, start <= .max - UInt64(block.size) else { continue }
            places.forEachGroup(in: start..<start + UInt64(block.size)) { own[$0].append(block) }
        }
        guard sets.runCount > 0 else { return }
        let all = sets.numberOfAll()
        for (part, blocks) in zip(parts, own) where !blocks.isEmpty {
            for (place, runs) in runs(of: part, blocks, base, &sets, all: all) {
                switch place {
                case .line(let file, let number): line(file, number, runs)
                case .function(let file, let key):
                    function(
                        file,
                        SourceCoverage.Function(
                            name: key.name, linkageName: key.linkageName, line: Int(key.line),
                            hits: 0), runs)
                }
            }
        }
    }

    /// The places of a part that runs came to, and the number of these runs' set.
    private func runs(
        of part: LineTablePart, _ blocks: [ReachedBlock], _ base: UInt64, _ sets: inout RunSets,
        all: Int
    ) -> [(Place, Int)] {
        let files = Dictionary(uniqueKeysWithValues: part.files.map { ($1, $0) })
        var switches: [Int32: SwitchLabels] = [:]
        for (own, file) in files { switches[own] = self.switches[file] }
        let always = blocks.filter { $0.runs == all }
        let others = blocks.filter { $0.runs != all }
        func hit(_ blocks: [ReachedBlock], _ body: (Place) -> Void) {
            guard !blocks.isEmpty else { return }
            let set = BlockSet(
                blocks.map { BlockSet.Counted(offset: $0.offset, size: $0.size, count: 1) },
                countUnit: .runs)
            let found = coverage.tally(
                part.table, covered: AddressRanges(set, base: base), switches: switches)
            for (own, file) in files {
                for line in found.lines[Int(own)].elements where line.count > 0 {
                    body(.line(file: file, line: line.key))
                }
                for function in found.functions.counts[Int(own)] where function.count > 0 {
                    body(.function(file: file, function.key))
                }
            }
        }
        guard !others.isEmpty else {
            var places: Set<Place> = []
            hit(always) { places.insert($0) }
            return places.map { ($0, all) }
        }
        var classes = RunClasses(runCount: sets.runCount)
        for block in others { classes.add(runs: sets.ranges(of: block.runs)) }
        // By run the number of its class among those that are there.
        var (numbers, known): ([Int], [Int: Int]) = ([], [:])
        numbers.reserveCapacity(sets.runCount)
        var found: [Place: [Int]] = [:]
        for run in 0..<sets.runCount {
            let name = classes.number(ofRun: run)
            if let number = known[name] {
                numbers.append(number)
                continue
            }
            let number = known.count
            known[name] = number
            numbers.append(number)
            hit(always + classes.blocks(ofClass: name).map { others[$0] }) { place in
                if found[place]?.last != number { found[place, default: []].append(number) }
            }
        }
        // Most places have the same classes as others.
        var setNumbers: [[Int]: Int] = [[Int](0..<known.count): all]
        return found.map { place, classes in
            if let known = setNumbers[classes] { return (place, known) }
            var has = [Bool](repeating: false, count: known.count)
            for number in classes { has[number] = true }
            let runs = numbers.indices.lazy.filter { has[numbers[$0]] }.map(RunSets.one)
            let number = sets.number(ofRuns: runs)
            setNumbers[classes] = number
            return (place, number)
        }
    }
}

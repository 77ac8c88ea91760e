import Trace

/// A part of a line table that says of some addresses what the whole says.
struct LineTablePart: Sendable {
    /// Its rows and functions, with no more files than these need.
    var table: LineTable
    /// By a file's number in the whole, the number in the part; of files that have something in it.
    var files: [Int32: Int32]
    /// The addresses that it is of.
    var addresses: AddressUnion
}

extension LineTable {
    /// The functions that addresses are in, whole, with all that was inlined there, and for addresses in no function the
    /// rows around them that are in none either: a part for each, but for what overlaps.
    ///
    /// Executions are counted function by function (``LineTally``), so the parts together give lines that have code in
    /// them alone the same counts as the whole does: of executions the sum, of runs the largest.
    func parts(around addresses: [UInt64]) -> [LineTablePart] {
        var all = RangeGroups()
        for index in functions.indices { all.add(functions[index].ranges, function: index) }
        let groups = all.joined()
        let places = GroupPlaces(groups.map(\.addresses))
        var chosen: Set<Int> = []
        var stretches: [RangeGroups.Group] = []
        for address in Set(addresses).sorted() {
            if let group = places.group(at: address) {
                chosen.insert(group)
            } else if stretches.last?.addresses.contains(address) != true,
                let stretch = stretch(around: address, outside: places)
            {
                stretches.append(
                    RangeGroups.Group(functions: [], addresses: AddressUnion([stretch])))
            }
        }
        return parts(chosen.sorted().map { groups[$0] } + stretches)
    }

    /// The bytes of the rows around an address that follow each other and are in no function.
    private func stretch(around address: UInt64, outside functions: GroupPlaces) -> Range<UInt64>? {
        let next = rows.partitioningIndex { $0.address > address }
        guard next > 0 else { return nil }
        var (first, last) = (next - 1, next - 1)
        while first > 0, rows[first - 1].end >= rows[first].address,
            functions.group(at: rows[first - 1].address) == nil
        {
            first -= 1
        }
        while last + 1 < rows.count, rows[last + 1].address <= rows[last].end,
            functions.group(at: rows[last + 1].address) == nil
        {
            last += 1
        }
        let following = last + 1 < rows.count ? rows[last + 1].address : .max
        return rows[first].address..<max(rows[last].address, min(rows[last].end, following))
    }

    private func parts(_ groups: [RangeGroups.Group]) -> [LineTablePart] {
        let places = GroupPlaces(groups.map(\.addresses))
        var labels = [[Label]](repeating: [], count: groups.count)
        for label in self.labels {
            if let group = places.group(at: label.address) { labels[group].append(label) }
        }
        var calls = [[Int]](repeating: [], count: groups.count)
        for (index, call) in inlinedCalls.enumerated() {
            func add(_ address: UInt64) {
                guard let group = places.group(at: address), calls[group].last != index else {
                    return
                }
                calls[group].append(index)
            }
            call.entry.map(add)
            for range in call.ranges { add(range.lowerBound) }
        }
        let isUnoptimised = FunctionTally.isUnoptimised(self)
        // Of lines without rows, labels and functions that were inlined tell.
        let lines =
            isUnoptimised && self.labels.isEmpty
            ? nil
            : SourceCoverage().lines(
                of: self, AddressRanges(BlockSet(), base: 0), areAdded: false)
        return groups.indices.map { number in
            var part = part(
                of: groups[number].addresses, functions: groups[number].functions,
                calls: calls[number], labels: labels[number])
            part.table.isUnoptimised = isUnoptimised
            if let lines {
                var own = [CountList<Int32>](repeating: CountList(), count: part.files.count)
                for (file, number) in part.files { own[Int(number)] = lines[Int(file)] }
                part.table.linesOfWhole = own
            }
            return part
        }
    }

    private func part(
        of addresses: AddressUnion, functions chosen: [Int], calls: [Int], labels: [Label]
    ) -> LineTablePart {
        var numbers = FileNumbers(files)
        var rows: [Row] = []
        for range in addresses.ranges {
            let start = self.rows.partitioningIndex { $0.address >= range.lowerBound }
            let end = self.rows.partitioningIndex { $0.address >= range.upperBound }
            for row in self.rows[start..<max(start, end)] {
                var row = row
                row.file = numbers[row.file]
                rows.append(row)
            }
        }
        let functions = chosen.map { index in
            var function = self.functions[index]
            function.file = function.file.map { numbers[$0] }
            return function
        }
        let inlined = inlinedCalls(calls, &numbers)
        let labels = labels.map {
            Label(file: numbers[$0.file], line: $0.line, address: $0.address)
        }
        var table = LineTable(
            files: numbers.files, rows: rows, functions: functions,
            inlinedFunctions: inlined.functions, inlinedCalls: inlined.calls)
        table.labels = labels
        table.filesOfC = Set(filesOfC.compactMap { numbers.known[$0] })
        table.code = code
        table.calls = self.calls
        return LineTablePart(table: table, files: numbers.known, addresses: addresses)
    }

    /// Some of the inlined calls; of one whose caller is not among them nothing is known of that.
    private func inlinedCalls(_ chosen: [Int], _ numbers: inout FileNumbers)
        -> (functions: [InlinedFunction], calls: [InlinedCall])
    {
        var functions: [InlinedFunction] = []
        var functionNumbers: [Int32: Int32] = [:]
        var callNumbers: [Int32: Int32] = [:]
        var calls: [InlinedCall] = []
        for index in chosen {
            callNumbers[Int32(truncatingIfNeeded: index)] = Int32(truncatingIfNeeded: calls.count)
            var call = inlinedCalls[index]
            if let known = functionNumbers[call.function] {
                call.function = known
            } else {
                let number = Int32(truncatingIfNeeded: functions.count)
                functionNumbers[call.function] = number
                var function = inlinedFunctions[Int(call.function)]
                function.file = function.file.map { numbers[$0] }
                functions.append(function)
                call.function = number
            }
            call.file = call.file.map { numbers[$0] }
            call.parent = call.parent.flatMap { callNumbers[$0] }
            calls.append(call)
        }
        return (functions, calls)
    }
}

/// Ranges of functions and of what is in none, put together where they overlap.
private struct RangeGroups {
    struct Group {
        /// The functions' numbers.
        var functions: [Int]
        var addresses: AddressUnion
    }

    private struct Extent {
        var range: Range<UInt64>
        var member: Int
    }

    private var members: [(function: Int?, ranges: [Range<UInt64>])] = []

    mutating func add(_ ranges: [Range<UInt64>], function: Int?) {
        members.append((function, ranges))
    }

    /// The groups, in the order of their first members.
    func joined() -> [Group] {
        var extents: [Extent] = []
        for (index, member) in members.enumerated() {
            for range in member.ranges { extents.append(Extent(range: range, member: index)) }
        }
        extents.sort { $0.range.lowerBound < $1.range.lowerBound }
        // By member, one with a lower number that is in the same group, or itself.
        var parents = Array(members.indices)
        func root(_ member: Int) -> Int {
            var member = member
            while parents[member] != member {
                parents[member] = parents[parents[member]]
                member = parents[member]
            }
            return member
        }
        var last: Extent?
        for extent in extents {
            if let before = last, extent.range.lowerBound < before.range.upperBound {
                let (one, other) = (root(before.member), root(extent.member))
                parents[max(one, other)] = min(one, other)
                if extent.range.upperBound <= before.range.upperBound { continue }
            }
            last = extent
        }
        var numbers: [Int: Int] = [:]
        var groups: [(functions: [Int], ranges: [Range<UInt64>])] = []
        for (index, member) in members.enumerated() {
            let own = root(index)
            if numbers[own] == nil {
                numbers[own] = groups.count
                groups.append(([], []))
            }
            guard let number = numbers[own] else { continue }
            if let function = member.function { groups[number].functions.append(function) }
            groups[number].ranges += member.ranges
        }
        return groups.map { Group(functions: $0.functions, addresses: AddressUnion($0.ranges)) }
    }
}

/// Which group an address belongs to.
struct GroupPlaces: Sendable {
    private struct GroupRange {
        var range: Range<UInt64>
        var group: Int
    }

    private let ranges: [GroupRange]

    init(_ groups: [AddressUnion]) {
        ranges = groups.enumerated()
            .flatMap { number, group in group.ranges.map { GroupRange(range: $0, group: number) } }
            .sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    func group(at address: UInt64) -> Int? {
        let next = ranges.partitioningIndex { $0.range.lowerBound > address }
        return next > 0 && ranges[next - 1].range.contains(address) ? ranges[next - 1].group : nil
    }

    /// Calls `body` with the groups that have a byte of a range, which is not empty.
    func forEachGroup(in range: Range<UInt64>, _ body: (Int) -> Void) {
        var next = ranges.partitioningIndex { $0.range.upperBound > range.lowerBound }
        while next < ranges.count, ranges[next].range.lowerBound < range.upperBound {
            body(ranges[next].group)
            next += 1
        }
    }
}

/// Gives files of a table the numbers that they have in a part of it.
private struct FileNumbers {
    private let all: [String]
    private(set) var files: [String] = []
    private(set) var known: [Int32: Int32] = [:]

    init(_ all: [String]) { self.all = all }

    subscript(_ file: Int32) -> Int32 {
        mutating get {
            if let number = known[file] { return number }
            let number = Int32(truncatingIfNeeded: files.count)
            known[file] = number
            files.append(all[Int(file)])
            return number
        }
    }
}

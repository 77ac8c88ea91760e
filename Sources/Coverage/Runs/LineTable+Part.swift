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
    /// rows around them that are in none either.
    ///
    /// Executions are counted function by function (``LineTally``), so the part gives lines that have code in it alone
    /// the same counts as the whole does.
    func part(around addresses: [UInt64]) -> LineTablePart {
        let seeds = AddressUnion(addresses.compactMap { $0 < .max ? $0..<$0 + 1 : nil })
        var chosen = seeds
        var isChosen = [Bool](repeating: false, count: functions.count)
        // What overlaps with a function can have the rows that are counted for it; a function can be in pieces.
        while true {
            var added: [Range<UInt64>] = []
            for index in functions.indices where !isChosen[index] {
                guard functions[index].ranges.contains(where: chosen.overlaps) else { continue }
                isChosen[index] = true
                added += functions[index].ranges
            }
            if added.isEmpty { break }
            chosen = chosen.union(added)
        }
        let inFunctions = AddressUnion(functions.flatMap(\.ranges))
        chosen = chosen.union(
            seeds.ranges.filter { !inFunctions.contains($0.lowerBound) }
                .compactMap { stretch(around: $0.lowerBound, outside: inFunctions) })
        return part(of: chosen, functions: functions.indices.filter { isChosen[$0] })
    }

    /// The bytes of the rows around an address that follow each other and are in no function.
    private func stretch(around address: UInt64, outside functions: AddressUnion) -> Range<UInt64>?
    {
        let next = rows.partitioningIndex { $0.address > address }
        guard next > 0 else { return nil }
        var (first, last) = (next - 1, next - 1)
        while first > 0, rows[first - 1].end >= rows[first].address,
            !functions.contains(rows[first - 1].address)
        {
            first -= 1
        }
        while last + 1 < rows.count, rows[last + 1].address <= rows[last].end,
            !functions.contains(rows[last + 1].address)
        {
            last += 1
        }
        return rows[first].address..<rows[last].end
    }

    private func part(of addresses: AddressUnion, functions chosen: [Int]) -> LineTablePart {
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
        let inlined = inlinedCalls(in: addresses, &numbers)
        let labels = self.labels.filter { addresses.contains($0.address) }
            .map { Label(file: numbers[$0.file], line: $0.line, address: $0.address) }
        var table = LineTable(
            files: numbers.files, rows: rows, functions: functions,
            inlinedFunctions: inlined.functions, inlinedCalls: inlined.calls)
        table.labels = labels
        table.filesOfC = Set(filesOfC.compactMap { numbers.known[$0] })
        table.code = code
        table.calls = calls
        table.isUnoptimised = FunctionTally.isUnoptimised(self)
        return LineTablePart(table: table, files: numbers.known, addresses: addresses)
    }

    private func inlinedCalls(in addresses: AddressUnion, _ numbers: inout FileNumbers)
        -> (functions: [InlinedFunction], calls: [InlinedCall])
    {
        var isKept = [Bool](repeating: false, count: inlinedCalls.count)
        // A call comes behind the one that it lies in.
        for (index, call) in inlinedCalls.enumerated().reversed() {
            guard
                isKept[index] || call.entry.map(addresses.contains) == true
                    || call.ranges.contains(where: addresses.overlaps)
            else { continue }
            isKept[index] = true
            if let parent = call.parent, isKept.indices.contains(Int(parent)) {
                isKept[Int(parent)] = true
            }
        }
        var functions: [InlinedFunction] = []
        var functionNumbers: [Int32: Int32] = [:]
        var callNumbers: [Int32: Int32] = [:]
        var calls: [InlinedCall] = []
        for (index, call) in inlinedCalls.enumerated() where isKept[index] {
            callNumbers[Int32(truncatingIfNeeded: index)] = Int32(truncatingIfNeeded: calls.count)
            var call = call
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

import Trace

/// How often the functions of one module were called: how often they were entered where their own code is, and where
/// their code was inlined.
struct FunctionTally {
    private struct Entry: Keyed {
        /// The address.
        var key: UInt64
        /// An index into the sums of inlined functions.
        var function: Int32
    }

    private struct FileFunction: Hashable {
        var file: Int32
        var key: SourceCoverage.FunctionKey
    }

    /// By file; a function can be there several times.
    private(set) var counts: [[(key: SourceCoverage.FunctionKey, count: UInt64)]]
    /// The lines on which functions are declared that were inlined, with their calls: the copies have no code there.
    private(set) var declarations: [[(key: Int32, count: UInt64)]]

    /// - Parameter areAdded: whether counts are executions, which add up; of runs the largest number is certain.
    init(_ table: LineTable, _ covered: AddressRanges, areAdded: Bool) {
        counts = .init(repeating: [], count: table.files.count)
        declarations = .init(repeating: [], count: table.files.count)
        addFunctions(of: table, covered)
        if !FunctionTally.isUnoptimised(table) { addInlined(table, covered, areAdded: areAdded) }
    }

    /// Whether no part of the module was optimised, as its rows say (``UnoptimisedCode``). What a compiler inlines all
    /// the same is a part of the function that it stands in, as in gcov.
    static func isUnoptimised(_ table: LineTable) -> Bool {
        if let isKnown = table.isUnoptimised { return isKnown }
        guard !table.inlinedCalls.isEmpty else { return true }
        let parts = table.rows.count { !$0.isStatement }
        return parts * 10 < table.rows.count
    }

    private mutating func addFunctions(of table: LineTable, _ covered: AddressRanges) {
        for function in table.functions where function.isReported {
            guard let file = function.file else { continue }
            let key = SourceCoverage.FunctionKey(function)
            let count = function.isPart ? 0 : covered.count(at: function.entry)
            counts[Int(file)].append((key, count))
        }
    }

    private mutating func addInlined(_ table: LineTable, _ covered: AddressRanges, areAdded: Bool) {
        // Each unit has functions of a header of its own.
        var inlined: [FileFunction] = []
        var numbers: [FileFunction: Int32] = [:]
        let functions = table.inlinedFunctions.map { function -> Int32? in
            guard let file = function.file, !function.isArtificial else { return nil }
            let own = FileFunction(file: file, key: SourceCoverage.FunctionKey(function))
            if let known = numbers[own] { return known }
            let number = Int32(truncatingIfNeeded: inlined.count)
            numbers[own] = number
            inlined.append(own)
            return number
        }
        var entries: [Entry] = []
        entries.reserveCapacity(table.inlinedCalls.count)
        for call in table.inlinedCalls {
            guard let entry = call.entry, let function = functions[Int(call.function)] else {
                continue
            }
            entries.append(Entry(key: entry, function: function))
        }
        entries.sortByKey()
        var sums = [UInt64?](repeating: nil, count: inlined.count)
        let (ranges, rangeCounts) = (covered.ranges.span, covered.counts.span)
        var next = 0
        for entry in entries {
            while next < ranges.count, ranges[next].upperBound <= entry.key { next += 1 }
            let isExecuted = next < ranges.count && ranges[next].lowerBound <= entry.key
            let count = isExecuted ? rangeCounts[next] : 0
            let sum = sums[Int(entry.function)] ?? 0
            sums[Int(entry.function)] =
                areAdded ? UInt64(clampedSum: sum, count) : max(sum, count)
        }
        for (function, sum) in zip(inlined, sums) {
            guard let sum else { continue }
            counts[Int(function.file)].append((function.key, sum))
            if function.key.line > 0 {
                declarations[Int(function.file)].append((function.key.line, sum))
            }
        }
    }
}

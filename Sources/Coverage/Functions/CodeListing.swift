public import MachineCode
import Trace

/// Code of a module with what was executed of it, as it is listed: function by function.
public struct CodeListing: Sendable {
    /// A stretch of code: a function, what of one is in a range, or code that is in none.
    public struct Stretch: Sendable {
        /// The function; nil for code that is in none.
        public var function: LineTable.Function?
        /// Whether it is all of the function.
        public var isWhole: Bool
        /// By address; where the function has several parts, there are gaps.
        public var pieces: [Piece]
    }

    /// An instruction, or data among instructions, with what was executed of it.
    public struct Piece: Sendable {
        /// What stands there.
        public var code: Code.Piece
        /// How often it was executed; without hit counts, in how many runs.
        public var hits: UInt64
        /// Which ways it went, for a conditional jump; nil for others, and for those of code in no function.
        public var jump: ModuleFunctions.Jump?
        /// Where it is in a source; nil where that is not known.
        public var line: SourceLine?
    }

    /// A line of a source.
    public struct SourceLine: Hashable, Sendable {
        /// The path, as reports have it.
        public var path: String
        /// From 1.
        public var line: Int
    }

    /// Where an address is: in a function, so many bytes behind its entry.
    public struct Place: Equatable, Sendable {
        /// The function's name.
        public var name: String
        /// Bytes behind the entry; below 0 for a part that a compiler has put before it.
        public var offset: Int64
    }

    private let table: LineTable
    private let covered: AddressRanges
    private let survey: FunctionSurvey
    private let selection: SourceSelection
    private let locator: Locator
    private let jumps: [UInt64: ModuleFunctions.Jump]
    /// What is reported as each file of the table.
    private let paths: [String?]
    /// Where instructions are known to begin, ascending.
    private let starts: [UInt64]

    /// - Parameters:
    ///   - table: of the module, with its code and its tables.
    ///   - covered: what was executed of the module.
    ///   - blocks: the same as blocks.
    ///   - base: the address of their offset 0.
    ///   - recorded: which ways jumps went, if runs say so.
    ///   - selection: which files are wanted.
    public init(
        _ table: LineTable, covered: AddressRanges, blocks: BlockSet, base: UInt64,
        recorded: RecordedWays?, _ selection: SourceSelection
    ) {
        (self.table, self.covered, self.selection) = (table, covered, selection)
        survey = FunctionSurvey(
            table, covered: covered, blocks: blocks, base: base, recorded: recorded, hasJumps: true)
        var jumps: [UInt64: ModuleFunctions.Jump] = [:]
        for function in survey.functions(of: "").functions {
            for jump in function.jumps { jumps[jump.address] = jump }
        }
        self.jumps = jumps
        locator = Locator(table)
        paths = table.files.map { selection.path(of: $0) }
        starts = Set(table.rows.lazy.map(\.address) + covered.ranges.lazy.map(\.lowerBound))
            .sorted()
    }

    /// Calls `body` with all functions of the module, and with other code that was executed, or that calls or jumps, by
    /// address: what only fills up the space before the next function does neither.
    public func forEachStretch(_ body: (Stretch) -> Void) {
        let functions = ownFunctions { _ in true }
        var gaps = gaps(between: table.functions.flatMap(\.ranges))[...]
        func addGaps(before address: UInt64) {
            while let gap = gaps.first, gap.lowerBound < address {
                gaps.removeFirst()
                if let stretch = stretch(of: gap) { body(stretch) }
            }
        }
        for function in functions {
            addGaps(before: function.entry)
            body(stretch(of: function))
        }
        addGaps(before: .max)
    }

    /// Calls `body` with the functions that are wanted.
    public func forEachFunction(
        where isWanted: (LineTable.Function) -> Bool, _ body: (Stretch) -> Void
    ) {
        for function in ownFunctions(where: isWanted) { body(stretch(of: function)) }
    }

    /// The function that has an address, or the code between functions that does; nil where there is no code.
    public func stretch(around address: UInt64) -> Stretch? {
        if let number = locator.numbers(of: address).function {
            return stretch(of: table.functions[number])
        }
        let gaps = gaps(between: table.functions.flatMap(\.ranges))
        guard let gap = gaps.first(where: { $0.contains(address) }) else { return nil }
        return Stretch(isWhole: false, pieces: pieces(in: gap))
    }

    /// Calls `body` with what a range has, function by function.
    ///
    /// - Parameter range: begins with an instruction.
    public func forEachStretch(in range: Range<UInt64>, _ body: (Stretch) -> Void) {
        let entries = table.functions.flatMap { $0.ranges.map(\.lowerBound) }.sorted()
        var at = range.lowerBound
        while at < range.upperBound {
            let number = locator.numbers(of: at).function
            let function = number.map { table.functions[$0] }
            let part = function?.ranges.first { $0.contains(at) }
            let next = entries.partitioningIndex { $0 > at }
            let following = next < entries.count ? entries[next] : .max
            let end = min(range.upperBound, part?.upperBound ?? .max, following)
            let pieces = pieces(in: at..<end)
            body(
                Stretch(
                    function: function, isWhole: function?.ranges == [at..<end], pieces: pieces))
            // The last instruction can end behind the part.
            at = max(end, pieces.last?.code.end ?? end)
        }
    }

    /// The function that has an address, and how far behind its entry; nil where none has it.
    public func place(of address: UInt64) -> Place? {
        guard let number = locator.numbers(of: address).function else { return nil }
        let function = table.functions[number]
        return Place(
            name: function.name, offset: Int64(bitPattern: address &- function.entry))
    }

    /// The source of a function; nil where it is not known.
    public func source(of function: LineTable.Function) -> SourceLine? {
        guard function.line > 0, let path = function.file.flatMap({ paths[Int($0)] }) else {
            return nil
        }
        return SourceLine(path: path, line: Int(function.line))
    }

    /// Those of wanted files, none twice: several compilation units can tell of one function.
    private func ownFunctions(where isWanted: (LineTable.Function) -> Bool) -> [LineTable.Function]
    {
        var last: UInt64?
        return table.functions.filter { function in
            guard function.entry != last, isWanted(function),
                function.file.map({ paths[Int($0)] != nil }) ?? true
            else { return false }
            last = function.entry
            return true
        }
    }

    private func stretch(of function: LineTable.Function) -> Stretch {
        let ranges = function.ranges.filter { !$0.isEmpty }
            .sorted { $0.lowerBound < $1.lowerBound }
        return Stretch(
            function: function, isWhole: true, pieces: ranges.flatMap { pieces(in: $0) })
    }

    /// Nil for what only fills up space.
    private func stretch(of gap: Range<UInt64>) -> Stretch? {
        let found = pieces(in: gap)
        let isCode = found.contains {
            $0.hits > 0 || $0.code.branch.map { $0.kind != .leave } == true
        }
        return isCode ? Stretch(isWhole: false, pieces: found) : nil
    }

    private func pieces(in range: Range<UInt64>) -> [Piece] {
        guard let code = table.code else { return [] }
        let first = starts.partitioningIndex { $0 >= range.lowerBound }
        let last = starts.partitioningIndex { $0 >= range.upperBound }
        return code.pieces(in: range, starts: Array(starts[first..<last])).map { piece in
            Piece(
                code: piece, hits: piece.set == nil ? 0 : covered.count(at: piece.address),
                jump: jumps[piece.address], line: line(of: piece.address))
        }
    }

    private func line(of address: UInt64) -> SourceLine? {
        guard let number = locator.numbers(of: address).row else { return nil }
        let row = table.rows[number]
        guard row.line > 0, let path = paths[Int(row.file)] else { return nil }
        return SourceLine(path: path, line: Int(row.line))
    }

    /// Code that is in none of some ranges, by address.
    private func gaps(between ranges: [Range<UInt64>]) -> [Range<UInt64>] {
        var gaps: [Range<UInt64>] = []
        let ranges = ranges.sorted { $0.lowerBound < $1.lowerBound }
        var (next, end) = (0, UInt64(0))
        for section in table.code?.addresses ?? [] {
            var at = max(section.lowerBound, end)
            while next < ranges.count, ranges[next].lowerBound < section.upperBound {
                let start = ranges[next].lowerBound
                if start > at { gaps.append(at..<start) }
                end = max(end, ranges[next].upperBound)
                at = max(at, end)
                next += 1
            }
            if at < section.upperBound { gaps.append(at..<section.upperBound) }
        }
        return gaps
    }
}

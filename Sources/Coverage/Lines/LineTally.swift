import MachineCode
import Trace

/// The counts of lines of one module, from rows that come by address. Docs/lines.md has the rules and
/// their reasons.
struct LineTally {
    /// Rows of one line and function that stand one behind the other.
    private struct Piece {
        var functionLine: FunctionLine
        /// Whether a row in it is marked as the beginning of a statement.
        var hasStatement = false
        /// Whether one of its statements was entered, or a part of one.
        var isEntered = false
        /// How often its byte that was executed most was.
        var largest: UInt64 = 0
        /// Whether its executions are counted by blocks.
        var isInBlocks = false

        init(_ functionLine: FunctionLine) { self.functionLine = functionLine }

        var count: UInt64 { isEntered ? largest : 0 }

        /// Adds a row, whose bytes from `following` on are the next row's.
        ///
        /// - Parameters:
        ///   - first: the first range that ends behind the row's start.
        ///   - hasParts: whether a statement's parts can be entered each for itself.
        /// - Returns: whether a statement was entered, or a part of one.
        @inline(__always)
        mutating func add(
            _ row: LineTable.Row, following: UInt64, _ ranges: Span<Range<UInt64>>,
            _ counts: Span<UInt64>, from first: Int, hasParts: Bool
        ) -> Bool {
            hasStatement = hasStatement || row.isStatement
            var isRowEntered = false
            let reach = row.address &+ LineTally.reach
            // Rows of a hostile file may all go to the last address; each range is then seen by one.
            let limit = min(row.end, max(reach, following))
            var index = first
            while index < ranges.count, ranges[index].lowerBound < limit {
                let (count, start) = (counts[index], ranges[index].lowerBound)
                largest = max(largest, count)
                if count > 0, start < reach,
                    row.isStatement || hasParts && start >= row.address
                {
                    isRowEntered = true
                }
                index += 1
            }
            isEntered = isEntered || isRowEntered
            return isRowEntered
        }
    }

    private struct PieceCount: Keyed {
        /// The file's number, above the line's, above whether no statement begins in the piece.
        var key: UInt64
        var count: UInt64

        init(_ piece: Piece) {
            let file = UInt64(UInt32(bitPattern: piece.functionLine.file))
            let line = UInt64(UInt32(bitPattern: piece.functionLine.line))
            key = file << 33 | line << 1 | (piece.hasStatement ? 0 : 1)
            count = piece.count
        }

        var file: Int { Int(key >> 33) }
        var line: Int32 { Int32(truncatingIfNeeded: key >> 1) }
        var hasStatement: Bool { key & 1 == 0 }
    }

    private struct LineSums {
        /// Whether a statement begins on the line.
        var isKnown = false
        /// Of the functions before.
        var total: UInt64 = 0
        /// Of code that is in no function: C++'s thunks, say, which lead to a function of the same line.
        /// That has counted the execution already.
        var outside: UInt64 = 0
        /// The function's own: the largest count of a piece or block of the line's, executions of its
        /// blocks, how many of those came from its own blocks, and executions of other lines' blocks.
        var largest: UInt64 = 0
        var executed: UInt64 = 0
        var inner: UInt64 = 0
        var mentioned: UInt64 = 0
        var function = LineTally.noFunction

        var count: UInt64 {
            var all = self
            all.end()
            return max(all.total, all.outside)
        }

        mutating func begin(_ function: Int32) {
            guard self.function != function else { return }
            end()
            self.function = function
        }

        private mutating func end() {
            let entered = executed == 0 ? mentioned : executed - min(executed, inner)
            let own = max(largest, entered)
            let isOutside = function == LineTally.noFunction
            self = LineSums(
                isKnown: isKnown, total: isOutside ? total : UInt64(clampedSum: total, own),
                outside: isOutside ? max(outside, own) : outside)
        }
    }

    /// The rows that are a function's end and nothing else, which have the line of the closing brace. GCC's own
    /// instrumentation counts what statements are made of, and knows no such line.
    private struct ClosingBraces {
        private var code: Code.WaysOut?
        /// From where on rows can be one: behind the function's entry, where GCC has not optimised it.
        private var entry = UInt64.max
        private var nextReturn: UInt64 = 0

        init(_ code: Code?) { self.code = code.map { Code.WaysOut($0) } }

        /// Goes on to another function.
        ///
        /// - Parameter entry: its entry; nil where it has no such rows.
        mutating func enter(_ entry: UInt64?) { self.entry = entry ?? .max }

        /// Whether a row of a function is one.
        ///
        /// - Parameters:
        ///   - following: the next row's address.
        ///   - end: up to where rows are the function's.
        @inline(__always)
        mutating func contains(_ row: LineTable.Row, following: UInt64, end: UInt64) -> Bool {
            guard row.end > nextReturn, row.address > entry, following > row.address else {
                return false
            }
            let isWayOut = code?.contains(row.address..<min(row.end, end))
            nextReturn = code?.nextReturn ?? .max
            return isWayOut == true
        }
    }

    /// Within how many bytes a statement is entered: at -O0, compilers put an instruction that does
    /// nothing before code that is jumped to, and such a one has at most 4 bytes.
    private static let reach: UInt64 = 5
    /// In place of a function's number.
    private static let noFunction: Int32 = -1

    /// At the least, in large programs. Memory that is not used yet costs nothing.
    private static let rowsPerPage = 4

    /// So many rows are worth a second thread, which takes a tenth of a millisecond to come.
    private static let fewestToPart = 20_000

    private let areAdded: Bool
    private let rule: CountRule
    private var sums: LineMap<LineSums>
    /// In place of the sums, where nothing is added: the pieces' counts. To sort so little at the end
    /// takes half the time of finding each line again.
    private var counts: [PieceCount] = []

    /// - Parameter rowCount: how many rows there will be, for the memory to be there at once.
    init(rowCount: Int, areAdded: Bool, rule: CountRule) {
        self.areAdded = areAdded
        self.rule = rule
        let capacity = areAdded ? rowCount / LineTally.rowsPerPage : 0
        sums = LineMap(empty: LineSums(), capacity: capacity)
        if !areAdded { counts.reserveCapacity(rowCount) }
    }

    /// The lines of each file and their counts, by line.
    mutating func lines(fileCount: Int) -> [[(key: Int32, count: UInt64)]] {
        areAdded
            ? sums.elements(fileCount: fileCount) { $1.isKnown ? ($0, $1.count) : nil }
            : largest(fileCount: fileCount)
    }

    /// The rows' numbers in two parts of about one size, which can be tallied each for itself: the second
    /// begins with a function. One part where there is no such function, or little to do.
    static func parts(of table: LineTable) -> [Range<Int>] {
        let rows = table.rows
        guard rows.count >= LineTally.fewestToPart else { return [rows.indices] }
        let middle = rows[rows.count / 2].address
        let function = table.functions.first { function in
            function.entry >= middle
                && function.ranges.contains { $0.lowerBound == function.entry }
        }
        guard let start = function?.entry else { return [rows.indices] }
        let split = rows.partitioningIndex { $0.address >= start }
        return [0..<split, split..<rows.count]
    }

    /// Of each line's counts the largest.
    private mutating func largest(fileCount: Int) -> [[(key: Int32, count: UInt64)]] {
        var result = [[(key: Int32, count: UInt64)]](repeating: [], count: fileCount)
        counts.sortByKey()
        var rest = counts[...]
        while let file = rest.first?.file {
            let own = rest.prefix { $0.file == file }
            rest = rest[own.endIndex...]
            var lines: [(key: Int32, count: UInt64)] = []
            lines.reserveCapacity(own.count)
            for piece in own {
                if let last = lines.last, last.key == piece.line {
                    lines[lines.count - 1].count = max(last.count, piece.count)
                } else if piece.hasStatement {
                    lines.append((piece.line, piece.count))
                }
            }
            result[file] = lines
        }
        return result
    }

    /// Adds the rows of these numbers: all, or one of ``parts(of:)``.
    mutating func add(_ table: LineTable, _ covered: AddressRanges, rows numbers: Range<Int>) {
        var functions = FunctionWalk(table.functions)
        var unoptimised = table.code.map {
            UnoptimisedCode(table, covered, $0, areCounted: areAdded)
        }
        // The function of the last row, and whether `unoptimised` counts its executions.
        var (current, isUnoptimised): (Int?, Bool) = (nil, false)
        // Whether marks say nothing of statements, as LLVM sets them.
        var marksLines = false
        var closingBraces = ClosingBraces(table.code)
        // The function's declaration, while rows are those of its opening.
        var (declaration, doesOpeningLoop): (FunctionLine?, Bool) = (nil, false)
        let executions = unoptimised?.flow?.counts ?? covered.counts
        let (rows, ranges) = (table.rows.span, covered.ranges.span)
        var next = 0
        var piece = Piece(FunctionLine.none)
        var number = numbers.lowerBound
        while number < numbers.upperBound {
            if let current, !functions.isAtOpening, declaration == nil {
                let executed = next < ranges.count ? ranges[next].lowerBound : .max
                if rows[number].end < executed {
                    number = addUnexecuted(
                        rows, number..<numbers.upperBound, before: executed,
                        Int32(truncatingIfNeeded: current), functions, &closingBraces, &piece,
                        isCounted: !isUnoptimised || !areAdded)
                    guard number < numbers.upperBound else { break }
                }
            }
            let index = number
            number += 1
            let row = rows[index]
            while next < ranges.count, ranges[next].upperBound <= row.address { next += 1 }
            var (file, line) = (row.file, row.line)
            let following = number < rows.count ? rows[number].address : .max
            let function = functions.advance(to: row)
            if function != current {
                add(piece, isCounted: !isUnoptimised || !areAdded)
                piece = Piece(FunctionLine.none)
                current = function
                let isOfGCC = function.map { table.functions[$0].isOfGCC } ?? false
                isUnoptimised =
                    unoptimised != nil && function != nil
                    && UnoptimisedCode.isUnoptimised(
                        rows, from: index, to: functions.end, isOfGCC: isOfGCC)
                marksLines = function != nil && !isOfGCC
                unoptimised?.function = index
                declaration = nil
                doesOpeningLoop = isUnoptimised && rule == .gcov && isOfGCC
                closingBraces.enter(
                    isUnoptimised && isOfGCC ? function.map { table.functions[$0].entry } : nil)
            }
            if closingBraces.contains(row, following: following, end: functions.end) { continue }
            if functions.isAtOpening, let function, let declared = table.functions[function].file {
                (file, line) = (declared, table.functions[function].line)
            }
            let functionLine = FunctionLine(
                file: file, line: line,
                function: function.map { Int32(truncatingIfNeeded: $0) }
                    ?? LineTally.noFunction)
            if let opening = declaration, !functions.isAtOpening {
                unoptimised?.addOpening(row, opening, from: next)
            }
            declaration = doesOpeningLoop && functions.isAtOpening ? functionLine : nil
            if piece.functionLine != functionLine {
                add(piece, isCounted: !isUnoptimised || !areAdded)
                piece = Piece(functionLine)
            }
            let isEntered = piece.add(
                row, following: following, ranges, executions.span, from: next,
                hasParts: isUnoptimised || marksLines)
            guard isUnoptimised else { continue }
            if !isEntered, next < ranges.count, ranges[next].lowerBound < row.end,
                ranges[next].lowerBound > row.address,
                let function,
                let inner = unoptimised?.inner(
                    index, of: table.functions[function].ranges, from: next)
            {
                piece.isEntered = true
                if areAdded, unoptimised?.add(index, functionLine, from: inner) == true {
                    piece.isInBlocks = true
                }
            } else if isEntered || (piece.isEntered && !row.isStatement) {
                if areAdded, unoptimised?.add(index, functionLine, from: next) == true {
                    piece.isInBlocks = true
                }
            } else if row.isStatement, next < ranges.count, ranges[next].lowerBound == row.end,
                let function,
                let skipped = unoptimised?.addSkipped(
                    index, functionLine, of: table.functions[function].ranges, before: next),
                skipped > 0
            {
                piece.isEntered = true
                piece.isInBlocks = areAdded
                piece.largest = max(piece.largest, skipped)
            }
        }
        add(piece, isCounted: !isUnoptimised || !areAdded)
        guard areAdded else { return }
        unoptimised?.finish { functionLine, own, mentioned in
            sums.change(file: functionLine.file, line: functionLine.line) { line in
                line.begin(functionLine.function)
                line.mentioned = UInt64(clampedSum: line.mentioned, mentioned)
                guard let own else { return }
                line.largest = max(line.largest, own.count)
                line.executed = UInt64(clampedSum: line.executed, own.count)
                line.inner = UInt64(clampedSum: line.inner, own.inner)
            }
        }
    }

    /// Adds rows that were not executed, as long as they are of the function and behind its opening. They can but make a
    /// line known, and are most rows of most programs.
    ///
    /// - Parameters:
    ///   - numbers: of rows, the first of which may be one.
    ///   - executed: the first address that was executed behind the last row.
    ///   - function: the function's number.
    ///   - piece: what the last row is in.
    ///   - isCounted: see ``add(_:isCounted:)``.
    /// - Returns: the number of the first row that is not one.
    private mutating func addUnexecuted(
        _ rows: Span<LineTable.Row>, _ numbers: Range<Int>, before executed: UInt64,
        _ function: Int32, _ functions: FunctionWalk, _ closingBraces: inout ClosingBraces,
        _ piece: inout Piece, isCounted: Bool
    ) -> Int {
        let (limit, end) = (functions.nextChange, functions.end)
        for index in numbers {
            let row = rows[index]
            // One right before executed code may be a jump that was left out (``UnoptimisedCode/addSkipped(_:_:of:before:)``).
            guard row.address < limit, row.end < executed else { return index }
            let following = index + 1 < rows.count ? rows[index + 1].address : .max
            if closingBraces.contains(row, following: following, end: end) { continue }
            if piece.functionLine.line != row.line || piece.functionLine.file != row.file {
                add(piece, isCounted: isCounted)
                piece = Piece(FunctionLine(file: row.file, line: row.line, function: function))
            }
            piece.hasStatement = piece.hasStatement || row.isStatement
        }
        return numbers.upperBound
    }

    /// - Parameter isCounted: whether its count is the line's; else it is but known.
    private mutating func add(_ piece: Piece, isCounted: Bool) {
        guard piece.hasStatement || piece.isEntered else { return }
        guard areAdded else {
            counts.append(PieceCount(piece))
            return
        }
        sums.change(file: piece.functionLine.file, line: piece.functionLine.line) { line in
            line.isKnown = line.isKnown || piece.hasStatement
            // What is counted by blocks comes last.
            guard isCounted, !piece.isInBlocks else { return }
            line.begin(piece.functionLine.function)
            line.largest = max(line.largest, piece.count)
        }
    }
}

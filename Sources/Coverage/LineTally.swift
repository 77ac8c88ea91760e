import DRCov

/// The counts of lines of one module, from rows that come by address. Docs/lines.md has the rules and
/// their reasons.
struct LineTally {
    /// Rows of one line and function that stand one behind the other.
    private struct Piece {
        var file: Int32
        var line: Int32
        /// The function's number; -1 for none.
        var instance: Int32
        var start: UInt64
        var end: UInt64
        /// Whether a row in it begins a statement.
        var hasStatement = false
        /// Whether one of its statements was entered.
        var isEntered = false
        /// How often its byte that was executed most was.
        var largest: UInt64 = 0
        /// Whether no block goes on behind it.
        var endsBlock = false

        var count: UInt64 { isEntered ? largest : 0 }

        /// Adds a row, whose bytes from `following` on are the next row's.
        ///
        /// - Parameter first: the first range that ends behind the row's start.
        @inline(__always)
        mutating func add(
            _ row: LineTable.Row, following: UInt64, _ ranges: Span<Range<UInt64>>,
            _ counts: Span<UInt64>, from first: Int
        ) {
            end = max(end, row.end)
            hasStatement = hasStatement || row.isStatement
            endsBlock = false
            let reach = row.address &+ LineTally.reach
            // Rows of a hostile file may all go to the last address; each range is then seen by one.
            let limit = min(row.end, max(reach, following))
            var index = first
            while index < ranges.count, ranges[index].lowerBound < limit {
                let count = counts[index]
                largest = max(largest, count)
                if count > 0, row.isStatement, ranges[index].lowerBound < reach {
                    isEntered = true
                }
                endsBlock = ranges[index].upperBound == row.end
                index += 1
            }
        }

        /// Whether it can be nothing but a jump (of x86: others' are as long as all instructions).
        var isJump: Bool { (end &- start == 2 || end &- start == 5) && (endsBlock || count == 0) }
    }

    private struct PieceCount: Keyed {
        /// The file's number above the line's.
        var key: UInt64
        var count: UInt64
    }

    private struct Line {
        /// Of the functions before.
        var total: UInt64 = 0
        /// The function's own pieces: the largest count, their sum, and whether all are jumps.
        var largest: UInt64 = 0
        var sum: UInt64 = 0
        var instance: Int32 = -1
        var areJumps = true

        var count: UInt64 { UInt64(clampedSum: total, areJumps ? sum : largest) }
    }

    /// Within how many bytes a statement is entered: at -O0, compilers put an instruction that does
    /// nothing before code that is jumped to, and such a one has at most 4 bytes.
    private static let reach: UInt64 = 5

    /// At the least, in large programs. Memory that is not used yet costs nothing.
    private static let rowsPerPage = 4

    private let areAdded: Bool
    private var sums: LinePages<Line>
    /// In the place of the sums, where nothing is added: the pieces' counts. To sort so little at the end
    /// takes half the time of finding each line again.
    private var counts: [PieceCount] = []

    /// - Parameter rowCount: how many rows there will be, for the memory to be there at once.
    init(rowCount: Int, areAdded: Bool) {
        self.areAdded = areAdded
        let capacity = areAdded ? rowCount / LineTally.rowsPerPage : 0
        sums = LinePages(empty: Line(), capacity: capacity)
        if !areAdded { counts.reserveCapacity(rowCount) }
    }

    /// The lines of each file and their counts, by line.
    mutating func lines(fileCount: Int) -> [[(key: Int32, count: UInt64)]] {
        areAdded
            ? sums.elements(fileCount: fileCount) { ($0, $1.count) } : largest(fileCount: fileCount)
    }

    /// Of each line's counts the largest.
    private mutating func largest(fileCount: Int) -> [[(key: Int32, count: UInt64)]] {
        var result = [[(key: Int32, count: UInt64)]](repeating: [], count: fileCount)
        counts.sortByKey()
        var rest = counts[...]
        while let file = rest.first.map({ $0.key >> 32 }) {
            let own = rest.prefix { $0.key >> 32 == file }
            rest = rest[own.endIndex...]
            var lines: [(key: Int32, count: UInt64)] = []
            lines.reserveCapacity(own.count)
            for piece in own {
                let line = Int32(truncatingIfNeeded: piece.key)
                if let last = lines.last, last.key == line {
                    lines[lines.count - 1].count = max(last.count, piece.count)
                } else {
                    lines.append((line, piece.count))
                }
            }
            result[Int(file)] = lines
        }
        return result
    }

    /// Adds all rows.
    mutating func add(_ table: LineTable, _ covered: AddressRanges) {
        var functions = FunctionWalk(table.functions)
        let (rows, ranges) = (table.rows.span, covered.ranges.span)
        var next = 0
        var piece = Piece(file: -1, line: 0, instance: -1, start: 0, end: 0)
        for place in rows.indices {
            let row = rows[place]
            while next < ranges.count, ranges[next].upperBound <= row.address { next += 1 }
            var (file, line) = (row.file, row.line)
            let instance = functions.advance(to: row)
            if functions.isAtOpening, let instance, let declared = table.functions[instance].file {
                (file, line) = (declared, table.functions[instance].line)
            }
            let number = Int32(truncatingIfNeeded: instance ?? -1)
            if piece.file != file || piece.line != line || piece.instance != number {
                add(piece)
                piece = Piece(
                    file: file, line: line, instance: number, start: row.address, end: row.address)
            }
            let following = place + 1 < rows.count ? rows[place + 1].address : .max
            piece.add(row, following: following, ranges, covered.counts.span, from: next)
        }
        add(piece)
    }

    private mutating func add(_ piece: Piece) {
        guard piece.hasStatement else { return }
        guard areAdded else {
            let file = UInt64(UInt32(bitPattern: piece.file))
            let key = file << 32 | UInt64(UInt32(bitPattern: piece.line))
            counts.append(PieceCount(key: key, count: piece.count))
            return
        }
        sums.change(file: piece.file, line: piece.line) { line in
            if line.instance != piece.instance { line = Line(total: line.count) }
            line.instance = piece.instance
            line.largest = max(line.largest, piece.count)
            line.sum = UInt64(clampedSum: line.sum, piece.count)
            line.areJumps = line.areJumps && piece.isJump
        }
    }
}

import Coverage

/// Rows as they are read, program by program, in runs that are each in the order of addresses.
struct LineRows: Sendable {
    /// Rows of one program whose addresses ascend.
    private struct AscendingRun {
        var program: Int
        var addresses: ClosedRange<UInt64>
        var rows: Range<Int>
        var isDoubtful: Bool
    }

    private let image: Image
    private let doubtful: UInt64?
    private var rows: [LineTable.Row] = []
    private var runs: [AscendingRun] = []
    /// Where the run being read begins.
    private var start = 0
    private var lastAddress: UInt64 = 0
    /// Whether the sequence being read has begun, and whether it is taken.
    private var (hasBegun, isTaken) = (false, false)
    /// Whether it begins where what a linker threw away does, too.
    private var isDoubtful = false
    /// The row that ends where the next one begins, and comes to the others then.
    private var open: LineTable.Row?

    /// - Parameters:
    ///   - image: which addresses can be code. Sequences that begin elsewhere are left out.
    ///   - doubtful: an address of code at which sequences can begin whose code is not there.
    ///   - capacity: so many rows do not make the array move.
    init(_ image: Image, doubtful: UInt64?, capacity: Int) {
        self.image = image
        self.doubtful = doubtful
        rows.reserveCapacity(capacity)
    }

    /// Adds a row that ends where the next one begins.
    ///
    /// - Parameter file: nil, like line 0, is code of no source line.
    @inline(__always)
    mutating func append(
        at address: UInt64, file: Int32?, line: UInt32, isStatement: Bool, program: Int
    ) {
        if !hasBegun {
            (hasBegun, isTaken, isDoubtful) = (true, image.isCode(address), address == doubtful)
        }
        guard isTaken else { return }
        if address < lastAddress {
            // Of a sequence's rows each one's address should be above the last one's.
            if let open { rows.append(open) }
            open = nil
            endRun(of: program)
        }
        close(at: address)
        lastAddress = address
        guard let file, let line = Int32(exactly: line), line > 0 else { return }
        open = LineTable.Row(
            address: address, end: address &+ 1, file: file, line: line, isStatement: isStatement)
    }

    /// Ends a sequence of rows; one that begins where it ends has no code, and is none.
    mutating func endSequence(at address: UInt64, program: Int) {
        close(at: address)
        while rows.count > start, rows[rows.count - 1].address == address { rows.removeLast() }
        endRun(of: program)
        (lastAddress, hasBegun) = (0, false)
    }

    /// Ends a program; a row that it leaves without an end is none.
    mutating func endProgram(_ program: Int) {
        open = nil
        endRun(of: program)
        (lastAddress, hasBegun) = (0, false)
    }

    /// Of several rows at one address, the last has its code; the others still stand for what is
    /// executed there, and have its first byte.
    @inline(__always)
    private mutating func close(at address: UInt64) {
        guard var row = open else { return }
        open = nil
        row.end = max(row.end, address)
        rows.append(row)
    }

    private mutating func endRun(of program: Int) {
        defer { start = rows.count }
        guard start < rows.count else { return }
        runs.append(
            AscendingRun(
                program: program, addresses: rows[start].address...rows[rows.count - 1].address,
                rows: start..<rows.count, isDoubtful: isDoubtful))
    }

    /// All rows by address, those of one address in the order of the programs, unless runs overlap.
    ///
    /// - Parameter isWrong: whether to leave out a doubtful run, by its first row, the address behind its
    ///   last one, and the lowest at which one begins that is not doubtful.
    static func joined(
        _ parts: [LineRows], without isWrong: (LineTable.Row, UInt64, UInt64?) -> Bool
    ) -> [LineTable.Row] {
        var runs = parts.enumerated().flatMap { part, rows in rows.runs.map { (part, $0) } }
        if runs.contains(where: { $0.1.isDoubtful }) {
            let others = runs.filter { !$0.1.isDoubtful }.map(\.1.addresses.lowerBound)
            runs.removeAll { part, run in
                let own = parts[part].rows[run.rows]
                guard run.isDoubtful, let first = own.first, let last = own.last else {
                    return false
                }
                return isWrong(first, last.end, others.filter { $0 > first.address }.min())
            }
        }
        func isBefore(_ one: (Int, AscendingRun), _ other: (Int, AscendingRun)) -> Bool {
            (one.1.addresses.lowerBound, one.1.program)
                < (other.1.addresses.lowerBound, other.1.program)
        }
        let isOrdered = zip(runs, runs.dropFirst()).allSatisfy { !isBefore($1, $0) }
        if parts.count == 1, isOrdered, runs.count == parts[0].runs.count { return parts[0].rows }
        if !isOrdered { runs.sort(by: isBefore) }
        var rows: [LineTable.Row] = []
        rows.reserveCapacity(parts.reduce(0) { $0 + $1.rows.count })
        for (part, run) in runs { rows += parts[part].rows[run.rows] }
        return rows
    }
}

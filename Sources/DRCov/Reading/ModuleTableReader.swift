import Trace

/// Reads a module table, from its line `Module Table: …` to its last row.
struct ModuleTableReader {
    private(set) var version = 1
    private(set) var columnNames = 0..<0
    private(set) var rows: [Module] = []
    private(set) var dialect: Dialect = []

    init(
        _ bytes: Span<UInt8>, _ cursor: inout LineScanner, _ diagnose: (Diagnosis) -> Void
    ) throws(ReadError) {
        let announced = try announcement(bytes, &cursor)
        let columns = try columns(bytes, &cursor, diagnose)
        let radix = radix(announced, columns, bytes, cursor)
        var ids: [Bool] = []
        var (found, bad, repeated) = (0, 0, 0)
        var (firstBad, firstRepeated) = (cursor.position, (id: 0, position: cursor.position))
        while let line = cursor.peekLine(bytes), !ModuleTableReader.endsTable(line, bytes) {
            var odd = dialect
            let row = columns.module(line, radix, bytes, &odd)
            // A table may have more rows than it says, but what is no row is then no part of it.
            if found >= announced, row == nil { break }
            _ = cursor.nextLine(bytes)
            found += 1
            guard let row else {
                if bad == 0 { firstBad = cursor.position }
                bad += 1
                continue
            }
            while ids.count <= row.id { ids.append(false) }
            guard !ids[row.id] else {
                if repeated == 0 { firstRepeated = (row.id, cursor.position) }
                repeated += 1
                continue
            }
            ids[row.id] = true
            dialect = odd
            rows.append(row)
        }
        if bad > 0 { diagnose(Diagnosis(.badRows(bad), at: firstBad)) }
        if repeated > 0 {
            diagnose(
                Diagnosis(
                    .repeatedIDs(repeated, first: firstRepeated.id), at: firstRepeated.position))
        }
        if found != announced {
            diagnose(
                Diagnosis(
                    .moduleCount(announced: announced, found: found), at: cursor.nextPosition(bytes)
                ))
        }
        for index in rows.indices {
            let containing = rows[index].containingID
            if containing < ids.count, ids[containing] { continue }
            diagnose(
                Diagnosis(.unknownContainingID(containing), at: cursor.nextPosition(bytes)))
            rows[index].containingID = rows[index].id
        }
        if hasInclusiveEnds {
            dialect.insert(.inclusiveEnds)
            for index in rows.indices where rows[index].end != .max { rows[index].end += 1 }
        }
    }

    private static func endsTable(_ line: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        Marker.blocks.matches(bytes, at: line) || Marker.dump.matches(bytes, at: line)
    }

    /// `Module Table: N` or `Module Table: version V, count N`; gives the number of rows.
    private mutating func announcement(_ bytes: Span<UInt8>, _ cursor: inout LineScanner)
        throws(ReadError) -> Int
    {
        guard let line = cursor.nextLine(bytes),
            let table = Fields.rest(line, after: Marker.rows, bytes)
        else { throw ReadError(.noModuleTable, at: cursor.position) }
        if bytes.count > line.upperBound, bytes[line.upperBound] == UInt8(ascii: "\r") {
            dialect.insert(.carriageReturns)
        }
        var count = Fields.decimal(table, bytes)
        if let fields = Fields.rest(table, after: "version ", bytes).map({ Fields.split($0, bytes) }
        ),
            fields.count == 2
        {
            version = Fields.decimal(fields[0], bytes) ?? 0
            count = Fields.rest(fields[1], after: "count ", bytes).flatMap {
                Fields.decimal($0, bytes)
            }
        }
        guard let count else { throw ReadError(.noModuleTable, at: cursor.position) }
        guard (1...5).contains(version) else {
            throw ReadError(.unknownTableVersion, at: cursor.position)
        }
        return count
    }

    private mutating func columns(
        _ bytes: Span<UInt8>, _ cursor: inout LineScanner, _ diagnose: (Diagnosis) -> Void
    ) throws(ReadError) -> Columns {
        guard let line = cursor.peekLine(bytes),
            let list = Fields.rest(line, after: "Columns:", bytes)
        else {
            if version > 1 {
                diagnose(Diagnosis(.noColumns, at: cursor.nextPosition(bytes)))
            }
            return .unix(version: version)
        }
        _ = cursor.nextLine(bytes)
        guard let columns = Columns(list, bytes) else {
            throw ReadError(.badColumns, at: cursor.position)
        }
        columnNames = list
        return columns
    }

    /// How addresses without `0x` are written in the whole table: one that can only be hexadecimal
    /// makes all of them so.
    private mutating func radix(
        _ announced: Int, _ columns: Columns, _ bytes: Span<UInt8>, _ cursor: LineScanner
    ) -> Fields.Radix {
        var cursor = cursor
        var radix: Fields.Radix?
        var found = 0
        while found < announced, let line = cursor.nextLine(bytes),
            !ModuleTableReader.endsTable(line, bytes)
        {
            found += 1
            guard let shown = columns.radix(line, bytes) else { continue }
            radix = shown
            if shown == .hexadecimal { break }
        }
        switch radix {
        case nil: break
        case .decimal: dialect.insert(.decimalAddresses)
        case .hexadecimal: dialect.insert(.bareHexadecimal)
        }
        return radix ?? .decimal
    }

    /// Rows end at a page's last byte, all of them: a row's exclusive end is not there. A table of
    /// sizes has no ends, and a row of the whole address space cannot end elsewhere.
    private var hasInclusiveEnds: Bool {
        guard version > 1 else { return false }
        var hasEnds = false
        for row in rows where !row.isAbsolute && row.end > row.start {
            guard row.end & 0xFFF == 0xFFF else { return false }
            hasEnds = true
        }
        return hasEnds
    }
}

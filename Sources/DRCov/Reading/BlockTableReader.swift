import Trace

/// Reads a block table, and the hit counts and edges behind it, from the line `BB Table: …` to where the next
/// dump begins or the file ends. The blocks stay where they are.
struct BlockTableReader {
    private(set) var blocks = BlockTable.packed(0..<0)
    private(set) var form = DRCovForm.Blocks.binary
    /// The bytes of the blocks.
    private(set) var extent = 0..<0
    private(set) var counts: HitTable?
    /// The edges, and whether there may be more.
    private(set) var edges: (table: BlockTable, isPartial: Bool)?
    private(set) var dialect: Dialect = []

    init(_ bytes: Span<UInt8>, _ cursor: inout LineScanner, _ diagnose: (Diagnosis) -> Void) {
        guard let line = cursor.peekLine(bytes),
            let table = Fields.rest(line, after: Marker.blocks, bytes)
        else {
            diagnose(Diagnosis(.noBlockTable, at: cursor.nextPosition(bytes)))
            cursor.move(to: Marker.next(from: cursor.offset, bytes))
            return
        }
        _ = cursor.nextLine(bytes)
        let announced = announcement(table, bytes, cursor, diagnose)
        if cursor.isAt(Marker.text, bytes) {
            _ = cursor.nextLine(bytes)
            readText(announced, bytes, &cursor, diagnose)
        } else {
            readBinary(announced, bytes, &cursor, diagnose)
        }
        if cursor.isAt(Marker.hits, bytes) { readHits(bytes, &cursor, diagnose) }
        if cursor.isAt(Marker.edges, bytes) { readEdges(bytes, &cursor, diagnose) }
        // What follows is a dump, or nothing.
        while cursor.offset < bytes.count, !cursor.isAt(Marker.dump, bytes) {
            let next = Marker.next(from: cursor.offset + 1, bytes)
            diagnose(Diagnosis(.strayBytes(next - cursor.offset), at: .byte(cursor.offset)))
            cursor.move(to: next)
        }
    }

    /// The number of blocks; nil where it is not said.
    private mutating func announcement(
        _ table: Range<Int>, _ bytes: Span<UInt8>, _ cursor: LineScanner,
        _ diagnose: (Diagnosis) -> Void
    ) -> Int? {
        let end = table.first { bytes[$0] == UInt8(ascii: " ") } ?? table.upperBound
        let number = table.lowerBound..<end
        if number.count == 2, ("-1" as StaticString).matches(bytes, at: number) {
            dialect.insert(.negativeBlockCount)
            return nil
        }
        let count = Fields.decimal(number, bytes)
        if count == nil { diagnose(Diagnosis(.badBlockCount, at: cursor.position)) }
        return count
    }

    private mutating func readBinary(
        _ announced: Int?, _ bytes: Span<UInt8>, _ cursor: inout LineScanner,
        _ diagnose: (Diagnosis) -> Void
    ) {
        let table = BinaryTable(announced, size: Block.packedSize, from: cursor.offset, bytes)
        (blocks, extent) = (.packed(table.range), table.range)
        cursor.move(to: table.range.upperBound)
        if let announced, table.count != announced {
            diagnose(
                Diagnosis(
                    .blocksCutShort(announced: announced, found: table.count),
                    at: .byte(cursor.offset)))
        }
        skip(to: table.end, &cursor, diagnose)
    }

    private mutating func readText(
        _ announced: Int?, _ bytes: Span<UInt8>, _ cursor: inout LineScanner,
        _ diagnose: (Diagnosis) -> Void
    ) {
        let start = cursor.offset
        var (found, bad) = (0, 0)
        var firstBad = cursor.position
        while found + bad < announced ?? .max, !Marker.isAt(cursor.offset, bytes),
            let line = cursor.nextLine(bytes)
        {
            if TextBlocks.block(line, bytes) != nil {
                found += 1
            } else if !Fields.trimmed(line, bytes).isEmpty {
                if bad == 0 { firstBad = cursor.position }
                bad += 1
            }
        }
        extent = start..<cursor.offset
        (blocks, form) = (.stored(TextBlocks(extent, count: found)), .text)
        if bad > 0 { diagnose(Diagnosis(.badBlocks(bad), at: firstBad)) }
        if let announced, found + bad < announced {
            diagnose(
                Diagnosis(
                    .blocksCutShort(announced: announced, found: found),
                    at: cursor.nextPosition(bytes)))
        }
        while let line = cursor.peekLine(bytes), Fields.trimmed(line, bytes).isEmpty {
            _ = cursor.nextLine(bytes)
        }
    }

    /// `Hit Count Table: version 1, count N` and N numbers.
    private mutating func readHits(
        _ bytes: Span<UInt8>, _ cursor: inout LineScanner, _ diagnose: (Diagnosis) -> Void
    ) {
        let position = FilePosition.byte(cursor.offset)
        guard let line = cursor.nextLine(bytes),
            let rest = Fields.rest(line, after: Marker.hits, bytes),
            let fields = Fields.rest(rest, after: "version 1,", bytes),
            let announced = Fields.rest(fields, after: "count ", bytes).flatMap({
                Fields.decimal($0, bytes)
            })
        else {
            diagnose(Diagnosis(.unknownHitTable, at: position))
            let next = Marker.next(from: cursor.offset, bytes)
            cursor.move(to: next)
            return
        }
        let table = BinaryTable(announced, size: HitTable.countSize, from: cursor.offset, bytes)
        counts = .binary(table.range)
        cursor.move(to: table.range.upperBound)
        if table.count != blocks.count || table.count != announced {
            diagnose(
                Diagnosis(.hitCounts(blocks: blocks.count, found: table.count), at: position))
        }
        skip(to: table.end, &cursor, diagnose)
    }

    /// `Edge Table: version 1, count N`, perhaps with `, partial`, and N entries.
    private mutating func readEdges(
        _ bytes: Span<UInt8>, _ cursor: inout LineScanner, _ diagnose: (Diagnosis) -> Void
    ) {
        let position = FilePosition.byte(cursor.offset)
        guard let line = cursor.nextLine(bytes),
            let rest = Fields.rest(line, after: Marker.edges, bytes),
            let text = Fields.rest(rest, after: "version 1,", bytes)
        else { return leaveOutEdges(at: position, bytes, &cursor, diagnose) }
        let fields = Fields.split(text, bytes)
        let isPartial = fields.count == 2
        let partial: StaticString = "partial"
        guard
            !isPartial
                || fields[1].count == partial.utf8CodeUnitCount
                    && partial.matches(bytes, at: fields[1]),
            fields.count <= 2,
            let announced = Fields.rest(fields[0], after: "count ", bytes).flatMap({
                Fields.decimal($0, bytes)
            })
        else { return leaveOutEdges(at: position, bytes, &cursor, diagnose) }
        let table = BinaryTable(announced, size: Block.packedSize, from: cursor.offset, bytes)
        edges = (.packed(table.range), isPartial)
        cursor.move(to: table.range.upperBound)
        if table.count != announced {
            edges?.isPartial = true
            diagnose(
                Diagnosis(
                    .edgesCutShort(announced: announced, found: table.count),
                    at: .byte(cursor.offset)))
        }
        skip(to: table.end, &cursor, diagnose)
    }

    private func leaveOutEdges(
        at position: FilePosition, _ bytes: Span<UInt8>, _ cursor: inout LineScanner,
        _ diagnose: (Diagnosis) -> Void
    ) {
        diagnose(Diagnosis(.unknownEdgeTable, at: position))
        cursor.move(to: Marker.next(from: cursor.offset, bytes))
    }

    private func skip(to end: Int, _ cursor: inout LineScanner, _ diagnose: (Diagnosis) -> Void) {
        guard end > cursor.offset else { return }
        diagnose(Diagnosis(.strayBytes(end - cursor.offset), at: .byte(cursor.offset)))
        cursor.move(to: end)
    }
}

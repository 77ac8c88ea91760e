/// Reads drcov files: format versions 2 and 3, module tables 1 to 5 of Unix and Windows, binary and
/// text blocks, several dumps one behind the other.
public enum Reader {
    /// All dumps of a file, in one pass over its bytes.
    ///
    /// - Throws: ``ReadError`` at the first thing that is not drcov.
    public static func read(_ bytes: Span<UInt8>) throws(ReadError) -> [Dump] {
        var cursor = Cursor()
        var dumps: [Dump] = []
        repeat {
            dumps.append(try dump(bytes, &cursor))
        } while cursor.isAt("DRCOV VERSION:", bytes)
        guard cursor.offset == bytes.count else {
            throw ReadError(cause: .unknownTail, place: .byte(cursor.offset))
        }
        return dumps
    }

    private static func dump(_ bytes: Span<UInt8>, _ cursor: inout Cursor) throws(ReadError)
        -> Dump
    {
        let version = try field("DRCOV VERSION:", orElse: .notDRCov, bytes, &cursor)
        guard let version = Fields.decimal(version, bytes).flatMap(Version.init(rawValue:)) else {
            throw ReadError(cause: .unknownVersion, place: .line(cursor.line))
        }
        let flavor = try field("DRCOV FLAVOR:", orElse: .noFlavor, bytes, &cursor)
        let (tableVersion, modules) = try moduleTable(bytes, &cursor)
        let blocks = try blockTable(bytes, &cursor)
        return Dump(
            version: version, flavor: flavor.map { bytes[$0] }, tableVersion: tableVersion,
            modules: modules, blocks: blocks)
    }

    /// What stands behind `name` in the next line.
    private static func field(
        _ name: StaticString, orElse cause: ReadError.Cause, _ bytes: Span<UInt8>,
        _ cursor: inout Cursor
    ) throws(ReadError) -> Range<Int> {
        guard let line = cursor.nextLine(bytes), let rest = Fields.rest(line, after: name, bytes)
        else { throw ReadError(cause: cause, place: .line(max(1, cursor.line))) }
        return rest
    }

    private static func moduleTable(_ bytes: Span<UInt8>, _ cursor: inout Cursor)
        throws(ReadError) -> (version: Int, rows: [Module])
    {
        let table = try field("Module Table:", orElse: .noModuleTable, bytes, &cursor)
        let versionField = Fields.rest(table, after: "version ", bytes).map {
            Fields.split($0, bytes)
        }
        var version = 1
        var count = Fields.decimal(table, bytes)
        if let versionField, versionField.count == 2 {
            version = Fields.decimal(versionField[0], bytes) ?? 0
            count = Fields.rest(versionField[1], after: "count ", bytes).flatMap {
                Fields.decimal($0, bytes)
            }
        }
        guard let count else {
            throw ReadError(cause: .noModuleTable, place: .line(cursor.line))
        }
        guard (1...5).contains(version) else {
            throw ReadError(cause: .unknownTableVersion, place: .line(cursor.line))
        }
        var columns = Columns.versionOne
        if version > 1 {
            let list = try field("Columns:", orElse: .badColumns, bytes, &cursor)
            guard let named = Columns(list, bytes) else {
                throw ReadError(cause: .badColumns, place: .line(cursor.line))
            }
            columns = named
        }
        var rows: [Module] = []
        for _ in 0..<count {
            guard let line = cursor.nextLine(bytes) else {
                throw ReadError(cause: .moduleTableCutShort, place: .byte(bytes.count))
            }
            guard let row = columns.module(line, bytes) else {
                throw ReadError(cause: .badRow, place: .line(cursor.line))
            }
            rows.append(row)
        }
        return (version, rows)
    }

    private static func blockTable(_ bytes: Span<UInt8>, _ cursor: inout Cursor)
        throws(ReadError) -> [Block]
    {
        let table = try field("BB Table:", orElse: .noBlockTable, bytes, &cursor)
        guard
            let blank = table.first(where: { bytes[$0] == UInt8(ascii: " ") }),
            let count = Fields.decimal(table.lowerBound..<blank, bytes)
        else { throw ReadError(cause: .noBlockTable, place: .line(cursor.line)) }
        if cursor.isAt("module id, start, size:", bytes) {
            _ = cursor.nextLine(bytes)
            return try textBlocks(count, bytes, &cursor)
        }
        return try binaryBlocks(count, bytes, &cursor)
    }

    private static func binaryBlocks(
        _ count: Int, _ bytes: Span<UInt8>, _ cursor: inout Cursor
    ) throws(ReadError) -> [Block] {
        let found = (bytes.count - cursor.offset) / 8
        guard count <= found else {
            throw ReadError(
                cause: .blocksCutShort(expected: count, found: found), place: .byte(bytes.count))
        }
        let raw = unsafe bytes.bytes
        let start = cursor.offset
        cursor.skip(count * 8)
        var blocks: [Block] = []
        blocks.reserveCapacity(count)
        for index in 0..<count {
            // The load is checked against the span's bounds, and any 8 bytes are a block.
            let entry = unsafe UInt64(
                littleEndian: raw.unsafeLoadUnaligned(
                    fromByteOffset: start + index * 8, as: UInt64.self))
            blocks.append(
                Block(
                    start: UInt32(truncatingIfNeeded: entry),
                    size: UInt16(truncatingIfNeeded: entry >> 32),
                    module: UInt16(truncatingIfNeeded: entry >> 48)))
        }
        return blocks
    }

    private static func textBlocks(_ count: Int, _ bytes: Span<UInt8>, _ cursor: inout Cursor)
        throws(ReadError) -> [Block]
    {
        var blocks: [Block] = []
        for found in 0..<count {
            guard let line = cursor.nextLine(bytes) else {
                throw ReadError(
                    cause: .blocksCutShort(expected: count, found: found),
                    place: .byte(bytes.count))
            }
            guard let block = textBlock(line, bytes) else {
                throw ReadError(cause: .badBlock, place: .line(cursor.line))
            }
            blocks.append(block)
        }
        return blocks
    }

    /// `module[  1]: 0x00001040,  12`
    private static func textBlock(_ line: Range<Int>, _ bytes: Span<UInt8>) -> Block? {
        guard let rest = Fields.rest(line, after: "module[", bytes),
            let bracket = rest.first(where: { bytes[$0] == UInt8(ascii: "]") }),
            let numbers = Fields.rest(bracket..<rest.upperBound, after: "]:", bytes),
            let id = Fields.decimal(
                Fields.trimmed(rest.lowerBound..<bracket, bytes), bytes),
            let module = UInt16(exactly: id)
        else { return nil }
        let fields = Fields.split(numbers, bytes)
        guard fields.count == 2,
            let start = Fields.address(fields[0], bytes).flatMap(UInt32.init(exactly:)),
            let size = Fields.decimal(fields[1], bytes).flatMap(UInt16.init(exactly:))
        else { return nil }
        return Block(start: start, size: size, module: module)
    }
}

/// Reads drcov files: format versions 2 and 3, module tables 1 to 5 of Unix and Windows, binary and
/// text blocks, hit counts, several dumps one behind the other.
///
/// What is damaged is used as far as it is sound; Docs/drcov.md has the rules.
public enum Reader {
    /// All dumps of a file, in one pass over all but the binary tables.
    ///
    /// - Parameter diagnose: Called for each thing that is damaged, in no particular order.
    /// - Throws: ``ReadError`` where nothing can be read; the bytes are no drcov file, or one of a
    ///   version that is not known.
    public static func read(_ bytes: Span<UInt8>, diagnose: (Diagnosis) -> Void)
        throws(ReadError) -> [Dump]
    {
        var cursor = Cursor()
        var dumps = [try dump(bytes, &cursor, diagnose)]
        while cursor.offset < bytes.count {
            var start = cursor.offset
            do throws(ReadError) {
                dumps.append(try dump(bytes, &cursor, diagnose))
            } catch {
                diagnose(Diagnosis(.dumpLeftOut(error.cause), at: error.place))
                repeat {
                    start = Marker.next(from: start + 1, bytes)
                    cursor.move(to: start)
                } while start < bytes.count && !cursor.isAt(Marker.dump, bytes)
            }
        }
        return dumps
    }

    /// Whether the bytes begin as drcov does, well or badly.
    public static func isDRCov(_ bytes: Span<UInt8>) -> Bool { Cursor().isAt(Marker.dump, bytes) }

    private static func dump(
        _ bytes: Span<UInt8>, _ cursor: inout Cursor, _ diagnose: (Diagnosis) -> Void
    ) throws(ReadError) -> Dump {
        let start = cursor.offset
        let number = try field(Marker.dump, orElse: .notDRCov, bytes, &cursor)
        guard let version = Fields.decimal(number, bytes).flatMap(Version.init(rawValue:)) else {
            throw ReadError(cause: .unknownVersion, place: cursor.place)
        }
        let flavor = try field("DRCOV FLAVOR:", orElse: .noFlavor, bytes, &cursor)
        let modules = try ModuleTableReader(bytes, &cursor, diagnose)
        let blocks = BlockTableReader(bytes, &cursor, diagnose)
        var dump = Dump(
            version: version, flavor: flavor.map { bytes[$0] }, tableVersion: modules.version,
            modules: modules.rows, blocks: blocks.blocks, counts: blocks.counts)
        dump.columns = modules.columnNames.map { bytes[$0] }
        dump.oddities = modules.oddities.union(blocks.oddities)
        dump.extent = start..<cursor.offset
        if Dump.hasAbsoluteStarts(dump, bytes) { dump.oddities.insert(.absoluteStarts) }
        if dump.counts == nil, ("drcov-hits" as StaticString).matches(bytes, at: flavor) {
            diagnose(Diagnosis(.noHitTable, at: .byte(cursor.offset)))
        }
        return dump
    }

    /// What stands behind `name` in the next line.
    private static func field(
        _ name: StaticString, orElse cause: ReadError.Cause, _ bytes: Span<UInt8>,
        _ cursor: inout Cursor
    ) throws(ReadError) -> Range<Int> {
        guard let line = cursor.nextLine(bytes), let rest = Fields.rest(line, after: name, bytes)
        else { throw ReadError(cause: cause, place: cursor.place) }
        return rest
    }
}

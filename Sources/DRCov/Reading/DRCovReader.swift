public import Trace

extension TraceFormat {
    /// drcov, of whatever version.
    public static let drcov = TraceFormat("drcov")
}

/// Reads drcov files: format versions 2 and 3, module tables 1 to 5 of Unix and Windows, binary and
/// text blocks, hit counts, edges, several dumps one behind the other.
///
/// What is damaged is used as far as it is sound; Docs/drcov.md has the rules.
public enum DRCovReader: TraceReader {
    /// drcov.
    public static var format: TraceFormat { .drcov }

    /// Whether the bytes begin as drcov does, well or badly.
    public static func recognises(_ bytes: Span<UInt8>) -> Bool {
        LineScanner().isAt(Marker.dump, bytes)
    }

    /// What the dumps of a file recorded, in one pass over all but the binary tables.
    ///
    /// - Parameter diagnose: Called for each thing that is damaged, in no particular order.
    /// - Throws: `ReadError` where nothing can be read; the bytes are no drcov file, or one of a
    ///   version that is not known.
    public static func read(_ bytes: Span<UInt8>, diagnose: (Diagnosis) -> Void)
        throws(ReadError) -> [Recording]
    {
        try dumps(bytes, diagnose: diagnose).map(\.recording)
    }

    /// The same with how the file writes it.
    ///
    /// - Parameter diagnose: Called for each thing that is damaged, in no particular order.
    /// - Throws: ``ReadError`` where nothing can be read; the bytes are no drcov file, or one of a
    ///   version that is not known.
    public static func dumps(_ bytes: Span<UInt8>, diagnose: (Diagnosis) -> Void)
        throws(ReadError) -> [Dump]
    {
        var cursor = LineScanner()
        var dumps = [try dump(bytes, &cursor, diagnose)]
        while cursor.offset < bytes.count {
            var start = cursor.offset
            do throws(ReadError) {
                dumps.append(try dump(bytes, &cursor, diagnose))
            } catch {
                if let cause = error.cause as? DRCovFault {
                    diagnose(Diagnosis(.dumpLeftOut(cause), at: error.position))
                }
                repeat {
                    start = Marker.next(from: start + 1, bytes)
                    cursor.move(to: start)
                } while start < bytes.count && !cursor.isAt(Marker.dump, bytes)
            }
        }
        return dumps
    }

    private static func dump(
        _ bytes: Span<UInt8>, _ cursor: inout LineScanner, _ diagnose: (Diagnosis) -> Void
    ) throws(ReadError) -> Dump {
        let start = cursor.offset
        let number = try field(Marker.dump, orElse: .notDRCov, bytes, &cursor)
        guard let version = Fields.decimal(number, bytes).flatMap(DRCovVersion.init(rawValue:))
        else {
            throw ReadError(.unknownVersion, at: cursor.position)
        }
        let flavor = try field("DRCOV FLAVOR:", orElse: .noFlavor, bytes, &cursor)
        let modules = try ModuleTableReader(bytes, &cursor, diagnose)
        let blocks = BlockTableReader(bytes, &cursor, diagnose)
        var dump = Dump(
            recording: Recording(
                format: .drcov, is32Bit: DRCovForm.is32Bit(flavor.map { bytes[$0] }),
                starts: version == .two ? .module : .row, modules: modules.rows,
                blocks: blocks.blocks, counts: blocks.counts, edges: blocks.edges?.table),
            version: version, flavor: flavor.map { bytes[$0] }, tableVersion: modules.version,
            columns: modules.columnNames.map { bytes[$0] }, blockForm: blocks.form,
            blockExtent: blocks.extent, dialect: modules.dialect.union(blocks.dialect),
            extent: start..<cursor.offset)
        dump.recording.hasPartialEdges = blocks.edges?.isPartial ?? false
        if dump.hasAbsoluteStarts(bytes) {
            dump.dialect.insert(.absoluteStarts)
            dump.recording.starts = .zero
        }
        if blocks.counts == nil, ("drcov-hits" as StaticString).matches(bytes, at: flavor) {
            diagnose(Diagnosis(.noHitTable, at: .byte(cursor.offset)))
        }
        return dump
    }

    /// What stands behind `name` in the next line.
    private static func field(
        _ name: StaticString, orElse cause: DRCovFault, _ bytes: Span<UInt8>,
        _ cursor: inout LineScanner
    ) throws(ReadError) -> Range<Int> {
        guard let line = cursor.nextLine(bytes), let rest = Fields.rest(line, after: name, bytes)
        else { throw ReadError(cause, at: cursor.position) }
        return rest
    }
}

import DRCov
import Testing
import Trace

/// Text of files put together by hand from the format's facts; none comes from our own writer.
@Suite struct ReaderTests {
    private static let head = "DRCOV VERSION: 2\nDRCOV FLAVOR: drcov-64\n"

    /// A sound file: no diagnosis.
    private func read(_ text: String, blocks: [UInt8] = []) throws -> [Dump] {
        try DRCovReader.readList((Array(text.utf8) + blocks)) { Issue.record("\($0)") }
    }

    private func diagnoses(_ text: String, blocks: [UInt8] = []) throws -> [Diagnosis] {
        var found: [Diagnosis] = []
        _ = try DRCovReader.readList(Array(text.utf8) + blocks) { found.append($0) }
        return found
    }

    private func failure(_ text: String, blocks: [UInt8] = []) -> ReadError? {
        #expect(throws: ReadError.self) { try read(text, blocks: blocks) }
    }

    @Test func binaryBlocksAreLittleEndian() throws {
        let dumps = try read(
            ReaderTests.head + "Module Table: 1\n  0, 4096, /bin/a, b\nBB Table: 2 bbs\n",
            blocks: [0x78, 0x56, 0x34, 0x12, 0x02, 0x01, 0x00, 0x00]
                + [0x01, 0, 0, 0, 0x04, 0, 0xFF, 0xFF])
        #expect(dumps.count == 1)
        #expect(
            dumps[0].list == [
                Block(start: 0x1234_5678, size: 0x0102, module: 0),
                Block(start: 1, size: 4, module: Block.noModule),
            ])
        #expect(
            dumps[0].recording.modules == [
                Module(id: 0, start: 0, end: 4096, path: Array("/bin/a, b".utf8))
            ])
        #expect(dumps[0].tableVersion == 1)
    }

    struct Table: Sendable, CustomTestStringConvertible {
        var version: Int
        var columns: String
        var row: String
        var expected: Module
        var testDescription: String { "\(version): \(columns)" }
    }

    private static let path = Array("/l".utf8)

    @Test(arguments: [
        Table(
            version: 2, columns: "id, base, end, entry, path",
            row: "  3, 0x0000000000400000, 0x0000000000401000, 0x400010, /l",
            expected: Module(
                id: 3, start: 0x400000, end: 0x401000, entry: 0x400010, path: path)),
        Table(
            version: 2, columns: "id, base, end, entry, checksum, timestamp, path",
            row: "0, 0x1000, 0x2000, 0x0, 0x12345678, 0x5A5A5A5A, /l",
            expected: Module(id: 0, start: 0x1000, end: 0x2000, path: path)),
        Table(
            version: 3, columns: "id, containing_id, start, end, entry, path",
            row: "0, 0, 0x1000, 0x1800, 0x0, /l\n1, 0, 0x2000, 0x3000, 0x2010, /l",
            expected: Module(
                id: 1, containingID: 0, start: 0x2000, end: 0x3000, entry: 0x2010, path: path)),
        Table(
            version: 4, columns: "id, containing_id, start, end, entry, offset, path",
            row: "1, 1, 0x2000, 0x3000, 0x0, 0000000000001000, /l",
            expected: Module(id: 1, start: 0x2000, end: 0x3000, offset: 0x1000, path: path)),
        Table(
            version: 5,
            columns: "id, containing_id, start, end, entry, offset, preferred_base, path",
            row: "1, 1, 0x2000, 0x3000, 0x0, 0000000000000010, 0x0000000000400000, /l",
            expected: Module(
                id: 1, start: 0x2000, end: 0x3000, offset: 0x10, preferredBase: 0x400000,
                path: path)),
    ])
    func moduleTable(_ table: Table) throws {
        let count = table.row.split(separator: "\n").count
        let dumps = try read(
            ReaderTests.head
                + "Module Table: version \(table.version), count \(count)\nColumns: \(table.columns)\n"
                + "\(table.row)\nBB Table: 0 bbs\n")
        #expect(dumps[0].recording.modules.count == count)
        #expect(dumps[0].recording.modules.last == table.expected)
        #expect(dumps[0].tableVersion == table.version)
    }

    @Test func decimalAddressesAndWindowsLineEnds() throws {
        let text =
            "DRCOV VERSION: 3\r\nDRCOV FLAVOR: drcov\r\nModule Table: version 2, count 1\r\n"
            + "Columns: id, base, end, entry, path\r\n0, 4096, 8192, 0, /l\r\nBB Table: 0 bbs\r\n"
        let dump = try read(text)[0]
        #expect(dump.version == .three)
        #expect(dump.recording.modules == [Module(id: 0, start: 4096, end: 8192, path: Self.path)])
    }

    @Test func textBlocks() throws {
        let dump = try read(
            ReaderTests.head
                + "Module Table: 1\n0, 4096, /l\nBB Table: 2 bbs\nmodule id, start, size:\n"
                + "module[  0]: 0x0000000000001040,  12\nmodule[65535]: 0xffffffff, 1\n")[0]
        #expect(
            dump.list == [
                Block(start: 0x1040, size: 12, module: 0),
                Block(start: 0xFFFF_FFFF, size: 1, module: Block.noModule),
            ])
    }

    @Test func severalDumpsInOneFile() throws {
        let one = Array((ReaderTests.head + "Module Table: 1\n0, 4096, /l\nBB Table: 1 bbs\n").utf8)
        // A block whose bytes look like a line of the format.
        let block = Array("\nDRCOV V".utf8)
        let dumps = try DRCovReader.readList(one + block + one + block) { Issue.record("\($0)") }
        #expect(dumps.count == 2)
        #expect(dumps[0].list == dumps[1].list)
        #expect(dumps[0].recording.modules == dumps[1].recording.modules)
        #expect(dumps[1].extent == one.count + 8..<2 * (one.count + 8))
    }

    @Test(arguments: [
        ("", DRCovFault.notDRCov, 1),
        ("\u{7F}ELF", .notDRCov, 1),
        ("DRCOV VERSION: 4\n", .unknownVersion, 1),
        ("DRCOV VERSION: 2\nModule Table: 0\n", .noFlavor, 2),
        ("DRCOV VERSION: 2\nDRCOV FLAVOR: x\nBB Table: 0 bbs\n", .noModuleTable, 3),
        ("DRCOV VERSION: 2\nDRCOV FLAVOR: x\nModule Table: version 2\n", .noModuleTable, 3),
        (
            "DRCOV VERSION: 2\nDRCOV FLAVOR: x\nModule Table: version 6, count 0\n",
            .unknownTableVersion, 3
        ),
        (
            "DRCOV VERSION: 2\nDRCOV FLAVOR: x\nModule Table: version 2, count 0\nColumns: id, path\n",
            .badColumns, 4
        ),
    ])
    func errorsNameTheirLine(_ text: String, _ cause: DRCovFault, _ line: Int) {
        let error = failure(text)
        #expect(error?.cause as? DRCovFault == cause)
        #expect(error?.position == .line(line))
    }

    @Test(
        arguments: [
            (
                ReaderTests.head + "Module Table: 2\n0, zero, /l\n1, 4096, /m\nBB Table: 0 bbs\n",
                .badRows(1), .line(4)
            ),
            (ReaderTests.head + "Module Table: 1\n0\nBB Table: 0 bbs\n", .badRows(1), .line(4)),
            (
                ReaderTests.head + "Module Table: 2\n0, 1, /l\n0, 1, /m\nBB Table: 0 bbs\n",
                .repeatedIDs(1, first: 0), .line(5)
            ),
            (ReaderTests.head + "Module Table: 0\nBlocks\n", .noBlockTable, .line(4)),
            (
                ReaderTests.head + "Module Table: 99999999999\n0, 1, /l\nBB Table: 0 bbs\n",
                .moduleCount(announced: 99_999_999_999, found: 1), .line(5)
            ),
            (
                ReaderTests.head + "Module Table: 1\n0, 1, /l\n1, 1, /m\nBB Table: 0 bbs\n",
                .moduleCount(announced: 1, found: 2), .line(6)
            ),
            (
                ReaderTests.head + "Module Table: 0\nBB Table: 1 bbs\nmodule id, start, size:\n"
                    + "module[0]: 0x100000000, 1\n", .badBlocks(1), .line(6)
            ),
            (ReaderTests.head + "Module Table: 0\nBB Table: many bbs\n", .badBlockCount, .line(4)),
        ] as [(String, DRCovDamage, FilePosition)])
    func damageIsNamed(_ text: String, _ problem: DRCovDamage, _ position: FilePosition) throws {
        #expect(try diagnoses(text) == [Diagnosis(problem, at: position)])
    }

    @Test func damageInBinaryTablesIsNamed() throws {
        let tables = ReaderTests.head + "Module Table: 0\nBB Table: 2 bbs\n"
        let start = tables.utf8.count
        let block = [UInt8](repeating: 0, count: 8)
        let short = try diagnoses(tables, blocks: block + block.dropLast())
        #expect(
            short == [
                Diagnosis(.blocksCutShort(announced: 2, found: 1), at: .byte(start + 8)),
                Diagnosis(.strayBytes(7), at: .byte(start + 8)),
            ])
        let long = try diagnoses(tables, blocks: block + block + [0])
        #expect(long == [Diagnosis(.strayBytes(1), at: .byte(start + 16))])
        // Another dump begins where the second block should have been.
        let next = Array((ReaderTests.head + "Module Table: 0\nBB Table: 0 bbs\n").utf8)
        let cut = try diagnoses(tables, blocks: block + next)
        #expect(cut == [Diagnosis(.blocksCutShort(announced: 2, found: 1), at: .byte(start + 8))])
    }
}

extension DRCovReader {
    /// The dumps of a file with their blocks as lists.
    static func readList(_ bytes: [UInt8], diagnose: (Diagnosis) -> Void) throws(ReadError)
        -> [Dump]
    {
        try dumps(bytes.span, diagnose: diagnose).map { dump in
            var dump = dump
            dump.recording.blocks = .list(dump.recording.blockList(in: bytes.span))
            return dump
        }
    }
}

extension Dump {
    /// The blocks, which `readList` has put into a list.
    var list: [Block]? {
        if case .list(let blocks) = recording.blocks { blocks } else { nil }
    }
}

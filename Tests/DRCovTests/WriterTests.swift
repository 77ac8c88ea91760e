import DRCov
import Testing
import Trace

@Suite struct WriterTests {
    private let modules = [
        Module(id: 0, start: 0x400000, end: 0x404000, entry: 0x401000, path: Array("/bin/a".utf8)),
        Module(id: 1, start: 0x7F00_0000_0000, end: 0x7F00_0000_2000, path: Array("/lib/é".utf8)),
    ]

    /// The text that drcov-format.md calls the safest, column by column.
    @Test func headerIsTheSafestForm() {
        let text = String(
            decoding: DRCovWriter().header(modules: modules, is32Bit: false, blockCount: 7),
            as: UTF8.self)
        #expect(
            text == """
                DRCOV VERSION: 2
                DRCOV FLAVOR: drcov-64
                Module Table: version 2, count 2
                Columns: id, base, end, entry, path
                  0, 0x0000000000400000, 0x0000000000404000, 0x0000000000401000, /bin/a
                  1, 0x00007f0000000000, 0x00007f0000002000, 0x0000000000000000, /lib/é
                BB Table: 7 bbs

                """)
        let narrow = DRCovWriter().header(modules: [], is32Bit: true, blockCount: 0)
        #expect(String(decoding: narrow, as: UTF8.self).contains("FLAVOR: drcov-32\n"))
    }

    @Test func blocksAreEightBytesLittleEndian() {
        var bytes: [UInt8] = []
        DRCovWriter().append(Block(start: 0x1234_5678, size: 0x0102, module: 0xFFFF), to: &bytes)
        #expect(bytes == [0x78, 0x56, 0x34, 0x12, 0x02, 0x01, 0xFF, 0xFF])
    }

    @Test(arguments: [
        ([], "?"),
        (Array("/a\nb".utf8), "/a?b"),
        ([0x2F, 0xFF, 0x61], "/?a"),
        ([0x2F, 0xC3], "/?"),
        // An overlong slash, half of a surrogate pair, and a number past Unicode's end.
        ([0xC0, 0xAF], "??"),
        ([0xED, 0xA0, 0x80], "???"),
        ([0xF4, 0x90, 0x80, 0x80], "????"),
        (Array("/日本/🦉".utf8), "/日本/🦉"),
    ])
    func pathsAreMadeUTF8OnOneLine(_ path: [UInt8], _ expected: String) {
        let header = DRCovWriter().header(
            modules: [Module(id: 0, start: 0, end: 1, path: path)], is32Bit: false, blockCount: 0)
        let row = String(decoding: header, as: UTF8.self).split(separator: "\n")[4]
        #expect(row.hasSuffix(", \(expected)"))
    }

    /// Every form that has no hit counts, against the reader.
    @Test(
        arguments: [
            DRCovForm(), DRCovForm(blocks: .text), DRCovForm(table: .three),
            DRCovForm(version: .three),
            DRCovForm(version: .three, table: .four, blocks: .text),
        ])
    func readerTakesWhatTheWriterWrites(_ form: DRCovForm) throws {
        let blocks = [
            Block(start: 0, size: 1, module: 0),
            Block(start: .max, size: .max, module: 1),
            Block(start: 0xDEAD_BEEF, size: 12, module: Block.noModule),
        ]
        let writer = DRCovWriter(form: form)
        var bytes = writer.header(modules: modules, is32Bit: false, blockCount: blocks.count)
        for block in blocks { writer.append(block, to: &bytes) }
        let dumps = try DRCovReader.readList(bytes) { Issue.record("\($0)") }
        #expect(dumps.count == 1)
        #expect(dumps[0].version == form.version)
        #expect(dumps[0].tableVersion == form.table.rawValue)
        #expect(dumps[0].recording.modules == modules)
        #expect(dumps[0].list == blocks)
    }

    /// Each table's columns and row, as drcov-format.md has them and DynamoRIO writes the numbers.
    @Test(arguments: [
        (
            TableVersion.three, "id, containing_id, start, end, entry, path",
            "  1,   0, 0x0000000000401000, 0x0000000000403000, 0x0000000000401020, /bin/a"
        ),
        (
            .four, "id, containing_id, start, end, entry, offset, path",
            """
              1,   0, 0x0000000000401000, 0x0000000000403000, 0x0000000000401020, \
            0000000000001000, /bin/a
            """
        ),
        (
            .five, "id, containing_id, start, end, entry, offset, preferred_base, path",
            """
              1,   0, 0x0000000000401000, 0x0000000000403000, 0x0000000000401020, \
            0000000000001000, 0x0000000000400000, /bin/a
            """
        ),
    ])
    func segmentsHaveRows(_ table: TableVersion, _ columns: String, _ row: String) {
        let segment = Module(
            id: 1, containingID: 0, start: 0x401000, end: 0x403000, entry: 0x401020, offset: 0x1000,
            preferredBase: 0x400000, path: Array("/bin/a".utf8))
        let header = DRCovWriter(form: DRCovForm(version: .three, table: table)).header(
            modules: [segment], is32Bit: false, blockCount: 0)
        let lines = String(decoding: header, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines[0] == "DRCOV VERSION: 3")
        #expect(lines[2] == "Module Table: version \(table.rawValue), count 1")
        #expect(lines[3] == "Columns: \(columns)")
        #expect(lines[4] == row)
    }

    /// As LibAFL wants them.
    @Test func windowsColumns() {
        var form = DRCovForm()
        form.hasWindowsColumns = true
        let header = DRCovWriter(form: form).header(modules: modules, is32Bit: false, blockCount: 0)
        let lines = String(decoding: header, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines[3] == "Columns: id, base, end, entry, checksum, timestamp, path")
        #expect(
            lines[4] == """
                  0, 0x0000000000400000, 0x0000000000404000, 0x0000000000401000, 0x00000000, \
                0x00000000, /bin/a
                """)
    }

    /// Byte by byte: the table comes behind the blocks, and a count that is too large is the largest.
    @Test(arguments: [DRCovForm.Blocks.binary, .text])
    func countsFollowTheBlocks(_ blocks: DRCovForm.Blocks) {
        let writer = DRCovWriter(form: DRCovForm(blocks: blocks, hasCounts: true))
        var bytes = writer.header(modules: modules, is32Bit: true, blockCount: 3)
        #expect(String(decoding: bytes, as: UTF8.self).contains("\nDRCOV FLAVOR: drcov-hits\n"))
        for start in 0..<3 {
            writer.append(Block(start: UInt32(start), size: 1, module: 0), to: &bytes)
        }
        let end = bytes.count
        bytes += writer.countsHeader(count: 3)
        for count in [0x0403_0201, 0xFFFF_FFFF, 0x1_0000_0000] as [UInt64] {
            writer.append(hitCount: count, to: &bytes)
        }
        let table = bytes[end...]
        let line = Array("Hit Count Table: version 1, count 3\n".utf8)
        #expect(Array(table.prefix(line.count)) == line)
        #expect(
            Array(table.dropFirst(line.count))
                == [1, 2, 3, 4, 255, 255, 255, 255, 255, 255, 255, 255])
    }
}

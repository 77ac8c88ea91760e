import DRCov
import Testing

@Suite struct WriterTests {
    private let modules = [
        Module(id: 0, start: 0x400000, end: 0x404000, entry: 0x401000, path: Array("/bin/a".utf8)),
        Module(id: 1, start: 0x7F00_0000_0000, end: 0x7F00_0000_2000, path: Array("/lib/é".utf8)),
    ]

    /// The text that drcov-format.md calls the safest, column by column.
    @Test func headerIsTheSafestForm() {
        let text = String(
            decoding: Writer().header(modules: modules, is32Bit: false, blockCount: 7),
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
        let narrow = Writer().header(modules: [], is32Bit: true, blockCount: 0)
        #expect(String(decoding: narrow, as: UTF8.self).contains("FLAVOR: drcov-32\n"))
    }

    @Test func blocksAreEightBytesLittleEndian() {
        var bytes: [UInt8] = []
        Writer().append(Block(start: 0x1234_5678, size: 0x0102, module: 0xFFFF), to: &bytes)
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
        let header = Writer().header(
            modules: [Module(id: 0, start: 0, end: 1, path: path)], is32Bit: false, blockCount: 0)
        let row = String(decoding: header, as: UTF8.self).split(separator: "\n")[4]
        #expect(row.hasSuffix(", \(expected)"))
    }

    @Test(arguments: [Writer.BlockForm.binary, .text])
    func readerTakesWhatTheWriterWrites(_ form: Writer.BlockForm) throws {
        let blocks = [
            Block(start: 0, size: 1, module: 0),
            Block(start: .max, size: .max, module: 1),
            Block(start: 0xDEAD_BEEF, size: 12, module: Block.noModule),
        ]
        let writer = Writer(blockForm: form)
        var bytes = writer.header(modules: modules, is32Bit: false, blockCount: blocks.count)
        for block in blocks { writer.append(block, to: &bytes) }
        let dumps = try Reader.read(bytes.span)
        #expect(dumps.count == 1)
        #expect(dumps[0].modules == modules)
        #expect(dumps[0].blocks == blocks)
    }
}

import Journal
import Testing
import Trace

@Suite struct JournalReaderTests {
    private static let two: [(path: String, base: UInt64)] = [
        ("/bin/a", 0x40_0000), ("/lib/b.so", 0x7F00_0000_0000),
    ]

    private func read(_ bytes: Bytes) throws(ReadError) -> Recording {
        try JournalReader.recording(bytes.all.span)
    }

    private func failure(_ bytes: Bytes) -> ReadError? {
        #expect(throws: ReadError.self) { try read(bytes) }
    }

    private func error(_ fault: JournalFault, at offset: Int) -> ReadError {
        ReadError(cause: fault, position: .byte(offset))
    }

    private func isJournal(_ bytes: [UInt8]) -> Bool { JournalReader.recognises(bytes.span) }

    private func messages(_ bytes: Bytes) -> [String] {
        JournalReader.messages(bytes.all.span).map { String(decoding: $0, as: UTF8.self) }
    }

    private func holdsMessagesAlone(_ bytes: Bytes) -> Bool {
        JournalReader.holdsMessagesAlone(bytes.all.span)
    }

    private func usedSize(_ bytes: Bytes) -> Int? { JournalReader.usedSize(bytes.all.span) }

    private func process(_ bytes: Bytes) -> UInt32? { JournalReader.process(bytes.all.span) }

    @Test func holdsModulesAndExecutedBlocks() throws {
        var bytes = Bytes(modules: Self.two)
        bytes.put(block: 0, address: 0x7F00_0000_0010, start: 0x10, size: 7, module: 1)
        bytes.put(
            block: 1, address: 0x40_1000, start: 0x1000, size: 300, module: 0, counter: 1 << 40)
        bytes.put(block: 2, address: 0x40_2000, start: 0x2000, size: 4, module: 0, counter: 0)
        bytes.put(block: 3, address: 0x1_0000_0020, start: 0x20, size: 5, module: 0xFFFF)
        let recording = try read(bytes)
        #expect(
            recording.modules == [
                Module(
                    id: 0, start: 0x40_0000, end: 0x40_3000, entry: 0x40_0010,
                    path: Array("/bin/a".utf8)),
                Module(
                    id: 1, start: 0x7F00_0000_0000, end: 0x7F00_0000_3000,
                    entry: 0x7F00_0000_0010, path: Array("/lib/b.so".utf8)),
            ])
        #expect(
            recording.list == [
                Block(start: 0x1000, size: 300, module: 0), Block(start: 0x10, size: 7, module: 1),
                Block(start: 0x20, size: 5, module: Block.noModule),
            ])
        #expect(recording.format == .journal)
        #expect(recording.starts == .module)
        #expect(recording.is32Bit == false)
        #expect(process(bytes) == 1234)
        bytes.put(1, bytes: 4, at: 12)
        #expect(try read(bytes).is32Bit == true)
    }

    /// Of modules at one path, only the last has it for its name.
    @Test func namesBuildsAtOnePath() throws {
        let modules: [(path: String, base: UInt64)] = ["/x", "/y", "/x", "/x", "/x"].map {
            ($0, 0x1000)
        }
        let bytes = Bytes(modules: modules, buildIDs: [[0x0A, 0xFF], [], [], [], [1]])
        #expect(
            try read(bytes).modules.map { String(decoding: $0.path, as: UTF8.self) } == [
                "/x (replaced 0aff)", "/y", "/x (replaced)", "/x (replaced #2)", "/x",
            ])
    }

    /// Lines between the head's fields and the modules, as many bytes as the head counts.
    @Test func holdsMessages() throws {
        var bytes = Bytes(modules: Self.two)
        #expect(messages(bytes).isEmpty)
        bytes.put(message: "one\ntwo\n")
        #expect(messages(bytes) == ["one", "two"])
        #expect(!holdsMessagesAlone(bytes))
        bytes.put(1 << 63, bytes: 8, at: 40)
        #expect(messages(bytes).count == 3)

        // Without modules and blocks it may end behind them.
        var alone = Bytes()
        alone.put(message: "one\n")
        #expect(holdsMessagesAlone(alone))
        alone.all.removeLast(alone.all.count - 68)
        #expect(holdsMessagesAlone(alone))
        #expect(try read(alone).blocks.count == 0)
        #expect(process(alone) == 1234)
        alone.put(1, bytes: 8, at: 24)
        #expect(failure(alone) == error(.cutShort, at: 68))
    }

    /// The version before had no messages, and its modules began earlier.
    @Test func olderVersion() throws {
        var bytes = Bytes(modules: Self.two, version: 2)
        bytes.put(block: 0, address: 0x40_1000, start: 0x1000, size: 3, module: 0)
        #expect(try read(bytes).modules.map(\.start) == Self.two.map(\.base))
        #expect(messages(bytes).isEmpty)
        #expect(usedSize(bytes) == Bytes.head + Bytes.block)
    }

    /// Only where the head says so are counters how often; a count is one of 32 bits, in the blocks' order.
    @Test func countersAreHitCounts() throws {
        var bytes = Bytes(modules: Self.two)
        bytes.put(block: 0, address: 0x7F00_0000_0010, start: 0x10, size: 7, module: 1, counter: 5)
        bytes.put(
            block: 1, address: 0x40_1000, start: 0x1000, size: 3, module: 0, counter: 0xFFFF_FFFF)
        bytes.put(
            block: 2, address: 0x40_2000, start: 0x2000, size: 4, module: 0, counter: 1 << 32)
        bytes.put(block: 3, address: 0x40_3000, start: 0x3000, size: 4, module: 0, counter: 0)
        // One address when cut to 32 bits, so one block.
        bytes.put(
            block: 4, address: 0x1_0000_0020, start: 0x20, size: 5, module: 0xFFFF, counter: 40)
        bytes.put(
            block: 5, address: 0x2_0000_0020, start: 0x20, size: 5, module: 0xFFFF, counter: 2)
        #expect(try read(bytes).counts == nil)
        bytes.put(1, bytes: 4, at: 32)
        let recording = try read(bytes)
        #expect(recording.is32Bit == false)
        #expect(
            recording.list == [
                Block(start: 0x1000, size: 3, module: 0), Block(start: 0x2000, size: 4, module: 0),
                Block(start: 0x10, size: 7, module: 1),
                Block(start: 0x20, size: 5, module: Block.noModule),
            ])
        #expect(recording.counts == .list([0xFFFF_FFFF, 0xFFFF_FFFF, 5, 42]))
        var seen: [UInt32?] = []
        let noFile: [UInt8] = []
        recording.forEachBlock(in: noFile.span) { _, count in seen.append(count) }
        #expect(seen == [0xFFFF_FFFF, 0xFFFF_FFFF, 5, 42])
    }

    @Test func nothingBeyondTheCountsIsRead() throws {
        var bytes = Bytes(modules: Self.two)
        bytes.put(block: 0, address: 0x40_1000, start: 0x1000, size: 3, module: 0)
        bytes.put(block: 1, address: 0x40_1003, start: 0x1003, size: 3, module: 77)
        bytes.put(1, bytes: 8, at: 16)
        #expect(try read(bytes).list == [Block(start: 0x1000, size: 3, module: 0)])
        bytes.put(0, bytes: 8, at: 16)
        bytes.put(1, bytes: 8, at: 24)
        let recording = try read(bytes)
        #expect(recording.list.isEmpty)
        #expect(recording.modules.map(\.path) == [Array("/bin/a".utf8)])
    }

    @Test func blocksFarBehind() throws {
        var bytes = Bytes(modules: Self.two, blocks: 4097)
        for index in [2047, 2048, 4095, 4096] {
            bytes.put(
                block: index, address: 0x40_0000 + UInt64(index), start: UInt64(index), size: 1,
                module: 0)
        }
        #expect(try read(bytes).list.map(\.start) == [2047, 2048, 4095, 4096])
    }

    /// What no run of a block came to is not part of it; with nothing left it was not executed.
    @Test func unreachedBytesAreCut() throws {
        var bytes = Bytes(modules: Self.two)
        bytes.put(block: 0, address: 0x40_1000, start: 0x1000, size: 20, module: 0, unreached: 5)
        bytes.put(block: 1, address: 0x40_1100, start: 0x1100, size: 300, module: 0, unreached: 299)
        bytes.put(block: 2, address: 0x40_1200, start: 0x1200, size: 20, module: 0, unreached: 20)
        bytes.put(block: 3, address: 0x40_1300, start: 0x1300, size: 20, module: 0, unreached: 999)
        bytes.put(
            block: 4, address: 0x40_1400, start: 0x1400, size: 20, module: 0, unreached: 5,
            counter: 0)
        #expect(
            try read(bytes).list == [
                Block(start: 0x1000, size: 15, module: 0), Block(start: 0x1100, size: 1, module: 0),
            ])
    }

    /// Where the translator took an instruction too many, a block that begins with it shows it.
    @Test func doubtfulBytesAreCut() throws {
        var bytes = Bytes(modules: Self.two)
        bytes.put(block: 0, address: 0x40_0FF0, start: 0xFF0, size: 20, module: 0, pageEnd: 6)
        #expect(try read(bytes).list.map(\.size) == [20])
        bytes.put(
            block: 1, address: 0x40_0FFE, start: 0xFFE, size: 9, module: 0, pageEnd: 0xFF,
            counter: 0)
        #expect(try read(bytes).list.map(\.size) == [14])
        // More bytes in doubt than there are: nothing to cut.
        bytes.put(block: 0, address: 0x40_0FF0, start: 0xFF0, size: 6, module: 0, pageEnd: 6)
        #expect(try read(bytes).list.contains(Block(start: 0xFF0, size: 6, module: 0)))
    }

    @Test func isToldByItsFirstBytes() {
        var bytes = Bytes()
        #expect(isJournal(bytes.all))
        #expect(!isJournal(Array("COVJRNL".utf8)))
        #expect(!isJournal(Array("DRCOV VERSION: 2\n".utf8)))
        bytes.all[7] = UInt8(ascii: "1")
        #expect(!isJournal(bytes.all))
        #expect(failure(bytes) == error(.notAJournal, at: 0))
        #expect(process(bytes) == nil)
        bytes.all.removeAll()
        #expect(failure(bytes) == error(.notAJournal, at: 0))
    }

    /// A head and blocks, of which so many bytes are there.
    @Test(arguments: [0, 7, 8, 12, 16, 24, 63, 64, 100, 1_048_575])
    func headCutShort(_ length: Int) {
        var bytes = Bytes(modules: Self.two)
        bytes.all.removeLast(bytes.all.count - length)
        #expect(
            failure(bytes)
                == (length < 8 ? error(.notAJournal, at: 0) : error(.cutShort, at: length)))
        #expect(process(bytes) == (length < 64 ? nil : 1234))
    }

    @Test(arguments: [
        // Blocks, bytes behind the head, whether they suffice.
        (0, 0, true), (0, 31, true), (1, 0, false), (1, 31, false), (1, 32, true), (1, 64, true),
        (2048, 65_536, true), (2049, 65_536, false), (4096, 131_071, false),
        (4096, 131_072, true), (4097, 131_072, false),
    ])
    func blocksCutShort(_ blocks: UInt64, _ rest: Int, _ isEnough: Bool) throws {
        var bytes = Bytes(blocks: 4096)
        bytes.put(blocks, bytes: 8, at: 16)
        bytes.all.removeLast(bytes.all.count - Bytes.head - rest)
        if isEnough {
            // Records of zeros name module 0, which is not there.
            bytes.put(1, bytes: 8, at: 24)
            #expect(try read(bytes).list.isEmpty)
        } else {
            #expect(failure(bytes) == error(.cutShort, at: bytes.all.count))
        }
    }

    @Test(arguments: [UInt64.max, 1 << 63, UInt64(Int.max), 1 << 32, 40_000] as [UInt64])
    func countsTooLarge(_ count: UInt64) {
        var bytes = Bytes(modules: Self.two)
        bytes.put(count, bytes: 8, at: 16)
        #expect(failure(bytes) == error(.cutShort, at: bytes.all.count))
        bytes.put(0, bytes: 8, at: 16)
        bytes.put(count, bytes: 8, at: 24)
        // Zeros are modules without a path, 32 bytes each, until the head ends.
        let failure = failure(bytes)
        guard failure?.cause as? JournalFault == .cutShort,
            case .byte(let place)? = failure?.position
        else { return }
        #expect(place > Bytes.head - 32 && place <= Bytes.head)
    }

    /// The lengths of the path and of the build-id, each and together.
    @Test(
        arguments: [
            (0xFFFF_FFFF, 0), (0, 0xFFFF_FFFF), (0xFFFF_FFFF, 0xFFFF_FFFF),
            (1_048_576 - 2048 - 31, 0),
            (0, 1_048_576 - 2048 - 31), (1_048_576 - 2048 - 32, 1), (1, 1_048_576 - 2048 - 32),
        ] as [(UInt64, UInt64)])
    func pathTooLong(_ path: UInt64, _ buildID: UInt64) {
        var bytes = Bytes(modules: Self.two)
        bytes.put(path, bytes: 4, at: 2048 + 24)
        bytes.put(buildID, bytes: 4, at: 2048 + 28)
        #expect(failure(bytes) == error(.cutShort, at: 2048))
        // The longest that there is room for.
        bytes.put(1_048_576 - 2048 - 32, bytes: 8, at: 2048 + 24)
        #expect(failure(bytes) == error(.cutShort, at: 1_048_576))
    }

    @Test func moduleEndsBeforeItBegins() throws {
        var bytes = Bytes(modules: Self.two)
        bytes.put(0x40_0000, bytes: 8, at: 2048 + 8)
        #expect(try read(bytes).modules[0].end == 0x40_0000)
        // The first takes 32 bytes, its path 8.
        bytes.put(0x7EFF_FFFF_FFFF, bytes: 8, at: 2048 + 40 + 8)
        #expect(failure(bytes) == error(.badModule, at: 2048 + 40))
    }

    @Test func unknownModule() {
        var bytes = Bytes(modules: Self.two, blocks: 2057)
        for index in 0...2056 {
            bytes.put(block: index, address: 0, start: 0, size: 1, module: 1, counter: 0)
        }
        bytes.put(block: 2056, address: 0, start: 0, size: 1, module: 2, counter: 0)
        #expect(failure(bytes) == error(.unknownModule, at: 1_048_576 + 2056 * 32))
        bytes.put(block: 3, address: 0, start: 0, size: 1, module: 0xFFFE, counter: 0)
        bytes.put(2057, bytes: 8, at: 16)
        #expect(failure(bytes) == error(.unknownModule, at: 1_048_576 + 3 * 32))
    }
}

extension Recording {
    /// The blocks; a journal's are in no drcov file.
    var list: [Block] {
        let noFile: [UInt8] = []
        return blockList(in: noFile.span)
    }
}

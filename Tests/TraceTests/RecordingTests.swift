import Testing
import Trace

@Suite struct RecordingTests {
    private static let format = TraceFormat("made up")

    /// Blocks that a made-up format holds in 5 bytes each: size, and start with its highest byte first.
    private struct FiveBytes: StoredBlocks {
        let range: Range<Int>
        var count: Int { range.count / 5 }

        func forEach<E: Error>(
            in bytes: Span<UInt8>, _ body: (Block) throws(E) -> Void
        ) throws(E) {
            for index in 0..<count {
                let place = range.lowerBound + 5 * index
                let start = (1...4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[place + $1]) }
                try body(Block(start: start, size: UInt16(bytes[place]), module: 0))
            }
        }

        func position(of index: Int, in bytes: Span<UInt8>) -> FilePosition {
            .byte(range.lowerBound + 5 * index)
        }
    }

    private func recording(_ blocks: BlockTable, counts: HitTable? = nil) -> Recording {
        Recording(
            format: Self.format, is32Bit: nil, modules: [], blocks: blocks, counts: counts)
    }

    private static let two = [
        Block(start: 0x0403_0201, size: 0x0605, module: 0x0807),
        Block(start: 9, size: 1, module: Block.noModule),
    ]

    @Test func entryIsLittleEndianStartSizeModule() {
        let bytes: [UInt8] = [0xEE] + [1, 2, 3, 4, 5, 6, 7, 8] + [9, 0, 0, 0, 1, 0, 0xFF, 0xFF]
        let table = recording(.packed(1..<17))
        #expect(table.blocks.count == 2)
        #expect(table.blockList(in: bytes.span) == Self.two)
        #expect(table.position(ofBlock: 1, in: bytes.span) == .byte(9))
        #expect(Self.two[0].packed == 0x0807_0605_0403_0201)
        #expect(Self.two.map { Block(packed: $0.packed) } == Self.two)
    }

    @Test func formatsOwnTableIsReadWhereItStands() {
        let bytes: [UInt8] = [0xEE, 7, 0, 0, 1, 2, 8, 1, 0, 0, 0]
        let table = recording(.stored(FiveBytes(range: 1..<11)), counts: .list([4]))
        #expect(
            table.blockList(in: bytes.span) == [
                Block(start: 0x102, size: 7, module: 0),
                Block(start: 0x100_0000, size: 8, module: 0),
            ])
        #expect(table.position(ofBlock: 1, in: bytes.span) == .byte(6))
        var counts: [UInt32?] = []
        table.forEachBlock(in: bytes.span) { counts.append($1) }
        #expect(counts == [4, nil])
    }

    @Test func hitCountsAreLittleEndian() {
        let bytes: [UInt8] = [0xEE, 1, 2, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
        let table = recording(.list(Self.two + Self.two), counts: .binary(1..<9))
        #expect(table.counts?.count == 2)
        var counts: [UInt32?] = []
        table.forEachBlock(in: bytes.span) { counts.append($1) }
        #expect(counts == [0x201, 0xFFFF_FFFF, nil, nil])
    }

    @Test func bodysErrorEndsTheWalk() {
        struct Stop: Error {}
        var seen = 0
        #expect(throws: Stop.self) {
            let bytes = [UInt8](repeating: 0, count: 20)
            try recording(.stored(FiveBytes(range: 0..<20))).forEachBlock(in: bytes.span) {
                (_, _) throws(Stop) in
                seen += 1
                if seen == 2 { throw Stop() }
            }
        }
        #expect(seen == 2)
    }

    private enum Made: Damage {
        case one(Int)
        var text: String { "one" }
        var treatment: String { "left out" }
    }

    private enum Other: Damage {
        case one(Int)
        var text: String { "one" }
        var treatment: String { "left out" }
    }

    @Test func diagnosesAreTheSameByProblemAndPlace() {
        let first = Diagnosis(Made.one(1), at: .line(3))
        #expect(first == Diagnosis(Made.one(1), at: .line(3)))
        #expect(first != Diagnosis(Made.one(2), at: .line(3)))
        #expect(first != Diagnosis(Made.one(1), at: .byte(3)))
        #expect(first != Diagnosis(Other.one(1), at: .line(3)))
        #expect(first.wording == "line 3: one" && first.text == "one: left out")
        #expect(ReadError(cause: Other.one(1), position: .byte(0)).text == "byte 0: one")
    }
}

import Coverage
import MachineCode
import Testing
import Trace

/// Places that become blocks of modules. The code is x86's, assembled by hand.
@Suite struct PlacingTests {
    /// 0x1000: call 0x2000; 1005: je 0x100e; 1007: call 0x2000; 100c: jmp 0x100e; 100e: nop; 100f: ret
    private static let calls: [UInt8] = [
        0xE8, 0xFB, 0x0F, 0, 0, 0x74, 0x07, 0xE8, 0xF4, 0x0F, 0, 0, 0xEB, 0x00, 0x90, 0xC3,
    ]
    /// 0x1000: je 0x1009; 1002: call 0x2000; 1007: jmp 0x100e; 1009: call 0x2000; 100e: ret
    private static let without: [UInt8] = [
        0x74, 0x07, 0xE8, 0xF9, 0x0F, 0, 0, 0xEB, 0x05, 0xE8, 0xF2, 0x0F, 0, 0, 0xC3,
    ]

    private static func file(
        _ bytes: [UInt8], base: UInt64 = 0, functions: [Range<UInt64>] = []
    ) -> CodeFile {
        CodeFile(
            path: "/a", ownBase: base, size: 0x3000, entry: 0x1000,
            code: Code([Code.Section(.x8664, start: base + 0x1000, bytes: bytes)]),
            functions: functions)
    }

    /// The blocks of places, by offset.
    private func blocks(
        _ places: [ExecutedPlace], _ file: CodeFile?, at base: UInt64 = 0,
        ending: ExecutedPlaces.Ending = .branch, origin: ExecutedPlaces.Origin = .base,
        names: [[UInt8]] = []
    ) -> (blocks: [[Int]], placed: PlacedRecording) {
        let recording = Recording(
            format: TraceFormat("test"), names: names,
            places: ExecutedPlaces(places, origin: origin, ending: ending, hasCounts: false))
        let placed = recording.placed(in: file.map { [PlacedFile($0, at: base)] } ?? []) { name in
            name == Array("a".utf8) ? file : nil
        }
        let nothing: [UInt8] = []
        let list = placed.recording.blockList(in: nothing.span)
        return (list.map { [Int($0.module), Int($0.start), Int($0.size)] }, placed)
    }

    private func at(_ addresses: UInt64...) -> [ExecutedPlace] {
        addresses.map { ExecutedPlace(address: $0) }
    }

    @Test func blocksOfAFile() {
        let (found, placed) = blocks(
            at(0x50_1000, 0x50_1005, 0x50_100E, 0x60_0000), PlacingTests.file(PlacingTests.calls),
            at: 0x50_0000)
        #expect(
            found == [[0, 0x1000, 5], [0, 0x1005, 2], [0, 0x100E, 2], [0xFFFF, 0x60_0000, 1]])
        #expect(
            placed.recording.modules == [
                Module(
                    id: 0, start: 0x50_0000, end: 0x50_3000, entry: 0x50_1000,
                    path: Array("/a".utf8))
            ])
        #expect(placed.paths == ["/a"] && placed.openCount == 1)
    }

    @Test func withoutAFile() {
        let (found, placed) = blocks(at(0x1000, 0xFFFF_FFFF_8100_0000), nil)
        #expect(found == [[0xFFFF, 0x1000, 1], [0xFFFF, 0x8100_0000, 1]])
        #expect(placed.paths.isEmpty && placed.openCount == 2)
    }

    @Test func namedModules() {
        let file = PlacingTests.file(PlacingTests.calls, base: 0x40_0000)
        var place = ExecutedPlace(address: 0x1000, module: 0)
        #expect(blocks([place], file, names: [Array("a".utf8)]).blocks == [[0, 0x1000, 5]])
        place.address = 0x40_1000
        let own = blocks([place], file, origin: .ownAddresses, names: [Array("a".utf8)])
        #expect(own.blocks == [[0, 0x1000, 5]])
        #expect(own.placed.recording.modules.first?.start == 0x40_0000)
        let other = blocks([place], file, names: [Array("b".utf8)])
        #expect(other.blocks == [[0, 0x40_1000, 1]] && other.placed.openCount == 1)
    }

    /// What all ways from a block lead through was executed, too: calls come back.
    @Test func whatFollowsFromCalls() {
        let function: [Range<UInt64>] = [0x1000..<0x1010]
        let file = PlacingTests.file(PlacingTests.calls, functions: function)
        let both = blocks(at(0x1000, 0x1007), file, ending: .unknown)
        #expect(both.blocks == [[0, 0x1000, 7], [0, 0x1007, 7], [0, 0x100E, 2]])
        #expect(
            blocks(at(0x1005), file, ending: .jump).blocks == [[0, 0x1000, 7], [0, 0x100E, 2]])
    }

    /// All ways lead through a block without a call, and the function's beginning is one.
    @Test func whatComesBeforeCalls() {
        let file = PlacingTests.file(PlacingTests.without, functions: [0x1000..<0x100F])
        #expect(
            blocks(at(0x100E), file, ending: .jump).blocks
                == [[0, 0x1000, 2], [0, 0x1009, 5], [0, 0x100E, 1]])
        #expect(
            blocks(at(0x1007), file, ending: .jump).blocks
                == [[0, 0x1000, 2], [0, 0x1002, 7], [0, 0x100E, 1]])
        // Without functions, from the call to the next jump.
        #expect(
            blocks(at(0x1002, 0x1009), PlacingTests.file(PlacingTests.without), ending: .unknown)
                .blocks == [[0, 0x1002, 7], [0, 0x1009, 6]])
    }

    @Test func waysOfJumps() {
        var place = ExecutedPlace(address: 0x1000, size: 7)
        place.ways = [.fallThrough]
        var other = ExecutedPlace(address: 0x1007, size: 7)
        other.ways = [.jump]
        var places = ExecutedPlaces([place, other], hasCounts: false)
        places.hasWays = true
        let recording = Recording(format: TraceFormat("test"), places: places)
        let placed = recording.placed(
            in: [PlacedFile(PlacingTests.file(PlacingTests.calls), at: 0)]
        ) { _ in nil }
        var edges: [JumpEdge] = []
        let nothing: [UInt8] = []
        placed.recording.forEachEdge(in: nothing.span) { edges.append(JumpEdge(entry: $0)) }
        // An unconditional jump has one way.
        #expect(edges == [JumpEdge(start: 0x1005, size: 2, module: 0, way: .fallThrough)])
    }

    /// Where most functions say that the file was, at a page.
    @Test func basesByFunctions() {
        var file = PlacingTests.file([])
        let names = ["main", "f", "g", "h"].map { Array($0.utf8) }
        file.names = [names[0]: 0x1000, names[1]: 0x1010, names[2]: 0x1020]
        #expect(
            file.base(byFunctions: [names[0]: 0x50_1000, names[1]: 0x50_1010, names[2]: 0x70_1020])
                == 0x50_0000)
        #expect(file.base(byFunctions: [names[0]: 0x50_1004, names[3]: 0x1000]) == nil)
        #expect(file.base(byFunctions: [names[0]: 0x50_1000, names[1]: 0x60_1010]) == nil)
        #expect(file.base(byFunctions: [:]) == nil)
    }

    /// A module that other traces have of the file, wherever it was, is the same one.
    @Test func joining() throws {
        var collector = Collector()
        let nothing: [UInt8] = []
        let rows = [
            Module(id: 0, start: 0x1000, end: 0x4000, path: Array("/x/a".utf8)),
            Module(id: 1, start: 0x9000, end: 0xA000, path: Array("/y/a".utf8)),
            Module(id: 2, start: 0x5000, end: 0x8000, path: Array("/a".utf8)),
        ]
        let blocks = (0..<3).map { Block(start: UInt32($0), size: 4, module: UInt16($0)) }
        try collector.add(
            Recording(
                format: TraceFormat("test"), is32Bit: false, modules: rows, blocks: .list(blocks)),
            from: nothing.span
        ) { _ in }
        let joined = try collector.profile().joining("/a")
        #expect(joined.modules.map(\.path).sorted() == ["/a", "/y/a"])
        #expect(joined.modules.first { $0.path == "/a" }?.blocks.count == 2)
        #expect(joined.joining("/nowhere") == joined)
    }
}

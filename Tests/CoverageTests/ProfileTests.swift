import Coverage
import DRCov
import Testing
import Trace

@Suite struct ProfileTests {
    private func module(_ id: Int, _ path: String, at start: UInt64, containing: Int? = nil)
        -> Module
    {
        Module(
            id: id, containingID: containing, start: start, end: start + 0x1000,
            path: Array(path.utf8))
    }

    private func recording(
        _ modules: [Module], _ blocks: [Block], starts: Recording.Starts = .module
    ) -> Recording {
        Recording(
            format: TraceFormat("made up"), is32Bit: false, starts: starts, modules: modules,
            blocks: .list(blocks))
    }

    private func offsets(_ profile: Profile, _ path: String) -> [UInt64]? {
        profile.modules.first { $0.path == path }.map { $0.blocks.elements.map(\.offset) }
    }

    @Test func movedModulesInAnotherOrderAreOneModule() throws {
        let first = recording(
            [module(0, "/a", at: 0x1000), module(1, "/l", at: 0x9000)],
            [Block(start: 4, size: 2, module: 0), Block(start: 8, size: 2, module: 1)])
        let second = recording(
            [module(0, "/l", at: 0x5000), module(1, "/a", at: 0x7000)],
            [Block(start: 8, size: 2, module: 0), Block(start: 6, size: 2, module: 1)])
        var profileSum = Collector()
        try profileSum.addList(first)
        try profileSum.addList(second)
        let profile = try profileSum.profile()
        #expect(offsets(profile, "/a") == [4, 6])
        #expect(offsets(profile, "/l") == [8])
        #expect(profile.blockCount == 3)
        var reversedSum = Collector()
        try reversedSum.addList(second)
        try reversedSum.addList(first)
        let reversed = try reversedSum.profile()
        #expect(try reversed.exported() == profile.exported())
    }

    @Test func modulesThatRunsPutInOnePlaceStayThere() throws {
        var profileSum = Collector()
        try profileSum.addList(
            recording([module(0, "/b", at: 0x1000)], [Block(start: 4, size: 2, module: 0)]))
        try profileSum.addList(
            recording([module(0, "/a", at: 0x1000)], [Block(start: 8, size: 2, module: 0)]))
        let tables = try profileSum.profile().exported()
        #expect(tables.modules.map(\.start) == [0x1000, 0x1000])
        #expect(tables.blocks.map(\.start) == [8, 4])
        // Read again, each block is in its own.
        let bytes = try AlgebraTests.written(profileSum.profile())
        let recordings = try DRCovReader.read(bytes.span) { Issue.record("\($0)") }
        var again = Collector()
        try again.add(recordings[0], from: bytes.span) { Issue.record("\($0)") }
        #expect(try offsets(again.profile(), "/a") == [8])
        #expect(try offsets(again.profile(), "/b") == [4])
    }

    /// Each rule, on one table whose second row is a segment of the first's module.
    @Test(arguments: [(Recording.Starts.module, UInt64(0x10)), (.row, 0x2010)])
    func startCountsByTheRule(_ starts: Recording.Starts, _ expected: UInt64) throws {
        var profileSum = Collector()
        try profileSum.addList(
            recording(
                [module(0, "/a", at: 0x1000), module(1, "/a", at: 0x3000, containing: 0)],
                [Block(start: 0x10, size: 1, module: 1)], starts: starts))
        let profile = try profileSum.profile()
        #expect(offsets(profile, "/a") == [expected])
        #expect(profile.modules.map(\.size) == [0x3000])
    }

    @Test func blocksOutsideModulesStay() throws {
        var profileSum = Collector()
        let loose = Block(start: 0xFFFF_0000, size: 3, module: Block.noModule)
        try profileSum.addList(recording([], [loose, loose]))
        let profile = try profileSum.profile()
        #expect(try profile.exported().blocks == [loose])
    }

    @Test func blocksOfUnknownModulesAreLeftOut() throws {
        var profileSum = Collector()
        var found: [Diagnosis] = []
        try profileSum.addList(
            recording(
                [module(0, "/a", at: 0)],
                [Block(start: 2, size: 1, module: 3), Block(start: 2, size: 1, module: 0)])
        ) { found.append($0) }
        let profile = try profileSum.profile()
        #expect(offsets(profile, "/a") == [2])
        #expect(found == [Diagnosis(UnknownModules(1, id: 3), at: .byte(0))])
    }

    /// An entry of zeros alone looks like a free place in a table of blocks.
    @Test func emptyBlocksOfUnknownModulesAreLeftOut() throws {
        let empty = Block(start: 0, size: 0, module: 3)
        let known = (0..<100).map { Block(start: $0, size: 1, module: 0) }
        let writer = DRCovWriter()
        for counting in [Collector.Counting.nothing, .files] {
            var sum = Collector(counting: counting)
            for (number, blocks) in [[empty], known].enumerated() {
                var bytes = writer.header(
                    modules: [module(0, "/a", at: 0)], is32Bit: false, blockCount: blocks.count)
                for block in blocks { writer.append(block, to: &bytes) }
                var found: [UnknownModules?] = []
                for recording in try DRCovReader.read(bytes.span, diagnose: { _ in }) {
                    try sum.add(recording, from: bytes.span, source: number) {
                        found.append($0.problem as? UnknownModules)
                    }
                }
                #expect(found == (number == 0 ? [UnknownModules(1, id: 3)] : []))
            }
            let profile = try sum.profile()
            #expect(profile.blockCount == 100)
            #expect(profile.modules.flatMap(\.blocks.counts).allSatisfy { $0 == 1 })
        }
    }

    /// Blocks that lie close together must not fill one run of a table's places: the time over that of
    /// blocks further apart, both of which are less than a second.
    @Test func neighboursAreAsFastAsOthers() throws {
        func time(_ step: UInt32) throws -> Duration {
            let blocks = (0..<20_000).map { Block(start: $0 * step, size: 1, module: 0) }
            return try ContinuousClock()
                .measure {
                    var sum = Collector()
                    try sum.addList(recording([module(0, "/a", at: 0)], blocks))
                }
        }
        _ = try time(8)
        #expect(try time(1) < time(8) * 10)
    }

    /// A module's first row may come behind those that it contains.
    @Test(arguments: [Recording.Starts.module, .row])
    func containingRowComesLast(starts: Recording.Starts) throws {
        var sum = Collector()
        try sum.addList(
            recording(
                [
                    module(0, "/a", at: 0x5000, containing: 1),
                    module(2, "/a", at: 0x8000, containing: 1), module(1, "/a", at: 0x1000),
                ],
                [Block(start: 0x10, size: 1, module: 1)], starts: starts))
        let profile = try sum.profile()
        #expect(offsets(profile, "/a") == [0x10])
        #expect(profile.modules.map(\.size) == [0x8000])
    }

    /// Rows that say of each other that they contain them are modules of their own size at the least.
    @Test func rowsThatContainEachOther() throws {
        var sum = Collector(rules: ModuleRules(mixed: .keepApart))
        try sum.addList(
            recording(
                [
                    module(0, "/a", at: 0x1000, containing: 1),
                    module(1, "/b", at: 0x5000, containing: 0),
                ], [Block(start: 0x10, size: 1, module: 0)]))
        let rows = try sum.profile().exported().modules
        #expect(rows.allSatisfy { $0.end - $0.start >= 0x1000 })
    }

    /// A single row whose entry, as an address, is some block's offset would be read as QEMU's own
    /// plugin writes them.
    @Test func entryThatLooksLikeABlockIsLeftOut() throws {
        var sum = Collector()
        let large = Module(
            id: 0, start: 0x40_0000, end: 0x200_0000, entry: 0x40_1000, path: Array("/a".utf8))
        // A second module, and starts that count from rows, cannot be taken for it.
        try sum.addList(
            recording(
                [large, module(1, "/b", at: 0x1000)],
                [Block(start: 0x40_1000, size: 4, module: 0)], starts: .row))
        var profile = try sum.profile().keeping { $0.path == "/a" }
        let bytes = try AlgebraTests.written(profile)
        let recordings = try DRCovReader.read(bytes.span) { Issue.record("\($0)") }
        #expect(recordings[0].starts == .module)
        #expect(recordings[0].modules[0].entry == 0)
        var again = Collector()
        try again.add(recordings[0], from: bytes.span) { Issue.record("\($0)") }
        profile = try again.profile()
        #expect(offsets(profile, "/a") == [0x40_1000])
    }

    /// A module over 4 GiB is written as rows that follow one another.
    @Test func piecesOfALargeModuleAreOne() throws {
        let path = Array("/large".utf8)
        var profileSum = Collector()
        try profileSum.addList(
            recording(
                [
                    Module(id: 0, start: 0x1000, end: 0x8000_1000, path: path),
                    Module(id: 1, start: 0x8000_1000, end: 0x1_2000_0000, path: path),
                ],
                [Block(start: 4, size: 1, module: 0), Block(start: 4, size: 1, module: 1)]))
        let profile = try profileSum.profile()
        #expect(offsets(profile, "/large") == [4, 0x8000_0004])
        #expect(profile.modules.map(\.size) == [0x1_1FFF_F000])
    }

    @Test func filesOfOnePathAndAnotherSizeAreRefused() throws {
        let other = Module(id: 0, start: 0, end: 0x5000, path: Array("/a".utf8))
        let recordings = [
            recording([module(0, "/a", at: 0x1000)], [Block(start: 1, size: 1, module: 0)]),
            recording([other], [Block(start: 1, size: 1, module: 0)]),
        ]
        let error = MergeError.differentModules(
            path: "/a", size: 0x1000, source: 0, other: 0x5000, otherSource: 1)
        #expect(throws: error) { try Collector(recordings).profile() }
        let apart = try Collector(recordings, rules: ModuleRules(mixed: .keepApart)).profile()
        #expect(apart.modules.map(\.size) == [0x1000, 0x5000])
        #expect(apart.modules.map(\.blocks.count) == [1, 1])
        let together = try Collector(recordings, rules: ModuleRules(mixed: .byName)).profile()
        #expect(together.modules.map(\.size) == [0x5000])
        #expect(together.modules.map(\.blocks.count) == [1])
        // One process that has both is no mistake, as a merge that kept them apart writes it.
        let both = recording(
            [
                module(0, "/a", at: 0x10_0000),
                Module(
                    id: 1, start: 0, end: 0x5000, path: Array("/a".utf8)),
            ], [])
        #expect(try Collector(recordings + [both]).profile().modules.count == 2)
    }

    /// Some recorders give a module's end to the byte, some to the page.
    @Test func sizesWithinAPageAreOneFile() throws {
        func ending(at end: UInt64) -> Recording {
            recording([Module(id: 0, start: 0, end: end, path: Array("/a".utf8))], [])
        }
        #expect(
            try Collector([ending(at: 0x1FF8), ending(at: 0x2000)]).profile().modules.map(\.size)
                == [0x2000])
        #expect(throws: MergeError.self) {
            try Collector([ending(at: 0x1FF8), ending(at: 0x2001)]).profile()
        }
    }

    @Test func segmentsTellFilesApart() throws {
        func split(at middle: UInt64) -> Recording {
            recording(
                [
                    Module(id: 0, start: 0, end: middle, path: Array("/a".utf8)),
                    Module(
                        id: 1, containingID: 0, start: middle, end: 0x9000, path: Array("/a".utf8)),
                ], [])
        }
        let whole = recording([Module(id: 0, start: 0, end: 0x9000, path: Array("/a".utf8))], [])
        #expect(
            try Collector([split(at: 0x1000), whole, split(at: 0x1000)]).profile().modules.count
                == 1)
        #expect(throws: MergeError.differentSegments(path: "/a", source: 0, otherSource: 1)) {
            try Collector([split(at: 0x1000), split(at: 0x2000)]).profile()
        }
    }

    @Test func aBuildIDSaysWhichFilesAreOne() throws {
        let recordings = [
            recording([module(0, "/one/a", at: 0)], [Block(start: 1, size: 1, module: 0)]),
            recording([module(0, "/two/a", at: 0)], [Block(start: 2, size: 1, module: 0)]),
            recording([module(0, "/three/a", at: 0)], [Block(start: 3, size: 1, module: 0)]),
        ]
        let rules = ModuleRules { path, size in
            size == 0x1000 && path != "/three/a" ? [1, 2, 3] : [4]
        }
        let modules = try Collector(recordings, rules: rules).profile().modules
        #expect(modules.map(\.path) == ["/one/a", "/three/a"])
        #expect(modules.map(\.blocks.count) == [2, 1])
    }

    @Test func mappingsMoveTrees() throws {
        let recordings = [
            recording([module(0, "/build1/bin/a", at: 0)], [Block(start: 1, size: 1, module: 0)]),
            recording([module(0, "/build2/bin/a", at: 0)], [Block(start: 2, size: 1, module: 0)]),
            recording([module(0, "/build10/bin/a", at: 0)], [Block(start: 2, size: 1, module: 0)]),
        ]
        let rules = ModuleRules(mappings: [
            .init(from: "/build1", to: "/src/"), .init(from: "/build2/", to: "/src"),
        ])
        let modules = try Collector(recordings, rules: rules).profile().modules
        #expect(modules.map(\.path) == ["/build10/bin/a", "/src/bin/a"])
        #expect(modules.map(\.blocks.count) == [1, 2])
    }

    /// A library that one process has twice, by dlmopen for instance.
    @Test func aLibraryLoadedTwiceIsOne() throws {
        let twice = recording(
            [
                module(0, "/a", at: 0x1000), module(1, "/l", at: 0x9000),
                module(2, "/l", at: 0x20000),
            ],
            [Block(start: 8, size: 2, module: 1), Block(start: 16, size: 2, module: 2)])
        #expect(offsets(try Collector([twice]).profile(), "/l") == [8, 16])
    }

    @Test func runsWithoutCountsCountOnce() throws {
        let block = Block(start: 8, size: 2, module: 0)
        let plain = recording([module(0, "/a", at: 0)], [block, block])
        var counted = plain
        counted.counts = .list([5, 7])
        let sum = try Collector([plain, counted, plain], counting: .hits).profile()
        #expect(sum.modules.map(\.blocks.counts) == [[14]])
        #expect(sum.modules.map(\.blocks.countUnit) == [.executions])
        let files = try Collector([plain, counted, plain], counting: .files).profile()
        #expect(files.modules.map(\.blocks.counts) == [[3]])
        #expect(files.modules.map(\.blocks.countUnit) == [.runs])
    }

    @Test func addressesBeyond4GiBAreKept() throws {
        let path = Array("/large".utf8)
        let large = recording(
            [
                Module(id: 0, start: 0, end: 0x2_0000_0000, path: path),
                Module(id: 1, containingID: 0, start: 0xFFFF_FFF0, end: 0x2_0000_0000, path: path),
            ],
            [Block(start: 0x8, size: 1, module: 1), Block(start: 0x18, size: 1, module: 1)],
            starts: .row)
        #expect(
            offsets(try Collector([large, large]).profile(), "/large") == [
                0xFFFF_FFF8, 0x1_0000_0008,
            ])
    }
}

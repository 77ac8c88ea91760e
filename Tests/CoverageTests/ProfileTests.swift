import Coverage
import DRCov
import Testing

@Suite struct ProfileTests {
    private func module(_ id: Int, _ path: String, at start: UInt64, containing: Int? = nil)
        -> Module
    {
        Module(
            id: id, containingID: containing, start: start, end: start + 0x1000,
            path: Array(path.utf8))
    }

    private func dump(_ modules: [Module], _ blocks: [Block], version: Version = .two) -> Dump {
        Dump(
            version: version, flavor: Array("drcov-64".utf8), tableVersion: 2, modules: modules,
            blocks: blocks)
    }

    private func offsets(_ profile: Profile, _ path: String) -> [UInt64]? {
        profile.modules.first { $0.path == path }.map { $0.blocks.elements.map(\.offset) }
    }

    @Test func movedModulesInAnotherOrderAreOneModule() throws {
        let first = dump(
            [module(0, "/a", at: 0x1000), module(1, "/l", at: 0x9000)],
            [Block(start: 4, size: 2, module: 0), Block(start: 8, size: 2, module: 1)])
        let second = dump(
            [module(0, "/l", at: 0x5000), module(1, "/a", at: 0x7000)],
            [Block(start: 8, size: 2, module: 0), Block(start: 6, size: 2, module: 1)])
        var profile = Profile()
        try profile.addList(first)
        try profile.addList(second)
        #expect(offsets(profile, "/a") == [4, 6])
        #expect(offsets(profile, "/l") == [8])
        #expect(profile.blockCount == 3)
        var reversed = Profile()
        try reversed.addList(second)
        try reversed.addList(first)
        #expect(try reversed.exported() == profile.exported())
    }

    @Test func exportKeepsModulesApartThatRunsPutInOnePlace() throws {
        var profile = Profile()
        try profile.addList(dump([module(0, "/a", at: 0x1000)], []))
        try profile.addList(dump([module(0, "/b", at: 0x1000)], []))
        let rows = try profile.exported().modules
        #expect(rows.map(\.start) == [0x1000, 0x2000])
        #expect(rows.map(\.end) == [0x2000, 0x3000])
    }

    /// The rule of each version, on one table whose second row is a segment of the first's module.
    @Test(arguments: [(Version.two, UInt64(0x10)), (.three, 0x2010)])
    func startCountsByTheVersionsRule(_ version: Version, _ expected: UInt64) throws {
        var profile = Profile()
        try profile.addList(
            dump(
                [module(0, "/a", at: 0x1000), module(1, "/a", at: 0x3000, containing: 0)],
                [Block(start: 0x10, size: 1, module: 1)], version: version))
        #expect(offsets(profile, "/a") == [expected])
        #expect(profile.modules.map(\.size) == [0x3000])
    }

    @Test func blocksOutsideModulesStay() throws {
        var profile = Profile()
        let loose = Block(start: 0xFFFF_0000, size: 3, module: Block.noModule)
        try profile.addList(dump([], [loose, loose]))
        #expect(try profile.exported().blocks == [loose])
    }

    @Test func blocksOfUnknownModulesAreLeftOut() throws {
        var profile = Profile()
        var found: [Diagnosis] = []
        try profile.addList(
            dump(
                [module(0, "/a", at: 0)],
                [Block(start: 2, size: 1, module: 3), Block(start: 2, size: 1, module: 0)])
        ) { found.append($0) }
        #expect(offsets(profile, "/a") == [2])
        #expect(found == [Diagnosis(.unknownModules(blocks: 1, id: 3), at: .byte(0))])
    }

    /// A module over 4 GiB is written as rows that follow one another.
    @Test func piecesOfALargeModuleAreOne() throws {
        let path = Array("/large".utf8)
        var profile = Profile()
        try profile.addList(
            dump(
                [
                    Module(id: 0, start: 0x1000, end: 0x8000_1000, path: path),
                    Module(id: 1, start: 0x8000_1000, end: 0x1_2000_0000, path: path),
                ],
                [Block(start: 4, size: 1, module: 0), Block(start: 4, size: 1, module: 1)]))
        #expect(offsets(profile, "/large") == [4, 0x8000_0004])
        #expect(profile.modules.map(\.size) == [0x1_1FFF_F000])
    }

    @Test func errorsLeaveTheProfileAsItWas() throws {
        var profile = Profile()
        try profile.addList(
            dump([module(0, "/a", at: 0x1000)], [Block(start: 1, size: 1, module: 0)]))
        let before = profile
        let other = Module(id: 0, start: 0, end: 0x5000, path: Array("/a".utf8))
        #expect(throws: MergeError.differentModules(path: "/a", size: 0x1000, other: 0x5000)) {
            try profile.addList(dump([other], []))
        }
        #expect(profile == before)
    }

    /// Against the standard library's sets, on random blocks; the seed is in the test's name.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func blockSetsAreSets(seed: UInt64) {
        var state = seed
        func random(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        var set = BlockSet()
        var model: Set<[UInt64]> = []
        for _ in 0..<20 {
            let blocks = (0..<random(50)).map { _ in
                BlockSet.Element(offset: random(60), size: UInt16(random(3) + 1))
            }
            set.formUnion(blocks)
            for block in blocks { model.insert([block.offset, UInt64(block.size)]) }
            let sorted = model.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
            #expect(set.elements.map { [$0.offset, UInt64($0.size)] } == sorted)
            #expect(set.count == model.count)
        }
    }
}

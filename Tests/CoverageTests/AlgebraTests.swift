import Coverage
import DRCov
import Testing
import Trace

/// Laws that hold for all runs, on random ones; the seed is in the test's name.
@Suite struct AlgebraTests {
    static let seeds = (0..<40).map { UInt64($0) * 7919 + 1 }

    /// What the profile is as a file.
    static func written(_ profile: Profile) throws -> [UInt8] {
        let tables = try profile.exported()
        let writer = DRCovWriter(form: DRCovForm(hasCounts: profile.isCounted))
        var bytes = writer.header(
            modules: tables.modules, is32Bit: profile.is32Bit, blockCount: tables.blocks.count)
        for block in tables.blocks { writer.append(block, to: &bytes) }
        guard profile.isCounted else { return bytes }
        bytes += writer.countsHeader(count: tables.counts.count)
        for count in tables.counts { writer.append(hitCount: count, to: &bytes) }
        return bytes
    }

    private func read(_ bytes: [UInt8], counting: Collector.Counting = .nothing) throws -> Profile {
        try read([bytes], counting: counting)
    }

    private func read(_ files: [[UInt8]], counting: Collector.Counting) throws -> Profile {
        var collector = Collector(counting: counting)
        for (number, bytes) in files.enumerated() {
            for recording in try DRCovReader.read(bytes.span, diagnose: { Issue.record("\($0)") }) {
                try collector.add(recording, from: bytes.span, source: number) {
                    Issue.record("\($0)")
                }
            }
        }
        return try collector.profile()
    }

    private func union(_ one: Collector, _ other: Collector) throws -> Collector {
        var union = one
        try union.formUnion(other)
        return union
    }

    @Test(arguments: seeds)
    func writtenAndReadIsTheSame(seed: UInt64) throws {
        var random = RandomRuns(seed: seed)
        let recordings = random.recordings(5)
        let plain = try Collector(recordings).profile()
        let again = try read(AlgebraTests.written(plain))
        #expect(again.plainBlocks == plain.plainBlocks)
        #expect(try AlgebraTests.written(again) == AlgebraTests.written(plain))
        let counted = try Collector(recordings, counting: .hits).profile()
        let countedAgain = try read(AlgebraTests.written(counted), counting: .hits)
        // What were runs are hit counts now.
        for (again, first) in zip(countedAgain.modules.map(\.blocks), counted.modules.map(\.blocks))
        {
            #expect(Array(again.elements) == Array(first.elements))
            #expect(again.counts == first.counts)
        }
        #expect(Array(countedAgain.outside.elements) == Array(counted.outside.elements))
        #expect(countedAgain.outside.counts == counted.outside.counts)
    }

    @Test(arguments: seeds)
    func unionIsOneOfSets(seed: UInt64) throws {
        var random = RandomRuns(seed: seed)
        let recordings = random.recordings(6)
        let profile = try Collector(recordings).profile()
        #expect(Set(profile.plainBlocks) == Set(recordings.flatMap(\.plainBlocks)))
        #expect(Set(profile.plainBlocks).count == profile.blockCount)
    }

    @Test(arguments: seeds)
    func orderChangesNoByte(seed: UInt64) throws {
        var random = RandomRuns(seed: seed)
        let recordings = random.recordings(6)
        let other = random.shuffled(recordings)
        for counting in [Collector.Counting.nothing, .hits] {
            let one = try AlgebraTests.written(Collector(recordings, counting: counting).profile())
            #expect(try one == AlgebraTests.written(Collector(other, counting: counting).profile()))
        }
    }

    @Test(arguments: seeds)
    func newBlocksAreOfTheFirstFile(seed: UInt64) throws {
        var random = RandomRuns(seed: seed)
        let recordings = random.recordings(6)
        var known: Set<PlainBlock> = []
        let expected = recordings.map { recording in
            recording.plainBlocks.count { known.insert($0).inserted }
        }
        var (one, other) = (Collector(counting: .firstFile), Collector(counting: .firstFile))
        for number in random.shuffled(Array(recordings.indices)) {
            if random.next(2) == 0 {
                try one.add(recordings[number], from: [UInt8]().span, source: number) { _ in }
            } else {
                try other.add(recordings[number], from: [UInt8]().span, source: number) { _ in }
            }
        }
        try one.formUnion(other)
        #expect(one.newBlocks(fileCount: 6) == expected)
        #expect(
            try AlgebraTests.written(one.profile())
                == AlgebraTests.written(Collector(recordings).profile()))
    }

    @Test(arguments: seeds)
    func unionIsAssociativeCommutativeAndIdempotent(seed: UInt64) throws {
        var random = RandomRuns(seed: seed)
        let (a, b, c) = (
            try Collector(random.recordings(2)), try Collector(random.recordings(2)),
            try Collector(random.recordings(2))
        )
        let left = try union(union(a, b), c)
        let right = try union(a, union(b, c))
        #expect(try left.profile() == right.profile())
        #expect(try union(a, b).profile() == union(b, a).profile())
        #expect(try union(a, a).profile() == a.profile())
    }

    /// What several machines have, brought together in any tree, is what one has: to the byte.
    @Test(arguments: seeds)
    func partsMergeToTheSameBytesInAnyTree(seed: UInt64) throws {
        var random = RandomRuns(seed: seed)
        let recordings = random.recordings(9)
        for counting in [Collector.Counting.nothing, .hits] {
            let all = try AlgebraTests.written(Collector(recordings, counting: counting).profile())
            var files: [[UInt8]] = []
            var rest = recordings[...]
            while !rest.isEmpty || files.count < 4 {
                // Some have no run.
                let part = rest.prefix(random.next(4))
                rest = rest.dropFirst(part.count)
                files.append(
                    try AlgebraTests.written(Collector(Array(part), counting: counting).profile()))
            }
            while files.count > 1 {
                files = random.shuffled(files)
                let count = 2 + random.next(files.count - 1)
                let merged = files.prefix(count)
                files.removeFirst(count)
                files.append(try AlgebraTests.written(read(Array(merged), counting: counting)))
            }
            #expect(files[0] == all)
        }
    }

    @Test(arguments: seeds)
    func countsAreSums(seed: UInt64) throws {
        var random = RandomRuns(seed: seed)
        let recordings = random.recordings(5)
        var model: [PlainBlock: UInt64] = [:]
        for recording in recordings {
            for block in Set(recording.plainBlocks) { model[block, default: 0] += 1 }
        }
        for counting in [Collector.Counting.hits, .files] {
            // Half of them in another collector, as threads have them.
            var sum = try Collector(Array(recordings[..<2]), counting: counting)
            try sum.formUnion(Collector(Array(recordings[2...]), counting: counting))
            let profile = try sum.profile()
            let counts = profile.modules.flatMap(\.blocks.counts) + profile.outside.counts
            #expect(
                Dictionary(uniqueKeysWithValues: zip(profile.plainBlocks, counts)) == model)
        }
    }

    @Test(arguments: seeds)
    func subtractAndIntersectAgreeWithSets(seed: UInt64) throws {
        var random = RandomRuns(seed: seed)
        let (first, second) = (random.recordings(3), random.recordings(2))
        var left = try Collector(first)
        try left.subtract(Collector(second))
        let (a, b) = (Set(first.flatMap(\.plainBlocks)), Set(second.flatMap(\.plainBlocks)))
        #expect(try Set(left.profile().plainBlocks) == a.subtracting(b))

        var common = try Collector(first, counting: .files)
        common.keepCommon()
        let model = first.dropFirst().reduce(Set(first[0].plainBlocks)) {
            $0.intersection($1.plainBlocks)
        }
        #expect(try Set(common.profile().plainBlocks) == model)

        let (old, new) = try Collector.profiles(Collector(first), Collector(second))
        let difference = ProfileDifference(before: old, after: new)
        func blocks(_ sets: [(String?, BlockSet)]) -> Set<PlainBlock> {
            Set(
                sets.flatMap { path, set in
                    set.elements.map { PlainBlock(path: path, offset: $0.offset, size: $0.size) }
                })
        }
        #expect(blocks(difference.modules.map { ($0.path, $0.new) }) == b.subtracting(a))
        #expect(blocks(difference.modules.map { ($0.path, $0.gone) }) == a.subtracting(b))
        func bytes(_ blocks: Set<PlainBlock>) -> Set<PlainBlock> {
            Set(
                blocks.flatMap { block in
                    (0..<UInt64(block.size)).map {
                        PlainBlock(path: block.path, offset: block.offset + $0, size: 1)
                    }
                })
        }
        let lost = bytes(a).subtracting(bytes(b))
        #expect(difference.modules.reduce(0) { $0 + $1.goneBytes } == UInt64(lost.count))
        #expect(difference.isAnythingLost == !lost.isEmpty)
    }

    /// Sets of one module, with their own algebra.
    @Test(arguments: seeds)
    func blockSetsAreSets(seed: UInt64) throws {
        var random = RandomRuns(seed: seed)
        func model(_ set: BlockSet) -> Set<[UInt64]> {
            Set(set.elements.map { [$0.offset, UInt64($0.size)] })
        }
        func some() -> BlockSet {
            BlockSet(
                (0..<random.next(50)).map { _ in
                    BlockSet.Element(offset: UInt64(random.next(40)), size: UInt16(random.next(3)))
                })
        }
        let (a, b) = (some(), some())
        #expect(model(a.union(b)) == model(a).union(model(b)))
        #expect(model(a.subtracting(b)) == model(a).subtracting(model(b)))
        #expect(model(a.intersection(b)) == model(a).intersection(model(b)))
        #expect(a.union(b).count == model(a.union(b)).count)
        #expect(a.union(b) == b.union(a))
    }

    @Test(arguments: seeds)
    func coversHaveAllBlocks(seed: UInt64) {
        var random = RandomRuns(seed: seed)
        let runs = (0..<30).map { place in
            SetCover.Run(
                blocks: (0..<random.next(25)).map { _ in UInt32(random.next(80)) },
                weight: Double(random.next(5)), place: place)
        }
        let all = Set(runs.flatMap(\.blocks))
        let cover = SetCover(runs, bound: 80)
        let greedy = cover.greedy()
        let pruned = cover.pruned(greedy)
        for choices in [greedy, pruned] {
            var covered: Set<UInt32> = []
            for choice in choices {
                let before = covered.count
                covered.formUnion(runs[choice.run].blocks)
                #expect(covered.count - before == choice.added)
                #expect(choice.added > 0 || choices == pruned)
            }
            #expect(covered == all)
        }
        // None of those that are left can be left out.
        for choice in pruned {
            let others = pruned.filter { $0 != choice }.flatMap { runs[$0.run].blocks }
            #expect(Set(others) != all)
        }
        // The lazy way chooses what looking at all runs each time does.
        var (plain, covered): ([Int], Set<UInt32>) = ([], [])
        while covered != all {
            func worth(_ run: Int) -> (Double, Int, Int) {
                let gain = Set(runs[run].blocks).subtracting(covered).count
                if gain == 0 { return (-1, 0, -run) }
                return runs[run].weight == 0
                    ? (.infinity, gain, -run) : (Double(gain) / runs[run].weight, 0, -run)
            }
            guard let best = runs.indices.max(by: { worth($0) < worth($1) }) else { break }
            plain.append(best)
            covered.formUnion(runs[best].blocks)
        }
        #expect(greedy.map(\.run) == plain)
    }
}

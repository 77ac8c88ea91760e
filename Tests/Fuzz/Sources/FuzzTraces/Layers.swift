import Coverage
@testable import CovtoolKit
import DRCov
import Trace

/// What covtool does with traces once they are read: bringing them together, writing them in every form,
/// the algebra of sets, choosing few of them, and all reports. Each recording is a run of its own.
///
/// An input's bytes choose what of it is done, so that each run is short and all of it comes up.
enum Layers {
    private static let rules = MixedModules.allCases.map { ModuleRules(mixed: $0) }

    /// - Parameter dumps: how a drcov file writes the recordings; of another file, none.
    static func check(_ recordings: [Recording], _ dumps: [Dump], _ bytes: Span<UInt8>) {
        var choice = Choice(bytes)
        let rules = choice.of(rules)
        switch choice.number(below: 4) {
        case 0:
            guard let sum = collected(recordings, bytes, .nothing, rules) else { return }
            checkAlgebra(sum, recordings, bytes, rules)
        case 1:
            guard let sum = collected(recordings, bytes, .files, rules) else { return }
            checkCover(sum, recordings, bytes)
        case 2:
            guard let sum = collected(recordings, bytes, .hits, rules),
                let profile = try? sum.profile()
            else { return }
            let source = bytes.extracting(first: 4096)
            Lines.check(profile, source, &choice)
        default:
            let counting: Collector.Counting = choice.number(below: 2) == 0 ? .nothing : .hits
            guard let sum = collected(recordings, bytes, counting, rules),
                let profile = try? sum.profile()
            else { return }
            precondition(profile.blockCount == sum.blockCount, "blocks are lost")
            checkWriting(profile, &choice)
        }
        if choice.number(below: 2) == 0 { Inspection.check(recordings, dumps, bytes, &choice) }
    }

    /// What the recordings have together; nil where they cannot be brought together.
    private static func collected(
        _ recordings: [Recording], _ bytes: Span<UInt8>, _ counting: Collector.Counting,
        _ rules: ModuleRules
    ) -> Collector? {
        var collector = Collector(counting: counting, rules: rules)
        var other: Collector?
        var unknown = 0
        do throws(MergeError) {
            for (number, recording) in recordings.enumerated() {
                var found = 0
                // Two threads' parts.
                if number % 3 == 2 {
                    var part = other ?? Collector(counting: counting, rules: rules)
                    try part.add(recording, from: bytes, source: number) { _ in found += 1 }
                    other = part
                } else {
                    try collector.add(recording, from: bytes, source: number) { _ in found += 1 }
                }
                precondition(found <= 1, "more than one word about unknown modules")
                unknown += found
            }
            if let other { try collector.formUnion(other) }
        } catch {
            return nil
        }
        let all = recordings.reduce(0) { $0 + $1.blocks.count }
        precondition(collector.blockCount <= all, "blocks from nowhere")
        precondition(all == 0 || collector.blockCount > 0 || unknown > 0, "all blocks are lost")
        return collector
    }

    /// The laws of sets, for the first recording and all others.
    private static func checkAlgebra(
        _ sum: Collector, _ recordings: [Recording], _ bytes: Span<UInt8>, _ rules: ModuleRules
    ) {
        guard let first = collected(Array(recordings.prefix(1)), bytes, .nothing, rules),
            let rest = collected(Array(recordings.dropFirst()), bytes, .nothing, rules)
        else { return }
        var difference = sum
        do throws(MergeError) {
            try difference.subtract(rest)
            precondition(difference.blockCount <= first.blockCount, "more than there was")
            precondition(difference.blockCount + rest.blockCount == sum.blockCount)
            let (before, after) = try Collector.profiles(first, rest)
            precondition(before.modules.map(\.path) == after.modules.map(\.path))
            Outputs.write(ProfileDifference(before: before, after: after))
        } catch {}
    }

    /// Few recordings that have all blocks of all of them.
    private static func checkCover(
        _ sum: Collector, _ recordings: [Recording], _ bytes: Span<UInt8>
    ) {
        var common = sum
        common.keepCommon()
        var index = RunIndex(sum)
        precondition(common.blockCount == index.commonCount)
        var runs: [SetCover.Run] = []
        for (number, recording) in recordings.enumerated() {
            var blocks: [UInt32] = []
            do throws(MergeError) {
                try index.append(blocksOf: recording, from: bytes, source: number, to: &blocks)
            } catch {
                preconditionFailure("a block that was there is not")
            }
            runs.append(SetCover.Run(blocks: blocks, weight: Double(number % 3), place: number))
        }
        let cover = SetCover(runs, bound: index.bound)
        let all = Set(runs.flatMap(\.blocks))
        let chosen = cover.pruned(cover.greedy())
        precondition(Set(chosen.flatMap { runs[$0.run].blocks }) == all, "a block is not covered")
        precondition(chosen.reduce(0) { $0 + $1.added } == all.count)
    }

    /// What is written is sound, and the same when it is read.
    private static func checkWriting(_ profile: Profile, _ choice: inout Choice) {
        guard let tables = try? profile.exported() else { return }
        var form = DRCovForm(
            version: choice.of([DRCovVersion.two, .three]), table: choice.of([nil, .two, .five]),
            blocks: choice.of([DRCovForm.Blocks.binary, .text]), hasCounts: profile.isCounted)
        form.hasWindowsColumns = choice.number(below: 4) == 0
        form.hasEdges = profile.edges != .none
        var written: [UInt8] = []
        let trace = TraceTables(tables, is32Bit: profile.is32Bit)
        trace.forEachPart(form) { written += $0 }
        let recordings: [Recording]
        do throws(ReadError) {
            recordings = try DRCovReader.read(written.span) { diagnosis in
                preconditionFailure("\(diagnosis) in what was written")
            }
        } catch {
            preconditionFailure("\(error) in what was written")
        }
        precondition(recordings.count == 1 && recordings[0].blocks.count == tables.blocks.count)
        precondition((recordings[0].counts?.count ?? 0) == tables.counts.count)
        precondition((recordings[0].edges?.count ?? 0) == tables.edges.count)
        let reader = choice.of(KnownReader.allCases)
        var prepared = trace
        prepared.prepare(for: reader, Warnings { _ in })
        _ = prepared.reasons(against: reader, form)
        guard
            let again = collected(
                recordings, written.span, .nothing, ModuleRules(mixed: .keepApart)),
            let second = try? again.profile(), second.modules.count == profile.modules.count
        else { return }
        func blocks(_ profile: Profile) -> [UInt64: Int] {
            let all = profile.modules.flatMap { $0.blocks.elements }.map {
                $0.offset << 16 | UInt64($0.size)
            }
            return Dictionary(all.map { ($0, 1) }, uniquingKeysWith: +)
        }
        precondition(blocks(second) == blocks(profile), "other blocks than were written")
    }
}

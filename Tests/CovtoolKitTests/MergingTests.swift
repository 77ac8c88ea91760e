import Coverage
import Testing

@testable import CovtoolKit

/// Bringing files together, and what becomes of those that are damaged or not there.
@Suite struct MergingTests {
    private let folder = TemporaryFolder()
    private let messages = Messages()

    private func merging(_ mode: FailureMode = .any, isStrict: Bool = false) -> TraceMerging {
        TraceMerging(failureMode: mode, warnings: messages.warnings(isStrict: isStrict))
    }

    /// The offsets of the blocks that the files have together.
    private func offsets(_ paths: [String], _ merging: TraceMerging) throws -> [UInt64] {
        try merging.sum(of: paths).profile().modules.flatMap {
            $0.blocks.elements.map(\.offset)
        }
    }

    private func write(_ offsets: [UInt32], to name: String, base: UInt64 = 0x40_0000) -> String {
        folder.write(Traces.bytes(offsets, base: base), to: name)
    }

    @Test func addressesAndOrderDoNotMatter() throws {
        let paths = [
            write([0, 16], to: "1"), write([32, 16], to: "2", base: 0x7F00_0000),
            folder.write(Gzip.member(Traces.bytes([48])), to: "3.gz"),
        ]
        #expect(try offsets(paths, merging()) == [0, 16, 32, 48])
        #expect(try offsets(paths.reversed(), merging()) == [0, 16, 32, 48])
        #expect(messages.all.isEmpty)
    }

    /// More files than one thread gets.
    @Test func manyFilesOnSeveralThreads() throws {
        let paths = (0..<200).map { write([UInt32($0) * 16], to: "\($0)") }
        #expect(try offsets(paths, merging()) == (0..<200).map { $0 * 16 })
    }

    /// Whichever thread came to its file last.
    @Test func theFirstFailureOfManyIsSaid() {
        let paths = (0..<200).map { folder.write("nothing", to: "\($0)") }
        for mode in [FailureMode.any, .all] {
            let failure = failure { () throws(Failure) in _ = try merging(mode).sum(of: paths) }
            #expect(failure?.status == .badData)
            #expect(failure?.message.hasPrefix(paths[0] + ": ") == true)
        }
    }

    @Test func failureModesSayWhatIsAFailure() throws {
        let good = write([0], to: "good")
        let missing = folder["missing"]
        let bad = folder.write("text", to: "bad")
        for (mode, paths, fails) in [
            (FailureMode.any, [good, missing], true), (.all, [good, missing, bad], false),
            (.all, [missing, bad], true), (.warn, [good, bad], false), (.warn, [bad], false),
        ] {
            let failure = failure { () throws(Failure) in
                _ = try merging(mode).sum(of: paths)
            }
            #expect((failure != nil) == fails, "\(mode) \(paths)")
        }
        let before = messages.all.count
        #expect(try offsets([bad, good, missing], merging(.warn)) == [0])
        let said = messages.all.dropFirst(before)
        #expect(said.count == 2)
        for (message, path) in zip(said, [bad, missing]) {
            guard case .warning(let text) = message else { Issue.record("a note"); continue }
            #expect(text.hasPrefix(path + ": ") && text.hasSuffix(": left out"))
        }
    }

    @Test func damageIsAWarningOrAFailure() throws {
        let cut = folder.write(Array(Traces.bytes([0, 16]).dropLast(8)), to: "cut")
        #expect(try offsets([cut], merging()) == [0])
        #expect(messages.all.count == 1)
        let failure = failure { () throws(Failure) in
            _ = try merging(isStrict: true).sum(of: [cut])
        }
        #expect(failure?.status == .badData)
        // It leaves nothing behind of a file that is left out.
        let other = write([32], to: "other")
        #expect(try offsets([cut, other], merging(.warn, isStrict: true)) == [32])
    }

    /// Where a trace was to be, its journal may be.
    @Test func journalsBesideAMissingTraceAreNamed() {
        folder.write("", to: "run.drcov.12.journal")
        folder.write("", to: "run.drcov.13.journal")
        folder.write("", to: "other.drcov.14.journal")
        let failure = failure { () throws(Failure) in
            _ = try merging().sum(of: [folder["run.drcov"]])
        }
        #expect(failure?.status == .missingInput)
        #expect(
            failure?.message.contains("\(folder["run.drcov.12.journal"]) and 1 more is there")
                == true)
    }

    @Test func patternsThatMatchNoModuleAreSaid() throws {
        let path = write([0], to: "1")
        func sum(_ included: [String], _ excluded: [String] = []) -> Failure? {
            failure { () throws(Failure) in
                var merging = merging()
                merging.rules.selection = ModuleSelection(
                    included: included.map { PathGlob($0, in: "/") },
                    excluded: excluded.map { PathGlob($0, in: "/") })
                _ = try merging.sum(of: [path])
            }
        }
        #expect(sum(["program", "lib*"]) == nil)
        #expect(messages.all == [.warning("--module 'lib*' matches no module of the trace")])
        #expect(
            sum(["lib*"])?.message == "--module matches no module of the trace, which has program")
        #expect(
            sum([], ["program"])?.message
                == "--exclude-module leaves no module of the trace, which has program")
    }

    @Test func fewTracesHaveAllBlocks() throws {
        let paths = [
            write([0, 16], to: "1"), write([16, 32], to: "2"), write([0, 16, 32], to: "3"),
            write([48], to: "4"),
        ]
        let choice = try TraceChoice(of: paths, merging(), weights: Weights(nil, of: paths))
        #expect(choice.chosen.map(\.run) == [2, 3])
        #expect(choice.ranked.map(\.added) == [3, 1, 0, 0])
        let proof = try choice.proof(of: choice.chosen, merging())
        #expect(proof.before == 4 && proof.after == 4)
        // By weight the two small ones are as good.
        let list = folder.write(
            "1 \(paths[0])\r\n1.5\t\(paths[1])\n\n9 \(paths[2])\n0 \(paths[3])\n", to: "weights")
        let weighed = try TraceChoice(of: paths, merging(), weights: Weights(list, of: paths))
        #expect(Set(weighed.chosen.map(\.run)) == [0, 1, 3])
    }

    @Test func weightsOfAllTracesAreNeeded() {
        let paths = [write([0], to: "1")]
        for (text, words) in [
            ("1 other\n", "has no weight of \(paths[0])"), ("heavy \(paths[0])\n", "line 1"),
            ("\n-1 \(paths[0])", "line 2"), ("1", "line 1"), ("nan \(paths[0])", "line 1"),
        ] {
            let list = folder.write(text, to: "weights")
            let failure = failure { () throws(Failure) in _ = try Weights(list, of: paths) }
            #expect(failure?.status == .badData)
            #expect(failure?.message.contains(words) == true)
        }
    }
}

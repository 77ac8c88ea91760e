import Coverage
import Synchronization
import Threading

/// Few of the inputs of a replay that together reach all blocks that all of them reach.
public struct InputChoice: Sendable {
    /// A thread for fewer runs costs more than it gives.
    private static let runsPerThread = 64

    /// The chosen inputs by their numbers in the corpus, the one that adds most first.
    public let inputs: [Int]
    /// How many blocks all inputs reach, and how many the chosen ones, whose traces are read again for it.
    public let blocks: (before: Int, after: Int)
    /// What was in the chosen ones.
    private let identities: [ContentIdentity]

    /// - Parameters:
    ///   - runs: those to choose from. What choosing an input costs is the number of its bytes.
    ///   - log: has their traces.
    ///   - folder: for files that are not for long.
    /// - Throws: ``Failure`` where a trace is not in the log any more, or the chosen inputs do not reach all.
    init(
        of runs: [Candidate], _ log: ReplayLog, _ rules: ModuleRules, in folder: ReplayFolder
    ) throws(Failure) {
        let walk = Walk(runs: runs, log: log, folder: folder)
        let all = try walk.sum(of: Array(runs.indices), counting: .files, rules)
        let index = RunIndex(all)
        let cover = RunCover(of: try walk.covers(index), index)
        let chosen = cover.chosen.map(\.run)
        let sum = try walk.sum(of: chosen, counting: .nothing, rules)
        var missing = all
        do throws(MergeError) {
            try missing.subtract(sum)
        } catch {
            throw Failure(error, runs.map(\.name))
        }
        guard missing.blockCount == 0, sum.blockCount == all.blockCount else {
            throw Failure(.badData, "the log of the runs has changed while it was read")
        }
        inputs = chosen.map { runs[$0].input }
        identities = chosen.map { runs[$0].identity }
        blocks = (all.blockCount, sum.blockCount)
    }

    /// Copies the chosen inputs of a corpus into a folder. Those that have changed since they were run, or are gone, are
    /// left out with a warning.
    ///
    /// - Returns: how many were copied.
    /// - Throws: ``Failure`` where one cannot be written.
    public func copy(
        of all: InputList, to copies: TraceCopies, _ warnings: Warnings
    ) throws(Failure) -> Int {
        let wanted = Dictionary(uniqueKeysWithValues: zip(inputs, identities))
        return try copies.add(inputs, of: all) { (number) throws(Failure) in
            if let content = try? all[number].content(),
                ContentIdentity(of: content) == wanted[number]
            {
                return content
            }
            try warnings.warn(
                "\(all[number].name): has changed, or is gone, since it was run; it is not copied")
            return nil
        }
    }

    /// An input that can be chosen.
    struct Candidate: Sendable {
        /// Its number in the corpus.
        var input: Int
        var name: String
        var identity: ContentIdentity
    }

    /// Keeps which inputs are run, to choose from them later.
    final class Candidates: ReplayObserver {
        private let found = Mutex<[(input: Int, identity: ContentIdentity)]>([])

        func ended(_ run: ReplayedRun) {
            if case .notRun = run.ended.end { return }
            found.withLock { $0.append((run.input, run.identity)) }
        }

        /// In the inputs' order.
        func all(of inputs: InputList) -> [Candidate] {
            found.withLock { $0 }.sorted { $0.input < $1.input }.map {
                Candidate(input: $0.input, name: inputs[$0.input].name, identity: $0.identity)
            }
        }
    }

    /// Goes over the runs' traces on all processors.
    private struct Walk: Sendable {
        let runs: [Candidate]
        let log: ReplayLog
        let folder: ReplayFolder

        func sum(
            of numbers: [Int], counting: Collector.Counting, _ rules: ModuleRules
        ) throws(Failure) -> Collector {
            let start = Collector(counting: counting, rules: rules)
            let parts = try run(numbers, from: start) {
                (collector, number, run) throws(MergeError) in
                try run.forEachRecording { (recording, bytes) throws(MergeError) in
                    try collector.add(recording, from: bytes, source: number) { _ in }
                }
            }
            var sum = parts.first ?? start
            do throws(MergeError) {
                for part in parts.dropFirst() { try sum.formUnion(part) }
            } catch {
                throw Failure(error, runs.map(\.name))
            }
            return sum
        }

        /// What each run has that not all have.
        func covers(_ index: RunIndex) throws(Failure) -> [SetCover.Run?] {
            let order = runs.indices.sorted {
                (runs[$0].identity.count, runs[$0].name) < (runs[$1].identity.count, runs[$1].name)
            }
            var places = [Int](repeating: 0, count: runs.count)
            for (place, number) in order.enumerated() { places[number] = place }
            typealias Found = (index: RunIndex, blocks: [(number: Int, blocks: [UInt32])])
            let start: Found = (index, [])
            let parts = try run(Array(runs.indices), from: start) {
                (found, number, run) throws(MergeError) in
                var blocks: [UInt32] = []
                try run.forEachRecording { (recording, bytes) throws(MergeError) in
                    try found.index.append(
                        blocksOf: recording, from: bytes, source: number, to: &blocks)
                }
                found.blocks.append((number, blocks))
            }
            var covers = [SetCover.Run?](repeating: nil, count: runs.count)
            for (number, blocks) in parts.flatMap(\.blocks) {
                covers[number] = SetCover.Run(
                    blocks: blocks, weight: Double(runs[number].identity.count),
                    place: places[number])
            }
            return covers
        }

        /// Calls `visit` with the run of each number on one of the threads, with the thread's state; gives these.
        private func run<State: Sendable>(
            _ numbers: [Int], from start: State,
            _ visit: @escaping @Sendable (inout State, Int, ReplayedRun) throws(MergeError) -> Void
        ) throws(Failure) -> [State] {
            let next = Atomic<Int>(0)
            let ended = Mutex<(states: [State], failure: Failure?)>(([], nil))
            let count = min(Threads.most, max(1, numbers.count / InputChoice.runsPerThread))
            let own = try (0..<count).map { _ throws(Failure) in try folder.newFolder() }
            Threads.run(count) { thread in
                var state = start
                do throws(Failure) {
                    while case let place = next.wrappingAdd(1, ordering: .relaxed).oldValue,
                        place < numbers.count, ended.withLock({ $0.failure == nil })
                    {
                        let number = numbers[place]
                        guard
                            let run = try log.run(
                                of: number, runs[number].identity, in: own[thread])
                        else { throw Failure(.badData, "\(runs[number].name): is not in the log") }
                        defer { run.removeTraces() }
                        do throws(MergeError) {
                            try visit(&state, number, run)
                        } catch {
                            throw Failure(error, runs.map(\.name))
                        }
                    }
                } catch {
                    ended.withLock { $0.failure = $0.failure ?? error }
                }
                ended.withLock { $0.states.append(state) }
            }
            let (states, failure) = ended.withLock { $0 }
            if let failure { throw failure }
            return states
        }
    }
}

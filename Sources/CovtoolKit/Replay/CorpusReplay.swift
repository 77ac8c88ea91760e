import Coverage
import Replay
import Reports
import Synchronization
import Threading

/// Runs a program on all inputs of a corpus, and brings together what the runs reached while they run.
public struct CorpusReplay: Sendable {
    /// The program and its QEMU.
    public var command: GuestCommand
    /// What a run may take.
    public var limits: Limits
    /// How many runs there are at a time.
    public var jobs: Int
    /// Whether one QEMU forks for many inputs.
    public var forks: Bool
    /// Which modules are wanted, and which are one.
    public var merging: TraceMerging
    /// Whether hit counts are added up.
    public var counts: Bool
    /// How often each input is run.
    public var repetitions = 1
    /// Who is told of each run, beside the one that brings together what they reach.
    public var observers: [any ReplayObserver] = []
    /// Which inputs are run.
    public var shard = Shard.whole
    /// Where it is kept what was done; nil for nowhere.
    public var state: ReplayState?
    /// Where inputs come from while others are run; nil where they are all there.
    public var live: LiveReplay?
    /// Whether few inputs are chosen that together reach all that was reached.
    public var choosesInputs = false
    /// Takes lines of JSON that say how far it is (Docs/run-progress.schema.json), with their ends; any thread may call it.
    public var progressLine: (@Sendable (String) -> Void)?

    /// Makes a replay.
    public init(
        _ command: GuestCommand, limits: Limits, jobs: Int, forks: Bool, merging: TraceMerging,
        counts: Bool
    ) {
        (self.command, self.limits, self.jobs, self.forks) = (command, limits, jobs, forks)
        (self.merging, self.counts) = (merging, counts)
    }

    /// What became of an input.
    public struct Outcome: Sendable {
        /// Its number in the corpus.
        public var input: Int
        /// How its run ended.
        public var run: EndedRun
        /// How many blocks no run before had reached.
        public var newBlocks: Int
    }

    /// What the runs reached, and how they ended.
    public struct Result: Sendable {
        /// By the inputs' numbers.
        let ended: EndedRuns
        /// By the inputs' numbers, how many blocks no run on an earlier one had reached.
        let newBlocks: [Int]
        /// What all runs reached together.
        public var profile: Profile
        /// The number of different blocks.
        public var blockCount: Int
        /// How many inputs are in other shards.
        public var elsewhereCount = 0
        /// Few inputs that together reach all, where that was asked for.
        public var choice: InputChoice?
        /// The paths of the modules that were taken, and of those that were not wanted.
        public var modulePaths: (taken: Set<String>, unwanted: Set<String>)
        /// Why QEMU was started for inputs though it was to fork; nil where it was not.
        public var serverFailure: String?
        /// All inputs.
        public var inputs = InputList()

        /// By the inputs' order; an input with the content of an earlier one, or in another shard, has none.
        public var outcomes: some Collection<Outcome> {
            ended.inputs.lazy.compactMap { input in
                ended[input].map {
                    Outcome(input: input, run: $0, newBlocks: newBlocks[input])
                }
            }
        }
    }

    /// Runs all of them.
    ///
    /// - Throws: ``Failure`` where the traces cannot be brought together, or nothing can be run.
    public func run(_ inputs: InputList) throws(Failure) -> Result {
        try Interruption.awaited(endsProgram: live == nil) { () throws(Failure) in
            try runAll(inputs)
        }
    }

    private func runAll(_ inputs: InputList) throws(Failure) -> Result {
        let top = try ReplayFolder(state?.temporaryFolder)
        defer { top.remove() }
        var log = state?.log
        if choosesInputs, log == nil {
            // What each input reaches is looked at again.
            log = try ReplayLog(top.path + "runs.log", folder: top.path, merging.warnings)
        }
        let keptLog = log
        let candidates = InputChoice.Candidates()
        let queue = ReplayQueue(inputs, shard)
        let tally = ReplayTally(of: queue, merging.rules, hasCounts: counts)
        let failure = Mutex<Failure?>(nil)
        let progress = ReplayProgress(
            total: inputs.count, shownBy: live == nil ? merging.progressLine : nil,
            line: progressLine)
        let serverFailure = Mutex<String?>(nil)
        let isOver = Atomic(live == nil)
        Threads.run(live == nil ? max(1, min(jobs, inputs.count)) : 1 + jobs) { number in
            do throws(Failure) {
                if let live, number == 0 {
                    defer { isOver.store(true, ordering: .relaxed) }
                    return try live.watch(
                        queue, tally, merging.progressLine, besides: top.path,
                        isOver: { failure.withLock { $0 != nil } })
                }
                let worker = try ReplayWorker(
                    command, limits, forks: forks, folder: top.newFolder(), log: keptLog,
                    observers: [tally] + (choosesInputs ? [candidates] : []) + observers)
                while !Interruption.isAsked, failure.withLock({ $0 == nil }) {
                    guard let job = queue.next() else {
                        if isOver.load(ordering: .relaxed) { break }
                        LiveReplay.pause()
                        continue
                    }
                    for repetition in 0..<repetitions where !Interruption.isAsked {
                        try worker.run(job, repetition: repetition)
                    }
                    progress.advance(by: 1 + job.skipped, tally.found)
                }
                worker.end()
                if let reason = worker.serverFailure { serverFailure.withLock { $0 = reason } }
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        progress.end(tally.found)
        if Interruption.isAsked, live == nil {
            if let state {
                merging.warnings.say(
                    """
                    \(state.folder): has the runs of \(Amount.text(state.log.runCount, "input")); the same \
                    command with --resume goes on
                    """)
            } else {
                observers.forEach { $0.abandoned() }
            }
        }
        if let failure = failure.withLock({ $0 }) {
            // The same command is to find what it found: a state goes on with what was kept.
            if state == nil { observers.forEach { $0.abandoned() } }
            throw failure
        }
        // A fuzzer takes away what it has trimmed, or has found again.
        for (input, reason) in live == nil ? queue.unreadable : [] {
            tally.add(unreadable: input, reason)
        }
        var result = try tally.result()
        result.elsewhereCount = queue.elsewhereCount
        result.inputs = queue.inputs
        if choosesInputs, let keptLog, live != nil || !Interruption.isAsked {
            result.choice = try InputChoice(
                of: candidates.all(of: result.inputs), keptLog, merging.rules, in: top)
        }
        result.serverFailure = serverFailure.withLock(\.self)
        return result
    }
}

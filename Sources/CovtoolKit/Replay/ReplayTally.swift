import Coverage
import Replay
import Synchronization

/// Brings together what the runs of a replay reach, while they run.
///
/// What it says does not depend on the order in which the runs end.
final class ReplayTally: ReplayObserver {
    fileprivate struct State {
        var reached: Collector
        /// With the counts, where they are wanted.
        var counted: Collector?
        var ended = EndedRuns()
        var crashCount = 0
    }

    private let state: Mutex<State>
    private let queue: ReplayQueue
    private var inputs: InputList { queue.inputs }

    /// - Parameter queue: has the inputs.
    init(of queue: ReplayQueue, _ rules: ModuleRules, hasCounts: Bool) {
        self.queue = queue
        state = Mutex(
            State(
                reached: Collector(counting: .firstFile, rules: rules),
                counted: hasCounts ? Collector(counting: .hits, rules: rules) : nil))
    }

    func ended(_ run: ReplayedRun) throws(Failure) {
        try state.withLock { state throws(Failure) in
            do throws(MergeError) {
                try run.forEachRecording { (recording, bytes) throws(MergeError) in
                    try state.reached.add(recording, from: bytes, source: run.input) { _ in }
                    try state.counted?.add(recording, from: bytes, source: run.input) { _ in }
                }
            } catch {
                throw Failure(error, inputs.map(\.name))
            }
            // Of several runs of an input, the first that did not end by itself says more than the others.
            if let before = state.ended[run.input], !before.end.isDone || run.ended.end.isDone {
                return
            }
            if case .crashed = run.ended.end { state.crashCount += 1 }
            state.ended.set(run.ended, of: run.input)
        }
    }

    /// An input could not be read.
    func add(unreadable input: Int, _ reason: String) {
        state.withLock {
            $0.ended.set(EndedRun(end: .notRun(reason), milliseconds: 0), of: input)
        }
    }

    /// How many runs have ended.
    var endedCount: Int { state.withLock { $0.ended.count } }

    /// How many different blocks were reached so far, and how many inputs have crashed.
    var found: (blocks: Int, crashes: Int) {
        state.withLock { ($0.reached.blockCount, $0.crashCount) }
    }

    /// All that was reached.
    ///
    /// - Throws: ``Failure`` where modules of one path are not the same file.
    func result() throws(Failure) -> CorpusReplay.Result {
        try state.withLock { state throws(Failure) in
            let newBlocks = state.reached.newBlocks(fileCount: inputs.count)
            do throws(MergeError) {
                return CorpusReplay.Result(
                    ended: state.ended, newBlocks: newBlocks,
                    profile: try (state.counted ?? state.reached).profile(),
                    blockCount: state.reached.blockCount,
                    modulePaths: state.reached.modulePaths)
            } catch {
                throw Failure(error, inputs.map(\.name))
            }
        }
    }
}

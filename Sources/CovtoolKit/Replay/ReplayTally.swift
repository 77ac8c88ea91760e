import Coverage
import Replay
import Synchronization
import Trace

/// Brings together what the runs of a replay reach, while they run.
///
/// What it says does not depend on the order in which the runs end.
final class ReplayTally: ReplayObserver {
    fileprivate struct State {
        var reached: Collector
        /// With the counts, where they are wanted.
        var counted: Collector?
        var ended: [(input: Int, run: EndedRun)] = []
        var crashCount = 0
    }

    private let state: Mutex<State>
    private let inputs: [ReplayInput]

    init(of inputs: [ReplayInput], _ rules: ModuleRules, hasCounts: Bool) {
        self.inputs = inputs
        state = Mutex(
            State(
                reached: Collector(counting: .firstFile, rules: rules),
                counted: hasCounts ? Collector(counting: .hits, rules: rules) : nil))
    }

    func ended(_ run: ReplayedRun) throws(Failure) {
        try state.withLock { state throws(Failure) in
            for path in run.traces { try state.add(path, of: run.input, inputs) }
            if case .crashed = run.ended.end { state.crashCount += 1 }
            state.ended.append((run.input, run.ended))
        }
    }

    /// An input could not be read.
    func add(unreadable input: Int, _ reason: String) {
        state.withLock {
            $0.ended.append((input, EndedRun(end: .notRun(reason), milliseconds: 0)))
        }
    }

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
                    outcomes: state.ended.sorted { $0.input < $1.input }.map {
                        CorpusReplay.Outcome(
                            input: $0.input, run: $0.run, newBlocks: newBlocks[$0.input])
                    },
                    profile: try (state.counted ?? state.reached).profile(),
                    blockCount: state.reached.blockCount)
            } catch {
                throw Failure(error, inputs.map(\.name))
            }
        }
    }
}

extension ReplayTally.State {
    /// Adds what a trace has; of the journal of a process that was ended before it had recorded a block, nothing.
    fileprivate mutating func add(_ path: String, of input: Int, _ inputs: [ReplayInput])
        throws(Failure)
    {
        guard let trace = try? TraceFile(path: path, diagnose: { _ in }) else { return }
        do throws(MergeError) {
            for recording in trace.recordings {
                let placed = recording.placedByItsFile
                try trace.withBytes { bytes throws(MergeError) in
                    try reached.add(placed, from: bytes, source: input) { _ in }
                    try counted?.add(placed, from: bytes, source: input) { _ in }
                }
            }
        } catch {
            throw Failure(error, inputs.map(\.name))
        }
    }
}

import Coverage
import Replay
import Synchronization

/// Finds the blocks that not all repetitions of an input reach.
public final class UnstableBlocks: ReplayObserver {
    private struct State {
        /// By the inputs' numbers, what their repetitions reached so far, and how many did.
        var underWay: [Int: Collector] = [:]
        /// What all repetitions of some input reached.
        var stable: Collector
        /// What some repetitions of some input reached, and others did not.
        var unstable: Collector
        /// How many blocks not all repetitions of an input reached, where there are any.
        var counts: [Int: Int] = [:]
    }

    private let repetitions: Int
    private let inputs: InputList
    private let rules: ModuleRules
    private let state: Mutex<State>

    /// - Parameters:
    ///   - inputs: those of the replay.
    ///   - repetitions: how often each is run.
    ///   - rules: which modules are wanted, and which are one.
    public init(of inputs: InputList, repetitions: Int, _ rules: ModuleRules) {
        (self.inputs, self.repetitions, self.rules) = (inputs, repetitions, rules)
        state = Mutex(State(stable: Collector(rules: rules), unstable: Collector(rules: rules)))
    }

    /// One run of an input is over.
    public func ended(_ run: ReplayedRun) throws(Failure) {
        try state.withLock { state throws(Failure) in
            var reached =
                state.underWay.removeValue(forKey: run.input)
                ?? Collector(counting: .files, rules: rules)
            do throws(MergeError) {
                try run.forEachRecording { (recording, bytes) throws(MergeError) in
                    try reached.add(recording, from: bytes, source: run.repetition) { _ in }
                }
                guard run.repetition == repetitions - 1 else {
                    state.underWay[run.input] = reached
                    return
                }
                var common = reached
                common.keepCommon()
                try state.stable.formUnion(common)
                try reached.subtract(common)
                try state.unstable.formUnion(reached)
            } catch {
                throw Failure(error, inputs.map(\.name))
            }
            if reached.blockCount > 0 { state.counts[run.input] = reached.blockCount }
        }
    }

    /// By the inputs' numbers, how many blocks not all repetitions of the input reach, where there are any.
    public var counts: [Int: Int] { state.withLock { $0.counts } }

    /// The blocks that are reached by chance: not all repetitions of an input reach them, and no input's all do.
    ///
    /// - Throws: ``Failure`` where modules of one path are not the same file.
    public func profile() throws(Failure) -> Profile {
        do throws(MergeError) {
            return try state.withLock { state throws(MergeError) in
                var left = state.unstable
                try left.subtract(state.stable)
                return try left.profile()
            }
        } catch {
            throw Failure(error, inputs.map(\.name))
        }
    }
}

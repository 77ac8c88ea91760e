import Replay
import Synchronization

/// Hands out the inputs of a shard of a corpus in their order, each content once.
final class ReplayQueue: Sendable {
    /// An input that is to be run.
    struct Job {
        /// Its number in the corpus.
        let input: Int
        let content: [UInt8]
        let identity: ContentIdentity
        /// How many inputs right before it are not run.
        let skipped: Int
    }

    private struct State {
        var inputs: InputList
        var next = 0
        var known: Set<UInt128> = []
        var unreadable: [(input: Int, reason: String)] = []
        var elsewhereCount = 0
    }

    private let shard: Shard
    private let state: Mutex<State>

    init(_ inputs: InputList, _ shard: Shard) {
        self.shard = shard
        state = Mutex(State(inputs: inputs))
    }

    /// All inputs so far.
    var inputs: InputList { state.withLock { $0.inputs } }

    /// Adds inputs behind all others.
    func add(_ inputs: [ReplayInput]) { state.withLock { $0.inputs.append(contentsOf: inputs) } }

    /// The next input; nil if there is none.
    ///
    /// It is read under the lock, so that of inputs with the same content the first is run, whichever thread is quicker.
    func next() -> Job? {
        state.withLock { state in
            let first = state.next
            while state.next < state.inputs.count {
                let number = state.next
                state.next += 1
                do throws(Failure) {
                    let content = try state.inputs[number].content()
                    let identity = ContentIdentity(of: content)
                    guard shard.contains(identity) else {
                        state.elsewhereCount += 1
                        continue
                    }
                    guard state.known.insert(identity.hash).inserted else { continue }
                    return Job(
                        input: number, content: content, identity: identity,
                        skipped: number - first)
                } catch {
                    state.unreadable.append((number, error.message))
                }
            }
            return nil
        }
    }

    /// How many inputs so far are in other shards.
    var elsewhereCount: Int { state.withLock { $0.elsewhereCount } }

    /// The inputs that could not be read, and why.
    var unreadable: [(input: Int, reason: String)] { state.withLock { $0.unreadable } }
}

import Coverage
import Replay
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// A run on an input that is over, with the traces of it.
public struct ReplayedRun: Sendable {
    /// The input's number in the corpus.
    public var input: Int
    /// Which of the input's runs it is, from 0 on.
    var repetition = 0
    /// What is in the input.
    var identity: ContentIdentity
    /// What the input had in it: a fuzzer may have changed or removed it since.
    var content: [UInt8]
    /// How it ended.
    public var ended: EndedRun
    /// What it reached before the fork, where it was forked: the trace of all runs of one server.
    var start: String?
    /// What it reached itself: traces and journals, which are removed once all ``ReplayObserver`` have seen them.
    var own: [String] = []

    /// All that it reached.
    var traces: [String] { (start.map { [$0] } ?? []) + own }

    /// Calls `body` with each recording of ``traces``, and the bytes of its file; of the journal of a process that was
    /// ended before it had recorded a block, there is none.
    func forEachRecording(
        _ body: (Recording, Span<UInt8>) throws(MergeError) -> Void
    ) throws(MergeError) {
        for path in traces {
            guard let trace = try? TraceFile(path: path, diagnose: { _ in }) else { continue }
            for recording in trace.recordings {
                let placed = recording.placedByItsFile
                try trace.withBytes { bytes throws(MergeError) in try body(placed, bytes) }
            }
        }
    }

    /// Removes what it reached itself.
    func removeTraces() {
        for path in own { unsafe unlink(path) }
    }
}

/// Is told of each run of a replay, by several threads at once.
public protocol ReplayObserver: Sendable {
    /// A run is over. Its traces are there for the time of the call.
    ///
    /// - Throws: ``Failure`` where the replay cannot go on.
    func ended(_ run: ReplayedRun) throws(Failure)

    /// The replay was interrupted, or has failed, and does not go on: what was kept of it goes.
    func abandoned()
}

extension ReplayObserver {
    /// Most keep nothing outside of memory.
    public func abandoned() {}
}

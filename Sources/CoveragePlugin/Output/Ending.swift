import CHost
import Synchronization

/// Sees to it that the trace is written once, though the end can be announced several times, and in
/// several threads at once: the others wait, since the process ends when the first of them returns.
final class Ending: Sendable {
    private enum State {
        static let recording = 0
        static let writing = 1
        static let written = 2
    }

    /// What a thread waits at most: the one that writes could be stopped for good.
    private static let longestWait: UInt32 = 10_000
    private static let interval: UInt32 = 1

    private let state = Atomic(State.recording)

    /// True for the one that is to write.
    func begin() -> Bool {
        let (isFirst, _) = state.compareExchange(
            expected: State.recording, desired: State.writing, ordering: .acquiringAndReleasing)
        if isFirst { return true }
        var waited: UInt32 = 0
        while state.load(ordering: .acquiring) == State.writing, waited < Ending.longestWait {
            host_sleep_milliseconds(Ending.interval)
            waited += Ending.interval
        }
        return false
    }

    /// The trace is written, or cannot be.
    func done() { state.store(State.written, ordering: .releasing) }

    /// The end did not come, or this is another process. True where the trace had been written.
    @discardableResult
    func reset() -> Bool {
        state.exchange(State.recording, ordering: .acquiringAndReleasing) == State.written
    }
}

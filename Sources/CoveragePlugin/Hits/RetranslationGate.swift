import CHost
import Synchronization

/// Keeps a request to translate all code anew apart from a fork, and from the end of the process.
///
/// QEMU does what it was asked for at the next moment when no vCPU executes. A child that is forked before
/// has not the thread that would do it, but QEMU's note that it was asked, upon which it refuses all that
/// is asked later: what its parent ran without instrumentation would not be recorded any more. And in QEMU 7.2
/// what ends the process takes two locks in the other order than what carries the request out, so that both
/// can wait for ever.
struct RetranslationGate: ~Copyable {
    /// How many threads are in a call that can fork or end the process; one bit above, whether QEMU was
    /// asked.
    private let state = Atomic<UInt32>(0)
    private static let isAsked: UInt32 = 1 << 31

    /// What such a call waits at most: the thread that was to do it can be stopped by the guest.
    private static let longestWait: UInt32 = 1000

    enum Answer {
        /// QEMU is to be asked; ``isDone()`` must follow.
        case ask
        /// It was asked, and has not done it yet, or only just.
        case isAsked
        /// A thread is about to fork, or to end the process.
        case isClosed
    }

    /// Whether QEMU may be asked now.
    borrowing func begins() -> Answer {
        let (isFree, known) = state.compareExchange(
            expected: 0, desired: RetranslationGate.isAsked, ordering: .acquiring)
        if isFree { return .ask }
        return known & RetranslationGate.isAsked != 0 ? .isAsked : .isClosed
    }

    /// QEMU has done it.
    borrowing func isDone() {
        state.bitwiseAnd(~RetranslationGate.isAsked, ordering: .releasing)
    }

    /// The calling thread begins a system call.
    ///
    /// - Parameter closes: whether nothing may be asked for until the call has returned.
    borrowing func systemCallBegins(closes: Bool) {
        // That another one has returned can have escaped notice.
        systemCallReturned()
        if closes { close() }
    }

    private borrowing func close() {
        _ = host_thread_set(HOST_THREAD_CLOSES, true)
        var (_, known) = state.wrappingAdd(1, ordering: .acquiring)
        var waited: UInt32 = 0
        while known & RetranslationGate.isAsked != 0, waited < RetranslationGate.longestWait {
            host_sleep_milliseconds(1)
            waited += 1
            known = state.load(ordering: .acquiring)
        }
    }

    /// The calling thread's system call has returned, in the process that made it or in the child.
    borrowing func systemCallReturned() {
        if host_thread_set(HOST_THREAD_CLOSES, false) {
            state.wrappingSubtract(1, ordering: .releasing)
        }
    }

    /// This process is a child. Its one thread is in the call still.
    borrowing func forked() {
        let wasNoticed = host_thread_set(HOST_THREAD_CLOSES, true)
        _ = host_thread_set(HOST_THREAD_CLOSES, wasNoticed)
        state.store(wasNoticed ? 1 : 0, ordering: .relaxed)
    }
}

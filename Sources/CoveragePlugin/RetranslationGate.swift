import CQEMUPlugin
import Synchronization

/// Keeps a request to translate all code anew and a fork apart.
///
/// QEMU does what it was asked for at the next moment when no vCPU executes. A child that is forked before
/// has not the thread that would do it, but QEMU's note that it was asked, upon which it refuses all that
/// is asked later: what its parent ran without instrumentation would not be recorded any more.
struct RetranslationGate: ~Copyable {
    /// How many threads are in a call that can fork; one bit above, whether QEMU was asked.
    private let state = Atomic<UInt32>(0)
    private static let isAsked: UInt32 = 1 << 31

    /// What a fork waits at most: the thread that was to do it can be stopped by the guest.
    private static let longestWait: UInt32 = 1000

    enum Answer {
        /// QEMU is to be asked; ``isDone()`` must follow.
        case ask
        /// It was asked, and has not done it yet, or only just.
        case isAsked
        /// A thread is about to fork.
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
    borrowing func systemCallBegins(canFork: Bool) {
        // That another one has returned can have escaped notice.
        systemCallReturned()
        if canFork { forkBegins() }
    }

    private borrowing func forkBegins() {
        _ = host_thread_set(HOST_THREAD_FORKS, true)
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
        if host_thread_set(HOST_THREAD_FORKS, false) {
            state.wrappingSubtract(1, ordering: .releasing)
        }
    }

    /// This process is a child. Its one thread is in the call still.
    borrowing func forked() {
        let wasNoticed = host_thread_set(HOST_THREAD_FORKS, true)
        _ = host_thread_set(HOST_THREAD_FORKS, wasNoticed)
        state.store(wasNoticed ? 1 : 0, ordering: .relaxed)
    }
}

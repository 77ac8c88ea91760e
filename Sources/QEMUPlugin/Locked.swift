import CHost

/// A value that threads take turns with: what `Mutex` is where Swift has it, which Embedded Swift has not.
///
/// ```swift
/// let calls = Locked<[Int64: Int]>([:])
/// calls.withLock { $0[number, default: 0] += 1 }
/// ```
///
/// A lock that is taken when code is executed is what makes plugins slow; an `Atomic`, or a ``Scoreboard``, is
/// what one counts with there. A child that the guest forks while another of its threads holds the lock, which can
/// be in callbacks of system calls alone, waits for ever when it wants it.
@safe
public final class Locked<Value>: @unchecked Sendable {
    private var value: Value
    private let lock: OpaquePointer

    /// The value as it is at first.
    public init(_ value: sending Value) {
        self.value = value
        unsafe lock = host_mutex_new()
    }

    deinit { unsafe host_mutex_free(lock) }

    /// Hands the value over while no other thread has it. `body` must not take the lock again: then the
    /// thread waits for ever.
    public func withLock<Result, Failure>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe host_mutex_take(lock)
        defer { unsafe host_mutex_give(lock) }
        return try body(&value)
    }
}

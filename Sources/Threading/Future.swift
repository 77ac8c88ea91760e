import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A value that a thread of its own works out.
public final class Future<Value: Sendable> {
    private final class Box: Sendable {
        let value = Mutex<Value?>(nil)
    }

    private let box = Box()
    private let body: @Sendable () -> Value
    private var thread: pthread_t?

    /// Begins to work it out.
    public init(_ body: @escaping @Sendable () -> Value) {
        self.body = body
        let box = box
        thread = Threads.start {
            let value = body()
            box.value.withLock { $0 = value }
        }
    }

    // What is not asked for is not waited for. The thread may still be at work when the process ends, which
    // must then be by `_exit`.
    deinit {
        if let thread { pthread_detach(thread) }
    }

    /// The value; waits until it is there.
    public var value: Value {
        wait()
        return box.value.withLock { $0 } ?? body()
    }

    private func wait() {
        if let thread { pthread_join(thread, nil) }
        thread = nil
    }
}

import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The end that a signal makes, such as Ctrl-C's: an unfinished output goes with it.
public enum Interruption {
    /// The unfinished file; read by the handler, which may do little more than that.
    nonisolated(unsafe) private static var unfinished: UnsafeMutablePointer<CChar>?

    /// The signal that asked for the end while work was to end by itself; 0 for none.
    private static let asked = Atomic<Int32>(0)
    private static let isAwaited = Atomic(false)

    /// From now on the signals that ask for the end, where they are not ignored, end the program with
    /// 128 and their number.
    public static func prepare() {
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            let before = signal(number) { number in
                guard !Interruption.isAwaited.load(ordering: .relaxed) else {
                    return Interruption.asked.store(number, ordering: .relaxed)
                }
                Interruption.removeUnfinished()
                _exit(128 + number)
            }
            if unsafe unsafeBitCast(before, to: Int.self) == 1 { signal(number, SIG_IGN) }
        }
    }

    /// Does work that leaves processes and folders behind if it is not ended by itself: it looks at ``isAsked``.
    ///
    /// - Parameter endsProgram: whether the program ends then; else it was the way to end the work.
    static func awaited<Result, E: Error>(
        endsProgram: Bool = true, _ body: () throws(E) -> Result
    ) throws(E) -> Result {
        isAwaited.store(true, ordering: .relaxed)
        defer {
            isAwaited.store(false, ordering: .relaxed)
            let number = asked.exchange(0, ordering: .relaxed)
            if number != 0, endsProgram { _exit(128 + number) }
        }
        return try body()
    }

    /// Whether a signal has asked for the end.
    static var isAsked: Bool { asked.load(ordering: .relaxed) != 0 }

    /// Takes the unfinished file away, on the way to the program's end; for a signal's handler.
    static func removeUnfinished() {
        if let path = unsafe Interruption.unfinished { unsafe unlink(path) }
    }

    private static let naming = Mutex(())

    /// Names the file that is to go, nil for none. There is one at a time, but for the work of ``awaited(_:)``, at
    /// whose end none is unfinished.
    static func setUnfinished(_ path: String?) {
        naming.withLock { _ in
            let old = unsafe unfinished
            unsafe unfinished = path.flatMap { unsafe strdup($0) }
            unsafe free(old)
        }
    }
}

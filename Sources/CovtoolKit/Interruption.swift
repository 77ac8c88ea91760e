import Synchronization
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// The end that a signal makes, such as Ctrl-C's: unfinished outputs go with it.
public enum Interruption {
    /// The unfinished files' paths, each with a zero at its end, and one more behind the last; read by the handler,
    /// which may do little more than that.
    nonisolated(unsafe) private static var unfinished: UnsafeMutablePointer<CChar>?

    /// The signal that asked for the end while work was to end by itself; 0 for none.
    private static let asked = Atomic<Int32>(0)
    private static let isAwaited = Atomic(false)

    /// From now on the signals that ask for the end, where they are not ignored, end the program with
    /// 128 and their number; so does the one that says that nobody reads the standard output any more.
    public static func prepare() {
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE] {
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

    /// Does work that leaves processes and folders behind if it is not ended by itself: it looks at ``isAsked``. Work
    /// within such work is a part of it.
    ///
    /// - Parameter endsProgram: whether the program ends then; else it was the way to end the work.
    static func awaited<Result, E: Error>(
        endsProgram: Bool = true, _ body: () throws(E) -> Result
    ) throws(E) -> Result {
        guard !isAwaited.exchange(true, ordering: .relaxed) else { return try body() }
        defer {
            isAwaited.store(false, ordering: .relaxed)
            let number = asked.exchange(0, ordering: .relaxed)
            if number != 0, endsProgram { _exit(128 + number) }
        }
        return try body()
    }

    /// Whether a signal has asked for the end.
    static var isAsked: Bool { asked.load(ordering: .relaxed) != 0 }

    /// Takes unfinished files away, then folders, on the way to the program's end; for a signal's handler.
    static func removeUnfinished() {
        guard let first = unsafe Interruption.unfinished else { return }
        for isFolder in [false, true] {
            var path = unsafe first
            while unsafe path.pointee != 0 {
                _ = unsafe isFolder ? rmdir(path) : unlink(path)
                unsafe path += strlen(path) + 1
            }
        }
    }

    private static let paths = Mutex<[String]>([])

    /// Names a file, or a folder of such files, that is to go too. The work of ``awaited(_:)`` has finished its own at its end.
    static func addUnfinished(_ path: String) {
        paths.withLock { paths in
            paths.append(path)
            publish(paths)
        }
    }

    /// Says that a file is finished, or gone.
    static func forgetUnfinished(_ path: String) {
        paths.withLock { paths in
            paths.removeAll { $0 == path }
            publish(paths)
        }
    }

    private static func publish(_ paths: [String]) {
        let old = unsafe unfinished
        var bytes: [CChar] = []
        for path in paths { bytes += PathText.cString(path) }
        bytes.append(0)
        let new = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        for index in bytes.indices { unsafe new[index] = bytes[index] }
        unsafe unfinished = new
        unsafe old?.deallocate()
    }
}

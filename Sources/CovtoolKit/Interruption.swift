#if canImport(Glibc)
    import Glibc
#endif

/// The end that a signal makes, such as Ctrl-C's: an unfinished output goes with it.
public enum Interruption {
    /// The unfinished file; read by the handler, which may do little more than that.
    nonisolated(unsafe) private static var unfinished: UnsafeMutablePointer<CChar>?

    /// From now on the signals that ask for the end, where they are not ignored, end the program with
    /// 128 and their number.
    public static func prepare() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let before = signal(number) { number in
                Interruption.removeUnfinished()
                _exit(128 + number)
            }
            if unsafe unsafeBitCast(before, to: Int.self) == 1 { signal(number, SIG_IGN) }
        }
    }

    /// Takes the unfinished file away, on the way to the program's end; for a signal's handler.
    static func removeUnfinished() {
        if let path = unsafe Interruption.unfinished { unsafe unlink(path) }
    }

    /// Names the file that is to go, nil for none. There is one at a time.
    static func setUnfinished(_ path: String?) {
        let old = unsafe unfinished
        unsafe unfinished = path.flatMap { unsafe strdup($0) }
        unsafe free(old)
    }
}

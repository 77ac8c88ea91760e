#if canImport(Glibc)
    import Glibc
#endif

/// Pipes that nobody reads any more.
public enum BrokenPipe {
    /// Writes to a pipe of which nobody may be left to read: that fails then, and raises no signal, which would end this
    /// process.
    public static func withoutSignal(_ write: () -> Int) -> Int {
        var broken = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&broken)
        unsafe sigaddset(&broken, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &broken, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        let count = write()
        // It is of this thread, and waits; errno stays that of the write.
        let number = errno
        var none = timespec()
        if count < 0 { unsafe sigtimedwait(&broken, nil, &none) }
        errno = number
        return count
    }
}

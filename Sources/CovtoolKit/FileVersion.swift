import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// What tells a file from what it was before, or what stands in its place now.
struct FileVersion: Equatable {
    private let number: ino_t
    private let size, seconds, nanoseconds: Int

    /// Nil where there is no file.
    init?(_ path: String) {
        var status = stat()
        guard unsafe stat(PathText.cString(path), &status) == 0 else { return nil }
        (number, size) = (status.st_ino, Int(status.st_size))
        (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }

    /// Whether nothing has been written for so many seconds, by the clock of this machine.
    func isOlder(than age: Int) -> Bool { seconds < time(nil) - age }
}

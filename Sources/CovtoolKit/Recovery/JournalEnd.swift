#if canImport(Glibc)
    import Glibc
#endif

/// The end of a journal's file, which its process has made far longer than what it used, as holes: they
/// take no room on the disk, but much in archives.
enum JournalEnd {
    /// Holes that are not worth a look.
    private static let small = 1 << 18

    /// Cuts off the holes behind all that is in the file, if its process has ended. Where that cannot be
    /// done, all stays as it is.
    ///
    /// - Parameters:
    ///   - size: bytes of the file.
    ///   - used: how many of them, from the first on, its process used.
    static func cut(_ path: String, size: Int, used: Int, process: RecordingProcess) {
        guard size > used + small, path != "-", !process.keeps(path) else { return }
        let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_size == size,
            let end = endOfData(descriptor)
        else { return }
        let kept = max(end, used)
        if kept < size { _ = ftruncate(descriptor, kept) }
    }

    /// Where the last hole begins: what the system has no bytes for cannot be lost, whatever the journal
    /// says of itself.
    private static func endOfData(_ descriptor: Int32) -> Int? {
        // Linux's, which C has only beside extensions.
        let (seekData, seekHole): (Int32, Int32) = (3, 4)
        var end = 0
        while true {
            let data = lseek(descriptor, end, seekData)
            if data < 0 { return errno == ENXIO ? end : nil }
            end = lseek(descriptor, data, seekHole)
            guard end > data else { return nil }
        }
    }
}

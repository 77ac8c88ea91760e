#if canImport(Glibc)
    import Glibc
#endif

/// The process that a journal names.
struct RecordingProcess {
    let number: UInt32

    /// Whether there is a process of that number.
    var lives: Bool { unsafe access("/proc/\(number)", F_OK) == 0 }

    /// Whether it still lives and has the file at `path` mapped. A process of that number whose
    /// mappings may not be looked at is taken for it. In another container its number is another; so the
    /// plugin locks the file, too, which the system undoes when the file is mapped no more.
    func keeps(_ path: String) -> Bool {
        if RecordingProcess.isLocked(path) { return true }
        let maps: FileBytes
        do throws(Failure) {
            maps = try FileBytes(path: "/proc/\(number)/maps")
        } catch {
            return lives
        }
        // The system writes a path's line feeds so, all else as it is.
        let resolved = FilePath.absolute(path).utf8.flatMap { byte in
            byte == UInt8(ascii: "\n") ? Array("\\012".utf8) : [byte]
        }
        return maps.withBytes { bytes in
            RecordingProcess.hasLine(bytes, endingIn: [UInt8(ascii: " ")] + resolved)
        }
    }

    private static func isLocked(_ path: String) -> Bool {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    private static func hasLine(_ bytes: Span<UInt8>, endingIn end: [UInt8]) -> Bool {
        for lineEnd in bytes.indices where bytes[lineEnd] == UInt8(ascii: "\n") {
            let start = lineEnd - end.count
            if start >= 0, end.indices.allSatisfy({ bytes[start + $0] == end[$0] }) { return true }
        }
        return false
    }
}

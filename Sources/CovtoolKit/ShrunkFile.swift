import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A file that becomes shorter while it is mapped: what is read of it behind its new end raises SIGBUS.
/// Traces, ELF files and their debug information are mapped, some of them by libelf, so that no reader can
/// look for it before each byte. The same signal comes where a file has room that it never got: on a file system in memory
/// that is full, or a disk with an error.
public enum ShrunkFile {
    private static let most = 1 << 14
    // Made before a signal comes: the handler can have interrupted whoever allocates memory.
    nonisolated(unsafe) private static let line = UnsafeMutableBufferPointer<UInt8>.allocate(
        capacity: most)

    /// Whether a thread says it already.
    private static let isSaid = Atomic(false)

    /// From now on such a file ends the program as one that cannot be read does.
    public static func prepare() {
        _ = unsafe line
        _ = isSaid.load(ordering: .relaxed)
        var action = sigaction()
        action.sa_flags = SA_SIGINFO
        unsafe action.__sigaction_handler.sa_sigaction = { _, information, _ in
            // Several threads can read the file. The first ends the process; the others wait for that.
            while ShrunkFile.isSaid.exchange(true, ordering: .acquiring) { pause() }
            let address = unsafe information?.pointee._sifields._sigfault.si_addr
            ShrunkFile.write("covtool: error: ")
            let (count, offset) = ShrunkFile.readPath(of: UInt(bitPattern: address))
            if count > 0 {
                unsafe Glibc.write(STDERR_FILENO, ShrunkFile.line.baseAddress, count)
            } else {
                ShrunkFile.write("a file")
            }
            ShrunkFile.write(
                ShrunkFile.isThere(offset, pathCount: count)
                    ? ": cannot be read: its file system is full, or has an error\n"
                    : ": has become shorter while it was read\n")
            Interruption.removeUnfinished()
            _exit(Failure.Status.inputOutput.rawValue)
        }
        unsafe sigaction(SIGBUS, &action, nil)
    }

    private static func write(_ text: StaticString) {
        unsafe Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    }

    /// Whether the file whose path is in ``line`` has a byte at an offset. One with a name that is not shown as it is has none.
    private static func isThere(_ offset: UInt, pathCount: Int) -> Bool {
        guard pathCount > 0, pathCount < most else { return false }
        unsafe line[pathCount] = 0
        var status = stat()
        let result = unsafe line.withMemoryRebound(to: CChar.self) { path in
            unsafe path.baseAddress.map { unsafe stat($0, &status) } ?? -1
        }
        return result == 0 && offset < UInt(status.st_size)
    }

    /// Reads the path of what is mapped at an address, from a line `START-END RIGHTS OFFSET … PATH` of the system's list,
    /// into ``line``, with a question mark for what would steer a terminal; gives the number of its bytes, and the
    /// address' place in the file.
    private static func readPath(of address: UInt) -> (count: Int, offset: UInt) {
        let maps = unsafe Glibc.open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
        guard maps >= 0 else { return (0, 0) }
        var (start, end, offset, path) = (UInt(0), UInt(0), UInt(0), 0)
        var field = 0
        // Blanks part them: the bounds are the first, the offset is the third.
        var isEnd = false
        var byte: UInt8 = 0
        while unsafe read(maps, &byte, 1) == 1 {
            switch byte {
            case UInt8(ascii: "\n"):
                if path > 0, address >= start, address < end {
                    return (path, offset &+ (address &- start))
                }
                (start, end, offset, path, field, isEnd) = (0, 0, 0, 0, 0, false)
            case UInt8(ascii: " ") where path == 0: field &+= 1
            case UInt8(ascii: "-") where field == 0: isEnd = true
            case _ where field == 0 || field == 2:
                let digit = UInt(byte) & 15 &+ (byte > UInt8(ascii: "9") ? 9 : 0)
                if field == 2 {
                    offset = offset << 4 | digit
                } else if isEnd {
                    end = end << 4 | digit
                } else {
                    start = start << 4 | digit
                }
            case _ where (path > 0 || byte == UInt8(ascii: "/")) && path < most:
                // 0xC2 before one of them in UTF-8 is what 8-bit terminals know as one byte.
                let before = path > 0 ? unsafe line[path &- 1] : 0
                let isControl =
                    byte < 0x20 || byte == 0x7F || before == 0xC2 && 0x80..<0xA0 ~= byte
                unsafe line[path] = isControl ? UInt8(ascii: "?") : byte
                path &+= 1
            default: break
            }
        }
        return (0, 0)
    }
}

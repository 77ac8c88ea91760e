import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A file that becomes shorter while it is mapped: what is read of it behind its new end raises SIGBUS.
/// Traces, ELF files and their debug information are mapped, some of them by libelf, so that no reader can
/// look for it before each byte.
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
            let count = ShrunkFile.readPath(of: UInt(bitPattern: address))
            if count > 0 {
                unsafe Glibc.write(STDERR_FILENO, ShrunkFile.line.baseAddress, count)
            } else {
                ShrunkFile.write("a file")
            }
            ShrunkFile.write(": has become shorter while it was read\n")
            Interruption.removeUnfinished()
            _exit(Failure.Status.inputOutput.rawValue)
        }
        unsafe sigaction(SIGBUS, &action, nil)
    }

    private static func write(_ text: StaticString) {
        unsafe Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    }

    /// Reads the path of what is mapped at an address, from a line `START-END … PATH` of the system's list,
    /// into ``line``, with a question mark for what would steer a terminal; gives the number of its bytes.
    private static func readPath(of address: UInt) -> Int {
        let maps = unsafe open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
        guard maps >= 0 else { return 0 }
        var (start, end, path) = (UInt(0), UInt(0), 0)
        // The bounds are before the first blank.
        var (isInBounds, isEnd) = (true, false)
        var byte: UInt8 = 0
        while unsafe read(maps, &byte, 1) == 1 {
            switch byte {
            case UInt8(ascii: "\n"):
                if path > 0, address >= start, address < end { return path }
                (start, end, path, isInBounds, isEnd) = (0, 0, 0, true, false)
            case UInt8(ascii: " ") where isInBounds: isInBounds = false
            case UInt8(ascii: "-") where isInBounds: isEnd = true
            case _ where isInBounds:
                let digit = UInt(byte) & 15 &+ (byte > UInt8(ascii: "9") ? 9 : 0)
                if isEnd { end = end << 4 | digit } else { start = start << 4 | digit }
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
        return 0
    }
}

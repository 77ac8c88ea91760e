#if canImport(Glibc)
    import Glibc
#endif

/// Room for a file's bytes that one file after the other is read into.
///
/// Mapping costs a small file more than copying it into memory that is warm: page faults, and a new
/// translation for each page that is touched.
final class ReadBuffer {
    /// The largest file that is read: more than fits the processor's nearer caches is better mapped.
    static let capacity = 1 << 20

    private var bytes: [UInt8] = []
    private var count = 0

    /// Calls `body` with what was read last.
    func withBytes<Result, E: Error>(_ body: (Span<UInt8>) throws(E) -> Result) throws(E) -> Result
    {
        let bytes = bytes
        let whole = bytes.span
        return try body(whole.extracting(0..<count))
    }

    /// Reads a file from its start.
    ///
    /// - Parameter size: the file's bytes; it can be longer by the time that it is read.
    /// - Returns: 0, or an error number.
    func read(_ descriptor: Int32, size: Int) -> Int32 {
        count = 0
        if bytes.count <= size {
            bytes = [UInt8](repeating: 0, count: min(ReadBuffer.capacity, 2 * size + 1))
        }
        while count < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes { room in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: room[count...])
                return unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
            }
            if got == 0 { break }
            if got > 0 {
                count += got
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}

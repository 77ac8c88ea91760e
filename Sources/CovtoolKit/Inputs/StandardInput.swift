import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// What was read of standard input to see what it is, for who reads it then.
public enum StandardInput {
    private static let beginning = Mutex<[UInt8]>([])

    /// The first bytes, as many as come at once; they stay to be read.
    public static func peek() throws(Failure) -> [UInt8] {
        let bytes = try read()
        beginning.withLock { $0 = bytes }
        return bytes
    }

    /// The next bytes, as many as come at once; none at the end.
    static func read() throws(Failure) -> [UInt8] {
        let kept = beginning.withLock { kept in
            defer { kept = [] }
            return kept
        }
        if !kept.isEmpty { return kept }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count)
            }
            if count >= 0 {
                bytes.removeSubrange(count...)
                return bytes
            }
            guard errno == EINTR else { throw Failure.reading("standard input", errno) }
        }
    }
}

private import CZlib

/// Files that gzip has compressed.
enum GzipReader {
    /// The most bytes that a file may unpack to: a few hundred bytes can be gigabytes of zeros.
    static let mostBytes = 512 << 20

    /// Whether the bytes begin as gzip's do.
    static func isGzip(_ bytes: Span<UInt8>) -> Bool {
        bytes.count > 2 && bytes[0] == 0x1F && bytes[1] == 0x8B && bytes[2] == 8
    }

    /// All members of the file, one behind the other, and where the first byte is that could not be
    /// taken; nil where they are more than `most`.
    static func inflate(_ bytes: Span<UInt8>, most: Int = mostBytes)
        -> (bytes: [UInt8], damage: Int?)?
    {
        var output: [UInt8] = []
        var start = 0
        while start < bytes.count {
            let rest = bytes.extracting(start..<bytes.count)
            // gzip itself passes over zeros behind the last member.
            guard isGzip(rest) else {
                return (output, rest.indices.allSatisfy { rest[$0] == 0 } ? nil : start)
            }
            guard let (used, isWhole) = inflateMember(rest, &output, most: most) else {
                return nil
            }
            start += used
            if !isWhole { return (output, start) }
        }
        return (output, nil)
    }

    /// The first bytes of the first member, as far as they come at once.
    static func beginning(_ bytes: Span<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        _ = inflateMember(bytes, &output, most: 0)
        return output
    }

    /// The bytes that the member takes, and whether it is sound to its end; nil where `output` has come to
    /// more than `most`.
    private static func inflateMember(
        _ bytes: Span<UInt8>, _ output: inout [UInt8], most: Int
    ) -> (used: Int, isWhole: Bool)? {
        var stream = unsafe z_stream()
        // 15 bits of window, and 16 to mean gzip's head.
        guard
            unsafe inflateInit2_(
                &stream, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK
        else { return (0, false) }
        defer { unsafe inflateEnd(&stream) }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var used = 0
        while true {
            // zlib counts in 32 bits.
            let piece = min(bytes.count - used, 1 << 30)
            let (status, taken, made) = unsafe bytes.extracting(used..<used + piece)
                .withUnsafeBufferPointer { input in
                    unsafe chunk.withUnsafeMutableBufferPointer { room in
                        unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                        unsafe stream.avail_in = UInt32(piece)
                        unsafe stream.next_out = room.baseAddress
                        unsafe stream.avail_out = UInt32(room.count)
                        let status = unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
                        return unsafe (
                            status, piece - Int(stream.avail_in),
                            room.count - Int(stream.avail_out)
                        )
                    }
                }
            used += taken
            output += chunk[..<made]
            if output.count > most { return nil }
            if status == Z_STREAM_END { return (used, true) }
            if status != Z_OK || taken == 0 && made == 0 { return (used, false) }
        }
    }
}

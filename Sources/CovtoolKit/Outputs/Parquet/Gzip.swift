private import CZlib

/// Bytes that are compressed as gzip does it.
enum Gzip {
    /// One member with all bytes, which are fewer than 4 GiB.
    static func deflate(_ bytes: Span<UInt8>) -> [UInt8] {
        var stream = unsafe z_stream()
        // 15 bits of window, and 16 to mean gzip's head; 8 is how much memory is used, as mostly.
        // It fails for want of memory alone, which ends the program wherever an array finds none.
        guard
            unsafe deflateInit2_(
                &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY,
                ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK
        else { fatalError("zlib has no memory") }
        defer { unsafe deflateEnd(&stream) }
        let most = Int(unsafe deflateBound(&stream, UInt(bytes.count)))
        return unsafe bytes.withUnsafeBufferPointer { input in
            unsafe [UInt8](unsafeUninitializedCapacity: most) { room, count in
                unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                unsafe stream.avail_in = UInt32(input.count)
                unsafe stream.next_out = room.baseAddress
                unsafe stream.avail_out = UInt32(room.count)
                // There is room for all, so it ends at once.
                unsafe CZlib.deflate(&stream, Z_FINISH)
                count = unsafe room.count - Int(stream.avail_out)
            }
        }
    }
}

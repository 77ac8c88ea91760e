private import CZlib

/// The fields of a record's body, one behind the other.
struct RecordBytes {
    private(set) var bytes: [UInt8] = []
    /// Where the next field to be read begins.
    private var next = 0

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    mutating func append(_ number: some FixedWidthInteger) {
        for shift in stride(from: 0, to: type(of: number).bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// Bytes, behind their number.
    mutating func append(_ field: [UInt8]) {
        append(field.count)
        bytes += field
    }

    mutating func append(_ text: String) { append(Array(text.utf8)) }

    /// The next field; nil where there is none of its size.
    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type = Int.self) -> Number? {
        let size = Number.bitWidth / 8
        guard bytes.count - next >= size else { return nil }
        defer { next += size }
        return (0..<size).reduce(0) {
            $0 | Number(truncatingIfNeeded: bytes[next + $1]) << ($1 * 8)
        }
    }

    mutating func field() -> [UInt8]? {
        guard let count = number(), count >= 0, count <= bytes.count - next else { return nil }
        defer { next += count }
        return Array(bytes[next..<next + count])
    }

    mutating func text() -> String? { field().map { String(decoding: $0, as: UTF8.self) } }
}

/// zlib's checksum.
enum Checksum {
    static func of(_ bytes: Span<UInt8>) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer {
            unsafe UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count))
        }
    }
}

/// Bytes as zlib's stream.
enum Deflated {
    /// What a dictionary has before this many last bytes is of no use to zlib.
    static let longestDictionary = 1 << 15

    /// - Parameter dictionary: bytes that have much in common with these; empty for none.
    /// - Returns: the stream, in which nothing says how long the bytes are.
    static func bytes(of bytes: [UInt8], dictionary: [UInt8] = []) -> [UInt8] {
        var stream = unsafe z_stream()
        let size = unsafe CInt(MemoryLayout<z_stream>.size)
        var status = unsafe deflateInit_(&stream, Z_BEST_SPEED, ZLIB_VERSION, size)
        precondition(status == Z_OK, "zlib has no memory")
        defer { unsafe deflateEnd(&stream) }
        if !dictionary.isEmpty {
            unsafe deflateSetDictionary(&stream, dictionary, UInt32(dictionary.count))
        }
        let bound = unsafe Int(deflateBound(&stream, UInt(bytes.count)))
        var output = [UInt8](repeating: 0, count: bound)
        let rest = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { room in
                unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                unsafe stream.avail_in = UInt32(input.count)
                unsafe stream.next_out = room.baseAddress
                unsafe stream.avail_out = UInt32(room.count)
                status = unsafe deflate(&stream, Z_FINISH)
                return unsafe Int(stream.avail_out)
            }
        }
        precondition(status == Z_STREAM_END, "zlib wants more room than it said")
        output.removeLast(rest)
        return output
    }

    /// What a stream was made of; nil where it was not of so many bytes, or with another dictionary.
    static func inflate(_ deflated: [UInt8], count: Int, dictionary: [UInt8] = []) -> [UInt8]? {
        guard count >= 0, count <= GzipReader.mostBytes else { return nil }
        var stream = unsafe z_stream()
        let size = unsafe CInt(MemoryLayout<z_stream>.size)
        guard unsafe inflateInit_(&stream, ZLIB_VERSION, size) == Z_OK else { return nil }
        defer { unsafe inflateEnd(&stream) }
        // zlib wants room for a byte.
        var bytes = [UInt8](repeating: 0, count: max(1, count))
        let isWhole = unsafe deflated.withUnsafeBufferPointer { input in
            unsafe bytes.withUnsafeMutableBufferPointer { room in
                unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                unsafe stream.avail_in = UInt32(input.count)
                unsafe stream.next_out = room.baseAddress
                unsafe stream.avail_out = UInt32(room.count)
                var status = unsafe CZlib.inflate(&stream, Z_FINISH)
                if status == Z_NEED_DICT {
                    status = unsafe inflateSetDictionary(
                        &stream, dictionary, UInt32(dictionary.count))
                    if status == Z_OK { status = unsafe CZlib.inflate(&stream, Z_FINISH) }
                }
                return unsafe status == Z_STREAM_END && Int(stream.total_out) == count
            }
        }
        guard isWhole else { return nil }
        bytes.removeSubrange(count...)
        return bytes
    }
}

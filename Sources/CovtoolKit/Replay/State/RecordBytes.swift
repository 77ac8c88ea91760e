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
    /// - Returns: the stream, in which nothing says how long the bytes are.
    static func bytes(of bytes: [UInt8]) -> [UInt8] {
        var size = compressBound(UInt(bytes.count))
        var stream = [UInt8](repeating: 0, count: Int(size))
        let status = unsafe compress2(&stream, &size, bytes, UInt(bytes.count), Z_BEST_SPEED)
        precondition(status == Z_OK, "zlib has no memory")
        stream.removeSubrange(Int(size)...)
        return stream
    }

    /// What a stream was made of; nil where it was not of so many bytes.
    static func inflate(_ stream: [UInt8], count: Int) -> [UInt8]? {
        guard count >= 0, count <= GzipReader.mostBytes else { return nil }
        // zlib wants room for a byte.
        var bytes = [UInt8](repeating: 0, count: max(1, count))
        var size = UInt(bytes.count)
        let status = unsafe uncompress(&bytes, &size, stream, UInt(stream.count))
        guard status == Z_OK, Int(size) == count else { return nil }
        bytes.removeSubrange(count...)
        return bytes
    }
}

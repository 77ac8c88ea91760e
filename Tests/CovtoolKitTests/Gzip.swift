/// Writes what gzip writes, after RFC 1951 and 1952, with blocks that are stored and not compressed.
enum Gzip {
    static func member(_ bytes: [UInt8], name: String? = nil) -> [UInt8] {
        var file: [UInt8] = [0x1F, 0x8B, 8, name == nil ? 0 : 8, 0, 0, 0, 0, 0, 3]
        if let name { file += Array(name.utf8) + [0] }
        var start = 0
        repeat {
            let part = bytes[start..<min(bytes.count, start + 0xFFFF)]
            start += part.count
            let count = UInt16(part.count)
            file.append(start == bytes.count ? 1 : 0)
            file += littleEndian(UInt32(count), 2) + littleEndian(UInt32(~count), 2) + part
        } while start < bytes.count
        return file + littleEndian(checksum(bytes), 4) + littleEndian(UInt32(bytes.count), 4)
    }

    private static func littleEndian(_ value: UInt32, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }

    /// The CRC-32 of RFC 1952.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}

/// Paths as text. A path is bytes, which need not be UTF-8: a byte that is not stands in the text as a
/// character of its own, at the end of Unicode's last private plane, and becomes that byte again where the
/// path goes out as bytes. Such a character that a path really has is kept as the bytes that it is made of.
public enum PathText {
    private static let first: UInt32 = 0x10FF80
    /// What such characters begin with in UTF-8.
    public static let lead: UInt8 = 0xF4

    /// The text of a path.
    public static func text(_ bytes: some RandomAccessCollection<UInt8>) -> String {
        if !bytes.contains(lead), let text = String(validating: bytes, as: UTF8.self) {
            return text
        }
        var text = ""
        var rest = bytes[...]
        while let byte = rest.first {
            let character = (1...4).lazy
                .compactMap { String(validating: rest.prefix($0), as: UTF8.self) }.first
            if let scalar = character?.unicodeScalars.first, self.byte(scalar) == nil {
                text.unicodeScalars.append(scalar)
                rest = rest.dropFirst(UTF8.width(scalar))
            } else {
                // Only a byte above 0x7F is no character.
                text.unicodeScalars.append(
                    Unicode.Scalar(first - 0x80 + UInt32(byte)) ?? "\u{FFFD}")
                rest = rest.dropFirst()
            }
        }
        return text
    }

    /// The bytes of a path, or of a text with paths in it.
    public static func bytes(of text: String) -> [UInt8] {
        guard text.utf8.contains(lead) else { return Array(text.utf8) }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            if let byte = byte(scalar) {
                bytes.append(byte)
            } else {
                bytes += UTF8.encode(scalar).map(Array.init) ?? []
            }
        }
        return bytes
    }

    /// The bytes of a path with a zero behind them, as the system's calls take it.
    public static func cString(_ text: String) -> [CChar] {
        bytes(of: text).map(CChar.init(bitPattern:)) + [0]
    }

    /// The text of a path of the system's, up to its zero.
    public static func text(cString path: UnsafePointer<CChar>) -> String {
        var count = 0
        while unsafe path[count] != 0 { count += 1 }
        return unsafe text(
            path.withMemoryRebound(to: UInt8.self, capacity: count) {
                unsafe [UInt8](UnsafeBufferPointer(start: $0, count: count))
            })
    }

    /// The byte that a character stands for, if it is no character of UTF-8.
    public static func byte(_ scalar: Unicode.Scalar) -> UInt8? {
        scalar.value >= first ? UInt8(truncatingIfNeeded: scalar.value - first + 0x80) : nil
    }
}

/// Bytes of text with the few ways of writing that the format needs, without String: the plugin's
/// build of this module has no Unicode tables.
struct TextBuffer {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Padded with blanks on the left.
    mutating func append(decimal value: Int, width: Int = 0) {
        append(UInt64(value), base: 10, width: width, padding: UInt8(ascii: " "))
    }

    /// Padded with zeros on the left.
    mutating func append(hex value: UInt64, width: Int = 0) {
        append(value, base: 16, width: width, padding: UInt8(ascii: "0"))
    }

    /// Replaces by `?` each byte that is not part of well-formed UTF-8 and each control character.
    mutating func append(path: [UInt8]) {
        let unknown = UInt8(ascii: "?")
        var index = 0
        while index < path.count {
            let length = UTF8Sequence.length(in: path, at: index)
            if length == 0 || path[index] < 0x20 || path[index] == 0x7F {
                bytes.append(unknown)
                index += 1
            } else {
                bytes.append(contentsOf: path[index..<index + length])
                index += length
            }
        }
        if path.isEmpty { bytes.append(unknown) }
    }

    private mutating func append(_ value: UInt64, base: UInt64, width: Int, padding: UInt8) {
        var digits: [UInt8] = []
        var rest = value
        repeat {
            digits.append(TextBuffer.digit(UInt8(rest % base)))
            rest /= base
        } while rest > 0
        for _ in 0..<max(0, width - digits.count) { bytes.append(padding) }
        bytes.append(contentsOf: digits.reversed())
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}

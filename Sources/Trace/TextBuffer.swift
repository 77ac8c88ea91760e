/// Bytes of text with few ways of writing, without String: the plugin's build of this module has no Unicode
/// tables.
public struct TextBuffer {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// Makes a buffer without a byte.
    public init() {}

    /// Appends the bytes of `text`.
    public mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends bytes as they are.
    public mutating func append(_ text: some Sequence<UInt8>) {
        bytes.append(contentsOf: text)
    }

    /// Appends a number, filled up with blanks on the left.
    ///
    /// - Parameters:
    ///   - value: not negative.
    ///   - width: how many bytes it takes at least.
    public mutating func append(decimal value: Int, width: Int = 0) {
        append(UInt64(value.magnitude), base: 10, width: width, padding: UInt8(ascii: " "))
    }

    /// Appends a number in hexadecimal digits, filled up with zeros on the left.
    ///
    /// - Parameter width: how many bytes it takes at least.
    public mutating func append(hex value: UInt64, width: Int = 0) {
        append(value, base: 16, width: width, padding: UInt8(ascii: "0"))
    }

    private mutating func append(_ value: UInt64, base: UInt64, width: Int, padding: UInt8) {
        var digits: [UInt8] = []
        var rest = value
        repeat {
            digits.append(TextBuffer.digit(UInt8(truncatingIfNeeded: rest % base)))
            rest /= base
        } while rest > 0
        for _ in 0..<max(0, width - digits.count) { bytes.append(padding) }
        bytes.append(contentsOf: digits.reversed())
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}

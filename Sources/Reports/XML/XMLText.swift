import Coverage
import Trace

/// Text in XML documents (XML 1.0, sections 2.2 to 2.4): the same in an attribute's value and between tags.
enum XMLText {
    /// Appends `text` with what must be escaped escaped, so that a parser gives it back, lines' ends too. What XML
    /// cannot hold stands as U+FFFD: control characters, and what of a path is no text.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        let span = text.utf8Span.span
        for place in span.indices where !isPlain(span[place]) {
            return appendEscaped(text, to: &bytes)
        }
        bytes.append(contentsOf: text.utf8)
    }

    /// Whether a byte of UTF-8 stands for itself, and is not the first of a character that may not.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "&"), UInt8(ascii: "'"),
            UInt8(ascii: "<"), UInt8(ascii: ">"), 0xEF, PathText.lead:
            false
        default: true
        }
    }

    private static func appendEscaped(_ text: String, to bytes: inout [UInt8]) {
        for scalar in String(decoding: PathText.bytes(of: text), as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\"", "&", "'", "<", ">", "\t", "\n", "\r":
                bytes.append(contentsOf: "&#\(scalar.value);".utf8)
            case "\0"..<" ", "\u{FFFE}", "\u{FFFF}": bytes.append(contentsOf: "\u{FFFD}".utf8)
            case _ where PathText.byte(scalar) != nil:
                // Such a character goes out as bytes of a path else.
                bytes.append(contentsOf: "&#\(scalar.value);".utf8)
            default:
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }
}

/// Gathers an XML document, or a part of one, as bytes. That tags are closed is on the caller.
struct XMLBuffer {
    private static let enough = 1 << 16

    private(set) var bytes: [UInt8] = []

    var count: Int { bytes.count }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Takes away what was added behind the first `count` bytes.
    mutating func cut(to count: Int) { bytes.removeLast(bytes.count - count) }

    /// Adds markup as it stands there.
    mutating func add(_ markup: StaticString) {
        markup.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Adds markup as it stands there.
    mutating func add(markup: String) { bytes.append(contentsOf: markup.utf8) }

    /// Adds a number that is not negative.
    mutating func add(_ number: Int) { bytes.append(decimal: UInt64(number.magnitude)) }

    /// Adds text.
    mutating func add(text: String) { XMLText.append(text, to: &bytes) }

    /// Adds ` NAME="VALUE"`.
    mutating func add(_ name: StaticString, _ value: String) {
        begin(name)
        XMLText.append(value, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Adds ` NAME="VALUE"` of a number that is not negative.
    mutating func add(_ name: StaticString, _ value: Int) {
        begin(name)
        add(value)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func add(_ other: XMLBuffer) { bytes.append(contentsOf: other.bytes) }

    private mutating func begin(_ name: StaticString) {
        bytes.append(UInt8(ascii: " "))
        add(name)
        bytes.append(UInt8(ascii: "="))
        bytes.append(UInt8(ascii: "\""))
    }

    /// Hands on what is there, if it is much or all.
    mutating func flush(to output: inout some TextOutputStream, isEnd: Bool = false) {
        guard isEnd || bytes.count >= XMLBuffer.enough else { return }
        output.write(String(decoding: bytes, as: UTF8.self))
        bytes.removeAll(keepingCapacity: true)
    }
}

import Coverage
import Trace

/// JSON strings (RFC 8259, section 7).
enum JSONText {
    /// Appends `text` in quotation marks, with what must be escaped escaped. JSON is text: what of a path is none
    /// is written as U+FFFD.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.contains(PathText.lead) {
            let text = String(decoding: PathText.bytes(of: text), as: UTF8.self)
            for scalar in text.unicodeScalars {
                if PathText.byte(scalar) != nil {
                    // Such a character goes out as bytes of a path else.
                    String(scalar).utf16.forEach { escape($0, to: &bytes) }
                } else {
                    String(scalar).utf8.forEach { append($0, to: &bytes) }
                }
            }
        } else {
            for byte in text.utf8 { append(byte, to: &bytes) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends a byte of UTF-8.
    private static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
        case UInt8(ascii: "\t"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
        case UInt8(ascii: "\r"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
        case 0..<0x20: escape(UInt16(byte), to: &bytes)
        default: bytes.append(byte)
        }
    }

    private static func escape(_ unit: UInt16, to bytes: inout [UInt8]) {
        var text = TextBuffer()
        text.append("\\u")
        text.append(hex: UInt64(unit), width: 4)
        bytes += text.bytes
    }
}

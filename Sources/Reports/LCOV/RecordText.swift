/// Text in a tracefile, which has no way to escape anything.
enum RecordText {
    /// `text` as the last field of a record: a line's end in it would be a record's end.
    static func line(_ text: String) -> String { replacing(in: text, fitLine) }

    /// `text` as a field that a comma ends.
    static func field(_ text: String) -> String {
        replacing(in: text) { $0 == UInt8(ascii: ",") ? UInt8(ascii: ";") : fitLine($0) }
    }

    private static func fitLine(_ byte: UInt8) -> UInt8 {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") ? UInt8(ascii: "_") : byte
    }

    @inline(__always)
    private static func replacing(in text: String, _ fit: (UInt8) -> UInt8) -> String {
        let bytes = text.utf8Span.span
        for place in bytes.indices where fit(bytes[place]) != bytes[place] {
            return String(decoding: text.utf8.map(fit), as: UTF8.self)
        }
        return text
    }
}

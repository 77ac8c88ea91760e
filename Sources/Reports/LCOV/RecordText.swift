/// Text in a tracefile, which has no way to escape anything.
enum RecordText {
    /// `text` as the last field of a record: a line's end in it would be a record's end.
    static func line(_ text: String) -> String {
        replaced(text, by: "_") { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    }

    /// `text` as a field that a comma ends.
    static func field(_ text: String) -> String {
        line(replaced(text, by: ";") { $0 == UInt8(ascii: ",") })
    }

    private static func replaced(
        _ text: String, by other: Unicode.Scalar, _ isUnfit: (UInt8) -> Bool
    ) -> String {
        guard text.utf8.contains(where: isUnfit) else { return text }
        return String(
            decoding: text.utf8.map { isUnfit($0) ? UInt8(ascii: other) : $0 }, as: UTF8.self)
    }
}

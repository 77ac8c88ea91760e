import Coverage

/// JSON strings (RFC 8259, section 7).
public enum JSONText {
    /// `text` in quotation marks, with what must be escaped escaped. JSON is text: what of a path is none
    /// is written as U+FFFD.
    public static func quoted(_ text: String) -> String {
        let isPlain = !text.utf8.contains(PathText.lead)
        let text = isPlain ? text : String(decoding: PathText.bytes(of: text), as: UTF8.self)
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\u{0}"..<"\u{20}": result += escaped(scalar)
            case _ where PathText.byte(scalar) != nil: result += escaped(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        UTF16.encode(scalar).map { units in
            units.reduce(into: "") { result, unit in
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        } ?? ""
    }
}

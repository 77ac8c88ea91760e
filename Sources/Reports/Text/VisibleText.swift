import Coverage
import Trace

/// Text in which every character shows.
public enum VisibleText {
    /// Whether a character does something to a terminal, or to the order of the characters around it,
    /// in place of being seen.
    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        default: PathText.byte(scalar) != nil
        }
    }

    /// `text` with such characters as `<1B>`, by their number, and what of a path is no UTF-8 as `<?>`.
    ///
    /// - Parameter isLayout: whether tabs and lines' ends are the text's own, and stay.
    public static func shown(_ text: String, isLayout: Bool = false) -> String {
        // Most text is plain.
        guard !text.utf8.allSatisfy({ 0x20..<0x7F ~= $0 || isLayout && isLayoutByte($0) }) else {
            return text
        }
        var result = ""
        for scalar in text.unicodeScalars {
            if isHidden(scalar), !isLayout || !isLayoutByte(UInt8(clamping: scalar.value)) {
                result += marked(scalar)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A line of a source file the same way, with bytes that are not UTF-8 by their number too, and
    /// tabs as they are.
    static func shown(_ line: some Sequence<UInt8>) -> String {
        var result = ""
        var parser = Unicode.UTF8.ForwardParser()
        var bytes = line.makeIterator()
        while true {
            switch parser.parseScalar(from: &bytes) {
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                if scalar != "\t", isHidden(scalar) {
                    result += marked(scalar)
                } else {
                    result.unicodeScalars.append(scalar)
                }
            case .error: result += "<?>"
            case .emptyInput: return result
            }
        }
    }

    private static func isLayoutByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t")
    }

    private static func marked(_ scalar: Unicode.Scalar) -> String {
        guard PathText.byte(scalar) == nil else { return "<?>" }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return digits.utf8.count < 2 ? "<0\(digits)>" : "<\(digits)>"
    }
}

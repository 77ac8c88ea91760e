import Coverage
import Trace

/// A place in a program, as people name it: `FILE:LINE`, `MODULE+OFFSET`, or a function.
public enum Place: Sendable {
    /// A line of a source file.
    case line(file: String, Int32)
    /// An instruction, by the bytes from its module's base.
    case offset(module: String, UInt64)
    /// A function, by the name that people or the linker have for it.
    case function(String)

    /// The place that a text names.
    ///
    /// - Throws: ``InvalidValue`` for a text that names none.
    public init(_ text: String) throws(InvalidValue) {
        if let colon = text.lastIndex(of: ":"), colon > text.startIndex,
            case let digits = text[text.index(after: colon)...], Place.isNumber(digits)
        {
            guard let line = Int32(digits), line > 0 else {
                throw InvalidValue("'\(text)': lines are counted from 1 to \(Int32.max)")
            }
            self = .line(file: String(text[..<colon]), line)
        } else if let plus = text.lastIndex(of: "+"), plus > text.startIndex,
            let offset = Place.offset(text[text.index(after: plus)...])
        {
            self = .offset(module: String(text[..<plus]), offset)
        } else if let plus = text.lastIndex(of: "+"), plus > text.startIndex,
            AddressText.address(text[text.index(after: plus)...], isBare: true) != nil
        {
            throw InvalidValue(
                "'\(text)' is not a place: a hexadecimal offset begins with 0x, as in '\(text[..<plus])+0x\(text[text.index(after: plus)...])'"
            )
        } else if text.isEmpty || text.hasSuffix("+") && !Place.isOperator(text)
            || text.hasSuffix(":")
        {
            throw InvalidValue(
                "'\(text)' is not a place: use FILE:LINE, MODULE+OFFSET or a function's name")
        } else {
            self = .function(text)
        }
    }

    /// Whether it is the name of C++'s `operator+` or `operator++`.
    private static func isOperator(_ text: String) -> Bool {
        var name = text[...]
        while name.last == "+" || name.last == " " { name.removeLast() }
        return name == "operator" || name.hasSuffix(":operator")
    }

    /// What kind of place it is, in a word.
    public var kind: String {
        switch self {
        case .line: "line"
        case .offset: "offset"
        case .function: "function"
        }
    }

    /// A number of bytes, decimal or hexadecimal; nil for what is none.
    static func offset(_ text: Substring) -> UInt64? {
        AddressText.address(text) ?? (isNumber(text) ? UInt64(text) : nil)
    }

    private static func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

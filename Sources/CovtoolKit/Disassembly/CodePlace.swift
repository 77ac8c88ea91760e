import Coverage

/// Code of a program, as people name it: a function, a module, or `MODULE+OFFSET`, be it `MODULE+OFFSET..OFFSET`.
public enum CodePlace: Sendable {
    /// A function, by the name that people or the linker have for it, or a module.
    case named(String)
    /// The function that an instruction is in, by the bytes from its module's base.
    case around(module: String, UInt64)
    /// Instructions from one place of a module up to another one.
    case range(module: String, Range<UInt64>)

    /// The code that a text names.
    ///
    /// - Throws: ``InvalidValue`` for a text that names none.
    public init(_ text: String) throws(InvalidValue) {
        if let range = try CodePlace.range(text) {
            self = range
            return
        }
        switch try Place(text) {
        case .function(let name): self = .named(name)
        case .offset(let module, let offset): self = .around(module: module, offset)
        case .line:
            throw InvalidValue(
                "'\(text)' is a line: use a function's name, a module, or MODULE+OFFSET..OFFSET")
        }
    }

    private static func range(_ text: String) throws(InvalidValue) -> CodePlace? {
        guard let plus = text.lastIndex(of: "+"), plus > text.startIndex else { return nil }
        let digits = text[text.index(after: plus)...].split(
            separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard digits.count == 3, digits[1].isEmpty, let start = Place.offset(digits[0]),
            let end = Place.offset(digits[2])
        else { return nil }
        guard start < end else {
            throw InvalidValue("'\(text)': the second offset must be behind the first")
        }
        return .range(module: String(text[..<plus]), start..<end)
    }
}

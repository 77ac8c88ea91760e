/// Where the statements of a source file begin, by its text: a line that a statement goes on in has often no code
/// of its own in the line table.
///
/// A statement ends with a semicolon, with a brace of a block, or, where the language has it so, with a line outside
/// of parentheses. Comments, strings and the preprocessor's lines are passed over; of the branches of an `#if`, each
/// begins where the first began. What macros hide is not seen.
public struct StatementLines: Sendable {
    /// A language, as far as it matters where statements end.
    enum Language {
        case c, rust, go, swift

        /// By the file's name; nil for a language without statements of this kind.
        init?(path: String) {
            let parts = SourcePath.baseName(path).split(separator: ".")
            switch parts.count > 1 ? String(parts[parts.count - 1]) : "" {
            case "c", "h", "cc", "cpp", "cxx", "c++", "C", "hh", "hpp", "hxx", "h++", "H", "inc",
                "ipp",
                "tcc", "m", "mm", "cu", "cuh":
                self = .c
            case "rs": self = .rust
            case "go": self = .go
            case "swift": self = .swift
            default: return nil
            }
        }
    }

    /// Whether a file, by its name, is one of which it is known where statements end; headers are.
    public static func isKnown(_ path: String) -> Bool { Language(path: path) != nil }

    /// For each line, from the first: the line on which the statement began that its first character belongs to;
    /// 0 where none goes on in it.
    private let starts: [Int32]

    /// The number of lines.
    public var lineCount: Int { starts.count }

    /// - Parameter path: of which the end says what the language is.
    /// - Returns: nil for a language in which it is not known where statements end.
    public init?(_ source: [UInt8], path: String) {
        guard let language = Language(path: path) else { return nil }
        var scanner = StatementScanner(source, language)
        starts = scanner.starts()
    }

    /// The line on which the statement began that goes on in a line; nil where the line has nothing of an earlier
    /// one.
    public func start(of line: Int) -> Int? {
        guard starts.indices.contains(line - 1), starts[line - 1] > 0 else { return nil }
        return Int(starts[line - 1])
    }
}

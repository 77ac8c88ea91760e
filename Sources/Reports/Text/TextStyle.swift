/// How text for people is laid out: as it is for a file or a pipe, or for a terminal.
public struct TextStyle: Sendable {
    /// A colour of the terminal's own palette.
    enum Colour: Int {
        case red = 31
        case green = 32
        case yellow = 33
    }

    /// Whether colours are used (ECMA-48, SGR).
    public var isColoured = false
    /// Whether a terminal will read it, which must not take what stands in a source file or a path
    /// for its commands.
    public var isForTerminal = false
    /// The terminal's columns; nil where lines may be of any length.
    public var width: Int?

    /// The style of text in a file.
    public init() {}

    func coloured(_ text: String, _ colour: Colour?) -> String {
        guard isColoured, let colour else { return text }
        return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
    }

    /// `text` with less of its colour.
    func faint(_ text: String) -> String {
        isColoured ? "\u{1B}[2m\(text)\u{1B}[0m" : text
    }

    /// `text` without anything that a terminal would take for a command, or that would break a line.
    func visible(_ text: String) -> String { VisibleText.shown(text) }

    /// Lines as ranges behind what they are, in as many lines of text as they need; nothing if there are none.
    func list(_ what: String, _ lines: [Int]) -> String {
        guard !lines.isEmpty else { return "" }
        let heading = what + (lines.count == 1 ? "line " : "lines ")
        let margin = String(repeating: " ", count: heading.count)
        return LineRanges.wrapped(
            LineRanges.texts(lines), separator: ", ", width: width.map { $0 - heading.count }
        ).enumerated().reduce("") { $0 + ($1.offset == 0 ? heading : margin) + $1.element + "\n" }
    }

    /// How far lines stand below their row on a terminal.
    private static let indentation = 4

    /// The end of a table's row that lists lines: behind its cells, or on a terminal below them, where the whole
    /// width is theirs.
    func rest(ofRow lines: [Int]) -> String {
        let ranges = LineRanges.texts(lines)
        guard let width, !lines.isEmpty else {
            return (lines.isEmpty ? "" : "  " + ranges.joined(separator: ",")) + "\n"
        }
        let margin = String(repeating: " ", count: TextStyle.indentation)
        return LineRanges.wrapped(ranges, width: width - margin.count)
            .reduce("\n") { $0 + margin + $1 + "\n" }
    }
}

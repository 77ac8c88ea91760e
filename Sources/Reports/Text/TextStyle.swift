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

    /// `text` without anything that a terminal would take for a command, or that would break a line.
    func visible(_ text: String) -> String { VisibleText.shown(text) }

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

/// Text in Markdown as GitHub and GitLab have it.
enum MarkdownText {
    /// The most characters of a name that are shown.
    private static let most = 160

    /// A name as a span of code, in which nothing does anything: no markup, no link, no mention of a person. What would
    /// end the span, or the table's cell that it stands in, stands there by its number, as control characters do. A long
    /// name loses its beginning.
    static func code(_ name: String) -> String {
        let scalars = VisibleText.shown(name).unicodeScalars
        var shown = scalars.count > most ? "…" : ""
        for scalar in scalars.suffix(scalars.count > most ? most - 1 : most) {
            switch scalar {
            case "`": shown += "<60>"
            // A cell ends there, span or not, behind a backslash or not.
            case "|": shown += "<7C>"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        // Blanks at both ends would be taken away, and no span is without a character.
        let isPadded = shown.isEmpty || shown.hasPrefix(" ") || shown.hasSuffix(" ")
        return isPadded ? "`\"\(shown)\"`" : "`\(shown)`"
    }

    /// Ranges of missed lines in a row.
    private static let mostRanges = 12

    /// Missed lines as a cell has them, the first ones if they are many.
    static func ranges(_ missing: [Int]) -> String {
        let ranges = LineRanges.texts(missing)
        let others = ranges.count - mostRanges
        let shown = ranges.prefix(mostRanges).joined(separator: ", ")
        return others > 0 ? "\(shown) and \(others) more" : shown
    }

    /// What is said of files that there is no room for.
    static func left(_ count: Int, missed: Int) -> String {
        "\n\(Amount.text(count, "more file")), with \(Amount.text(missed, "missed line")).\n"
    }
}

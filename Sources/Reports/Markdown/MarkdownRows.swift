/// A table in Markdown, with as many rows as there is room for. Behind the first ones, they are folded away.
struct MarkdownRows {
    /// The rows that are seen at once.
    private static let seen = 10
    /// What stands behind the rows, and around those that are folded away, at most.
    private static let frame = 1024

    private let heading: String
    private let limit: MarkdownReport.Limit
    /// The title and the table.
    private(set) var text: String

    /// - Parameter heading: the table's first two lines.
    init(title: String, _ heading: String, _ limit: MarkdownReport.Limit) {
        self.heading = heading
        self.limit = limit
        text = "### \(title)\n\n\(heading)"
    }

    /// Adds a row that is always seen.
    mutating func add(_ row: String) { text += row }

    /// Adds a row for each element, and ends the table.
    ///
    /// - Returns: the number of elements that there was room for.
    mutating func add<Element>(_ elements: [Element], _ row: (Element) -> String) -> Int {
        var shown = 0
        for element in elements {
            let row = row(element)
            guard
                text.utf8.count + row.utf8.count + MarkdownRows.frame <= limit.bytes
            else { break }
            if shown == MarkdownRows.seen {
                text += "\n<details><summary>More files</summary>\n\n\(heading)"
            }
            text += row
            shown += 1
        }
        if shown > MarkdownRows.seen { text += "\n</details>\n" }
        return shown
    }
}

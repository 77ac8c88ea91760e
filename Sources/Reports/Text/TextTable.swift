/// Rows of text in columns as wide as they need: the first to the left, the others to the right.
public struct TextTable {
    private static let gap = 2
    /// The first column is not made narrower than this.
    private static let least = 12

    private let rows: [[String]]
    private let widths: [Int]

    /// Takes the rows' cells.
    ///
    /// - Parameter width: the columns that there is room for; the first one's cells lose their
    ///   beginning for it.
    public init(_ rows: [[String]], width: Int? = nil) {
        self.rows = rows
        var widths = TextTable.widths(rows)
        let surplus = TextTable.total(widths) - (width ?? .max)
        if surplus > 0, let first = widths.first {
            widths[0] = max(min(first, TextTable.least), first - surplus)
        }
        self.widths = widths
    }

    /// The table with fewer columns where it is too wide with all of them: what a row is of says more
    /// than any of its numbers.
    ///
    /// - Parameters:
    ///   - choices: which columns behind the first are kept, from 1; the first choice that fits is
    ///     taken, or the last.
    ///   - width: the columns that there is room for.
    /// - Returns: the table, and the columns that it has.
    static func fitting(_ rows: [[String]], _ choices: [[Int]], width: Int?) -> (TextTable, [Int]) {
        let widths = widths(rows)
        let kept =
            choices.first { columns in
                total(([0] + columns).map { widths[$0] }) <= width ?? .max
            } ?? choices.last ?? []
        let columns = [0] + kept
        return (TextTable(rows.map { row in columns.map { row[$0] } }, width: width), columns)
    }

    private static func widths(_ rows: [[String]]) -> [Int] {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return widths
    }

    private static func total(_ widths: [Int]) -> Int {
        widths.reduce(0, +) + gap * (widths.count - 1)
    }

    /// The columns that it takes.
    var width: Int { TextTable.total(widths) }

    /// A line of dashes as wide as the table.
    var rule: String { String(repeating: "-", count: width) + "\n" }

    /// The same, for a column behind the table with this heading.
    func rule(beside heading: String) -> String {
        String(repeating: "-", count: width + TextTable.gap + heading.count) + "\n"
    }

    /// One row as a line.
    public func line(_ index: Int) -> String { text(index) { _, cell in cell } + "\n" }

    /// One row without the line's end; `style` makes of a column's text what is written.
    func text(_ index: Int, _ style: (_ column: Int, _ cell: String) -> String) -> String {
        let gap = String(repeating: " ", count: TextTable.gap)
        return rows[index].enumerated()
            .map { column, cell in
                let missing = widths[column] - cell.count
                if missing < 0 { return style(column, "…" + cell.suffix(widths[column] - 1)) }
                let padding = String(repeating: " ", count: missing)
                return column == 0 ? style(column, cell) + padding : padding + style(column, cell)
            }
            .joined(separator: gap)
    }
}

/// Rows of text in columns as wide as they need: the first to the left, the others to the right.
public struct Table {
    private let rows: [[String]]
    private let widths: [Int]

    /// Takes the rows' cells.
    public init(_ rows: [[String]]) {
        self.rows = rows
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        self.widths = widths
    }

    /// A line of dashes as wide as the table.
    var rule: String {
        String(repeating: "-", count: widths.reduce(0, +) + 2 * (widths.count - 1)) + "\n"
    }

    /// One row as a line.
    public func line(_ index: Int) -> String {
        let cells = rows[index].enumerated().map { column, cell in
            let padding = String(repeating: " ", count: widths[column] - cell.count)
            return column == 0 ? cell + padding : padding + cell
        }
        return cells.joined(separator: "  ") + "\n"
    }
}

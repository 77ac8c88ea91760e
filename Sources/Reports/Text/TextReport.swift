public import Coverage

/// A table for people: a row for each source file, or folder, and one for the totals.
public struct TextReport: Sendable {
    /// What has a row.
    public enum Grouping: String, CaseIterable, Sendable {
        case file, folder
    }

    /// Which row comes first; rows that are equal in it are ordered by name.
    public enum Order: String, CaseIterable, Sendable {
        case name
        /// The most lines, or most missed ones, or the smallest share hit.
        case lines, missed, cover
        /// The same of functions.
        case functions
        case missedFunctions = "missed-functions"
        case functionCover = "function-cover"
    }

    /// What has a row.
    public var grouping = Grouping.file
    /// Which row comes first.
    public var order = Order.name
    /// Whether the last row comes first.
    public var isReversed = false
    /// Whether a file's row ends with the lines that were missed, as ranges.
    public var showsMissing = false
    /// For a terminal or not.
    public var style = TextStyle()

    private static let headings = [
        "Lines", "Hit", "Missed", "Cover", "Functions", "Hit", "Missed", "Cover",
    ]
    private static let missing = "Missing lines"
    /// What a table gives up where it is too wide, the least missed first.
    private static let columns = [
        [1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 8], [1, 3, 4, 5, 8], [1, 3, 4], [1, 4], [4],
    ]

    /// The table by file, in order of their names.
    public init() {}

    /// Writes the table; paths are shortened by the folder that all files lie in, which is named.
    public func write(_ files: [SourceCoverage.File], to output: inout some TextOutputStream) {
        let folder = SourcePath.commonFolder(files.map(\.path))
        if !folder.isEmpty { output.write("In \(style.visible(folder)):\n\n") }
        let rows = sorted(grouping == .file ? ReportRow.files(files) : ReportRow.folders(files))
        let totals = Totals(files)
        let total = ReportRow(path: "", lines: totals.lines, functions: totals.functions)
        let cells = rows.map { row in
            let name = style.visible(String(row.path.dropFirst(folder.count)))
            return TextReport.cells(name.isEmpty ? "./" : name, row)
        }
        let first = grouping == .file ? "File" : "Folder"
        let (table, columns) = TextTable.fitting(
            [[first] + TextReport.headings] + cells + [TextReport.cells("TOTAL", total)],
            TextReport.columns, width: style.width)
        output.write(table.text(0) { _, cell in cell })
        let isBeside = showsMissing && style.width == nil
        output.write(isBeside ? "  \(TextReport.missing)\n" : "\n")
        let rule = isBeside ? table.rule(beside: TextReport.missing) : table.rule
        output.write(rule)
        for (index, row) in rows.enumerated() {
            write(row, table, columns, index + 1, to: &output)
            output.write(style.rest(ofRow: showsMissing ? row.missing : []))
        }
        output.write(rule)
        write(total, table, columns, rows.count + 1, to: &output)
        output.write("\n")
    }

    private func write(
        _ row: ReportRow, _ table: TextTable, _ columns: [Int], _ index: Int,
        to output: inout some TextOutputStream
    ) {
        output.write(
            table.text(index) { column, cell in
                switch columns[column] {
                case 4: style.coloured(cell, row.lines.colour)
                case 8: style.coloured(cell, row.functions.colour)
                default: cell
                }
            })
    }

    private func sorted(_ rows: [ReportRow]) -> [ReportRow] {
        let rows = rows.sorted { one, other in
            if one.precedes(other, by: order) { return true }
            return !other.precedes(one, by: order) && one.path < other.path
        }
        return isReversed ? rows.reversed() : rows
    }

    private static func cells(_ name: String, _ row: ReportRow) -> [String] {
        [name] + cells(row.lines) + cells(row.functions)
    }

    private static func cells(_ count: SourceCoverage.Count) -> [String] {
        ["\(count.found)", "\(count.hit)", "\(count.missed)", Percent.text(count)]
    }
}

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
        /// The same of branches.
        case branches
        case missedBranches = "missed-branches"
        case branchCover = "branch-cover"
    }

    /// What has a row.
    public var grouping = Grouping.file
    /// Which row comes first.
    public var order = Order.name
    /// Whether the last row comes first.
    public var isReversed = false
    /// Whether a file's row ends with the lines that were missed, as ranges.
    public var showsMissing = false
    /// Whether rows have branches.
    public var hasBranches = false
    /// Whether there are sources whose `case` labels are not known.
    public var hasUnreadSources = false
    /// For a terminal or not.
    public var style = TextStyle()

    private static let headings = [
        "Lines", "Hit", "Missed", "Cover", "Functions", "Hit", "Missed", "Cover",
    ]
    private static let branchHeadings = ["Branches", "Hit", "Missed", "Cover"]
    private static let missing = "Missing lines"
    /// What a table gives up where it is too wide, the least missed first.
    private static let columns = [
        [1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 8], [1, 3, 4, 5, 8], [1, 3, 4], [1, 4], [4],
    ]

    private static let branchColumns = [
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [1, 2, 3, 4, 5, 8, 9, 12], [1, 3, 4, 5, 8, 9, 12],
        [1, 3, 4, 9, 12], [1, 4, 12], [4, 12],
    ]

    /// The table by file, in order of their names.
    public init() {}

    /// Writes the table; paths are shortened by the folder that all files lie in, which is named.
    public func write(_ files: [SourceCoverage.File], to output: inout some TextOutputStream) {
        let folder = SourcePath.commonFolder(files.map(\.path))
        if !folder.isEmpty { output.write("In \(style.visible(folder)):\n\n") }
        let rows = sorted(grouping == .file ? ReportRow.files(files) : ReportRow.folders(files))
        let totals = Totals(files)
        let total = ReportRow(
            path: "", lines: totals.lines, functions: totals.functions, branches: totals.branches)
        let cells = rows.map { row in
            let name = style.visible(String(row.path.dropFirst(folder.count)))
            return self.cells(name.isEmpty ? "./" : name, row)
        }
        let first = grouping == .file ? "File" : "Folder"
        let headings =
            [first] + TextReport.headings + (hasBranches ? TextReport.branchHeadings : [])
        let (table, columns) = TextTable.fitting(
            [headings] + cells + [self.cells("TOTAL", total)],
            hasBranches ? TextReport.branchColumns : TextReport.columns, width: style.width)
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
        if hasBranches, totals.unknownBranches > 0 {
            output.write(BranchText.notCounted(totals.unknownBranches))
        }
        if hasUnreadSources {
            output.write("Lines of case labels may be missing (use --source-root)\n")
        }
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
                case 12: style.coloured(cell, row.branches.colour)
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

    private func cells(_ name: String, _ row: ReportRow) -> [String] {
        [name] + TextReport.cells(row.lines) + TextReport.cells(row.functions)
            + (hasBranches ? TextReport.cells(row.branches) : [])
    }

    private static func cells(_ count: SourceCoverage.Count) -> [String] {
        ["\(count.found)", "\(count.hit)", "\(count.missed)", Percent.text(count)]
    }
}

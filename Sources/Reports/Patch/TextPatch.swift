public import Coverage

/// What was executed of a diff, for people: a table by source file, with the lines that were missed.
public struct TextPatch: Sendable {
    /// For a terminal or not.
    public var style = TextStyle()

    private static let headings = ["File", "Lines", "Hit", "Missed", "Cover", "No code"]
    private static let missing = "Missed lines"
    /// What a table gives up where it is too wide.
    private static let columns = [[1, 2, 3, 4, 5], [1, 2, 3, 4], [1, 3, 4], [4]]

    /// Tables for a file.
    public init() {}

    /// Writes the table; paths are shortened by the folder that all files lie in, which is named.
    public func write(_ patch: PatchCoverage, to output: inout some TextOutputStream) {
        let folder = SourcePath.commonFolder(patch.files.map(\.path))
        if !folder.isEmpty { output.write("In \(style.visible(folder)):\n\n") }
        let rows = patch.files.map { file in
            TextPatch.cells(
                style.visible(String(file.path.dropFirst(folder.count))), file.lineCount,
                file.withoutCode.count)
        }
        let total = TextPatch.cells("TOTAL", patch.lineCount, patch.withoutCodeCount)
        let (table, columns) = TextTable.fitting(
            [TextPatch.headings] + rows + [total], TextPatch.columns, width: style.width)
        let isBeside = style.width == nil
        let rule = isBeside ? table.rule(beside: TextPatch.missing) : table.rule
        output.write(table.text(0) { _, cell in cell })
        output.write(isBeside ? "  \(TextPatch.missing)\n" : "\n")
        output.write(rule)
        for (index, file) in patch.files.enumerated() {
            output.write(row(table, columns, index + 1, file.lineCount))
            output.write(style.rest(ofRow: file.missed))
        }
        output.write(rule)
        output.write(row(table, columns, rows.count + 1, patch.lineCount) + "\n")
    }

    private func row(
        _ table: TextTable, _ columns: [Int], _ index: Int, _ count: SourceCoverage.Count
    ) -> String {
        table.text(index) { column, cell in
            columns[column] == 4 ? style.coloured(cell, count.colour) : cell
        }
    }

    private static func cells(
        _ name: String, _ count: SourceCoverage.Count, _ withoutCode: Int
    ) -> [String] {
        [
            name, "\(count.found)", "\(count.hit)", "\(count.missed)", Percent.text(count),
            "\(withoutCode)",
        ]
    }
}

extension PatchCoverage {
    /// The sum over the files' lines with code.
    public var lineCount: SourceCoverage.Count {
        files.reduce(into: SourceCoverage.Count()) { $0 += $1.lineCount }
    }

    /// How many added lines have no code.
    var withoutCodeCount: Int { files.reduce(0) { $0 + $1.withoutCode.count } }
}

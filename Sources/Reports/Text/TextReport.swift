public import Coverage

/// A table for people: a row for each source file and one for the totals.
public enum TextReport {
    private static let headings = [
        "File", "Lines", "Hit", "Missed", "Cover", "Functions", "Hit", "Missed", "Cover",
    ]

    /// Writes the table; paths are shortened by the folder that all files lie in, which is named.
    public static func write(_ files: [SourceCoverage.File], to output: inout some TextOutputStream)
    {
        let folder = SourcePath.commonFolder(files.map(\.path))
        if !folder.isEmpty { output.write("In \(folder):\n\n") }
        let rows = files.map { file in
            let name = String(file.path.dropFirst(folder.count))
            return row(name, lines: file.lineCount, functions: file.functionCount)
        }
        let totals = Totals(files)
        let last = row("TOTAL", lines: totals.lines, functions: totals.functions)
        let table = Table([headings] + rows + [last])
        output.write(table.line(0))
        output.write(table.rule)
        for index in rows.indices { output.write(table.line(index + 1)) }
        output.write(table.rule)
        output.write(table.line(rows.count + 1))
    }

    private static func row(
        _ name: String, lines: SourceCoverage.Count, functions: SourceCoverage.Count
    ) -> [String] {
        [name] + cells(lines) + cells(functions)
    }

    private static func cells(_ count: SourceCoverage.Count) -> [String] {
        ["\(count.found)", "\(count.hit)", "\(count.found - count.hit)", Percent.text(count)]
    }
}

public import Coverage

/// What was executed of a diff, as Markdown for the diff's own page: the files with missed lines, the worst first.
public enum MarkdownPatch {
    private static let heading = """
        | File | Changed lines | Missed | Cover | Missed lines |
        |:--|--:|--:|--:|:--|

        """

    /// Writes the document.
    ///
    /// - Parameter limit: where it is shown, which says how long it may be.
    public static func write(
        _ patch: PatchCoverage, _ limit: MarkdownReport.Limit = .comment,
        to output: inout some TextOutputStream
    ) {
        let count = patch.lineCount
        let share = count.found > 0 ? Percent.text(count) : "no line of code"
        var rows = MarkdownRows(title: "Coverage of the change: \(share)", heading, limit)
        rows.add(row("**Total**", count, ""))
        let files = patch.files.filter { $0.lineCount.missed > 0 }
            .sorted {
                ($1.lineCount.missed, $0.diffPath) < ($0.lineCount.missed, $1.diffPath)
            }
        let shown = rows.add(files) { file in
            row(
                MarkdownText.code(file.diffPath), file.lineCount, MarkdownText.ranges(file.missed))
        }
        var text = rows.text
        let left = files[shown...]
        if !left.isEmpty {
            let missed = left.reduce(0) { $0 + $1.lineCount.missed }
            text += MarkdownText.left(left.count, missed: missed)
        }
        let whole = patch.files.count { $0.lineCount.found > 0 } - files.count
        if whole > 0 {
            text += "\nNothing that was changed is missed in \(Amount.text(whole, "file")).\n"
        }
        let unknown = patch.strangers.filter { SourcePath.isSource($0.path) }
        if let first = unknown.first {
            let rest = unknown.count > 1 ? " and \(unknown.count - 1) more" : ""
            text += "\nNothing is known of changes in \(MarkdownText.code(first.path))\(rest).\n"
        }
        output.write(text)
    }

    private static func row(_ name: String, _ count: SourceCoverage.Count, _ missed: String)
        -> String
    {
        "| \(name) | \(count.found) | \(count.missed) | \(Percent.text(count)) | \(missed) |\n"
    }
}

public import Coverage

/// What was executed of a diff, as Markdown for the diff's own page: the files with missed lines, the worst first.
public enum MarkdownPatch {
    private static func heading(_ hasBranches: Bool) -> String {
        let branches = hasBranches ? (" Branches | Missed | Cover |", "--:|--:|--:|") : ("", "")
        return """
            | File | Changed lines | Missed | Cover |\(branches.0) Missed lines |
            |:--|--:|--:|--:|\(branches.1):--|

            """
    }

    /// Writes the document.
    ///
    /// - Parameter limit: where it is shown, which says how long it may be.
    public static func write(
        _ patch: PatchCoverage, _ limit: MarkdownReport.Limit = .comment,
        to output: inout some TextOutputStream
    ) {
        let count = patch.lineCount
        let share = count.found > 0 ? Percent.text(count) : "no line of code"
        var rows = MarkdownRows(
            title: "Coverage of the change: \(share)", heading(patch.hasBranches), limit)
        let branches = patch.hasBranches ? patch.branchCount.known : nil
        rows.add(row("**Total**", count, branches, ""))
        let files = patch.files.map { (file: $0, branches: $0.branchCount.known) }
            .filter { $0.file.lineCount.missed > 0 || $0.branches.missed > 0 }
            .sorted {
                ($1.file.lineCount.missed, $1.branches.missed, $0.file.diffPath)
                    < ($0.file.lineCount.missed, $0.branches.missed, $1.file.diffPath)
            }
        let shown = rows.add(files) { file, branches in
            row(
                MarkdownText.code(file.diffPath), file.lineCount,
                patch.hasBranches ? branches : nil, MarkdownText.ranges(file.missed))
        }
        var text = rows.text
        let left = files[shown...]
        if !left.isEmpty {
            let missed = left.reduce(0) { $0 + $1.file.lineCount.missed }
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

    private static func row(
        _ name: String, _ lines: SourceCoverage.Count, _ branches: SourceCoverage.Count?,
        _ missed: String
    ) -> String {
        let cells = [lines, branches].compactMap(\.self).flatMap { count in
            ["\(count.found)", "\(count.missed)", Percent.text(count)]
        }
        return "| \(([name] + cells + [missed]).joined(separator: " | ")) |\n"
    }
}

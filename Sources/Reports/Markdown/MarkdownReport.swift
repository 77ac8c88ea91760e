public import Coverage

/// A summary in Markdown, for a comment or a page of a service: the sums, and the files with missed lines, the worst first,
/// as many as there is room for.
public struct MarkdownReport: ProjectDocument {
    /// Where it is shown, which says how long it may be.
    public enum Limit: String, CaseIterable, Sendable {
        /// A comment on a pull request of GitHub: 65,536 characters.
        case comment
        /// A page of a step of GitHub's Actions: 1,024 KiB.
        case step

        /// In bytes, so that characters are no more.
        var bytes: Int {
            switch self {
            case .comment: 1 << 16
            case .step: 1 << 20
            }
        }
    }

    /// The project's folders.
    public var folders = ProjectFolders()
    /// Where it is shown.
    public var limit = Limit.comment
    /// What was covered before, which the report says what has changed against; nil for no such word.
    public var baseline: [SourceCoverage.File]?

    /// A summary for a comment.
    public init() {}

    /// Writes the document.
    public func write(_ coverage: ReportedCoverage, to output: inout some TextOutputStream) {
        let totals = Totals(coverage.files)
        let before = baseline.map { Totals($0) }
        let share = totals.lines.found > 0 ? Percent.text(totals.lines) : "none found"
        let change = before.map { Percent.change(from: $0.lines, to: totals.lines) } ?? ""
        let hasBranches = coverage.hasBranches
        var rows = MarkdownRows(
            title: "Coverage of lines: \(share)\(change.isEmpty ? "" : " (\(change))")",
            heading(hasBranches),
            limit)
        rows.add(
            row(
                "**Total**", totals.lines, totals.functions, totals.branches, change, "",
                hasBranches))
        let files = worst(coverage.files)
        let shown = rows.add(files) { file in
            row(
                MarkdownText.code(file.row.path), file.row.lines, file.row.functions,
                file.row.branches, file.change, MarkdownText.ranges(file.row.missing), hasBranches)
        }
        var text = rows.text
        let left = files[shown...]
        if !left.isEmpty {
            let missed = left.reduce(0) { $0 + $1.row.lines.missed }
            text += MarkdownText.left(left.count, missed: missed)
        }
        let whole = coverage.files.count - files.count
        if whole > 0 { text += "\nNothing is missed in \(Amount.text(whole, "file")).\n" }
        output.write(text)
    }

    /// A file, with how its share of lines has changed, and by how many lines more are missed.
    private typealias Changed = (row: ReportRow, change: String, lost: Int)

    /// The files of which something is missed: first those of which more is missed than before, the most first; then
    /// those with the most missed lines.
    private func worst(_ files: [SourceCoverage.File]) -> [Changed] {
        let before = baseline ?? []
        let index = SourcePathIndex(before.map(\.path), in: folders.workingFolder)
        return zip(ReportRow.files(files), folders.places(of: files.map(\.path)))
            .compactMap { row, place -> Changed? in
                guard row.lines.missed > 0 || row.functions.missed > 0 else { return nil }
                let old = index.number(at: row.path).map { before[$0].lineCount }
                var row = row
                row.path = place.name
                guard baseline != nil else { return (row, "", 0) }
                let change = old.map { Percent.change(from: $0, to: row.lines) } ?? "new"
                return (row, change, max(0, row.lines.missed - (old?.missed ?? 0)))
            }
            .sorted {
                ($1.lost, $1.row.lines.missed, $1.row.functions.missed, $0.row.path)
                    < ($0.lost, $0.row.lines.missed, $0.row.functions.missed, $1.row.path)
            }
    }

    private func heading(_ hasBranches: Bool) -> String {
        let change = baseline == nil ? ("", "") : (" Change |", "--:|")
        let branches = hasBranches ? (" Branches | Missed | Cover |", "--:|--:|--:|") : ("", "")
        return """
            | File | Lines | Missed | Cover |\(change.0) Functions | Missed | Cover |\(branches.0) Missed lines |
            |:--|--:|--:|--:|\(change.1)--:|--:|--:|\(branches.1):--|

            """
    }

    private func row(
        _ name: String, _ lines: SourceCoverage.Count, _ functions: SourceCoverage.Count,
        _ branches: SourceCoverage.Count, _ change: String, _ missing: String, _ hasBranches: Bool
    ) -> String {
        func cells(_ count: SourceCoverage.Count) -> [String] {
            ["\(count.found)", "\(count.missed)", Percent.text(count)]
        }
        let cells =
            [name] + cells(lines) + (baseline == nil ? [] : [change]) + cells(functions)
            + (hasBranches ? cells(branches) : []) + [missing]
        return "| \(cells.joined(separator: " | ")) |\n"
    }
}

public import Coverage

/// What was executed of a diff, for people: a table by source file, with the lines that were missed.
public struct TextPatch: Sendable {
    /// For a terminal or not.
    public var style = TextStyle()

    private static let headings = ["File", "Lines", "Hit", "Missed", "Cover", "No code"]
    private static let branchHeadings = ["Branches", "Hit", "Missed", "Cover"]
    private static let missing = "Missed lines"
    /// What a table gives up where it is too wide.
    private static let columns = [[1, 2, 3, 4, 5], [1, 2, 3, 4], [1, 3, 4], [4]]
    private static let branchColumns = [
        [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 6, 7, 8, 9], [1, 3, 4, 6, 8, 9], [4, 9],
    ]

    /// Tables for a file.
    public init() {}

    /// Writes the table; paths are shortened by the folder that all files lie in, which is named.
    public func write(_ patch: PatchCoverage, to output: inout some TextOutputStream) {
        let folder = SourcePath.commonFolder(patch.files.map(\.path))
        if !folder.isEmpty { output.write("In \(style.visible(folder)):\n\n") }
        let rows = patch.files.map { file in
            TextPatch.cells(
                style.visible(String(file.path.dropFirst(folder.count))), file.lineCount,
                file.withoutCode.count, patch.hasBranches ? file.branchCount.known : nil)
        }
        let branches = patch.branchCount
        let total = TextPatch.cells(
            "TOTAL", patch.lineCount, patch.withoutCodeCount,
            patch.hasBranches ? branches.known : nil)
        let headings = TextPatch.headings + (patch.hasBranches ? TextPatch.branchHeadings : [])
        let (table, columns) = TextTable.fitting(
            [headings] + rows + [total],
            patch.hasBranches ? TextPatch.branchColumns : TextPatch.columns, width: style.width)
        let isBeside = style.width == nil
        let rule = isBeside ? table.rule(beside: TextPatch.missing) : table.rule
        output.write(table.text(0) { _, cell in cell })
        output.write(isBeside ? "  \(TextPatch.missing)\n" : "\n")
        output.write(rule)
        for (index, file) in patch.files.enumerated() {
            output.write(
                row(table, columns, index + 1, file.lineCount, file.branchCount.known))
            output.write(style.rest(ofRow: file.missed))
        }
        output.write(rule)
        output.write(
            row(table, columns, rows.count + 1, patch.lineCount, branches.known) + "\n")
        if branches.unknown > 0 { output.write(BranchText.notCounted(branches.unknown)) }
        for file in patch.files { writeBranches(of: file, to: &output) }
    }

    /// Which ways conditions of changed lines never went; those that were never come to are in missed lines.
    private func writeBranches(
        of file: PatchCoverage.File, to output: inout some TextOutputStream
    ) {
        var walk = BranchWalk(file.branches)
        let remarks = file.lines.filter { $0.hits > 0 }.flatMap { line in
            BranchText.remarks(walk.branches(of: line.line)).map { "  line \(line.line): \($0)\n" }
        }
        guard !remarks.isEmpty else { return }
        output.write("\n\(style.visible(file.path))\n" + remarks.joined())
    }

    private func row(
        _ table: TextTable, _ columns: [Int], _ index: Int, _ lines: SourceCoverage.Count,
        _ branches: SourceCoverage.Count
    ) -> String {
        table.text(index) { column, cell in
            switch columns[column] {
            case 4: style.coloured(cell, lines.colour)
            case 9: style.coloured(cell, branches.colour)
            default: cell
            }
        }
    }

    private static func cells(
        _ name: String, _ lines: SourceCoverage.Count, _ withoutCode: Int,
        _ branches: SourceCoverage.Count?
    ) -> [String] {
        func cells(_ count: SourceCoverage.Count) -> [String] {
            ["\(count.found)", "\(count.hit)", "\(count.missed)", Percent.text(count)]
        }
        return [name] + cells(lines) + ["\(withoutCode)"] + (branches.map(cells) ?? [])
    }
}

extension PatchCoverage {
    /// The sum over the files' lines with code.
    public var lineCount: SourceCoverage.Count {
        files.reduce(into: SourceCoverage.Count()) { $0 += $1.lineCount }
    }

    /// The sum over the branches of the files' lines, and how many ways there are of which nothing is known.
    public var branchCount: (known: SourceCoverage.Count, unknown: Int) {
        SourceCoverage.Branch.counts(files.lazy.flatMap(\.branches))
    }

    /// How many added lines have no code.
    var withoutCodeCount: Int { files.reduce(0) { $0 + $1.withoutCode.count } }
}

public import Coverage

/// What became of a baseline's coverage, for people: the sums by category, a table by source file, and the lines
/// that need attention.
public struct TextDifferential: Sendable {
    /// For a terminal or not.
    public var style = TextStyle()

    /// The categories whose lines are listed, and what their list is called.
    private static let listed: [(category: DifferenceCategory, name: String)] = [
        (.lostBaseline, "lost"), (.uncoveredNew, "new and missed"),
        (.uncoveredIncluded, "become code and missed"),
    ]

    /// Reports for a file.
    public init() {}

    /// Writes the report.
    public func write(_ difference: DifferentialCoverage, to output: inout some TextOutputStream) {
        writeTotals(difference, to: &output)
        let changed = difference.files.filter { file in
            DifferenceCategory.allCases.contains {
                !$0.isSame
                    && (file.lineCounts[$0] > 0 || file.functionCounts[$0] > 0
                        || file.branchCounts[$0] > 0)
            }
        }
        if !changed.isEmpty {
            writeTable("Lines", changed, difference.lineCounts, \.lineCounts, to: &output)
            if let counts = difference.branchCounts {
                writeTable("Branches", changed, counts, \.branchCounts, to: &output)
            }
        }
        for file in changed { writeList(file, to: &output) }
    }

    private func writeTotals(
        _ difference: DifferentialCoverage, to output: inout some TextOutputStream
    ) {
        let categories = DifferenceCategory.allCases
        let sums =
            [("Lines", difference.lineCounts), ("Functions", difference.functionCounts)]
            + (difference.branchCounts.map { [("Branches", $0)] } ?? [])
        let rows = categories.map { category in
            ["\(category.abbreviation)  \(category.title)"] + sums.map { "\($0.1[category])" }
        }
        let table = TextTable([["Category"] + sums.map(\.0)] + rows, width: style.width)
        output.write(table.line(0))
        output.write(table.rule)
        for (index, category) in categories.enumerated() {
            let isAny = sums.contains { $0.1[category] > 0 }
            output.write(
                table.text(index + 1) { column, cell in
                    column == 0 || !isAny ? cell : style.coloured(cell, category.colour)
                } + "\n")
        }
        if difference.unknownBranches > 0 {
            output.write(BranchText.notCounted(difference.unknownBranches))
        }
    }

    /// A row for each file in which something changed, a column for each category that there is.
    private func writeTable(
        _ what: String, _ files: [DifferentialCoverage.File], _ totals: CategoryCounts,
        _ counts: KeyPath<DifferentialCoverage.File, CategoryCounts>,
        to output: inout some TextOutputStream
    ) {
        let folder = SourcePath.commonFolder(files.map(\.name))
        output.write("\n")
        if !folder.isEmpty { output.write("In \(style.visible(folder)):\n\n") }
        let categories = DifferenceCategory.allCases.filter { totals[$0] > 0 }
        let rows = files.map { file in
            [style.visible(String(file.name.dropFirst(folder.count)))]
                + categories.map { category in
                    let count = file[keyPath: counts][category]
                    return count > 0 ? "\(count)" : "-"
                }
        }
        // The categories that come first say more.
        let choices = (0...categories.count).reversed().map { Array(1..<$0 + 1) }
        let (table, _) = TextTable.fitting(
            [["\(what) of file"] + categories.map(\.abbreviation.description)] + rows, choices,
            width: style.width)
        output.write(table.line(0))
        output.write(table.rule)
        for index in rows.indices { output.write(table.line(index + 1)) }
    }

    private func writeList(
        _ file: DifferentialCoverage.File, to output: inout some TextOutputStream
    ) {
        let lists = TextDifferential.listed.filter {
            file.lineCounts[$0.category] > 0 || file.functionCounts[$0.category] > 0
                || file.branchCounts[$0.category] > 0
        }
        guard !lists.isEmpty else { return }
        let old = file.oldPath.flatMap { $0 == file.path ? nil : " (was \(style.visible($0)))" }
        output.write("\n\(style.visible(file.name))\(old ?? "")\n")
        for (category, name) in lists {
            for function in file.functions where function.category == category {
                let place = function.line.map { $0 > 0 ? " (line \($0))" : "" } ?? ""
                output.write("  \(name): function \(style.visible(function.name))\(place)\n")
            }
            let lines = file.lines.lazy.filter { $0.category == category }.compactMap(\.line)
            output.write(style.list("  \(name): ", Array(lines)))
            let branches = file.branches.lazy.filter { branch in
                branch.ways.contains { $0.category == category }
            }.compactMap(\.line)
            output.write(
                style.list("  \(name): branches of ", Set(branches).sorted()))
        }
    }
}

public import Coverage

/// What two sets of runs differ in, for people: a table by module, then what came and went in each
/// source file.
public struct TextDifference: Sendable {
    /// For a terminal or not.
    public var style = TextStyle()

    private static let headings = [
        "Module", "Blocks", "After", "New", "Gone", "New bytes", "Gone bytes",
    ]

    /// What a table gives up where it is too wide: the bytes decide.
    private static let columns = [[1, 2, 3, 4, 5, 6], [3, 4, 5, 6], [5, 6]]

    /// Differences for a file.
    public init() {}

    /// Writes the table and the list.
    public func write(
        _ difference: ProfileDifference, _ files: [SourceDifference]?,
        to output: inout some TextOutputStream
    ) {
        let rows = difference.modules.map { part in
            [
                part.path.map(style.visible) ?? "(in no module)", "\(part.before)", "\(part.after)",
                "\(part.new.count)", "\(part.gone.count)", "\(part.newBytes)", "\(part.goneBytes)",
            ]
        }
        let (table, _) = TextTable.fitting(
            [TextDifference.headings] + rows, TextDifference.columns, width: style.width)
        output.write(table.line(0))
        output.write(table.rule)
        for index in rows.indices { output.write(table.line(index + 1)) }
        for file in files ?? [] {
            output.write("\n\(style.visible(file.path))\n")
            write("gone", file.goneFunctions, file.goneLines, file.goneBranches, to: &output)
            write("new", file.newFunctions, file.newLines, file.newBranches, to: &output)
        }
    }

    private func write(
        _ what: String, _ functions: [SourceCoverage.Function], _ lines: [Int],
        _ branches: [SourceDifference.Ways], to output: inout some TextOutputStream
    ) {
        for function in functions {
            let name = style.visible(function.name)
            // Functions that symbols alone tell of have no line.
            let place = function.line > 0 ? " (line \(function.line))" : ""
            output.write("  \(what) function \(name)\(place)\n")
        }
        output.write(style.list("  \(what) ", lines))
        for ways in branches {
            let branch = ways.ways.count == 1 ? "branch" : "branches"
            output.write("  \(what) \(branch) of line \(BranchText.ways(ways))\n")
        }
    }
}

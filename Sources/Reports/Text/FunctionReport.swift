public import Coverage

/// A table for people: a row for each function.
public struct FunctionReport: Sendable {
    /// Which row comes first; rows that are equal in it are ordered by file and line.
    public enum Order: String, CaseIterable, Sendable {
        /// By file and line.
        case place
        /// By the function's name.
        case name
        /// Those called most first.
        case calls
    }

    /// Which row comes first.
    public var order = Order.place
    /// Whether functions have how often they were called; without hit counts, it is the runs that called
    /// them.
    public var hasCounts = true
    /// Whether the last row comes first.
    public var isReversed = false
    /// For a terminal or not.
    public var style = TextStyle()

    /// The table in the order of files and lines.
    public init() {}

    /// Writes the table; paths are shortened by the folder that all files lie in, which is named.
    public func write(_ files: [SourceCoverage.File], to output: inout some TextOutputStream) {
        let folder = SourcePath.commonFolder(files.map(\.path))
        if !folder.isEmpty { output.write("In \(style.visible(folder)):\n\n") }
        let functions = sorted(
            files.flatMap { file in
                file.functions.map { (path: file.path.dropFirst(folder.count), function: $0) }
            })
        let cells = functions.map { path, function in
            ["\(style.visible(String(path))):\(function.line)", "\(function.hits)"]
        }
        let table = TextTable(
            [["Place", hasCounts ? "Calls" : "Runs"]] + cells, width: style.width.map { $0 / 2 })
        output.write(table.text(0) { _, cell in cell } + "  Function\n")
        output.write(table.rule)
        for (index, (_, function)) in functions.enumerated() {
            let colour: TextStyle.Colour? = function.hits == 0 ? .red : nil
            output.write(table.text(index + 1) { $0 == 1 ? style.coloured($1, colour) : $1 })
            output.write("  \(style.cut(style.visible(function.name), behind: table.width + 2))\n")
        }
        output.write(table.rule)
        let count = Totals(files).functions
        let share = style.coloured(Percent.text(count), count.colour)
        output.write(
            "\(Amount.text(count.found, "function")), \(count.hit) called, \(count.missed) not: \(share)\n"
        )
    }

    private typealias Row = (path: Substring, function: SourceCoverage.Function)

    private func sorted(_ rows: [Row]) -> [Row] {
        // The sort is stable, and the rows come by place.
        let sorted =
            switch order {
            case .place: rows
            case .name: rows.sorted { $0.function.name < $1.function.name }
            case .calls: rows.sorted { $0.function.hits > $1.function.hits }
            }
        return isReversed ? sorted.reversed() : sorted
    }
}

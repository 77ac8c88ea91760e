public import Coverage

/// A table for people: a row for each function of each module, with what was executed of its code.
public struct CodeReport: Sendable {
    /// Which row comes first; rows that are equal in it are ordered by module and address.
    public enum Order: String, CaseIterable, Sendable {
        /// By module and address.
        case place
        /// By the function's name.
        case name
        /// Those called most first.
        case calls
        /// The most missed bytes, or the smallest share of bytes hit.
        case missed, cover
    }

    /// Which row comes first.
    public var order = Order.place
    /// Whether functions have how often they were called; without hit counts, it is the runs that called
    /// them.
    public var hasCounts = true
    /// Whether rows have the function's conditional jumps.
    public var hasJumps = false
    /// Whether the last row comes first.
    public var isReversed = false
    /// For a terminal or not.
    public var style = TextStyle()

    private static let cover = 7
    /// What a table gives up where it is too wide, the least missed first.
    private static let columns = [
        [1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 7], [1, 2, 7], [1, 7], [7],
    ]
    private static let jumpColumns = [
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13], [1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 13],
        [1, 2, 7, 9, 10, 11, 12], [1, 2, 7], [1, 7], [7],
    ]

    /// The table in the order of modules and addresses.
    public init() {}

    /// Writes the table.
    public func write(_ modules: [ModuleFunctions], to output: inout some TextOutputStream) {
        let rows = sorted(
            modules.flatMap { module in
                module.functions.map { (SourcePath.baseName(module.path), $0) }
            })
        var headings = [
            "Module", "Address", hasCounts ? "Calls" : "Runs", "Blocks", "Hit", "Bytes", "Hit",
            "Cover",
        ]
        if hasJumps { headings += ["Jumps", "Both", "Taken", "Fell", "Never", "Unknown"] }
        let cells = rows.map { module, function in
            self.cells(
                style.visible(module), "0x\(String(function.address, radix: 16))",
                "\(function.hits)", FunctionTotals(CollectionOfOne(function)))
        }
        let totals = FunctionTotals(rows.lazy.map(\.function))
        let (table, columns) = TextTable.fitting(
            [headings] + cells + [self.cells("TOTAL", "", "", totals)],
            hasJumps ? CodeReport.jumpColumns : CodeReport.columns,
            width: style.width.map { $0 * 2 / 3 })
        func text(_ index: Int, _ count: SourceCoverage.Count) -> String {
            table.text(index) { column, cell in
                columns[column] == CodeReport.cover ? style.coloured(cell, count.colour) : cell
            }
        }
        output.write(table.text(0) { _, cell in cell } + "  Function\n")
        output.write(table.rule)
        for (index, (_, function)) in rows.enumerated() {
            let name = style.cut(function.label(style), behind: table.width + 2)
            output.write("\(text(index + 1, function.bytes))  \(name)\n")
        }
        output.write(table.rule)
        output.write(text(rows.count + 1, totals.bytes) + "\n")
        let count = totals.functions
        output.write(
            "\(Amount.text(count.found, "function")), \(count.hit) called, \(count.missed) not: \(Percent.text(count))\n"
        )
    }

    private func cells(
        _ module: String, _ address: String, _ hits: String, _ sums: FunctionTotals
    ) -> [String] {
        let hasBlocks = sums.blocks.found > 0
        var cells = [
            module, address, hits, hasBlocks ? "\(sums.blocks.found)" : "-",
            hasBlocks ? "\(sums.blocks.hit)" : "-", "\(sums.bytes.found)", "\(sums.bytes.hit)",
            Percent.text(sums.bytes),
        ]
        guard hasJumps else { return cells }
        cells.append("\(sums.jumpCount)")
        cells += ModuleFunctions.Jump.Verdict.allCases.map {
            "\(sums.verdicts[$0] ?? 0)"
        }
        return cells
    }

    private typealias Row = (module: String, function: ModuleFunctions.Function)

    private func sorted(_ rows: [Row]) -> [Row] {
        // The sort is stable, and the rows come by place.
        let sorted =
            switch order {
            case .place: rows
            case .name: rows.sorted { $0.function.name < $1.function.name }
            case .calls: rows.sorted { $0.function.hits > $1.function.hits }
            case .missed: rows.sorted { $0.function.bytes.missed > $1.function.bytes.missed }
            case .cover:
                rows.sorted { $0.function.bytes.isSmallerShare(than: $1.function.bytes) }
            }
        return isReversed ? sorted.reversed() : sorted
    }
}

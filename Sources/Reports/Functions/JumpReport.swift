public import Coverage

/// A table for people: a row for each conditional jump.
public struct JumpReport: Sendable {
    /// For a terminal or not.
    public var style = TextStyle()

    /// The table in the order of modules and addresses.
    public init() {}

    /// Writes the table. Where it is not known how often a jump went a way, there is a question mark, or `>=` before what it
    /// is at least; and a dash where it was not come to.
    public func write(_ modules: [ModuleFunctions], to output: inout some TextOutputStream) {
        var cells = [["Module", "Address", "Target", "Taken", "Fell", "Verdict"]]
        var names: [String] = []
        for module in modules {
            let name = style.visible(SourcePath.baseName(module.path))
            for function in module.functions {
                for jump in function.jumps {
                    cells.append([name] + JumpReport.cells(jump))
                    names.append(JumpReport.place(jump, function, style))
                }
            }
        }
        let table = TextTable(cells, width: style.width.map { $0 * 2 / 3 })
        output.write(table.text(0) { _, cell in cell } + "  Function\n")
        output.write(table.rule)
        for (index, name) in names.enumerated() {
            output.write(table.text(index + 1) { _, cell in cell })
            output.write("  \(style.cut(name, behind: table.width + 2))\n")
        }
        output.write(table.rule)
        let totals = FunctionTotals(modules.flatMap(\.functions))
        func count(_ verdict: ModuleFunctions.Jump.Verdict) -> Int { totals.verdicts[verdict] ?? 0 }
        output.write(
            """
            \(Amount.text(totals.jumpCount, "conditional jump")): \(count(.both)) both ways, \
            \(count(.taken)) only taken, \(count(.fallThrough)) only fell through, \
            \(count(.never)) never, \(count(.unknown)) unknown

            """)
    }

    private static func cells(_ jump: ModuleFunctions.Jump) -> [String] {
        func text(_ count: UInt64?, _ isLeast: Bool) -> String {
            jump.isReached ? count.map { isLeast ? ">=\($0)" : "\($0)" } ?? "?" : "-"
        }
        return [
            "0x\(String(jump.address, radix: 16))", "0x\(String(jump.target, radix: 16))",
            text(jump.taken, jump.takenIsLeast), text(jump.fellThrough, jump.fellThroughIsLeast),
            jump.verdict.rawValue,
        ]
    }

    private static func place(
        _ jump: ModuleFunctions.Jump, _ function: ModuleFunctions.Function, _ style: TextStyle
    ) -> String {
        let isBehind = jump.address >= function.address
        let distance = isBehind ? jump.address - function.address : function.address - jump.address
        let sign = isBehind ? "+" : "-"
        return "\(style.visible(function.name))\(sign)0x\(String(distance, radix: 16))"
    }
}

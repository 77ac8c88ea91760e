/// Where functions end in the source, which debug information does not say: with the last line of
/// their own file that their code belongs to.
enum FunctionEnds {
    /// In the order of the table's functions; 0 where no line is known.
    static func lines(of table: LineTable) -> [Int32] {
        var ends = [Int32](repeating: 0, count: table.functions.count)
        var walk = FunctionWalk(table.functions)
        for row in table.rows {
            guard let index = walk.advance(to: row), row.isStatement,
                row.file == table.functions[index].file
            else { continue }
            ends[index] = max(ends[index], row.line)
        }
        return ends
    }
}

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

    /// Those of inlined functions, in the order of the table's, by their code in the place of calls. Of
    /// statements at one address the first can be the caller's still; the last one is of the code
    /// there.
    static func inlinedLines(of table: LineTable) -> [Int32] {
        var ends = [Int32](repeating: 0, count: table.inlinedFunctions.count)
        guard !ends.isEmpty else { return ends }
        let segments = CallSegments(table.inlinedCalls)
        var last: UInt64? = nil
        for row in table.rows.reversed() where row.isStatement && row.address != last {
            last = row.address
            guard let call = segments.call(at: row.address) else { continue }
            let index = Int(table.inlinedCalls[call].function)
            if row.file == table.inlinedFunctions[index].file {
                ends[index] = max(ends[index], row.line)
            }
        }
        return ends
    }
}

public import Coverage

/// What two sets of runs differ in, for people: a table by module, then what came and went in each
/// source file.
public enum TextDifference {
    private static let headings = [
        "Module", "Blocks", "After", "New", "Gone", "New bytes", "Gone bytes",
    ]

    /// Writes the table and the list.
    public static func write(
        _ difference: ProfileDifference, _ files: [SourceDifference]?,
        to output: inout some TextOutputStream
    ) {
        let rows = difference.parts.map { part in
            [
                part.path ?? "(in no module)", "\(part.before)", "\(part.after)",
                "\(part.new.count)", "\(part.gone.count)", "\(part.newBytes)", "\(part.goneBytes)",
            ]
        }
        let table = Table([headings] + rows)
        output.write(table.line(0))
        output.write(table.rule)
        for index in rows.indices { output.write(table.line(index + 1)) }
        for file in files ?? [] {
            output.write("\n\(file.path)\n")
            write("gone", file.goneFunctions, file.goneLines, to: &output)
            write("new", file.newFunctions, file.newLines, to: &output)
        }
    }

    private static func write(
        _ what: String, _ functions: [SourceCoverage.Function], _ lines: [Int],
        to output: inout some TextOutputStream
    ) {
        for function in functions {
            output.write("  \(what) function \(function.name) (line \(function.line))\n")
        }
        if !lines.isEmpty {
            output.write("  \(what) lines \(LineRanges.texts(lines).joined(separator: ", "))\n")
        }
    }
}

public import Coverage

/// The most suspicious lines and functions as a table.
public enum TextSuspects {
    /// So many functions of a row are named if not all rows are wanted.
    private static let mostNames = 5

    /// Writes the first rows of each.
    ///
    /// - Parameter limit: so many; nil for all, with all that is in them.
    public static func write(
        _ ranking: SuspectRanking, limit: Int?, to output: inout some TextOutputStream
    ) {
        write(ranking.lines, "Lines", of: ranking, limit, to: &output) { lines in
            [
                "\(lines.path):\(ranges(lines.lines))", lines.function,
            ].compactMap(\.self).joined(separator: "  ")
        }
        output.write("\n")
        write(ranking.functions, "Function", of: ranking, limit, to: &output) { function in
            "\(function.name)  "
                + (function.line > 0 ? "\(function.path):\(function.line)" : function.path)
        }
    }

    private static func write<Element>(
        _ rows: [SuspectRanking.Row<Element>], _ title: String, of ranking: SuspectRanking,
        _ limit: Int?, to output: inout some TextOutputStream, text: (Element) -> String
    ) {
        var cells = [["Failed", "Passed", "Ochiai"]]
        // They stand last, as long as they are.
        var names = [title]
        for row in rows.prefix(limit ?? .max) {
            let shown = row.elements.prefix(limit == nil ? .max : mostNames)
            var lines = shown.map(text)
            if shown.count < row.elements.count {
                lines.append("and \(row.elements.count - shown.count) more")
            }
            cells.append([
                "\(row.runs.failed)/\(ranking.runs.failed)",
                "\(row.runs.passed)/\(ranking.runs.passed)", thousandths(row.suspicion),
            ])
            cells += Array(repeating: ["", "", ""], count: lines.count - 1)
            names += lines
        }
        let table = TextTable(cells)
        for (index, name) in names.enumerated() {
            output.write("\(table.text(index) { _, cell in cell })  \(name)\n")
        }
    }

    /// Three digits behind the point.
    static func thousandths(_ value: Double) -> String {
        let whole = Int((value * 1000).rounded())
        let digits = String(whole % 1000)
        return "\(whole / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }

    /// The lines' numbers, as `88-91,95`: between the first and the last of a range, all lines with code are among them.
    static func ranges(_ lines: [SuspectRanking.Line]) -> String {
        var ranges: [(first: Int, last: SuspectRanking.Line)] = []
        for line in lines {
            if let before = ranges.last, before.last.place + 1 == line.place {
                ranges[ranges.count - 1].last = line
            } else {
                ranges.append((line.number, line))
            }
        }
        return ranges.map { first, last in
            first == last.number ? "\(first)" : "\(first)-\(last.number)"
        }.joined(separator: ",")
    }
}

/// The same as a JSON document, described by Docs/suspects.schema.json.
public enum JSONSuspects {
    /// Writes the document.
    public static func write(_ ranking: SuspectRanking, to output: inout some TextOutputStream) {
        var json = JSONWriter(format: "covtool-suspects", version: 1)
        json.member("failedRuns", ranking.runs.failed)
        json.member("passedRuns", ranking.runs.passed)
        json.beginArray("lines", .block)
        for (index, row) in ranking.lines.enumerated() {
            for lines in row.elements {
                for line in lines.lines {
                    write(
                        index, row, lines.path, line.number, lines.function, to: &json, &output)
                }
            }
        }
        json.endArray()
        json.beginArray("functions", .block)
        for (index, row) in ranking.functions.enumerated() {
            for function in row.elements {
                write(index, row, function.path, function.line, function.name, to: &json, &output)
            }
        }
        json.endArray()
        json.end(to: &output)
    }

    private static func write<Element>(
        _ index: Int, _ row: SuspectRanking.Row<Element>, _ path: String, _ line: Int,
        _ function: String?, to json: inout JSONWriter, _ output: inout some TextOutputStream
    ) {
        json.beginObject()
        json.member("row", index + 1)
        json.member("path", path)
        json.member("line", line)
        json.member("function", function)
        json.member("failed", row.runs.failed)
        json.member("passed", row.runs.passed)
        json.member("suspicion", digits: "\(row.suspicion)")
        json.endObject()
        json.flush(to: &output)
    }
}

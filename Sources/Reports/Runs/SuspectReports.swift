public import Coverage

/// The most suspicious lines and functions as a table.
public enum TextSuspects {
    /// Writes the first rows of each.
    public static func write(
        _ ranking: SuspectRanking, limit: Int, to output: inout some TextOutputStream
    ) {
        var rows = [["Failed", "Passed", "Ochiai", "Lines"]]
        for lines in ranking.rows.prefix(limit) {
            let place = "\(lines[0].path):\(ranges(lines))"
            rows.append(row(lines[0], [place, lines[0].function], ranking))
        }
        table(rows, to: &output)
        output.write("\n")
        rows = [["Failed", "Passed", "Ochiai", "Function"]]
        for suspect in ranking.functions.prefix(limit) {
            let place = suspect.line > 0 ? "\(suspect.path):\(suspect.line)" : suspect.path
            rows.append(row(suspect, [suspect.function, place], ranking))
        }
        table(rows, to: &output)
    }

    private static func row(
        _ suspect: SuspectRanking.Suspect, _ names: [String?], _ ranking: SuspectRanking
    ) -> [String] {
        [
            "\(suspect.runs.failed)/\(ranking.runs.failed)",
            "\(suspect.runs.passed)/\(ranking.runs.passed)", thousandths(suspect.suspicion),
            names.compactMap { $0 }.joined(separator: "  "),
        ]
    }

    /// Names stand last, as long as they are.
    private static func table(_ rows: [[String]], to output: inout some TextOutputStream) {
        let table = TextTable(rows.map { Array($0.prefix(3)) })
        for (index, row) in rows.enumerated() {
            output.write("\(table.text(index) { _, cell in cell })  \(row[3])\n")
        }
    }

    /// Three digits behind the point.
    static func thousandths(_ value: Double) -> String {
        let whole = Int((value * 1000).rounded())
        let digits = String(whole % 1000)
        return "\(whole / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }

    /// The lines' numbers, as `88-91,95`: between the first and the last of a range, all lines with code are among them.
    static func ranges(_ lines: [SuspectRanking.Suspect]) -> String {
        var ranges: [(first: Int, last: SuspectRanking.Suspect)] = []
        for line in lines {
            if let before = ranges.last, before.last.place + 1 == line.place {
                ranges[ranges.count - 1].last = line
            } else {
                ranges.append((line.line, line))
            }
        }
        return ranges.map { first, last in
            first == last.line ? "\(first)" : "\(first)-\(last.line)"
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
        for suspect in ranking.lines { write(suspect, to: &json, &output) }
        json.endArray()
        json.beginArray("functions", .block)
        for suspect in ranking.functions { write(suspect, to: &json, &output) }
        json.endArray()
        json.end(to: &output)
    }

    private static func write(
        _ suspect: SuspectRanking.Suspect, to json: inout JSONWriter,
        _ output: inout some TextOutputStream
    ) {
        json.beginObject()
        json.member("path", suspect.path)
        json.member("line", suspect.line)
        json.member("function", suspect.function)
        json.member("failed", suspect.runs.failed)
        json.member("passed", suspect.runs.passed)
        json.member("suspicion", digits: "\(suspect.suspicion)")
        json.endObject()
        json.flush(to: &output)
    }
}

public import Coverage

/// The most suspicious lines and functions as a table.
public enum TextSuspects {
    /// Writes the first rows of each.
    public static func write(
        _ ranking: SuspectRanking, limit: Int, to output: inout some TextOutputStream
    ) {
        var rows = [["Line", "Failed", "Passed", "Ochiai", "Function"]]
        for range in ranges(ranking.lines).prefix(limit) {
            let lines =
                range.first.line == range.last.line
                ? "\(range.first.line)" : "\(range.first.line)-\(range.last.line)"
            rows.append(row("\(range.first.path):\(lines)", range.first, ranking))
        }
        table(rows, to: &output)
        output.write("\n")
        rows = [["Function", "Failed", "Passed", "Ochiai", ""]]
        for suspect in ranking.functions.prefix(limit) {
            let place = suspect.line > 0 ? "\(suspect.path):\(suspect.line)" : suspect.path
            var cells = row(suspect.function ?? "", suspect, ranking)
            cells[4] = place
            rows.append(cells)
        }
        table(rows, to: &output)
    }

    private static func row(
        _ place: String, _ suspect: SuspectRanking.Suspect, _ ranking: SuspectRanking
    ) -> [String] {
        [
            place, "\(suspect.runs.failed)/\(ranking.runs.failed)",
            "\(suspect.runs.passed)/\(ranking.runs.passed)", thousandths(suspect.suspicion),
            suspect.function ?? "",
        ]
    }

    /// Names stand last, as long as they are.
    private static func table(_ rows: [[String]], to output: inout some TextOutputStream) {
        let table = TextTable(rows.map { Array($0.prefix(4)) })
        for (index, row) in rows.enumerated() {
            output.write("\(table.text(index) { _, cell in cell })  \(row[4])".trimmed + "\n")
        }
    }

    /// Three digits behind the point.
    static func thousandths(_ value: Double) -> String {
        let whole = Int((value * 1000).rounded())
        let digits = String(whole % 1000)
        return "\(whole / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }

    /// Lines of one function that follow each other in the ranking and in the source, of which the same is known.
    static func ranges(_ lines: [SuspectRanking.Suspect]) -> [Rows] {
        var ranges: [Rows] = []
        for line in lines {
            if let before = ranges.last, before.last.place + 1 == line.place,
                before.first.path == line.path, before.first.function == line.function,
                before.first.runs == line.runs
            {
                ranges[ranges.count - 1].last = line
            } else {
                ranges.append((line, line))
            }
        }
        return ranges
    }

    typealias Rows = (first: SuspectRanking.Suspect, last: SuspectRanking.Suspect)
}

extension String {
    /// Without spaces at the end.
    fileprivate var trimmed: String {
        String(
            decoding: utf8.prefix(
                through: utf8.lastIndex { $0 != UInt8(ascii: " ") } ?? utf8.startIndex),
            as: UTF8.self)
    }
}

/// The same as a JSON document, described by Docs/suspects.schema.json.
public enum JSONSuspects {
    /// Writes the document.
    public static func write(_ ranking: SuspectRanking, to output: inout some TextOutputStream) {
        var json = JSONWriter(format: "covtool-suspects", version: 1)
        json.member("failedRuns", ranking.runs.failed)
        json.member("passedRuns", ranking.runs.passed)
        for (name, suspects) in [("lines", ranking.lines), ("functions", ranking.functions)]
            as [(StaticString, [SuspectRanking.Suspect])]
        {
            json.beginArray(name, .block)
            for suspect in suspects {
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
            json.endArray()
        }
        json.end(to: &output)
    }
}

import Coverage

/// Coverage as `llvm-cov export` writes it, version 2.0.1, for readers of that.
///
/// LLVM divides code into regions. Here a line with code is a region, and so is a whole function: a smaller part is not
/// known. Each line's region ends on its line, since readers count what begins on a line and what goes into it.
public struct LLVMReport: CoverageDocument {
    /// How LLVM says that a region goes to the end of its line.
    private static let lastColumn = UInt32.max

    /// A document with all functions.
    public init() {}

    /// Writes the document.
    public func write(_ coverage: ReportedCoverage, to output: inout some TextOutputStream) {
        var json = JSONWriter(.block)
        json.member("type", "llvm.coverage.json.export")
        json.member("version", "2.0.1")
        json.beginArray("data")
        json.beginObject(.block)
        json.beginArray("files", .block)
        for file in coverage.files { write(file, &json, to: &output) }
        json.endArray()
        json.beginArray("functions", .block)
        for file in coverage.files {
            for function in file.functions {
                write(function, file.path, &json)
                json.flush(to: &output)
            }
        }
        json.endArray()
        json.beginObject("totals")
        LLVMReport.write(Totals(coverage.files), &json)
        json.endObject()
        json.endObject()
        json.endArray()
        json.end(to: &output)
    }

    private func write(
        _ file: SourceCoverage.File, _ json: inout JSONWriter,
        to output: inout some TextOutputStream
    ) {
        json.beginObject()
        json.member("filename", file.path)
        json.beginArray("segments", .lines, isOnNewLine: true)
        for line in file.lines {
            // Line, column, count, whether there is a count, whether a region begins, whether it is a gap.
            write(segment: line.line, 1, line.hits, isCounted: true, &json)
            write(segment: line.line, LLVMReport.lastColumn, 0, isCounted: false, &json)
            json.flush(to: &output)
        }
        json.endArray()
        write(file.branches, &json, to: &output)
        json.member("expansions", [Int]())
        json.beginObject("summary")
        LLVMReport.write(Totals([file]), &json)
        json.endObject()
        json.endObject()
        json.flush(to: &output)
    }

    /// LLVM knows branches with two ways; of others, each way is one that was taken or not.
    private func write(
        _ branches: [SourceCoverage.Branch], _ json: inout JSONWriter,
        to output: inout some TextOutputStream
    ) {
        guard !branches.isEmpty else {
            json.member("branches", [Int](), isOnNewLine: true)
            return
        }
        json.beginArray("branches", .lines, isOnNewLine: true)
        for branch in branches {
            let known = branch.ways.compactMap(\.hits)
            let pairs =
                known.count == 2 ? [(known[0], known[1])] : []
            for (one, other) in pairs {
                // The first and the last place, both counts, the file and no expansion; 4 is a branch.
                json.beginArray()
                for number in [branch.line, 1, branch.line] { json.element(number) }
                json.element(LLVMReport.lastColumn)
                for number in [one, other, 0, 0, 4] { json.element(number) }
                json.endArray()
            }
            json.flush(to: &output)
        }
        json.endArray()
    }

    private func write(
        segment line: Int, _ column: UInt32, _ count: Int, isCounted: Bool, _ json: inout JSONWriter
    ) {
        json.beginArray()
        json.element(line)
        json.element(column)
        json.element(count)
        json.element(isCounted)
        json.element(isCounted)
        json.element(false)
        json.endArray()
    }

    private func write(
        _ function: SourceCoverage.Function, _ path: String, _ json: inout JSONWriter
    ) {
        json.beginObject()
        json.member("name", function.linkageName)
        json.member("count", function.hits)
        json.beginArray("regions")
        if function.line > 0 {
            // The first and the last place, the count, the file and no expansion; 0 is the kind of code.
            json.beginArray()
            json.element(function.line)
            json.element(1)
            json.element(max(function.line, function.endLine))
            json.element(LLVMReport.lastColumn)
            json.element(function.hits)
            for _ in 0..<3 { json.element(0) }
            json.endArray()
        }
        json.endArray()
        json.member("branches", [Int]())
        json.member("filenames", [path])
        json.endObject()
    }

    private static func write(_ totals: Totals, _ json: inout JSONWriter) {
        write("lines", totals.lines, hasMissed: false, &json)
        write("functions", totals.functions, hasMissed: false, &json)
        write("instantiations", totals.functions, hasMissed: false, &json)
        write("regions", totals.lines, hasMissed: true, &json)
        write("branches", totals.branches, hasMissed: true, &json)
    }

    private static func write(
        _ name: StaticString, _ count: SourceCoverage.Count, hasMissed: Bool,
        _ json: inout JSONWriter
    ) {
        json.beginObject(name)
        json.member("count", count.found)
        json.member("covered", count.hit)
        if hasMissed { json.member("notcovered", count.missed) }
        let share = count.found > 0 ? 100 * Double(count.hit) / Double(count.found) : 0
        json.member("percent", digits: "\(share)")
        json.endObject()
    }
}

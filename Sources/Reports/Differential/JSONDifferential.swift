public import Coverage

/// What became of a baseline's coverage, as a JSON document, described by Docs/differential.schema.json.
public struct JSONDifferential: Sendable {
    /// Whether files have their sums alone, without functions and lines.
    public var isSummary = false

    /// A document with functions and lines.
    public init() {}

    /// Writes the document.
    public func write(_ difference: DifferentialCoverage, to output: inout some TextOutputStream) {
        var json = JSONWriter(format: "covtool-differential", version: 1)
        json.beginObject("totals")
        let hasBranches = difference.branchCounts != nil
        JSONDifferential.write(
            difference.lineCounts, difference.functionCounts, difference.branchCounts, &json)
        json.endObject()
        json.beginArray("files", .block)
        for file in difference.files {
            json.beginObject()
            json.member("path", file.path)
            json.member("oldPath", file.oldPath)
            json.beginObject("summary", isOnNewLine: true)
            JSONDifferential.write(
                file.lineCounts, file.functionCounts, hasBranches ? file.branchCounts : nil, &json)
            json.endObject()
            if !isSummary {
                writeContent(of: file, &json, to: &output)
                if hasBranches { write(file.branches, &json, to: &output) }
            }
            json.endObject()
            json.flush(to: &output)
        }
        json.endArray()
        json.writeStrangers(difference.strangers, to: &output)
        json.end(to: &output)
    }

    private func writeContent(
        of file: DifferentialCoverage.File, _ json: inout JSONWriter,
        to output: inout some TextOutputStream
    ) {
        json.beginArray("functions", .lines, isOnNewLine: true)
        for function in file.functions {
            json.beginObject()
            json.member("category", function.category.abbreviation.description)
            json.member("name", function.name)
            json.member("linkageName", function.linkageName)
            json.member("line", function.line)
            json.member("oldLine", function.oldLine)
            json.member("hits", function.hits)
            json.member("oldHits", function.oldHits)
            json.endObject()
            json.flush(to: &output)
        }
        json.endArray()
        json.beginArray("lines", .lines, isOnNewLine: true)
        for line in file.lines {
            json.beginObject()
            json.member("category", line.category.abbreviation.description)
            json.member("line", line.line)
            json.member("oldLine", line.oldLine)
            json.member("hits", line.hits)
            json.member("oldHits", line.oldHits)
            json.endObject()
            json.flush(to: &output)
        }
        json.endArray()
    }

    private func write(
        _ branches: [DifferentialCoverage.Branch], _ json: inout JSONWriter,
        to output: inout some TextOutputStream
    ) {
        json.beginArray("branches", .lines, isOnNewLine: true)
        for branch in branches {
            json.beginObject()
            json.member("line", branch.line)
            json.member("oldLine", branch.oldLine)
            json.beginArray("ways")
            for way in branch.ways {
                json.beginObject()
                json.member("category", way.category?.abbreviation.description)
                json.member("hits", way.hits)
                json.member("oldHits", way.oldHits)
                json.endObject()
            }
            json.endArray()
            json.endObject()
            json.flush(to: &output)
        }
        json.endArray()
    }

    private static func write(
        _ lines: CategoryCounts, _ functions: CategoryCounts, _ branches: CategoryCounts?,
        _ json: inout JSONWriter
    ) {
        write("lines", lines, &json)
        write("functions", functions, &json)
        if let branches { write("branches", branches, &json) }
    }

    private static func write(
        _ name: StaticString, _ counts: CategoryCounts, _ json: inout JSONWriter
    ) {
        json.beginObject(name)
        for category in DifferenceCategory.allCases {
            json.member(category.abbreviation, counts[category])
        }
        json.endObject()
    }
}

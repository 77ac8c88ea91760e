import Coverage

/// Coverage as a JSON document, described by Docs/coverage.schema.json.
///
/// Written as it is walked through, so that the document never stands in memory.
public struct JSONReport: CoverageDocument {
    /// Whether files have their sums alone, without functions and lines.
    public var isSummary = false
    /// Whether modules have their blocks.
    public var hasBlocks = false

    static let format = "covtool-coverage"
    static let version = 2

    /// A document with functions and lines.
    public init() {}

    /// Writes the document.
    public func write(_ coverage: ReportedCoverage, to output: inout some TextOutputStream) {
        var json = JSONWriter(format: JSONReport.format, version: JSONReport.version)
        json.beginObject("totals")
        write(Totals(coverage.files), coverage.hasBranches, &json)
        json.endObject()
        json.beginArray("modules", .block)
        for module in coverage.modules { write(module, &json, to: &output) }
        json.endArray()
        json.beginArray("files", .block)
        for file in coverage.files { write(file, coverage.hasBranches, &json, to: &output) }
        json.endArray()
        json.end(to: &output)
    }

    private func write(
        _ module: ModuleCoverage, _ json: inout JSONWriter,
        to output: inout some TextOutputStream
    ) {
        json.beginObject()
        json.member("path", module.path)
        json.member("size", module.size)
        json.member("blocks", module.blocks.count)
        json.member("bytes", module.blocks.byteCount)
        if hasBlocks {
            let counts = module.blocks.counts
            json.beginArray("blockList", .lines, isOnNewLine: true)
            for (index, block) in module.blocks.elements.enumerated() {
                json.beginObject()
                json.member("offset", block.offset)
                json.member("size", block.size)
                if index < counts.count { json.member("count", counts[index]) }
                json.endObject()
                json.flush(to: &output)
            }
            json.endArray()
        }
        json.endObject()
        json.flush(to: &output)
    }

    private func write(
        _ file: SourceCoverage.File, _ hasBranches: Bool, _ json: inout JSONWriter,
        to output: inout some TextOutputStream
    ) {
        json.beginObject()
        json.member("path", file.path)
        json.beginObject("summary")
        write(Totals([file]), hasBranches, &json)
        json.endObject()
        if !isSummary {
            json.beginArray("functions", .lines, isOnNewLine: true)
            for function in file.functions {
                json.beginObject()
                json.members(of: function)
                json.member("hits", function.hits)
                json.endObject()
                json.flush(to: &output)
            }
            json.endArray()
            json.member(lines: file.lines, to: &output)
            if hasBranches { json.member(branches: file.branches, to: &output) }
        }
        json.endObject()
        json.flush(to: &output)
    }

    private func write(_ totals: Totals, _ hasBranches: Bool, _ json: inout JSONWriter) {
        json.member("lines", totals.lines)
        json.member("functions", totals.functions)
        guard hasBranches else { return }
        json.member(branches: totals.branches, unknown: totals.unknownBranches)
    }
}

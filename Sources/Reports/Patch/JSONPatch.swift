public import Coverage

/// What was executed of a diff, as a JSON document, described by Docs/patch.schema.json.
public enum JSONPatch {
    /// Writes the document.
    public static func write(_ patch: PatchCoverage, to output: inout some TextOutputStream) {
        var json = JSONWriter(format: "covtool-patch", version: 1)
        json.beginObject("totals")
        write(
            patch.lineCount, withoutCode: patch.withoutCodeCount,
            patch.hasBranches ? patch.branchCount : nil, &json)
        json.endObject()
        json.beginArray("files", .block)
        for file in patch.files {
            json.beginObject()
            json.member("path", file.path)
            json.member("diffPath", file.diffPath)
            json.beginObject("summary")
            write(
                file.lineCount, withoutCode: file.withoutCode.count,
                patch.hasBranches ? file.branchCount : nil, &json)
            json.endObject()
            json.member(lines: file.lines, to: &output)
            if patch.hasBranches { json.member(branches: file.branches, to: &output) }
            json.member("withoutCode", file.withoutCode, isOnNewLine: true)
            json.endObject()
            json.flush(to: &output)
        }
        json.endArray()
        json.writeStrangers(patch.strangers, to: &output)
        json.end(to: &output)
    }

    private static func write(
        _ count: SourceCoverage.Count, withoutCode: Int,
        _ branches: (known: SourceCoverage.Count, unknown: Int)?, _ json: inout JSONWriter
    ) {
        json.member("lines", count)
        json.member("withoutCode", withoutCode)
        if let branches { json.member(branches: branches.known, unknown: branches.unknown) }
    }
}

extension JSONWriter {
    /// Writes which files of a diff are in no report, and which files of the report they could be.
    mutating func writeStrangers(
        _ strangers: [DiffStranger], to output: inout some TextOutputStream
    ) {
        beginArray("notReported", .block)
        for stranger in strangers {
            beginObject()
            member("diffPath", stranger.path)
            member("candidates", stranger.candidates)
            endObject()
            flush(to: &output)
        }
        endArray()
    }
}

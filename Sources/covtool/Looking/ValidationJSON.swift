import Reports

/// Whether a reader would take a trace.
struct Verdict {
    var reader: KnownReader
    /// Why it would not; none where it would.
    var reasons: [String]
}

/// What `covtool validate --json` prints: a document, described by Docs/validate.schema.json.
struct ValidationJSON {
    private var json = JSONWriter(format: "covtool-validate", version: 1)

    init() { json.beginArray("traces", .block) }

    /// Writes what there is to say of a trace.
    mutating func write(
        _ path: String, damage: [String], _ verdicts: [Verdict], to output: inout OutputFile
    ) {
        json.beginObject()
        json.member("file", path)
        json.member("damage", damage)
        json.beginArray("readers", .block, isOnNewLine: true)
        for verdict in verdicts {
            json.beginObject()
            json.member("name", verdict.reader.rawValue)
            json.member("reasons", verdict.reasons)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.flush(to: &output)
    }

    /// Ends the document.
    mutating func end(to output: inout OutputFile) {
        json.endArray()
        json.end(to: &output)
    }
}

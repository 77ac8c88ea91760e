import Reports

/// Whether a reader would take a trace.
public struct Verdict {
    /// The reader.
    public var reader: KnownReader
    /// Why it would not; none where it would.
    public var reasons: [String]
}

extension CheckedTrace {
    /// What each of the readers would say of the trace.
    public func verdicts(of readers: [KnownReader]) -> [Verdict] {
        let facts = FileFacts(self)
        let foreign = facts == nil ? KnownReader.foreignReasons(self) : []
        return readers.map { Verdict(reader: $0, reasons: facts.map($0.reasons) ?? foreign) }
    }
}

/// What `covtool validate` prints.
public enum ValidationText {
    /// What there is to say of a trace, in lines.
    public static func text(_ path: String, damage: [String], _ verdicts: [Verdict]) -> String {
        var text = "\(VisibleText.shown(path)): \(damage.isEmpty ? "sound" : "damaged")\n"
        for line in damage { text += "  \(line)\n" }
        for verdict in verdicts {
            let name = verdict.reader.rawValue
            let padding = String(repeating: " ", count: 14 - name.count)
            let reasons = VisibleText.shown(verdict.reasons.joined(separator: "; "))
            text += "  \(name)\(padding)\(reasons.isEmpty ? "yes" : "no: \(reasons)")\n"
        }
        return text
    }
}

/// What `covtool validate --json` prints: a document, described by Docs/validate.schema.json.
public struct ValidationJSON {
    private var json = JSONWriter(format: "covtool-validate", version: 1)

    /// Begins a document.
    public init() { json.beginArray("traces", .block) }

    /// Writes what there is to say of a trace.
    public mutating func write(
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
    public mutating func end(to output: inout OutputFile) {
        json.endArray()
        json.end(to: &output)
    }
}

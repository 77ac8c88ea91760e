import Coverage
import Reports

/// Whether a reader would take a trace.
struct Verdict {
    /// The reader.
    var reader: KnownReader
    /// Why it would not; none where it would.
    var reasons: [String]
}

extension CheckedTrace {
    /// What each of the readers would say of the trace.
    func verdicts(of readers: [KnownReader]) -> [Verdict] {
        let facts = FileFacts(self)
        let foreign = facts == nil ? KnownReader.foreignReasons(self) : []
        return readers.map { Verdict(reader: $0, reasons: facts.map($0.reasons) ?? foreign) }
    }
}

/// What `covtool validate` prints.
enum ValidationText {
    /// What there is to say of a trace, in lines.
    static func text(_ path: String, damage: [String], lacks: [String], _ verdicts: [Verdict])
        -> String
    {
        var text = "\(VisibleText.shown(path)): \(damage.isEmpty ? "sound" : "damaged")\n"
        for line in damage + lacks { text += "  \(line)\n" }
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
struct ValidationJSON {
    private var json = JSONWriter(format: "covtool-validate", version: 1)

    init() { json.beginArray("traces", .block) }

    /// Writes what there is to say of a trace.
    mutating func write(
        _ path: String, damage: [String], lacks: [String], _ verdicts: [Verdict],
        to output: inout OutputFile
    ) {
        json.beginObject()
        json.member("file", path)
        json.member("damage", damage)
        json.member("lacks", lacks)
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

/// What `covtool validate` says of traces, as text or as a JSON document.
public struct TraceValidation {
    private let readers: [KnownReader]
    private let isChoice: Bool
    private let warnings: Warnings
    private var document: ValidationJSON?
    /// Whether all traces are sound, and the readers that were named take them.
    public private(set) var isGood = true

    /// - Parameters:
    ///   - readers: those that have to take the traces; if there are none, all are asked and none has to.
    ///   - isJSON: whether a document is written, and not text.
    public init(for readers: [KnownReader], isJSON: Bool = false, warnings: Warnings) {
        isChoice = !readers.isEmpty
        self.readers = isChoice ? readers : KnownReader.allCases
        self.warnings = warnings
        document = isJSON ? ValidationJSON() : nil
    }

    /// Writes what there is to say of the trace at a path.
    ///
    /// - Throws: ``Failure`` where it is no trace.
    public mutating func write(_ path: String, to output: inout OutputFile) throws(Failure) {
        let trace = try CheckedTrace(path: path, ModuleSelection(), warnings)
        let verdicts = trace.verdicts(of: readers)
        if !trace.diagnoses.isEmpty { isGood = false }
        if isChoice, verdicts.contains(where: { !$0.reasons.isEmpty }) { isGood = false }
        let (damage, lacks) = (trace.diagnoses.map(\.wording), trace.lacks)
        if document != nil {
            document?.write(path, damage: damage, lacks: lacks, verdicts, to: &output)
        } else {
            output.write(ValidationText.text(path, damage: damage, lacks: lacks, verdicts))
        }
    }

    /// Ends the document.
    public mutating func end(to output: inout OutputFile) { document?.end(to: &output) }
}

public import Coverage

/// The functions of modules with what was executed of their code as a JSON document, described by
/// Docs/functions.schema.json.
public struct JSONFunctions: Sendable {
    /// Whether counts are executions; else they are numbers of runs, at least.
    public var hasCounts: Bool
    /// Whether functions have their conditional jumps.
    public var hasJumps: Bool

    /// Makes it of its fields.
    public init(hasCounts: Bool, hasJumps: Bool) {
        (self.hasCounts, self.hasJumps) = (hasCounts, hasJumps)
    }

    /// Writes the document.
    public func write(_ modules: [ModuleFunctions], to output: inout some TextOutputStream) {
        var json = JSONWriter(format: "covtool-functions", version: 1)
        json.member("hasCounts", hasCounts)
        let totals = FunctionTotals(modules.flatMap(\.functions))
        json.beginObject("totals")
        json.member("functions", totals.functions)
        json.member("bytes", totals.bytes)
        json.member("blocks", totals.blocks)
        if hasJumps {
            json.beginObject("jumps")
            for verdict in ModuleFunctions.Jump.Verdict.allCases {
                let count = totals.verdicts[verdict] ?? 0
                switch verdict {
                case .both: json.member("both", count)
                case .taken: json.member("taken", count)
                case .fallThrough: json.member("fell", count)
                case .never: json.member("never", count)
                case .unknown: json.member("unknown", count)
                }
            }
            json.endObject()
        }
        json.endObject()
        json.beginArray("modules", .block)
        for module in modules {
            json.beginObject()
            json.member("path", module.path)
            json.beginArray("functions", .block)
            for function in module.functions {
                write(function, &json)
                json.flush(to: &output)
            }
            json.endArray()
            json.endObject()
        }
        json.endArray()
        json.end(to: &output)
    }

    private func write(_ function: ModuleFunctions.Function, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("name", function.name)
        json.member("linkageName", function.linkageName)
        json.member("file", function.file)
        json.member("line", function.line)
        json.member("address", function.address)
        json.member("hits", function.hits)
        json.member("bytes", function.bytes)
        if let blocks = function.blocks {
            json.member("blocks", blocks)
        } else {
            json.member("blocks", digits: nil)
        }
        if hasJumps {
            json.beginArray("jumps")
            for jump in function.jumps {
                json.beginObject()
                json.member("address", jump.address)
                json.member("target", jump.target)
                json.member("taken", jump.taken)
                json.member("fellThrough", jump.fellThrough)
                if jump.takenIsLeast { json.member("takenIsLeast", true) }
                if jump.fellThroughIsLeast { json.member("fellThroughIsLeast", true) }
                json.member("verdict", jump.verdict.rawValue)
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }
}

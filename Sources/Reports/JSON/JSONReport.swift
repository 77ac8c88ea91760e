public import Coverage

/// Coverage as a JSON document, described by Docs/coverage.schema.json.
///
/// Written as it is walked through, so that the document never stands in memory.
public struct JSONReport: Sendable {
    /// The value of `"format"`.
    public static let format = "covtool-coverage"
    /// The value of `"version"`: one higher with each change that a reader must know of.
    public static let version = 2

    /// Whether files have their sums alone, without functions and lines.
    public var isSummary = false
    /// Whether modules have their blocks.
    public var hasBlocks = false

    /// A document with functions and lines.
    public init() {}

    /// Writes the document.
    public func write(
        _ files: [SourceCoverage.File], modules: [ModuleCoverage],
        to output: inout some TextOutputStream
    ) {
        output.write("{\n\"format\": \(JSONText.quoted(JSONReport.format)),\n")
        output.write("\"version\": \(JSONReport.version),\n")
        output.write("\"totals\": \(JSONReport.summary(Totals(files))),\n\"modules\": [")
        for (index, module) in modules.enumerated() {
            output.write(index == 0 ? "\n" : ",\n")
            write(module, to: &output)
        }
        output.write(modules.isEmpty ? "],\n\"files\": [" : "\n],\n\"files\": [")
        for (index, file) in files.enumerated() {
            output.write(index == 0 ? "\n" : ",\n")
            write(file, to: &output)
        }
        output.write(files.isEmpty ? "]\n}\n" : "\n]\n}\n")
    }

    private func write(_ module: ModuleCoverage, to output: inout some TextOutputStream) {
        output.write(
            """
            {"path": \(JSONText.quoted(module.path)), "size": \(module.size), \
            "blocks": \(module.blocks.count), "bytes": \(module.blocks.byteCount)
            """)
        if hasBlocks {
            let counts = module.blocks.counts
            output.write(",\n\"blockList\": [")
            for (index, block) in module.blocks.elements.enumerated() {
                output.write(index == 0 ? "" : ",\n")
                output.write("{\"offset\": \(block.offset), \"size\": \(block.size)")
                if index < counts.count { output.write(", \"count\": \(counts[index])") }
                output.write("}")
            }
            output.write("]")
        }
        output.write("}")
    }

    private func write(_ file: SourceCoverage.File, to output: inout some TextOutputStream) {
        output.write("{\"path\": \(JSONText.quoted(file.path)), ")
        output.write("\"summary\": \(JSONReport.summary(Totals([file])))")
        if !isSummary {
            output.write(",\n\"functions\": [")
            for (index, function) in file.functions.enumerated() {
                output.write(
                    """
                    \(index == 0 ? "" : ",\n"){"name": \(JSONText.quoted(function.name)), \
                    "linkageName": \(JSONText.quoted(function.linkageName)), \
                    "line": \(function.line), "hits": \(function.hits)}
                    """)
            }
            output.write("],\n\"lines\": [")
            for (index, line) in file.lines.enumerated() {
                output.write(index == 0 ? "" : ", ")
                output.write("{\"line\": \(line.line), \"hits\": \(line.hits)}")
            }
            output.write("]")
        }
        output.write("}")
    }

    private static func summary(_ totals: Totals) -> String {
        "{\"lines\": \(count(totals.lines)), \"functions\": \(count(totals.functions))}"
    }

    private static func count(_ count: SourceCoverage.Count) -> String {
        let percent = count.found > 0 ? Percent.number(count) : "null"
        return "{\"found\": \(count.found), \"hit\": \(count.hit), \"percent\": \(percent)}"
    }
}

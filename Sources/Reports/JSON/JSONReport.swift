public import Coverage

/// Coverage as a JSON document, described by Docs/coverage.schema.json.
///
/// Written as it is walked through: a file's object stands in memory at a time, never the document.
public enum JSONReport {
    /// The value of `"format"`.
    public static let format = "covtool-coverage"
    /// The value of `"version"`: one higher with each change that a reader must know of.
    public static let version = 1

    /// Writes the document.
    public static func write(
        _ files: [SourceCoverage.File], modules: [ModuleCoverage],
        to output: inout some TextOutputStream
    ) {
        output.write("{\n\"format\": \(JSONText.quoted(format)),\n\"version\": \(version),\n")
        output.write("\"totals\": \(summary(Totals(files))),\n\"modules\": [")
        writeList(modules, to: &output, one: module)
        output.write("],\n\"files\": [")
        writeList(files, to: &output, one: file)
        output.write("]\n}\n")
    }

    private static func writeList<Element>(
        _ list: [Element], to output: inout some TextOutputStream, one: (Element) -> String
    ) {
        for (index, element) in list.enumerated() {
            output.write(index == 0 ? "\n" : ",\n")
            output.write(one(element))
        }
        if !list.isEmpty { output.write("\n") }
    }

    private static func module(_ module: ModuleCoverage) -> String {
        """
        {"path": \(JSONText.quoted(module.path)), "size": \(module.size), \
        "blocks": \(module.blocks.count), "bytes": \(module.blocks.byteCount)}
        """
    }

    private static func file(_ file: SourceCoverage.File) -> String {
        let functions = file.functions.map { function in
            """
            {"name": \(JSONText.quoted(function.name)), \
            "linkageName": \(JSONText.quoted(function.linkageName)), \
            "line": \(function.line), "hits": \(function.hits)}
            """
        }
        let lines = file.lines.map { "{\"line\": \($0.line), \"hits\": \($0.hits)}" }
        return """
            {"path": \(JSONText.quoted(file.path)), \
            "summary": \(summary(Totals([file]))),
            "functions": [\(functions.joined(separator: ",\n"))],
            "lines": [\(lines.joined(separator: ", "))]}
            """
    }

    private static func summary(_ totals: Totals) -> String {
        "{\"lines\": \(count(totals.lines)), \"functions\": \(count(totals.functions))}"
    }

    private static func count(_ count: SourceCoverage.Count) -> String {
        "{\"found\": \(count.found), \"hit\": \(count.hit)}"
    }
}

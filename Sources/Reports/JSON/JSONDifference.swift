public import Coverage

/// What two sets of runs differ in, as a JSON document.
public enum JSONDifference {
    /// The value of `"format"`.
    public static let format = "covtool-diff"
    /// The value of `"version"`: one higher with each change that a reader must know of.
    public static let version = 1

    /// Writes the document.
    ///
    /// - Parameter files: nil where no line table is known.
    public static func write(
        _ difference: ProfileDifference, _ files: [SourceDifference]?,
        to output: inout some TextOutputStream
    ) {
        output.write("{\n\"format\": \(JSONText.quoted(format)),\n\"version\": \(version),\n")
        output.write("\"modules\": [")
        write(difference.parts.map(part), to: &output)
        output.write("]")
        if let files {
            output.write(",\n\"files\": [")
            write(files.map(file), to: &output)
            output.write("]")
        }
        output.write("\n}\n")
    }

    private static func write(_ objects: [String], to output: inout some TextOutputStream) {
        for (index, object) in objects.enumerated() {
            output.write(index == 0 ? "\n" : ",\n")
            output.write(object)
        }
        if !objects.isEmpty { output.write("\n") }
    }

    private static func part(_ part: ProfileDifference.Part) -> String {
        """
        {"path": \(part.path.map(JSONText.quoted) ?? "null"), \
        "blocksBefore": \(part.before), "blocksAfter": \(part.after), \
        "newBytes": \(part.newBytes), "goneBytes": \(part.goneBytes),
        "newBlocks": \(blocks(part.new)),
        "goneBlocks": \(blocks(part.gone))}
        """
    }

    private static func blocks(_ set: BlockSet) -> String {
        let blocks = set.elements.map { "{\"offset\": \($0.offset), \"size\": \($0.size)}" }
        return "[\(blocks.joined(separator: ", "))]"
    }

    private static func file(_ file: SourceDifference) -> String {
        """
        {"path": \(JSONText.quoted(file.path)),
        "newLines": \(file.newLines), "goneLines": \(file.goneLines),
        "newFunctions": \(functions(file.newFunctions)),
        "goneFunctions": \(functions(file.goneFunctions))}
        """
    }

    private static func functions(_ functions: [SourceCoverage.Function]) -> String {
        let objects = functions.map {
            """
            {"name": \(JSONText.quoted($0.name)), \
            "linkageName": \(JSONText.quoted($0.linkageName)), "line": \($0.line)}
            """
        }
        return "[\(objects.joined(separator: ", "))]"
    }
}

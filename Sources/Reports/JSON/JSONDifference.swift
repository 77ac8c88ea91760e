public import Coverage

/// What two sets of runs differ in, as a JSON document, described by Docs/diff.schema.json.
public enum JSONDifference {
    /// Writes the document.
    ///
    /// - Parameters:
    ///   - files: nil where no line table is known.
    ///   - hasBranches: whether these were asked for.
    public static func write(
        _ difference: ProfileDifference, _ files: [SourceDifference]?, hasBranches: Bool = false,
        to output: inout some TextOutputStream
    ) {
        var json = JSONWriter(format: "covtool-diff", version: 1)
        json.beginArray("modules", .block)
        for part in difference.modules {
            json.beginObject()
            json.member("path", part.path)
            json.member("blocksBefore", part.before)
            json.member("blocksAfter", part.after)
            json.member("newBytes", part.newBytes)
            json.member("goneBytes", part.goneBytes)
            write("newBlocks", part.new, &json, to: &output)
            write("goneBlocks", part.gone, &json, to: &output)
            json.endObject()
            json.flush(to: &output)
        }
        json.endArray()
        if let files {
            json.beginArray("files", .block)
            for file in files {
                json.beginObject()
                json.member("path", file.path)
                json.member("newLines", file.newLines, isOnNewLine: true)
                json.member("goneLines", file.goneLines)
                write("newFunctions", file.newFunctions, &json)
                write("goneFunctions", file.goneFunctions, &json)
                if hasBranches {
                    write("newBranches", file.newBranches, &json)
                    write("goneBranches", file.goneBranches, &json)
                }
                json.endObject()
                json.flush(to: &output)
            }
            json.endArray()
        }
        json.end(to: &output)
    }

    private static func write(
        _ name: StaticString, _ set: BlockSet, _ json: inout JSONWriter,
        to output: inout some TextOutputStream
    ) {
        json.beginArray(name, isOnNewLine: true)
        for block in set.elements {
            json.beginObject()
            json.member("offset", block.offset)
            json.member("size", block.size)
            json.endObject()
            json.flush(to: &output)
        }
        json.endArray()
    }

    private static func write(
        _ name: StaticString, _ functions: [SourceCoverage.Function], _ json: inout JSONWriter
    ) {
        json.beginArray(name, isOnNewLine: true)
        for function in functions {
            json.beginObject()
            json.members(of: function)
            json.endObject()
        }
        json.endArray()
    }

    private static func write(
        _ name: StaticString, _ branches: [SourceDifference.Ways], _ json: inout JSONWriter
    ) {
        json.beginArray(name, isOnNewLine: true)
        for found in branches {
            for way in found.ways {
                json.beginObject()
                json.member("line", found.branch.line)
                json.member("condition", found.number)
                json.member("way", way)
                let destination = found.branch.ways[way].destination
                if destination > 0 { json.member("to", destination) }
                json.endObject()
            }
        }
        json.endArray()
    }
}

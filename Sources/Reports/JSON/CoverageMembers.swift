import Coverage

/// What several documents have in the same words.
extension JSONWriter {
    /// Writes what a function is called, and where it is declared.
    mutating func members(of function: SourceCoverage.Function) {
        member("name", function.name)
        member("linkageName", function.linkageName)
        member("line", function.line)
    }

    /// Writes a member with how many there are, and how many of them were hit.
    mutating func member(_ name: StaticString, _ count: SourceCoverage.Count) {
        beginObject(name)
        members(of: count)
        endObject()
    }

    /// Writes how many there are, how many of them were hit, and their share.
    mutating func members(of count: SourceCoverage.Count) {
        member("found", count.found)
        member("hit", count.hit)
        member("percent", digits: count.found > 0 ? Percent.number(count) : nil)
    }

    /// Writes a member with lines, on a line of its own.
    mutating func member(
        lines: [SourceCoverage.Line], to output: inout some TextOutputStream
    ) {
        beginArray("lines", isOnNewLine: true)
        for line in lines {
            beginObject()
            member("line", line.line)
            member("hits", line.hits)
            endObject()
            flush(to: &output)
        }
        endArray()
    }
}

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

    /// Writes a member with how many ways conditions can go, and of how many nothing is known.
    mutating func member(branches count: SourceCoverage.Count, unknown: Int) {
        beginObject("branches")
        members(of: count)
        member("unknown", unknown)
        endObject()
    }

    /// Writes a member with conditions, each on a line of its own.
    mutating func member(
        branches: [SourceCoverage.Branch], to output: inout some TextOutputStream
    ) {
        beginArray("branches", .lines, isOnNewLine: true)
        for branch in branches {
            beginObject()
            member("line", branch.line)
            member("reached", branch.isReached)
            beginArray("ways")
            for way in branch.ways {
                beginObject()
                if let hits = way.hits { member("hits", hits) }
                if way.destination > 0 { member("to", way.destination) }
                endObject()
            }
            endArray()
            endObject()
            flush(to: &output)
        }
        endArray()
    }
}

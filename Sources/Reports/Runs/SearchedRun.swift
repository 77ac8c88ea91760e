/// A run, and how often it came to a place.
public struct SearchedRun: Equatable, Sendable {
    /// Its trace.
    public var path: String
    /// How often it came there; 1 or 0 where its trace has no hit counts.
    public var hits: UInt64
    /// Whether its trace has hit counts.
    public var hasHits: Bool
    /// The blocks in its trace.
    public var blockCount: Int
    /// Bytes of its input; nil where that is not known.
    public var inputSize: Int?

    /// Makes a run of its fields.
    public init(
        path: String, hits: UInt64, hasHits: Bool, blockCount: Int, inputSize: Int? = nil
    ) {
        self.path = path
        self.hits = hits
        self.hasHits = hasHits
        self.blockCount = blockCount
        self.inputSize = inputSize
    }
}

/// The answer to which runs came to a place, or did not.
public struct FoundRuns: Sendable {
    /// The place as it was asked for.
    public var place: String
    /// What kind of place it is, in a word.
    public var kind: String
    /// Whether the runs came there, or are those that did not.
    public var isReached: Bool
    /// How many were looked at.
    public var runCount: Int
    /// The runs, in the order in which they were named.
    public var runs: [SearchedRun]

    /// Makes an answer of its parts.
    public init(
        place: String, kind: String, isReached: Bool, runCount: Int, runs: [SearchedRun]
    ) {
        self.place = place
        self.kind = kind
        self.isReached = isReached
        self.runCount = runCount
        self.runs = runs
    }

    /// The run with the smallest input, or where inputs are not known, with the fewest blocks; of those alike the
    /// first.
    public var smallest: SearchedRun? {
        runs.min {
            ($0.inputSize ?? .max, $0.blockCount) < ($1.inputSize ?? .max, $1.blockCount)
        }
    }
}

/// The runs as text: for each the number of hits, `-` where that is not known, and its name.
public enum TextRuns {
    /// Writes a line for each run.
    ///
    /// - Parameter namesAlone: whether a line is a name, and nothing else.
    public static func write(
        _ found: FoundRuns, namesAlone: Bool, to output: inout some TextOutputStream
    ) {
        for run in found.runs {
            output.write(
                namesAlone ? "\(run.path)\n" : "\(run.hasHits ? "\(run.hits)" : "-")\t\(run.path)\n"
            )
        }
    }

    /// What there is to say of them, as a line.
    public static func summary(of found: FoundRuns) -> String {
        let what = "\(found.runs.count) of \(Amount.text(found.runCount, "run"))"
        let verb = found.isReached ? "reached" : "did not reach"
        guard let first = found.runs.first, let smallest = found.smallest else {
            return "\(what) \(verb) \(found.place)"
        }
        let size =
            smallest.inputSize.map { "an input of \(Amount.text($0, "byte"))" }
            ?? Amount.text(smallest.blockCount, "block")
        return """
            \(what) \(verb) \(found.place); the first: \(first.path); the smallest: \(smallest.path) (\(size))
            """
    }
}

/// The same as a JSON document, described by Docs/which.schema.json.
public enum JSONRuns {
    /// Writes the document.
    public static func write(_ found: FoundRuns, to output: inout some TextOutputStream) {
        var json = JSONWriter(format: "covtool-which", version: 1)
        json.member("place", found.place)
        json.member("kind", found.kind)
        json.member("reached", found.isReached)
        json.member("runCount", found.runCount)
        json.member("first", found.runs.first?.path)
        json.member("smallest", found.smallest?.path)
        json.beginArray("runs", .block)
        for run in found.runs {
            json.beginObject()
            json.member("path", run.path)
            json.member("hits", run.hasHits ? run.hits : nil)
            json.member("blocks", run.blockCount)
            json.member("inputSize", run.inputSize)
            json.endObject()
            json.flush(to: &output)
        }
        json.endArray()
        json.end(to: &output)
    }
}

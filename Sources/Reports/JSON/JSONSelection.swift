/// The runs that were chosen of many, and what each adds, as a JSON document, described by
/// Docs/minimise.schema.json.
public enum JSONSelection {
    /// A point of the curve along which coverage grows.
    public struct Point: Sendable {
        /// The run's file.
        public var path: String
        /// What it costs.
        public var weight: Double
        /// The blocks that the runs before have not.
        public var added: Int
        /// The blocks that it and the runs before have.
        public var total: Int

        /// Makes a point of its fields.
        public init(path: String, weight: Double, added: Int, total: Int) {
            self.path = path
            self.weight = weight
            self.added = added
            self.total = total
        }
    }

    /// Writes the document.
    ///
    /// - Parameters:
    ///   - points: the chosen runs, in their order.
    ///   - runCount: the number of runs that were chosen from.
    ///   - blocksBefore: the number of different blocks of all runs.
    ///   - blocksAfter: that of those chosen.
    public static func write(
        _ points: [Point], runCount: Int, blocksBefore: Int, blocksAfter: Int,
        to output: inout some TextOutputStream
    ) {
        var json = JSONWriter(format: "covtool-minimise", version: 1)
        json.member("runsBefore", runCount)
        json.member("runsAfter", points.count)
        json.member("blocksBefore", blocksBefore)
        json.member("blocksAfter", blocksAfter)
        json.beginArray("runs", .block)
        for point in points {
            json.beginObject()
            json.member("path", point.path)
            json.member("weight", digits: "\(point.weight)")
            json.member("added", point.added)
            json.member("blocks", point.total)
            json.endObject()
            json.flush(to: &output)
        }
        json.endArray()
        json.end(to: &output)
    }
}

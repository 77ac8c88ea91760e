/// The runs that were chosen of many, and what each adds, as a JSON document.
public enum JSONSelection {
    /// The value of `"format"`.
    public static let format = "covtool-minimise"
    /// The value of `"version"`: one higher with each change that a reader must know of.
    public static let version = 1

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
        output.write("{\n\"format\": \(JSONText.quoted(format)),\n\"version\": \(version),\n")
        output.write("\"runsBefore\": \(runCount), \"runsAfter\": \(points.count),\n")
        output.write("\"blocksBefore\": \(blocksBefore), \"blocksAfter\": \(blocksAfter),\n")
        output.write("\"runs\": [")
        for (index, point) in points.enumerated() {
            output.write(index == 0 ? "\n" : ",\n")
            output.write(
                """
                {"path": \(JSONText.quoted(point.path)), "weight": \(point.weight), \
                "added": \(point.added), "blocks": \(point.total)}
                """)
        }
        output.write(points.isEmpty ? "]\n}\n" : "\n]\n}\n")
    }
}

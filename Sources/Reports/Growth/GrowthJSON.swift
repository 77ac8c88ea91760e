/// A growth curve as a JSON document, described by Docs/growth.schema.json.
public enum GrowthJSON {
    /// Writes the document.
    public static func write(_ curve: GrowthCurve, to output: inout some TextOutputStream) {
        var json = JSONWriter(format: "covtool-growth", version: 1)
        json.member("inputs", curve.inputCount)
        json.member("blocks", curve.blockCount)
        json.beginArray("points", .block)
        for point in curve.points {
            json.beginObject()
            json.member("inputs", point.inputs)
            json.member("blocks", point.blocks)
            json.member("input", point.input)
            json.endObject()
            json.flush(to: &output)
        }
        json.endArray()
        json.end(to: &output)
    }
}

import Replay
import Reports

extension CorpusReplay.Result {
    /// Writes how many blocks are reached after how many inputs, in the corpus's order: a picture where the file's name
    /// ends in `.svg`, else a JSON document (Docs/growth.schema.json).
    public func writeGrowth(of inputs: InputList, to path: String) throws(Failure) {
        var curve = GrowthCurve()
        for outcome in outcomes {
            if case .notRun = outcome.run.end { continue }
            curve.add(inputs[outcome.input].name, newBlocks: outcome.newBlocks)
        }
        var output = try OutputFile(path)
        if path.hasSuffix(".svg") {
            GrowthPicture.write(curve, to: &output)
        } else {
            GrowthJSON.write(curve, to: &output)
        }
        try output.finish()
    }
}

import Coverage
import DRCov

extension Profile {
    /// Writes the profile as one drcov file.
    ///
    /// - Parameters:
    ///   - form: with counts only for a profile that is counted.
    ///   - reader: who must take it; what it cannot take is an error.
    public func write(
        to path: String?, form: DRCovForm = DRCovForm(), for reader: KnownReader? = nil
    )
        throws(Failure)
    {
        if form.blocks == .binary || form.hasCounts { try OutputFile.refuseTerminal(path) }
        var tables: TraceTables
        do throws(ExportError) {
            tables = TraceTables(try exported(), is32Bit: is32Bit)
        } catch {
            throw Failure(.badData, "\(path ?? "standard output"): \(error.text)")
        }
        if let reader {
            tables.prepare(for: reader)
            let reasons = tables.reasons(against: reader, form)
            guard reasons.isEmpty else {
                throw Failure(
                    .badData,
                    "\(reader.rawValue) would not take this: \(reasons.joined(separator: "; "))")
            }
        }
        if form.hasCounts { TraceTables.tellCutCounts(tables.cutCounts) }
        let output = try OutputFile(path)
        tables.forEachPart(form) { output.write($0) }
        try output.finish()
    }
}

extension ExportError {
    fileprivate var text: String {
        switch self {
        case .offsetTooLarge(let path, let offset):
            "drcov cannot express a block at \(hex(offset)) in \(path), behind the module's end"
        case .tooManyModules(let count): "drcov cannot express \(count) rows: 65535 is the most"
        }
    }
}

import DRCov

/// `info`, `validate` and `repair`.
enum Looking {
    nonisolated(unsafe) private static var output: OutputFile = {
        guard let file = try? OutputFile("/dev/null") else { preconditionFailure("no /dev/null") }
        return file
    }()

    static func check(_ dumps: [Dump], _ bytes: Span<UInt8>, _ choice: inout Choice) {
        let summaries = dumps.map { DumpSummary($0, in: bytes) }
        for (number, summary) in summaries.enumerated() {
            precondition(summary.different <= summary.dump.blocks.count)
            _ = summary.diagnosis(in: bytes).map { $0.text + $0.wording }
            if choice.number(below: 2) == 0 {
                unsafe InfoText.write(
                    summary, number: number, of: dumps.count, path: "fuzz", to: &output)
                unsafe InfoText.writeBlocks(summary, in: bytes, to: &output)
            } else {
                unsafe InfoJSON.write(summary, path: "fuzz", blocks: true, in: bytes, to: &output)
            }
            _ = unsafe RepairedDump(summary).write(to: output, in: bytes)
        }
        if let facts = FileFacts(dumps, [], in: bytes) {
            for reader in KnownReader.allCases { _ = reader.reasons(facts) }
        }
    }
}

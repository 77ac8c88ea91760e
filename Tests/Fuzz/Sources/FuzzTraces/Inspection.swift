@testable import CovtoolKit
import DRCov
import Trace

/// `info`, `validate` and `repair`.
enum Inspection {
    nonisolated(unsafe) private static var output: OutputFile = {
        guard let file = try? OutputFile("/dev/null") else { preconditionFailure("no /dev/null") }
        return file
    }()

    /// - Parameter dumps: how a drcov file writes the recordings; of another file, none.
    static func check(
        _ recordings: [Recording], _ dumps: [Dump], _ bytes: Span<UInt8>, _ choice: inout Choice
    ) {
        let summaries = recordings.map { RecordingSummary($0, in: bytes) }
        for (number, summary) in summaries.enumerated() {
            let dump = dumps.isEmpty ? nil : dumps[number]
            precondition(summary.different <= summary.recording.blocks.count)
            _ = summary.diagnoses(in: bytes).map { $0.text + $0.wording }
            if choice.number(below: 2) == 0 {
                unsafe InfoText.write(
                    summary, dump, number: number, of: recordings.count, path: "fuzz", to: &output)
                unsafe InfoText.writeBlocks(summary, in: bytes, to: &output)
            } else {
                var document = InfoJSON(listsBlocks: true)
                unsafe document.write(summary, dump, path: "fuzz", in: bytes, to: &output)
                unsafe document.end(to: &output)
            }
            _ = unsafe RepairedRecording(summary, dump).write(to: output, in: bytes)
        }
        if let facts = FileFacts(dumps, [], in: bytes) {
            for reader in KnownReader.allCases { _ = reader.reasons(facts) }
        }
    }
}

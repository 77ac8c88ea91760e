import DRCov
import Trace

/// A recording as it is written anew: the same rows and blocks without what is not sound.
public struct RepairedRecording {
    private let summary: RecordingSummary
    private let form: DRCovForm
    private let ids: [Int: Int]

    /// - Parameter dump: how its file writes it; nil where that is not drcov.
    public init(_ summary: RecordingSummary, _ dump: Dump? = nil) {
        self.summary = summary
        form = dump.map(DRCovForm.init) ?? DRCovForm(of: summary.recording)
        ids = Dictionary(
            summary.rows.enumerated().map { ($1.module.id, $0) },
            uniquingKeysWith: { one, _ in one })
    }

    /// Writes it, and gives the number of blocks.
    public func write(to output: OutputFile, in bytes: Span<UInt8>) -> Int {
        let recording = summary.recording
        let writer = DRCovWriter(form: form)
        let rows = summary.rows.enumerated().map { index, row in
            var row = row.module
            (row.id, row.containingID) = (index, ids[row.containingID] ?? index)
            return row
        }
        let count = summary.blockCount - summary.unknown
        output.write(
            writer.header(
                modules: rows, is32Bit: recording.is32Bit == true,
                blockCount: count))
        var counts: [UInt8] = []
        var part: [UInt8] = []
        recording.forEachBlock(in: bytes) { block, hits in
            guard summary.wants(block) else { return }
            var block = block
            if block.module != Block.noModule {
                guard let id = ids[Int(block.module)] else { return }
                block.module = UInt16(id)
            }
            writer.append(block, to: &part)
            if form.hasCounts { writer.append(hitCount: UInt64(hits ?? 1), to: &counts) }
            if part.count >= 1 << 16 {
                output.write(part)
                part.removeAll(keepingCapacity: true)
            }
        }
        output.write(part)
        if form.hasCounts { output.write(writer.countsHeader(count: count) + counts) }
        return count
    }
}

extension DRCovForm {
    /// The form of what is written in place of a dump. A table of version 1 cannot be written; in version 2
    /// its sizes stand as rows from 0.
    fileprivate init(_ dump: Dump) {
        self.init(
            version: dump.version, table: TableVersion(rawValue: dump.tableVersion) ?? .two,
            blocks: dump.blockForm, hasCounts: dump.recording.counts != nil)
    }
}

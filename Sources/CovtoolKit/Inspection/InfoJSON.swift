import DRCov
import Reports
import Trace

/// What `covtool info --json` prints: a document, described by Docs/info.schema.json, and written as it is
/// walked through.
struct InfoJSON {
    private var json = JSONWriter(format: "covtool-info", version: 1)
    /// Whether each recording's blocks are listed.
    private let listsBlocks: Bool

    /// Begins a document.
    init(listsBlocks: Bool) {
        self.listsBlocks = listsBlocks
        json.beginArray("recordings", .block)
    }

    /// Writes a recording.
    ///
    /// - Parameters:
    ///   - dump: how the file writes it; nil where the file is not drcov.
    ///   - bytes: the file.
    mutating func write(
        _ summary: RecordingSummary, _ dump: Dump?, path: String, in bytes: Span<UInt8>,
        to output: inout OutputFile
    ) {
        let recording = summary.recording
        let form = DumpText(recording, dump)
        json.beginObject()
        json.member("file", path)
        json.member("version", form.version)
        json.member("table", form.table)
        json.member("flavor", form.flavor)
        json.member("form", form.blocks ?? recording.format.name)
        json.member("blocks", summary.blockCount)
        json.member("different", summary.different)
        json.member("bytes", summary.byteCount)
        json.member("outside", summary.loose)
        json.member("unknown", summary.unknown)
        json.member("hits", recording.counts == nil ? nil : summary.hits)
        json.member("edges", summary.edges?.count)
        json.member("jumps", summary.edges?.jumps)
        json.member("oddities", form.oddities)
        json.member("lacks", recording.lacks.map(\.text))
        json.beginArray("modules", .block, isOnNewLine: true)
        for row in summary.rows {
            json.beginObject()
            json.member("id", row.module.id)
            json.member("containingId", row.module.containingID)
            json.member("start", row.module.start)
            json.member("end", row.module.end)
            json.member("entry", row.module.entry)
            json.member("path", String(decoding: row.module.path, as: UTF8.self))
            json.member("blocks", row.blocks)
            json.member("bytes", row.bytes)
            json.endObject()
            json.flush(to: &output)
        }
        json.endArray()
        if listsBlocks { writeBlocks(summary, in: bytes, to: &output) }
        json.endObject()
        json.flush(to: &output)
    }

    private mutating func writeBlocks(
        _ summary: RecordingSummary, in bytes: Span<UInt8>, to output: inout OutputFile
    ) {
        json.beginArray("blockList", .block, isOnNewLine: true)
        summary.recording.forEachBlock(in: bytes) { block, count in
            guard summary.wants(block) else { return }
            json.beginObject()
            json.member("module", block.module == Block.noModule ? nil : block.module)
            json.member("start", block.start)
            json.member("size", block.size)
            if let count { json.member("count", count) }
            json.endObject()
            json.flush(to: &output)
        }
        json.endArray()
    }

    /// Ends the document.
    mutating func end(to output: inout OutputFile) {
        json.endArray()
        json.end(to: &output)
    }
}

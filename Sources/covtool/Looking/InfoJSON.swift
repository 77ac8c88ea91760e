import DRCov
import Reports
import Trace

/// What `covtool info --json` prints of a recording: an object.
enum InfoJSON {
    static func write(
        _ summary: RecordingSummary, _ dump: Dump?, path: String, blocks: Bool,
        in bytes: Span<UInt8>,
        to output: inout OutputFile
    ) {
        let recording = summary.recording
        let form = DumpText(recording, dump)
        output.write("{\"file\": \(JSONText.quoted(path)), \"version\": \(form.version), ")
        output.write("\"table\": \(form.table), ")
        output.write("\"flavor\": \(JSONText.quoted(form.flavor)), ")
        output.write("\"form\": \(JSONText.quoted(form.blocks ?? recording.format.name)), ")
        output.write("\"blocks\": \(summary.blockCount), \"different\": \(summary.different), ")
        output.write("\"bytes\": \(summary.byteCount), \"outside\": \(summary.loose), ")
        output.write("\"unknown\": \(summary.unknown), ")
        output.write("\"hits\": \(recording.counts == nil ? "null" : "\(summary.hits)"), ")
        let oddities = form.oddities.map(JSONText.quoted).joined(separator: ", ")
        output.write("\"oddities\": [\(oddities)],\n  \"modules\": [")
        for (index, row) in summary.rows.enumerated() {
            let module = row.module
            output.write(index == 0 ? "\n    " : ",\n    ")
            output.write("{\"id\": \(module.id), \"containing_id\": \(module.containingID), ")
            output.write("\"start\": \"\(hex(module.start))\", \"end\": \"\(hex(module.end))\", ")
            output.write("\"entry\": \"\(hex(module.entry))\", \"path\": \(quoted(module.path)), ")
            output.write("\"blocks\": \(row.blocks), \"bytes\": \(row.bytes)}")
        }
        output.write("]")
        if blocks { writeBlocks(summary, in: bytes, to: &output) }
        output.write("}")
    }

    /// `[module id or null, start, size]`, with the hit count where there is one.
    private static func writeBlocks(
        _ summary: RecordingSummary, in bytes: Span<UInt8>, to output: inout OutputFile
    ) {
        output.write(",\n  \"list\": [")
        var isFirst = true
        summary.recording.forEachBlock(in: bytes) { block, count in
            guard summary.wants(block) else { return }
            let id = block.module == Block.noModule ? "null" : "\(block.module)"
            let hits = count.map { ", \($0)" } ?? ""
            output.write(
                "\(isFirst ? "\n    " : ",\n    ")[\(id), \(block.start), \(block.size)\(hits)]")
            isFirst = false
        }
        output.write("]")
    }

    private static func quoted(_ bytes: [UInt8]) -> String {
        JSONText.quoted(String(decoding: bytes, as: UTF8.self))
    }
}

import DRCov
import Reports
import Trace

/// What `covtool info` prints of a recording.
enum InfoText {
    /// Writes what there is to say of a recording, but for its blocks.
    static func write(
        _ summary: RecordingSummary, _ dump: Dump?, number: Int, of count: Int, path: String,
        to output: inout OutputFile
    ) {
        let recording = summary.recording
        let form = DumpText(recording, dump)
        let blocks =
            form.blocks.map { "table \(form.table), \($0)" } ?? "a \(recording.format.name)"
        let which = count > 1 ? " (dump \(number + 1) of \(count))" : ""
        output.write("\(VisibleText.shown(path))\(which): version \(form.version), \(blocks), ")
        output.write("flavor \(VisibleText.shown(form.flavor))\n")
        let counts =
            recording.counts == nil
            ? "no hit counts"
            : "\(Amount.text(summary.hits, "hit")) by \(Amount.text(recording.counts?.count ?? 0, "count"))"
        output.write(
            "  \(Amount.text(summary.blockCount, "block")), \(summary.different) different, ")
        output.write(
            "\(Amount.text(summary.byteCount, "byte")); \(Amount.text(summary.rows.count, "module")); \(counts)\n"
        )
        if let edges = summary.edges {
            let rest = recording.hasPartialEdges ? "; some of its runs recorded none" : ""
            output.write(
                "  \(Amount.text(edges.count, "edge")) of \(Amount.text(edges.jumps, "conditional jump"))\(rest)\n"
            )
        }
        if summary.loose > 0 {
            output.write("  \(Amount.text(summary.loose, "block is", "blocks are")) in no module\n")
        }
        for lack in recording.lacks { output.write("  \(lack.text)\n") }
        if !form.oddities.isEmpty {
            output.write("  \(form.oddities.joined(separator: "; "))\n")
        }
        let cells = summary.rows.map { row in
            [
                "  \(row.module.id)", hex(row.module.start), hex(row.module.end), "\(row.blocks)",
                "\(row.bytes)",
            ]
        }
        let table = TextTable([["  id", "start", "end", "blocks", "bytes"]] + cells)
        for index in 0...cells.count {
            let line = table.line(index).dropLast()
            let path =
                index == 0
                ? "path" : String(decoding: summary.rows[index - 1].module.path, as: UTF8.self)
            output.write("\(line)  \(VisibleText.shown(path))\n")
        }
    }

    /// A line for each block: its row, start, size, and hit count where there is one.
    static func writeBlocks(
        _ summary: RecordingSummary, in bytes: Span<UInt8>, to output: inout OutputFile
    ) {
        summary.recording.forEachBlock(in: bytes) { block, count in
            guard summary.wants(block) else { return }
            let id = block.module == Block.noModule ? "-" : "\(block.module)"
            let hits = count.map { "\t\($0)" } ?? ""
            output.write("\(id)\t\(hex(UInt64(block.start)))\t\(block.size)\(hits)\n")
        }
    }
}

import DRCovEmbedded
import JournalEmbedded
import TraceEmbedded

/// What is written: the modules, the blocks that were executed, and the edges that were taken.
struct WrittenTrace {
    private let rows: TraceRows
    private let is32Bit: Bool
    private let writer: DRCovWriter
    private let blocks: ExecutedBlocks
    private let edges: ExecutedEdges

    /// - Parameter executions: how often the block at an index of the table was executed, or, where
    ///   that is not written, anything but 0 if it was.
    init(
        files: [LoadedFile], is32Bit: Bool, form: DRCovForm, table: borrowing BlockHashTable,
        executions: (Int) -> UInt64
    ) {
        rows = TraceRows(files, version: form.version)
        self.is32Bit = is32Bit
        writer = DRCovWriter(form: form)
        blocks = ExecutedBlocks(
            count: table.count, record: { table[$0].record }, counter: executions)
        edges = ExecutedEdges(count: form.hasEdges ? table.count : 0) { table[$0].record }
    }

    /// About what a block takes in the file.
    var bytesPerBlock: Int {
        (writer.form.blocks == .text ? 40 : 8) + (writer.form.hasCounts ? 4 : 0)
    }

    /// How many blocks were executed.
    var blockCount: Int { blocks.count }

    /// The file, piece by piece.
    func write(to file: borrowing HostFile) throws(HostError) {
        let most = 1 << 16
        var bytes = writer.header(
            modules: rows.modules, is32Bit: is32Bit, blockCount: blocks.count)
        var next = 0
        while next < blocks.count {
            if bytes.count >= most {
                try file.write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
            let end = min(blocks.count, next + most / bytesPerBlock)
            writer.append(next..<end, to: &bytes) { rows.placed(blocks[$0]) }
            next = end
        }
        if writer.form.hasCounts {
            bytes += writer.countsHeader(count: blocks.count)
            for index in 0..<blocks.count {
                writer.append(hitCount: blocks.executions(of: index), to: &bytes)
            }
        }
        if writer.form.hasEdges {
            bytes += writer.edgesHeader(count: edges.count, isPartial: false)
            for index in 0..<edges.count {
                writer.append(edge: rows.placed(edges[index]), to: &bytes)
            }
        }
        try file.write(bytes)
    }
}

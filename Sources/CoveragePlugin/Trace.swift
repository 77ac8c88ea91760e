import DRCovEmbedded
import JournalEmbedded

/// What is written: the modules, and the blocks that were executed.
struct Trace {
    /// Bytes of a block in the file.
    static let bytesPerBlock = 8

    private let modules: [Module]
    private let is32Bit: Bool
    private let blocks: ExecutedBlocks

    init(files: [LoadedFile], is32Bit: Bool, table: borrowing BlockTable) {
        var rows: [Module] = []
        for (id, file) in files.enumerated() { rows.append(file.module(id: id)) }
        modules = rows
        self.is32Bit = is32Bit
        blocks = ExecutedBlocks(
            count: table.count, record: { table.record($0) }, counter: { table.counter($0) })
    }

    /// How many blocks were executed.
    var blockCount: Int { blocks.count }

    /// The file, piece by piece.
    func write(to file: borrowing HostFile) throws(HostError) {
        let writer = Writer()
        var bytes = writer.header(modules: modules, is32Bit: is32Bit, blockCount: blocks.count)
        for index in 0..<blocks.count {
            if bytes.count >= 1 << 16 {
                try file.write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
            writer.append(blocks[index], to: &bytes)
        }
        try file.write(bytes)
    }
}

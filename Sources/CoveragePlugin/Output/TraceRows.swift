import DRCovEmbedded
import TraceEmbedded

/// The rows of a trace's module table, and which of them a block is in: with drcov's version 2 one row
/// for each file, with version 3 one for each of a file's segments.
struct TraceRows {
    private(set) var modules: [Module] = []
    /// By a file's number, its first row; empty where files and rows are one.
    private var firstRows: [Int] = []

    init(_ files: [LoadedFile], version: DRCovVersion) {
        for (index, file) in files.enumerated() {
            // So many rows that ids run out are nothing that a real guest has.
            let rest = files.count - index
            let fits = modules.count + file.segments.count + rest < Int(Block.noModule)
            if version == .two {
                modules.append(file.module(id: index))
            } else {
                firstRows.append(modules.count)
                append(file, inSegments: fits && !file.segments.isEmpty)
            }
        }
    }

    private mutating func append(_ file: LoadedFile, inSegments: Bool) {
        let first = modules.count
        guard inSegments else {
            modules.append(file.module(id: first))
            return
        }
        for segment in file.segments {
            modules.append(
                Module(
                    id: modules.count, containingID: first, start: file.base &+ segment.start,
                    end: file.base &+ segment.end, entry: file.entry, offset: segment.offset,
                    preferredBase: file.preferredBase &+ segment.start, path: file.path))
        }
    }

    /// The block as the table's rows have it, from one whose module is a file's number and whose
    /// start counts from the file's base.
    func placed(_ block: Block) -> Block {
        guard block.module != Block.noModule, !firstRows.isEmpty else { return block }
        let file = Int(block.module)
        let first = firstRows[file]
        let end = file + 1 < firstRows.count ? firstRows[file + 1] : modules.count
        var row = first
        let address = modules[first].start &+ UInt64(block.start)
        while row + 1 < end, modules[row + 1].start <= address { row += 1 }
        return Block(
            start: UInt32(truncatingIfNeeded: address &- modules[row].start), size: block.size,
            module: UInt16(truncatingIfNeeded: row))
    }
}

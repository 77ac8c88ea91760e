import DRCovEmbedded

/// What is written: the modules, and the blocks that were executed, each once and in order.
struct Trace {
    private let modules: [Module]
    private let is32Bit: Bool
    /// Module id, start and size from the highest bit down, so that the numbers' order is the file's
    /// and a block that is in no module comes last.
    private let blocks: [UInt64]

    init(files: [LoadedFile], is32Bit: Bool, table: borrowing BlockTable) {
        var rows: [Module] = []
        for (id, file) in files.enumerated() { rows.append(file.row(id: id)) }
        modules = rows
        self.is32Bit = is32Bit
        let crossing = Trace.crossingInstructions(in: table)
        var keys: [UInt64] = []
        for index in 0..<table.records.count where table.counters[index] != 0 {
            let record = table.records[index]
            var size = record.size
            let doubtful = record.pageEnd.doubtfulBytes
            if doubtful > 0, doubtful < size,
                Trace.contains(
                    crossing, record.address &+ UInt64(size) &- UInt64(doubtful))
            {
                size -= doubtful
            }
            keys.append(
                UInt64(record.module) << 48 | UInt64(record.start) << 16 | UInt64(size))
        }
        keys.sort()
        // Addresses cut to 32 bits can fall together, and so can a block that was cut and another.
        var distinct: [UInt64] = []
        distinct.reserveCapacity(keys.count)
        for key in keys where distinct.last != key { distinct.append(key) }
        blocks = distinct
    }

    /// The file, piece by piece.
    func write(to file: borrowing HostFile) throws(HostError) {
        let writer = Writer()
        var bytes = writer.header(modules: modules, is32Bit: is32Bit, blockCount: blocks.count)
        for key in blocks {
            if bytes.count >= 1 << 16 {
                try file.write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
            writer.append(
                Block(
                    start: UInt32(truncatingIfNeeded: key >> 16),
                    size: UInt16(truncatingIfNeeded: key),
                    module: UInt16(truncatingIfNeeded: key >> 48)),
                to: &bytes)
        }
        try file.write(bytes)
    }

    /// Sorted addresses of the instructions over a page's end with which a block began, executed or
    /// not.
    private static func crossingInstructions(in table: borrowing BlockTable) -> [UInt64] {
        var addresses: [UInt64] = []
        for index in 0..<table.records.count
        where table.records[index].pageEnd == .firstCrosses {
            addresses.append(table.records[index].address)
        }
        addresses.sort()
        return addresses
    }

    private static func contains(_ sorted: [UInt64], _ value: UInt64) -> Bool {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == value
    }
}

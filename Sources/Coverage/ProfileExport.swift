import DRCov

extension Profile {
    /// The profile as the two tables of one drcov file: the same for the same content, whatever the
    /// order in which the runs were added.
    ///
    /// Each module keeps the lowest address at which it was loaded, unless another one stands there:
    /// runs with other load addresses can give two modules one place. Such a module moves up to the
    /// next free page.
    ///
    /// - Returns: the tables; `counts` are those of the blocks in their order, or empty.
    /// - Throws: ``ExportError`` where the format cannot express it.
    public func exported() throws(ExportError)
        -> (modules: [Module], blocks: [Block], counts: [UInt64])
    {
        let sorted = modules
        guard sorted.count <= Int(UInt16.max) else { throw .tooManyModules(sorted.count) }
        var rows: [Module] = []
        var blocks: [Block] = []
        blocks.reserveCapacity(blockCount)
        var places = AddressSpace()
        for (id, module) in sorted.enumerated() {
            let base = places.place(module.size, at: module.base)
            rows.append(
                Module(
                    id: id, start: base, end: base &+ module.size,
                    entry: module.entry.map { base &+ $0 } ?? 0, path: Array(module.path.utf8)))
            for block in module.blocks.elements {
                guard let start = UInt32(exactly: block.offset) else {
                    throw .offsetTooLarge(path: module.path, offset: block.offset)
                }
                blocks.append(Block(start: start, size: block.size, module: UInt16(id)))
            }
        }
        for block in outside.elements {
            blocks.append(
                Block(
                    start: UInt32(truncatingIfNeeded: block.offset), size: block.size,
                    module: Block.noModule))
        }
        return (rows, blocks, modules.flatMap(\.blocks.counts) + outside.counts)
    }
}

/// Addresses that are taken.
private struct AddressSpace {
    private static let page: UInt64 = 0x1000
    private var taken: [Range<UInt64>] = []

    /// Takes `size` bytes at `wish`, or at the first free page above.
    mutating func place(_ size: UInt64, at wish: UInt64) -> UInt64 {
        let behindOthers = taken.map { taken in
            (taken.upperBound &+ AddressSpace.page &- 1) & ~(AddressSpace.page - 1)
        }
        // Modules of a broken trace can be larger than what is free: then two share a place.
        let base =
            ([wish] + behindOthers.filter { $0 > wish }.sorted()).first { isFree(size, at: $0) }
            ?? wish
        taken.append(base..<max(base, base &+ size))
        return base
    }

    private func isFree(_ size: UInt64, at base: UInt64) -> Bool {
        let (end, overflow) = base.addingReportingOverflow(size)
        return !overflow && !taken.contains { $0.overlaps(base..<end) }
    }
}

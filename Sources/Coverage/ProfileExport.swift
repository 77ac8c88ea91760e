import DRCov

extension Profile {
    /// The profile as the two tables of one drcov file: the same for the same content, whatever the
    /// order in which the runs were added.
    ///
    /// Each module keeps the lowest address at which it was loaded, unless another one stands there:
    /// runs with other load addresses can give two modules one place. Such a module moves up to the
    /// next free page. A module of 4 GiB or more, which a row cannot express, has several rows that
    /// follow one another.
    ///
    /// - Returns: the tables; `counts` are those of the blocks in their order, or empty.
    /// - Throws: ``ExportError`` where the format cannot express it.
    public func exported() throws(ExportError)
        -> (modules: [Module], blocks: [Block], counts: [UInt64])
    {
        let sorted = modules
        var rows: [Module] = []
        var blocks: [Block] = []
        blocks.reserveCapacity(blockCount)
        var places = AddressSpace()
        for module in sorted {
            let base = places.place(module.size, at: module.base)
            let first = rows.count
            let pieces = Pieces(module.size)
            guard first + pieces.count <= Int(Block.noModule) else {
                throw .tooManyModules(first + pieces.count)
            }
            for piece in 0..<pieces.count {
                let range = pieces[piece]
                rows.append(
                    Module(
                        id: rows.count, start: base &+ range.lowerBound,
                        end: base &+ range.upperBound, entry: module.entry.map { base &+ $0 } ?? 0,
                        path: Array(module.path.utf8)))
            }
            for block in module.blocks.elements {
                let piece = pieces.index(of: block.offset)
                guard let start = UInt32(exactly: block.offset - pieces[piece].lowerBound) else {
                    throw .offsetTooLarge(path: module.path, offset: block.offset)
                }
                blocks.append(
                    Block(start: start, size: block.size, module: UInt16(first + piece)))
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

/// The rows that a module of some size is written in, as bytes from its base.
private struct Pieces {
    /// All but the last have this size.
    private static let size: UInt64 = 1 << 31
    private let size: UInt64
    let count: Int

    init(_ size: UInt64) {
        self.size = size
        // A module of a broken trace can be larger than the address space: then it has one.
        let whole = size < 1 << 32 || size > 1 << 47 ? 1 : (size + Pieces.size - 1) / Pieces.size
        count = Int(whole)
    }

    func index(of offset: UInt64) -> Int { min(count - 1, Int(offset / Pieces.size)) }

    subscript(index: Int) -> Range<UInt64> {
        let start = UInt64(index) * Pieces.size
        return start..<(index == count - 1 ? max(start, size) : start + Pieces.size)
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

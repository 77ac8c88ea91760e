import Trace

extension Profile {
    /// The profile as the two tables of one drcov file: the same for the same content, whatever the
    /// order in which the runs were added, and whether they were added one by one or as files of some of
    /// them, in any tree.
    ///
    /// Each module has the lowest address at which it was loaded, which can be another one's too: runs with
    /// other load addresses give two modules one place, as a recorder does that lists unloaded ones. Moving one
    /// of them would say of it where it was never loaded, and where it went would hang on which others are in
    /// the file. A module of 4 GiB or more, which a row cannot express, has several rows that follow one another.
    ///
    /// - Returns: the tables; `counts` are those of the blocks in their order, or empty; `edges` have their
    ///   entries (`JumpEdge.entry`).
    /// - Throws: ``ExportError`` where the format cannot express it.
    public func exported() throws(ExportError)
        -> (modules: [Module], blocks: [Block], counts: [UInt64], edges: [Block])
    {
        var rows: [Module] = []
        var blocks: [Block] = []
        blocks.reserveCapacity(blockCount)
        var edges: [Block] = []
        for module in modules {
            let base = module.base
            let first = rows.count
            let pieces = Pieces.of(module)
            guard first + pieces.count <= Int(Block.noModule) else {
                throw .tooManyModules(first + pieces.count)
            }
            for range in pieces {
                rows.append(
                    Module(
                        id: rows.count, start: base &+ range.lowerBound,
                        end: base &+ range.upperBound, entry: module.entry.map { base &+ $0 } ?? 0,
                        path: Array(module.path.utf8)))
            }
            var piece = 0
            func place(_ offset: UInt64, _ size: UInt16) throws(ExportError) -> Block {
                while piece < pieces.count - 1, offset >= pieces[piece].upperBound { piece += 1 }
                guard let start = UInt32(exactly: offset - pieces[piece].lowerBound) else {
                    throw .offsetTooLarge(path: module.path, offset: offset)
                }
                return Block(start: start, size: size, module: UInt16(first + piece))
            }
            for block in module.blocks.elements {
                blocks.append(try place(block.offset, block.size))
            }
            piece = 0
            for jump in module.jumps.elements {
                for size in JumpSet.entrySizes(jump) { edges.append(try place(jump.offset, size)) }
            }
        }
        for block in outside.elements {
            blocks.append(
                Block(
                    start: UInt32(truncatingIfNeeded: block.offset), size: block.size,
                    module: Block.noModule))
        }
        for jump in outsideJumps.elements {
            let start = UInt32(truncatingIfNeeded: jump.offset)
            for size in JumpSet.entrySizes(jump) {
                edges.append(Block(start: start, size: size, module: Block.noModule))
            }
        }
        if rows.count == 1, rows[0].makesStartsAbsolute({ blocks.forEach($0) }) {
            rows[0].entry = 0
        }
        return (rows, blocks, modules.flatMap(\.blocks.counts) + outside.counts, edges)
    }
}

/// The rows that a module is written in, as bytes from its base, one behind the other.
private enum Pieces {
    private static let size: UInt64 = 1 << 31

    /// A module of 4 GiB or more has a row of ``size`` for each part with blocks, and one for what lies
    /// between two of those: it may claim any size, and no block needs to say how far into such a row it
    /// stands. All rows but the last are large, which says that they hang together when they are read.
    static func of(_ module: ModuleCoverage) -> [Range<UInt64>] {
        guard module.size >= 1 << 32 else { return [0..<module.size] }
        let last = (module.size - 1) / size
        var starts: [UInt64] = [0]
        for block in module.blocks.elements {
            let number = min(block.offset / size, last)
            for border in number...min(number + 1, last)
            where border * size > starts[starts.count - 1] {
                starts.append(border * size)
            }
        }
        return zip(starts, starts.dropFirst() + [module.size]).map { $0..<$1 }
    }
}

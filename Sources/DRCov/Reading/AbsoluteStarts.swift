extension Dump {
    /// Whether blocks' starts are addresses cut to 32 bits, as QEMU's own drcov plugin writes them.
    ///
    /// Such a file has one row, of format version 2 and table version 2. The code at the row's entry
    /// point ran, so there is a block at the entry's lower 32 bits; in a file whose starts count from
    /// the row's base there is one at the entry's offset instead.
    static func hasAbsoluteStarts(_ dump: Dump, _ bytes: Span<UInt8>) -> Bool {
        guard dump.version == .two, dump.tableVersion == 2, dump.modules.count == 1,
            let row = dump.modules.first, row.id == 0
        else { return false }
        return row.makesStartsAbsolute { body in
            dump.forEachBlock(in: bytes) { block, _ in body(block) }
        }
    }
}

extension Module {
    /// Whether the row, where it is the only one, makes of the blocks that `forEach` gives some whose starts
    /// are taken for addresses. Who writes such a row for offsets leaves its entry out.
    public func makesStartsAbsolute(_ forEach: ((Block) -> Void) -> Void) -> Bool {
        guard entry != 0, !isAbsolute else { return false }
        let row = self
        let absolute = UInt32(truncatingIfNeeded: row.entry)
        let relative = UInt32(truncatingIfNeeded: row.entry &- row.start)
        guard absolute != relative else { return false }
        var (hasAbsolute, hasRelative) = (false, false)
        forEach { block in
            hasAbsolute = hasAbsolute || block.start == absolute
            hasRelative = hasRelative || block.start == relative
        }
        return hasAbsolute && !hasRelative
    }
}

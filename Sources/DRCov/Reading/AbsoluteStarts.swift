extension Dump {
    /// Whether blocks' starts are addresses cut to 32 bits, as QEMU's own drcov plugin writes them.
    ///
    /// Such a file has one row, of format version 2 and table version 2. The code at the row's entry
    /// point ran, so there is a block at the entry's lower 32 bits; in a file whose starts count from
    /// the row's base there is one at the entry's offset instead.
    static func hasAbsoluteStarts(_ dump: Dump, _ bytes: Span<UInt8>) -> Bool {
        guard dump.version == .two, dump.tableVersion == 2, dump.modules.count == 1,
            let row = dump.modules.first, row.id == 0, row.entry != 0, !row.isAbsolute
        else { return false }
        let absolute = UInt32(truncatingIfNeeded: row.entry)
        let relative = UInt32(truncatingIfNeeded: row.entry &- row.start)
        guard absolute != relative else { return false }
        var (hasAbsolute, hasRelative) = (false, false)
        dump.forEachBlock(in: bytes) { block, _ in
            hasAbsolute = hasAbsolute || block.start == absolute
            hasRelative = hasRelative || block.start == relative
        }
        return hasAbsolute && !hasRelative
    }
}

import Trace

extension Dump {
    /// Whether blocks' starts are addresses cut to 32 bits, as QEMU's own drcov plugin writes them.
    ///
    /// Such a file has one row, of format version 2 and table version 2. The code at the row's entry
    /// point ran, so there is a block at the entry's lower 32 bits; in a file whose starts count from
    /// the row's base there is one at the entry's offset instead.
    func hasAbsoluteStarts(_ bytes: Span<UInt8>) -> Bool {
        guard version == .two, tableVersion == 2, recording.modules.count == 1,
            let row = recording.modules.first, row.id == 0
        else { return false }
        return row.makesStartsAbsolute { body in
            recording.forEachBlock(in: bytes) { block, _ in body(block) }
        }
    }
}

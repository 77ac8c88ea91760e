/// The blocks of a binary block table whose modules are wanted.
///
/// Modules come in any order, so that a processor cannot foresee whether the next block is wanted. They are
/// picked out without a branch first: leaving them out one by one, where keys are looked up, would take longer
/// than keeping them all.
struct WantedBlocks: Sendable {
    /// Blocks, and behind them what is left of earlier ones.
    private(set) var bytes: [UInt8] = []

    /// Takes the blocks that do not lead to ``BlockKey/unwanted``, and gives the number of their bytes.
    ///
    /// - Parameter spaces: by module id, for all 65,536 of them, the number of a space.
    mutating func take(from table: Span<UInt8>, _ range: Range<Int>, spaces: [UInt16]) -> Int {
        precondition(spaces.count > Int(UInt16.max) && range.count % 8 == 0)
        if bytes.count < range.count { bytes = Array(repeating: 0, count: range.count) }
        let raw = unsafe table.extracting(range).bytes
        let spaces = spaces.span
        var all = bytes.mutableSpan
        var room = unsafe all.mutableBytes
        var (next, end) = (0, 0)
        while next < range.count {
            // 8 bytes are there, any 8 bytes are a packed block, and 16 bits are an index.
            let packed = unsafe UInt64(
                littleEndian: raw.unsafeLoadUnaligned(
                    fromUncheckedByteOffset: next, as: UInt64.self))
            let space = unsafe spaces[unchecked: Int(truncatingIfNeeded: packed &>> 48)]
            room.storeBytes(of: packed.littleEndian, toByteOffset: end, as: UInt64.self)
            end &+= space == BlockKey.unwanted ? 0 : 8
            next &+= 8
        }
        return end
    }
}

/// An edge: a conditional jump, and one of the two ways that it can go.
///
/// In tables it stands as a block does, with the jump's instruction as the block, and the way in the highest bit
/// of the size.
public struct JumpEdge: Equatable, Sendable {
    /// Where a jump goes.
    public enum Way: Sendable {
        /// On to what stands behind it.
        case fallThrough
        /// To where it leads.
        case jump
    }

    /// What the size of an entry has where the jump was taken. No instruction is so long.
    public static let jumpBit: UInt16 = 0x8000

    /// Bytes from the address that the recording's blocks count from to the jump's first byte.
    public var start: UInt32
    /// Length of the jump's instruction in bytes, below 2¹⁵.
    public var size: UInt16
    /// The `id` of a row of the module table, or `Block.noModule`.
    public var module: UInt16
    /// Where the jump went.
    public var way: Way

    /// Makes an edge of its fields.
    public init(start: UInt32, size: UInt16, module: UInt16, way: Way) {
        (self.start, self.size, self.module, self.way) = (start, size, module, way)
    }

    /// The edge that stands in a table as this entry.
    @inlinable
    public init(entry: Block) {
        start = entry.start
        size = entry.size & ~JumpEdge.jumpBit
        module = entry.module
        way = entry.size & JumpEdge.jumpBit == 0 ? .fallThrough : .jump
    }

    /// What stands for it in a table.
    @inlinable
    public var entry: Block {
        Block(start: start, size: way == .jump ? size | JumpEdge.jumpBit : size, module: module)
    }
}

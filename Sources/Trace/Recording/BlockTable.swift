/// Where the blocks of a recording stand, in the order of the file, duplicates included.
public enum BlockTable: Sendable {
    /// Entries (`Block.entry`) of 8 bytes each, little-endian, in these bytes of the file, a whole number
    /// of them.
    case entries(Range<Int>)
    /// In the file, in a way of its format's own.
    case stored(any StoredBlocks)
    /// In no file, or where the file does not hold them one by one.
    case list([Block])

    /// The number of blocks, duplicates included.
    public var count: Int {
        switch self {
        case .entries(let range): range.count / Block.entrySize
        case .stored(let blocks): blocks.count
        case .list(let blocks): blocks.count
        }
    }
}

/// Blocks that a format holds in a way of its own. They stay in the file until they are asked for.
public protocol StoredBlocks: Sendable {
    /// The number of blocks, duplicates included.
    var count: Int { get }

    /// Calls `body` with each block in the file's order.
    ///
    /// - Parameter bytes: the file.
    /// - Throws: what `body` throws.
    func forEach<E: Error>(in bytes: Span<UInt8>, _ body: (Block) throws(E) -> Void) throws(E)

    /// Where in the file the block of that number stands, counted from 0.
    func place(of index: Int, in bytes: Span<UInt8>) -> Place
}

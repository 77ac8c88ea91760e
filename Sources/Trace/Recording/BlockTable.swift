/// Where the blocks of a recording stand, in the order of the file, duplicates included.
public enum BlockTable: Sendable {
    /// Packed (`Block.packed`), 8 bytes each, little-endian, in these bytes of the file, a whole number
    /// of them.
    case packed(Range<Int>)
    /// In the file, in a way of its format's own.
    case stored(any StoredBlocks)
    /// In no file, or where the file does not hold them one by one.
    case list([Block])

    /// The number of blocks, duplicates included.
    public var count: Int {
        switch self {
        case .packed(let range): range.count / Block.packedSize
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
    func position(of index: Int, in bytes: Span<UInt8>) -> FilePosition
}

/// Where the hit counts of a recording stand, in the order of its blocks. A block behind the last count
/// counts once.
public enum HitTable: Equatable, Sendable {
    /// Little-endian numbers of 32 bits in these bytes of the file, a whole number of them.
    case binary(Range<Int>)
    /// In no file, or in one of another format.
    case list([UInt32])

    /// Bytes of a count.
    public static let countSize = 4

    /// The number of counts.
    public var count: Int {
        switch self {
        case .binary(let range): range.count / HitTable.countSize
        case .list(let counts): counts.count
        }
    }
}

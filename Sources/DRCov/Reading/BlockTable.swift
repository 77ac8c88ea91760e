/// Where the blocks of a dump stand.
public enum BlockTable: Equatable, Sendable {
    /// Entries of 8 bytes in these bytes of the file, a whole number of them.
    case binary(Range<Int>)
    /// Lines in these bytes of the file, of which `count` are blocks.
    case text(Range<Int>, count: Int)
    /// In no file, or in one of another format.
    case list([Block])

    /// Bytes of a binary entry.
    public static let entrySize = 8

    /// The number of blocks, duplicates included.
    public var count: Int {
        switch self {
        case .binary(let range): range.count / BlockTable.entrySize
        case .text(_, let count): count
        case .list(let blocks): blocks.count
        }
    }
}

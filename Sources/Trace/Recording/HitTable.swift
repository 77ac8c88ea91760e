/// Where the hit counts of a recording stand, in the order of its blocks. A block behind the last count
/// counts once.
public enum HitTable: Equatable, Sendable {
    /// Little-endian numbers of 32 bits in these bytes of the file, a whole number of them.
    case binary(Range<Int>)
    /// In no file, or in one of another format.
    case list([UInt32])

    /// Bytes of a count.
    public static let entrySize = 4

    /// The number of counts.
    public var count: Int {
        switch self {
        case .binary(let range): range.count / HitTable.entrySize
        case .list(let counts): counts.count
        }
    }
}

/// Ways of writing that are not DynamoRIO's and that a reader puts up with; they are no damage.
public struct Dialect: OptionSet, Sendable {
    /// A bit for each.
    public let rawValue: UInt16

    /// Makes a set of its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Addresses are decimal numbers.
    public static let decimalAddresses = Dialect(rawValue: 1 << 0)
    /// Addresses are hexadecimal numbers without `0x`.
    public static let bareHexadecimal = Dialect(rawValue: 1 << 1)
    /// `end` is the last byte's address, not that of the byte behind it.
    public static let inclusiveEnds = Dialect(rawValue: 1 << 2)
    /// A containing id of -1 stands for the row's own.
    public static let negativeContainingIDs = Dialect(rawValue: 1 << 3)
    /// Paths stand in quotation marks.
    public static let quotedPaths = Dialect(rawValue: 1 << 4)
    /// Lines end in CR LF.
    public static let carriageReturns = Dialect(rawValue: 1 << 5)
    /// The block table says that it has -1 blocks.
    public static let negativeBlockCount = Dialect(rawValue: 1 << 6)
    /// Blocks' starts are addresses cut to 32 bits, as QEMU's own drcov plugin writes them.
    public static let absoluteStarts = Dialect(rawValue: 1 << 7)
}

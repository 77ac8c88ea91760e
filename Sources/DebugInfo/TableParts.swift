/// What is read into a line table beside its rows.
public struct TableParts: OptionSet, Sendable {
    /// The bits of all parts.
    public let rawValue: UInt8

    /// Makes a set of its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Functions that have code of their own.
    public static let functions = TableParts(rawValue: 1)
    /// Functions that were inlined, and where; with the others.
    public static let inlinedCalls = TableParts(rawValue: 2)
    /// The names of both as people write them; without it, as the linker has them.
    public static let readableNames = TableParts(rawValue: 4)
    /// The instructions, where it is known how to read the processor's.
    public static let code = TableParts(rawValue: 8)
}

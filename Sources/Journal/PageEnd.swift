/// How a block meets the end of its first page, where a fault of QEMU's translator (for 32-bit ARM) can
/// have given it bytes of the next instruction.
///
/// Such a block cannot be told from one that just fits. The truth shows later: the next instruction
/// runs over the page's end, so QEMU translates a block that begins with it, and a first instruction
/// that crosses the end is seen as it is. Where that block begins, the doubtful one ends.
public struct PageEnd: BitwiseCopyable, Equatable, Sendable {
    /// As it stands in a journal.
    public let state: UInt8

    /// Nothing of the kind.
    public static let clear = PageEnd(state: 0)
    /// The first instruction runs over the end of its page.
    public static let firstCrosses = PageEnd(state: 0xFF)

    /// The last `count` bytes, below 255, may be the next instruction's.
    public static func doubtful(_ count: UInt8) -> PageEnd { PageEnd(state: min(count, 0xFE)) }

    /// What stands in a journal.
    public init(state: UInt8) { self.state = state }

    /// Bytes at the block's end that may be the next instruction's, else 0.
    public var doubtfulBytes: UInt16 { self == .firstCrosses ? 0 : UInt16(state) }
}

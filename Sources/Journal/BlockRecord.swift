#if hasFeature(Embedded)
    import TraceEmbedded
#else
    import Trace
#endif

/// What is kept of a distinct block: its place in its module, decided when it was first translated,
/// and what is needed to cut it right when it is written.
///
/// A conditional jump has a record of its own: that of its instruction as a block which is not executed, with
/// ``jumpMark`` in its size, and with the ways that it went in the place of ``unreached``.
public struct BlockRecord {
    /// What the size of a jump's record has. No block is so long.
    public static let jumpMark: UInt16 = 0x8000

    /// The guest address of the first byte.
    public var address: UInt64
    /// Bytes from the module's base; where there is no module, the address cut to 32 bits.
    public var start: UInt32
    /// Length in bytes.
    public var size: UInt16
    /// The module's id, or `Block.noModule`.
    public var module: UInt16
    /// See ``PageEnd``.
    public var pageEnd: PageEnd
    /// How many bytes at its end no run of it has come to; 0 where that is not looked at.
    public var unreached: UInt16 = 0

    /// A block in no module.
    public init(address: UInt64, size: UInt16, pageEnd: PageEnd) {
        self.address = address
        start = UInt32(truncatingIfNeeded: address)
        self.size = size
        module = Block.noModule
        self.pageEnd = pageEnd
    }

    /// Whether it is a conditional jump's.
    public var isJump: Bool { size & BlockRecord.jumpMark != 0 }

    /// Where the jump went.
    public var ways: JumpWays { JumpWays(rawValue: unreached) }

    /// Its fields as they stand in a journal (``Layout/Block``).
    public init(
        address: UInt64, start: UInt32, size: UInt16, module: UInt16, pageEnd: PageEnd,
        unreached: UInt16
    ) {
        self.address = address
        self.start = start
        self.size = size
        self.module = module
        self.pageEnd = pageEnd
        self.unreached = unreached
    }
}

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

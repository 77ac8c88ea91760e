/// How a block meets the end of its first page, where a ``TranslatorFault`` can have given it bytes
/// of the next instruction.
///
/// Such a block cannot be told from one that just fits. The truth shows later: the next instruction
/// runs over the page's end, so QEMU translates a block that begins with it, and a first instruction
/// that crosses the end is seen as it is. Where that block begins, the doubtful one ends.
struct PageEnd: BitwiseCopyable, Equatable {
    private var state: UInt8

    /// Nothing of the kind.
    static let clear = PageEnd(state: 0)
    /// The first instruction runs over the end of its page.
    static let firstCrosses = PageEnd(state: 0xFF)

    /// Pages of the guests concerned, in bytes.
    private static let pageSize: UInt64 = 4096
    /// The longest x86 instruction, in bytes.
    private static let longestInstruction: UInt64 = 15
    /// A Thumb instruction has one or two of these.
    private static let half: UInt64 = 2

    private init(state: UInt8) { self.state = state }

    /// Classifies a block by its first and its last instruction, which are one where it has but one.
    init(
        _ fault: TranslatorFault, first: (address: UInt64, size: UInt64),
        last: (address: UInt64, size: UInt64)
    ) {
        self = .clear
        let pageEnd = (first.address & ~(PageEnd.pageSize - 1)) &+ PageEnd.pageSize
        let end = last.address &+ last.size
        switch fault {
        case .none: break
        case _ where first.address &+ first.size > pageEnd: self = .firstCrosses
        case .listsDroppedInstruction:
            if last.address != first.address, last.address < pageEnd, end <= pageEnd,
                pageEnd - last.address < PageEnd.longestInstruction
            {
                state = UInt8(truncatingIfNeeded: last.size)
            }
        case .countsNextHalf:
            if end == pageEnd, last.size > PageEnd.half {
                state = UInt8(truncatingIfNeeded: PageEnd.half)
            }
        }
    }

    /// Bytes at the block's end that may be the next instruction's, else 0.
    var doubtfulBytes: UInt16 { self == .firstCrosses ? 0 : UInt16(state) }
}

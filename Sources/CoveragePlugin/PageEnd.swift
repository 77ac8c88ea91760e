/// How a block meets the end of its first page, which matters with x86 guests on QEMU before 8.2.
///
/// That translator ends a block before an instruction, other than its first, that runs over the
/// page's end. But by then the plugin's list has the instruction, with the bytes that were fetched,
/// and the list cannot be told from one whose last instruction just fits. The truth shows later: to
/// execute a dropped instruction QEMU must translate a block that begins with it, and that block's
/// first instruction crosses the page's end.
struct PageEnd: BitwiseCopyable, Equatable {
    private var state: UInt8

    /// Nothing of the kind.
    static let clear = PageEnd(state: 0)
    /// The first instruction runs over the end of its page.
    static let firstCrosses = PageEnd(state: 0xFF)

    /// Pages of x86 guests, in bytes.
    static let pageSize: UInt64 = 4096
    /// The longest x86 instruction, in bytes.
    private static let longestInstruction: UInt64 = 15

    private init(state: UInt8) { self.state = state }

    /// Classifies a block by its first and its last instruction; `last` is nil where it has but one.
    init(
        first: (address: UInt64, size: UInt64), last: (address: UInt64, size: UInt64)?
    ) {
        let end = (first.address & ~(PageEnd.pageSize - 1)) &+ PageEnd.pageSize
        if first.address &+ first.size > end {
            self = .firstCrosses
        } else if let last, last.address < end, last.address &+ last.size <= end,
            end - last.address < PageEnd.longestInstruction
        {
            state = UInt8(truncatingIfNeeded: last.size)
        } else {
            self = .clear
        }
    }

    /// Bytes at the block's end that belong to an instruction which may have been dropped, else 0.
    var doubtfulBytes: UInt16 { self == .firstCrosses ? 0 : UInt16(state) }
}

import JournalEmbedded
import QEMUPluginEmbedded

/// How a translator misleads a plugin about a block that ends at the end of its page because the
/// next instruction runs over it.
enum TranslatorFault {
    /// It does not.
    case none
    /// x86 before QEMU 8.2: the next instruction was begun and dropped, but stands last in the
    /// plugin's list, with the bytes that had been fetched.
    case listsDroppedInstruction
    /// 32-bit ARM before QEMU 9.1: the first half of the next (Thumb) instruction was looked at, and
    /// is counted among the last one's bytes.
    case countsNextHalf

    /// The fault of this QEMU.
    init(_ host: HostInformation) {
        if host.targets("x86_64") || host.targets("i386") {
            self = .listsDroppedInstruction
        } else if host.targets("arm") || host.targets("armeb") {
            self = .countsNextHalf
        } else {
            self = .none
        }
    }

    /// Pages of the guests concerned, in bytes.
    private static let pageSize: UInt64 = 4096
    /// The longest x86 instruction, in bytes.
    private static let longestInstruction: UInt64 = 15
    /// A Thumb instruction has one or two of these.
    private static let half: UInt64 = 2

    /// Classifies a block by its first and its last instruction, which are one where it has but one.
    func pageEnd(
        first: (address: UInt64, size: UInt64), last: (address: UInt64, size: UInt64)
    ) -> PageEnd {
        let pageEnd =
            (first.address & ~(TranslatorFault.pageSize - 1)) &+ TranslatorFault.pageSize
        let end = last.address &+ last.size
        switch self {
        case .none: break
        case _ where first.address &+ first.size > pageEnd: return .firstCrosses
        case .listsDroppedInstruction:
            if last.address != first.address, last.address < pageEnd, end <= pageEnd,
                pageEnd - last.address < TranslatorFault.longestInstruction
            {
                return .doubtful(UInt8(truncatingIfNeeded: last.size))
            }
        case .countsNextHalf:
            if end == pageEnd, last.size > TranslatorFault.half {
                return .doubtful(UInt8(TranslatorFault.half))
            }
        }
        return .clear
    }
}

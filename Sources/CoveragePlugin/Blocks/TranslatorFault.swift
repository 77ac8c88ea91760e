import JournalEmbedded
import QEMUPluginEmbedded

/// How a translator misleads a plugin about a block that ends at the end of its page because the
/// next instruction runs over it.
enum TranslatorFault {
    /// It does not.
    case none
    /// x86 before QEMU 8.2: the next instruction was begun and dropped, but stands last in the
    /// plugin's list, with the bytes that had been fetched. The block does not execute it.
    case listsDroppedInstruction
    /// 32-bit ARM before QEMU 9.1: the first half of the next (Thumb) instruction was looked at, and
    /// is counted among the last one's bytes.
    case countsNextHalf

    /// The fault of this QEMU.
    init(_ host: HostInformation) {
        if host.targets("x86_64") || host.targets("i386") {
            // Version 1 is QEMU 6.0 to 8.2.
            self = host.interfaceVersion == 1 ? .listsDroppedInstruction : .none
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

    /// Classifies a block by its first and its last instruction, which are one where it has but one:
    /// where the last one's bytes cannot be trusted.
    func pageEnd(
        first: (address: UInt64, size: UInt64), last: (address: UInt64, size: UInt64)
    ) -> PageEnd {
        guard case .countsNextHalf = self else { return .clear }
        let pageEnd = TranslatorFault.pageEnd(of: first.address)
        if first.address &+ first.size > pageEnd { return .firstCrosses }
        return last.address &+ last.size == pageEnd && last.size > TranslatorFault.half
            ? .doubtful(UInt8(TranslatorFault.half)) : .clear
    }

    /// Whether the last instruction can be one that was dropped: it is the block's only if it is
    /// executed.
    func mayHaveDropped(
        first: (address: UInt64, size: UInt64), last: (address: UInt64, size: UInt64)
    ) -> Bool {
        guard case .listsDroppedInstruction = self else { return false }
        let pageEnd = TranslatorFault.pageEnd(of: first.address)
        return last.address != first.address && last.address < pageEnd
            && last.address &+ last.size <= pageEnd
            && pageEnd - last.address < TranslatorFault.longestInstruction
    }

    /// The address behind the page that an address lies in.
    private static func pageEnd(of address: UInt64) -> UInt64 {
        (address & ~(pageSize - 1)) &+ pageSize
    }
}

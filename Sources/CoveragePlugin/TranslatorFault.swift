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
}

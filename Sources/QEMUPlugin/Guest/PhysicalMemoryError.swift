/// Why physical memory cannot be read or written (`qemu_plugin_hwaddr_operation_result`).
public enum PhysicalMemoryError: Error, Sendable {
    /// QEMU does not say, or was not asked: for no bytes, or too many.
    case other
    /// A device refuses.
    case device
    /// The access is not allowed there.
    case accessDenied
    /// Nothing is at the address.
    case invalidAddress
    /// The vCPU has no such memory at all.
    case invalidAddressSpace

    /// Nil for success.
    init?(_ result: CInt) {
        switch result {
        case 0: return nil
        case 2: self = .device
        case 3: self = .accessDenied
        case 4: self = .invalidAddress
        case 5: self = .invalidAddressSpace
        default: self = .other
        }
    }
}

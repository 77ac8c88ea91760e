/// Why physical memory cannot be read or written (`qemu_plugin_hwaddr_operation_result`).
public enum PhysicalMemoryError: CInt, Error, Sendable {
    case other = 1
    case device = 2
    case accessDenied = 3
    case invalidAddress = 4
    case invalidAddressSpace = 5

    /// Nil for success.
    init?(_ result: CInt) {
        guard result != 0 else { return nil }
        self = PhysicalMemoryError(rawValue: result) ?? .other
    }
}

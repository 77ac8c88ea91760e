import CQEMUPlugin

/// The guest's clock in the plugin's hands; one plugin has it until QEMU ends.
@safe
public struct TimeControl: @unchecked Sendable {
    private let handle: UnsafeRawPointer

    init(_ handle: UnsafeRawPointer) { unsafe self.handle = handle }

    /// Sets the guest's clock to so many nanoseconds since its start, no fewer than before
    /// (`qemu_plugin_update_ns`), before the vCPU executes its next block.
    ///
    /// QEMU 10.0 and 11.1, where the clock follows the host's, get there by waiting, with all of QEMU
    /// standing still (tried).
    public func set(nanoseconds: Int64, on vcpu: VCPU) {
        unsafe qemu_plugin_update_ns(handle, nanoseconds)
    }
}

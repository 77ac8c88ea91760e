import CQEMUPlugin
import Synchronization

/// The guest's clock in the plugin's hands; one plugin has it until QEMU ends.
@safe
public struct TimeControl: @unchecked Sendable {
    private let handle: UnsafeRawPointer
    /// What it was set to last; one plugin has the clock.
    private static let latest = Atomic<Int64>(0)

    init(_ handle: UnsafeRawPointer) { unsafe self.handle = handle }

    /// Sets the guest's clock to so many nanoseconds since its start (`qemu_plugin_update_ns`), before the vCPU
    /// executes its next block.
    ///
    /// QEMU 10.0 and 11.1, where the clock follows the host's, get there by waiting, with all of QEMU
    /// standing still (tried).
    ///
    /// - Returns: false, and nothing is set, for less than before, or than 0.
    @discardableResult
    public func set(nanoseconds: Int64, on vcpu: VCPU) -> Bool {
        let (before, _) = TimeControl.latest.max(nanoseconds, ordering: .relaxed)
        guard nanoseconds >= before else { return false }
        unsafe qemu_plugin_update_ns(handle, nanoseconds)
        return true
    }
}

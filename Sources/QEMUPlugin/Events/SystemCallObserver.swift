import CQEMUPlugin

/// A plugin that sees the guest's system calls; user mode only.
public protocol SystemCallObserver: Plugin {
    /// Called before each system call of the guest (`qemu_plugin_register_vcpu_syscall_cb`).
    ///
    /// It comes on the calling thread, without a lock: calls overlap.
    func systemCallBegins(_ call: SystemCall, on vcpu: VCPU)
}

extension SystemCallObserver {
    /// For the library's own use: registers it.
    @_documentation(visibility: internal)
    public func _observeSystemCalls(_ emulator: Emulator) {
        if Handlers.canBeSet {
            unsafe Handlers.systemCall = .passRetained(
                // Copied here and not before: what the plugin does not look at is not.
                SystemCallHandler { unsafe self.systemCallBegins(SystemCall($1.pointee), on: $0) })
        }
        unsafe qemu_on_syscall(
            emulator.id,
            { vcpu, call, handler in
                // Both are what was just passed.
                let handler = unsafe Unmanaged<SystemCallHandler>.fromOpaque(
                    handler.unsafelyUnwrapped)
                unsafe handler._withUnsafeGuaranteedRef {
                    unsafe $0.body(vcpu, call.unsafelyUnwrapped)
                }
            }, Handlers.systemCall?.toOpaque())
    }
}

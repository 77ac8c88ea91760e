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
                SystemCallHandler { self.systemCallBegins($1, on: $0) })
        }
        unsafe qemu_on_syscall(
            emulator.id,
            { vcpu, call, handler in
                guard let call = unsafe call, let handler = unsafe handler else { return }
                unsafe Unmanaged<SystemCallHandler>.fromOpaque(handler)._withUnsafeGuaranteedRef {
                    unsafe $0.body(vcpu, SystemCall.lent(by: call).pointee)
                }
            }, Handlers.systemCall?.toOpaque())
    }
}

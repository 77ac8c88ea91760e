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
        if Handlers.canBeSet { unsafe Handlers.systemCall = { self.systemCallBegins($1, on: $0) } }
        unsafe qemu_on_syscall(emulator.id) { vcpu, number, arguments in
            guard let arguments = unsafe arguments else { return }
            unsafe Handlers.systemCall?(vcpu, SystemCall(number, arguments))
        }
    }
}

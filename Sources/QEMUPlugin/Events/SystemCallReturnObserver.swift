import CQEMUPlugin

/// A plugin that sees what the guest's system calls give; user mode only.
public protocol SystemCallReturnObserver: Plugin {
    /// Called after each system call of the guest that returns
    /// (`qemu_plugin_register_vcpu_syscall_ret_cb`).
    ///
    /// It comes on the calling thread, without a lock: calls overlap.
    func systemCallReturned(_ call: SystemCallReturn, on vcpu: VCPU)
}

extension SystemCallReturnObserver {
    /// For the library's own use: registers it.
    @_documentation(visibility: internal)
    public func _observeSystemCallReturns(_ emulator: Emulator) {
        if Handlers.canBeSet {
            let handler = SystemCallReturnHandler { self.systemCallReturned($1, on: $0) }
            unsafe qemu_return_context = UnsafeRawPointer(
                Unmanaged.passRetained(handler).toOpaque())
        }
        qemu_on_syscall_return(emulator.id) { vcpu, number, result in
            // What was just set.
            let handler = unsafe Unmanaged<SystemCallReturnHandler>.fromOpaque(
                qemu_return_context.unsafelyUnwrapped)
            unsafe handler._withUnsafeGuaranteedRef {
                $0.body(vcpu, SystemCallReturn(number: number, result: result))
            }
        }
    }
}

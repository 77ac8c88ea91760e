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
            unsafe Handlers.systemCallReturn = { self.systemCallReturned($1, on: $0) }
        }
        qemu_on_syscall_return(emulator.id) { vcpu, number, result in
            unsafe Handlers.systemCallReturn?(
                vcpu, SystemCallReturn(number: number, result: result))
        }
    }
}

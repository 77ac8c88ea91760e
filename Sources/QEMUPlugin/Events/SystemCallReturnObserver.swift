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
            unsafe Handlers.systemCallReturn = .passRetained(
                SystemCallReturnHandler { self.systemCallReturned($1, on: $0) })
        }
        unsafe qemu_on_syscall_return(
            emulator.id,
            { vcpu, number, result, handler in
                guard let handler = unsafe handler else { return }
                let call = SystemCallReturn(number: number, result: result)
                unsafe Unmanaged<SystemCallReturnHandler>.fromOpaque(handler)
                    ._withUnsafeGuaranteedRef { $0.body(vcpu, call) }
            }, Handlers.systemCallReturn?.toOpaque())
    }
}

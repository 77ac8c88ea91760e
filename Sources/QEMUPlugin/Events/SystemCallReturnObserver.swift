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
            let outside = SystemCallReturnHandler {
                qemu_set_outside(true)
                self.systemCallReturned($1, on: $0)
                qemu_set_outside(false)
            }
            unsafe qemu_set_return_contexts(
                Unmanaged.passRetained(handler).toOpaque(),
                Unmanaged.passRetained(outside).toOpaque())
        }
        unsafe qemu_on_syscall_return(
            emulator.id,
            { _, vcpu, number, result in pass(number, result, vcpu) },
            { vcpu, number, result, _ in pass(number, result, vcpu) })
    }
}

/// QEMU calls what was registered above, behind the handler.
@inline(__always)
private func pass(_ number: Int64, _ result: Int64, _ vcpu: VCPU) {
    let handler = unsafe Unmanaged<SystemCallReturnHandler>.fromOpaque(
        qemu_return_context().unsafelyUnwrapped)
    unsafe handler._withUnsafeGuaranteedRef {
        $0.body(vcpu, SystemCallReturn(number: number, result: result))
    }
}

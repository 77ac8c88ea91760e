import CQEMUPlugin

/// A plugin that can make system calls in the kernel's place; user mode only, from interface version 6
/// on.
///
/// Where QEMU has none (``Feature/systemCallFilter``), the plugin is not installed, unless
/// ``Plugin/optionalEvents`` has it.
public protocol SystemCallFilter: Plugin {
    /// Called before each system call of the guest (`qemu_plugin_register_vcpu_syscall_filter_cb`),
    /// on the calling thread.
    ///
    /// - Returns: the result that the guest gets without the call being made: 0 or more, or a
    ///   negated errno of the guest. Nil where the call is to be made.
    func result(insteadOf call: SystemCall, on vcpu: VCPU) -> Int64?
}

extension SystemCallFilter {
    /// For the library's own use: registers it.
    @_documentation(visibility: internal)
    public func _filterSystemCalls(_ emulator: Emulator) -> Feature? {
        guard Feature.systemCallFilter.isAvailable else { return .systemCallFilter }
        if Handlers.canBeSet {
            unsafe Handlers.filter = .passRetained(
                SystemCallFilterHandler { self.result(insteadOf: $1, on: $0) })
        }
        unsafe qemu_on_syscall_filter(emulator.id) { vcpu, call, result in
            guard let call = unsafe call, let result = unsafe result,
                let handler = unsafe Handlers.filter,
                let instead = unsafe handler._withUnsafeGuaranteedRef({
                    unsafe $0.body(vcpu, SystemCall(call.pointee))
                })
            else { return false }
            unsafe result.pointee = instead
            return true
        }
        return nil
    }
}

import CQEMUPlugin

/// This plugin, as QEMU knows it: registers callbacks.
///
/// QEMU's interface version 1 passes no value of the plugin's own to most callbacks, so there is one
/// handler of each kind in the process, and registering another replaces it.
public struct Plugin: Sendable {
    let id: UInt64

    /// Calls `handler` for each block that QEMU translates, before the block can be executed
    /// (`qemu_plugin_register_vcpu_tb_trans_cb`).
    ///
    /// It comes on the thread of the vCPU that needs the block. In user mode QEMU holds its lock on
    /// the guest's memory map meanwhile, so no two calls overlap, the map stands still, and fork
    /// waits for the call to end.
    public func onTranslation(
        _ handler: @escaping @Sendable (borrowing TranslationBlock) -> Void
    ) {
        unsafe Handlers.translation = handler
        unsafe qemu_plugin_register_vcpu_tb_trans_cb(id) { _, block in
            guard let block = unsafe block else { return }
            unsafe Handlers.translation?(TranslationBlock(block))
        }
    }

    /// Calls `handler` with the result of each system call of the guest, after it has returned
    /// (`qemu_plugin_register_vcpu_syscall_ret_cb`): 0 or more, or a negated errno of the guest.
    ///
    /// It comes on the calling thread, without a lock: calls overlap.
    public func onSystemCallReturn(_ handler: @escaping @Sendable (_ result: Int64) -> Void) {
        unsafe Handlers.systemCallReturn = handler
        qemu_plugin_register_vcpu_syscall_ret_cb(id) { _, _, _, result in
            unsafe Handlers.systemCallReturn?(result)
        }
    }

    /// Calls `handler` when the guest exits by its own will (`qemu_plugin_register_atexit_cb`).
    ///
    /// No translated code counts and nothing is translated for the plugin any more. It can come more
    /// than once. The process ends by `_exit` behind it: buffers of libc are not written.
    public func onExit(_ handler: @escaping @Sendable () -> Void) {
        unsafe Handlers.exit = handler
        unsafe qemu_plugin_register_atexit_cb(id, { _, _ in unsafe Handlers.exit?() }, nil)
    }
}

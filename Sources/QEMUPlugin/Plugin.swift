import CQEMUPlugin

/// This plugin, as QEMU knows it: registers callbacks.
///
/// Up to interface version 6 QEMU passes no value of the plugin's own to most callbacks, so there is
/// one handler of each kind in the process, and registering another replaces it.
public struct Plugin: Sendable {
    let id: UInt64
    /// Version 7 dropped the plugin's id from the front of every callback and put a value of the
    /// plugin's own at the end.
    let callbacksCarryID: Bool

    /// Calls `handler` for each block that QEMU translates, before the block can be executed
    /// (`qemu_plugin_register_vcpu_tb_trans_cb`).
    ///
    /// It comes on the thread of the vCPU that needs the block. In user mode QEMU holds its lock on
    /// the guest's memory map meanwhile, so no two calls overlap, the map stands still, and fork
    /// waits for the call to end. In system emulation calls overlap.
    public func onTranslation(
        _ handler: @escaping @Sendable (borrowing TranslationBlock) -> Void
    ) {
        unsafe Handlers.translation = handler
        registerTranslation()
    }

    private func registerTranslation() {
        typealias Old = @convention(c) (UInt64, OpaquePointer?) -> Void
        typealias New = @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Void
        let old: Old = { _, block in
            guard let block = unsafe block else { return }
            unsafe Handlers.translation?(TranslationBlock(block))
        }
        let new: New = { block, _ in
            guard let block = unsafe block else { return }
            unsafe Handlers.translation?(TranslationBlock(block))
        }
        let callback = unsafe callbacksCarryID ? erased(old) : erased(new)
        qemu_plugin_register_vcpu_tb_trans_cb(id, callback, nil)
    }

    /// Sets what ``TranslationBlock/reportExecution(of:whileZero:at:)`` calls, on the thread of the
    /// vCPU that executes the block: calls overlap.
    public func onExecution(_ handler: @escaping @Sendable (_ vcpu: UInt32, _ value: UInt) -> Void)
    {
        unsafe Handlers.execution = handler
    }

    /// Calls `handler` before each system call of the guest
    /// (`qemu_plugin_register_vcpu_syscall_cb`).
    ///
    /// It comes on the calling thread, without a lock: calls overlap.
    public func onSystemCall(_ handler: @escaping @Sendable (borrowing SystemCall) -> Void) {
        unsafe Handlers.systemCall = handler
        registerSystemCall()
    }

    private func registerSystemCall() {
        // The arguments from the third on are not looked at.
        typealias Old = @convention(c) (UInt64, UInt32, Int64, UInt64, UInt64) -> Void
        typealias New = @convention(c) (UInt32, Int64, UInt64, UInt64) -> Void
        let old: Old = { _, vcpu, number, first, second in
            unsafe Handlers.systemCall?(
                SystemCall(vcpu: vcpu, number: number, arguments: (first, second)))
        }
        let new: New = { vcpu, number, first, second in
            unsafe Handlers.systemCall?(
                SystemCall(vcpu: vcpu, number: number, arguments: (first, second)))
        }
        let callback = callbacksCarryID ? erased(old) : erased(new)
        qemu_plugin_register_vcpu_syscall_cb(id, callback, nil)
    }

    /// Calls `handler` with the vCPU, the number and the result of each system call of the guest,
    /// after it has returned (`qemu_plugin_register_vcpu_syscall_ret_cb`): 0 or more, or a negated
    /// errno of the guest.
    ///
    /// It comes on the calling thread, without a lock: calls overlap.
    public func onSystemCallReturn(
        _ handler: @escaping @Sendable (_ vcpu: UInt32, _ number: Int64, _ result: Int64) -> Void
    ) {
        unsafe Handlers.systemCallReturn = handler
        registerSystemCallReturn()
    }

    private func registerSystemCallReturn() {
        typealias Old = @convention(c) (UInt64, UInt32, Int64, Int64) -> Void
        typealias New = @convention(c) (UInt32, Int64, Int64) -> Void
        let old: Old = { _, vcpu, number, result in
            unsafe Handlers.systemCallReturn?(vcpu, number, result)
        }
        let new: New = { vcpu, number, result in
            unsafe Handlers.systemCallReturn?(vcpu, number, result)
        }
        let callback = callbacksCarryID ? erased(old) : erased(new)
        qemu_plugin_register_vcpu_syscall_ret_cb(id, callback, nil)
    }

    /// Calls `handler` when the guest exits by its own will (`qemu_plugin_register_atexit_cb`).
    ///
    /// It can come more than once, and from QEMU 8.0 on in two threads at once. The process ends by
    /// `_exit` behind it: buffers of libc are not written.
    public func onExit(_ handler: @escaping @Sendable () -> Void) {
        unsafe Handlers.exit = handler
        registerExit()
    }

    private func registerExit() {
        let callback: @convention(c) () -> Void = { unsafe Handlers.exit?() }
        qemu_plugin_register_atexit_cb(id, callback, nil)
    }

    /// Has QEMU forget all translated code and all callbacks, and registers the present handlers
    /// anew, at the next moment when no vCPU executes (`qemu_plugin_reset`). Code that is needed
    /// again is translated again, which calls the translation handler.
    ///
    /// Call it on a vCPU's thread only. QEMU 8.x and 9.x keep a lock afterwards, on which another
    /// thread of the guest can wait for ever.
    ///
    /// - Parameter completion: called when it is done, while no vCPU executes.
    public func retranslateAll(_ completion: @escaping @Sendable () -> Void) {
        unsafe Handlers.reset = {
            if unsafe Handlers.translation != nil { registerTranslation() }
            if unsafe Handlers.systemCall != nil { registerSystemCall() }
            if unsafe Handlers.systemCallReturn != nil { registerSystemCallReturn() }
            if unsafe Handlers.exit != nil { registerExit() }
            completion()
        }
        let callback: @convention(c) () -> Void = { unsafe Handlers.reset?() }
        qemu_plugin_reset(id, callback, nil)
    }
}

/// A callback whose shape only the caller and the version of QEMU know.
private func erased<Function>(_ function: Function) -> qemu_plugin_callback {
    unsafe unsafeBitCast(function, to: qemu_plugin_callback.self)
}

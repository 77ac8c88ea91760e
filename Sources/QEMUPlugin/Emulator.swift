import CHost
import CQEMUPlugin

/// What a plugin asks of QEMU as a whole.
public struct Emulator: Sendable {
    let id: UInt64

    /// Has QEMU forget all translated code and all callbacks, and registers the plugin's events anew, at
    /// the next moment when no vCPU executes (`qemu_plugin_reset`). Code that is needed again is
    /// translated again.
    ///
    /// QEMU 8.x and 9.x keep a lock afterwards, on which another thread of the guest can wait for ever:
    /// ``HostInformation/survivesRetranslation``.
    ///
    /// - Parameters:
    ///   - vcpu: the one that the caller is a callback of.
    ///   - completion: called when it is done, while no vCPU executes; of what is asked for
    ///     several times before, each one, at once.
    /// - Returns: false where nothing is done: in ``VCPUStartObserver/vcpuStarted(_:)`` before interface version
    ///   2, and once ``uninstall(on:_:)`` was asked for.
    @discardableResult
    public func retranslateAll(
        on vcpu: VCPU, _ completion: @escaping @Sendable () -> Void
    ) -> Bool {
        guard qemu_is_on_vcpu(), !Handlers.isUninstalled else { return false }
        Completions.add(completion)
        qemu_reset(id) {
            unsafe Handlers.registerAll?()
            Completions.callAll()
        }
        return true
    }

    /// Has QEMU forget the plugin, at the next moment when no vCPU executes (`qemu_plugin_uninstall`): the
    /// library is unloaded.
    ///
    /// It is to be asked for where ``HostInformation/survivesRetranslation`` is true.
    ///
    /// - Parameters:
    ///   - vcpu: the one that the caller is a callback of.
    ///   - completion: the last that is called of the plugin, while no vCPU executes; of what is asked for
    ///     several times, the first.
    /// - Returns: false where nothing is done: where ``retranslateAll(on:_:)`` does nothing, and before
    ///   interface version 2 once there were callbacks of memory accesses, whose sudden end QEMU does not bear
    ///   there.
    @discardableResult
    public func uninstall(
        on vcpu: VCPU, _ completion: @escaping @Sendable () -> Void
    ) -> Bool {
        guard qemu_is_on_vcpu(), !MemoryClosure.endBadly else { return false }
        host_library_lock()
        if unsafe Handlers.uninstall == nil { unsafe Handlers.uninstall = completion }
        host_library_unlock()
        qemu_uninstall(id) { unsafe Handlers.uninstall?() }
        return true
    }

    /// Calls `body` with the index of each vCPU that there is (`qemu_plugin_vcpu_for_each`).
    public func forEachVCPU(_ body: (UInt32) -> Void) {
        withoutActuallyEscaping(body) { body in
            unsafe withUnsafePointer(to: body) { body in
                unsafe qemu_for_each_vcpu(
                    id,
                    { vcpu, body in
                        unsafe body?.assumingMemoryBound(to: ((UInt32) -> Void).self).pointee(vcpu)
                    }, UnsafeMutableRawPointer(mutating: body))
            }
        }
    }

    /// How many vCPUs there were at most at one time: their indices are below that
    /// (`qemu_plugin_num_vcpus`). Before interface version 2 it is how many the machine has
    /// (`qemu_plugin_n_vcpus`), and nil in user mode.
    public static var vcpuCount: Int? {
        if Feature.vcpuCount.isAvailable { return Int(qemu_plugin_num_vcpus()) }
        guard Feature.vcpuNumber.isAvailable else { return nil }
        let count = qemu_plugin_n_vcpus()
        return count < 0 ? nil : Int(count)
    }

    /// How many vCPUs the machine may have (`qemu_plugin_n_max_vcpus`), nil in user mode: interface version
    /// 1 alone. ``HostInformation/vcpus`` has it everywhere.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` in other versions.
    public static var vcpuLimit: Int? {
        get throws(PluginError) {
            try Feature.vcpuLimit.require()
            let count = qemu_plugin_n_max_vcpus()
            return count < 0 ? nil : Int(count)
        }
    }

    /// Writes to QEMU's log (`qemu_plugin_outs`), which the user asks for by `-d plugin`, and which goes to
    /// standard error where `-D` does not name a file.
    public static func log(_ text: String) {
        unsafe text.withCString { unsafe qemu_plugin_outs($0) }
    }

    /// Takes the guest's clock over (`qemu_plugin_request_time_control`): from interface version 3 on,
    /// system emulation only. Nil where another plugin has it.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` where QEMU does not have it.
    public static func requestTimeControl() throws(PluginError) -> TimeControl? {
        try Feature.timeControl.require()
        guard let handle = unsafe qemu_plugin_request_time_control() else { return nil }
        return unsafe TimeControl(handle)
    }

    /// Has the vCPU go on at a guest address (`qemu_plugin_set_pc`): from interface version 6 on, in a callback
    /// that was registered with ``RegisterUse/jump``.
    ///
    /// The callback is left for good, from the middle: nothing that its callers still hold is released.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` where QEMU does not have it.
    @unsafe
    public static func jump(to address: UInt64, on vcpu: VCPU) throws(PluginError) -> Never {
        try Feature.jumps.require()
        qemu_plugin_set_pc(address)
    }
}

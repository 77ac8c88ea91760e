import CQEMUPlugin

/// A plugin that wants to know of each vCPU: in user mode, each thread of the guest.
public protocol VCPUStartObserver: Plugin {
    /// Called when there is a new vCPU (`qemu_plugin_register_vcpu_init_cb`).
    ///
    /// From QEMU 9.0 on it comes on the vCPU's own thread, where ``Register/all(of:)`` can be asked. Before, it
    /// is no place for ``Emulator/retranslateAll(on:_:)`` and ``Emulator/uninstall(on:_:)``, which answer
    /// false.
    func vcpuStarted(_ vcpu: VCPU)
}

extension VCPUStartObserver {
    /// For the library's own use: registers it.
    @_documentation(visibility: internal)
    public func _observeVCPUStart(_ emulator: Emulator) {
        if Handlers.canBeSet { unsafe Handlers.vcpuStart = { self.vcpuStarted($0) } }
        qemu_on_vcpu_init(emulator.id) { vcpu in unsafe Handlers.vcpuStart?(vcpu) }
    }
}

/// A plugin that wants to know when a vCPU goes.
public protocol VCPUEndObserver: Plugin {
    /// Called when a vCPU goes (`qemu_plugin_register_vcpu_exit_cb`), with its index; in user mode
    /// when a thread of the guest ends and others live, in system emulation when a processor is
    /// unplugged. It can come on any thread, so there is no more than the index.
    func vcpuEnded(_ index: UInt32)
}

extension VCPUEndObserver {
    /// For the library's own use: registers it.
    @_documentation(visibility: internal)
    public func _observeVCPUEnd(_ emulator: Emulator) {
        if Handlers.canBeSet { unsafe Handlers.vcpuEnd = { self.vcpuEnded($0) } }
        qemu_on_vcpu_exit(emulator.id) { vcpu in unsafe Handlers.vcpuEnd?(vcpu) }
    }
}

/// A plugin that wants to know when a vCPU waits for work; system emulation only.
public protocol VCPUIdleObserver: Plugin {
    /// Called when a vCPU has nothing to do (`qemu_plugin_register_vcpu_idle_cb`).
    func vcpuIdles(_ vcpu: VCPU)
}

extension VCPUIdleObserver {
    /// For the library's own use: registers it.
    @_documentation(visibility: internal)
    public func _observeVCPUIdle(_ emulator: Emulator) {
        if Handlers.canBeSet { unsafe Handlers.vcpuIdle = { self.vcpuIdles($0) } }
        qemu_on_vcpu_idle(emulator.id) { vcpu in unsafe Handlers.vcpuIdle?(vcpu) }
    }
}

/// A plugin that wants to know when a vCPU has work again; system emulation only.
public protocol VCPUResumeObserver: Plugin {
    /// Called when a vCPU that had nothing to do goes on (`qemu_plugin_register_vcpu_resume_cb`). It
    /// also comes when a vCPU begins.
    func vcpuResumes(_ vcpu: VCPU)
}

extension VCPUResumeObserver {
    /// For the library's own use: registers it.
    @_documentation(visibility: internal)
    public func _observeVCPUResume(_ emulator: Emulator) {
        if Handlers.canBeSet { unsafe Handlers.vcpuResume = { self.vcpuResumes($0) } }
        qemu_on_vcpu_resume(emulator.id) { vcpu in unsafe Handlers.vcpuResume?(vcpu) }
    }
}

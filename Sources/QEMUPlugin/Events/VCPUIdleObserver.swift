import CQEMUPlugin

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

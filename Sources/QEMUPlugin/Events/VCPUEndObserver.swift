import CQEMUPlugin

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

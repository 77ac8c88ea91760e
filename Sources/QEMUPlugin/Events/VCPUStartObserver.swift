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

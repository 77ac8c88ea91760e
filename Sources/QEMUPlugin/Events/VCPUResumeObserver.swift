import CQEMUPlugin

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

import CQEMUPlugin

/// A plugin that wants to know when QEMU forgets what it has translated.
public protocol FlushObserver: Plugin {
    /// Called when QEMU has forgotten all translated code, and with it what was asked for when it is
    /// executed (`qemu_plugin_register_flush_cb`). No vCPU executes meanwhile.
    func flushed()
}

extension FlushObserver {
    /// For the library's own use: notes it.
    @_documentation(visibility: internal)
    public func _observeFlush(_ emulator: Emulator) {
        if Handlers.canBeSet { unsafe Handlers.flush = { self.flushed() } }
    }
}

/// The library wants to know it for each plugin: what code held is released then, and before QEMU forgets the
/// callbacks it waits for threads that could be about to call one (`qemu_on_flush`).
func registerFlush(_ emulator: Emulator) {
    qemu_on_flush(emulator.id) {
        RetainedObjects.releaseAll()
        unsafe Handlers.flush?()
    }
}

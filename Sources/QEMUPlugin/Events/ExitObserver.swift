import CQEMUPlugin

/// A plugin that wants to know when QEMU ends.
public protocol ExitObserver: Plugin {
    /// Called when the guest exits by its own will, or QEMU ends (`qemu_plugin_register_atexit_cb`);
    /// in user mode from QEMU 8.0 on also at a signal that ends the guest.
    ///
    /// It can come more than once, and from QEMU 8.0 on in two threads at once. The process ends by
    /// `_exit` behind it: buffers of libc are not written.
    func exits()
}

extension ExitObserver {
    /// For the library's own use: registers it.
    @_documentation(visibility: internal)
    public func _observeExit(_ emulator: Emulator) {
        if Handlers.canBeSet { unsafe Handlers.exit = { self.exits() } }
        qemu_on_exit(emulator.id) { unsafe Handlers.exit?() }
    }
}

import CQEMUPlugin

/// A plugin that sees each block of guest code which QEMU translates, and can have things happen when it
/// is executed.
public protocol TranslationObserver: Plugin {
    /// Called for each block that QEMU translates, before the block can be executed
    /// (`qemu_plugin_register_vcpu_tb_trans_cb`). The same code can be translated many times, and what
    /// is translated is not always executed.
    ///
    /// It comes on the thread of the vCPU that needs the block. In user mode QEMU holds its lock on
    /// the guest's memory map meanwhile, so no two calls overlap, the map stands still, and fork
    /// waits for the call to end. In system emulation calls overlap.
    func translated(_ block: borrowing TranslationBlock)
}

extension TranslationObserver {
    /// For the library's own use: registers it.
    @_documentation(visibility: internal)
    public func _observeTranslation(_ emulator: Emulator) {
        if Handlers.canBeSet {
            unsafe Handlers.translation = .passRetained(TranslationHandler { self.translated($0) })
        }
        unsafe qemu_on_translation(emulator.id) { block in
            guard let block = unsafe block else { return }
            unsafe Handlers.translation?._withUnsafeGuaranteedRef {
                unsafe $0.body(TranslationBlock(block))
            }
        }
    }
}

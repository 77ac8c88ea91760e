import CQEMUPlugin

/// What a callback does with the guest's registers, for which QEMU has to have them up to date
/// (`qemu_plugin_cb_flags`).
public struct RegisterUse: Sendable {
    let flags: CInt

    /// Nothing: the cheapest.
    public static let none = RegisterUse(flags: 0)
    /// It may read them (``Register``).
    public static let read = RegisterUse(flags: 1)
    /// It may read and write them.
    public static let write = RegisterUse(flags: 2)
    /// It may also send the vCPU elsewhere (``Emulator/jump(to:on:)``): from interface version 6 on.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` where QEMU does not take it.
    public static var jump: RegisterUse {
        get throws(PluginError) {
            try Feature.jumpingCallbacks.require()
            return RegisterUse(flags: 3)
        }
    }
}

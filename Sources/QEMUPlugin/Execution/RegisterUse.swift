/// What a callback does with the guest's registers, for which QEMU has to have them up to date
/// (`qemu_plugin_cb_flags`).
public enum RegisterUse: CInt, Sendable {
    /// Nothing: the cheapest.
    case none = 0
    /// It may read them (``Register``).
    case read = 1
    /// It may read and write them.
    case write = 2
    /// It may also send the vCPU elsewhere (``Emulator/jump(to:)``): from interface version 6 on.
    case jump = 3
}

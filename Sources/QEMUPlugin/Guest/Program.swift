import CHost
import CQEMUPlugin

/// The program that a user-mode QEMU runs: what ``TranslationBlock/program`` gives.
///
/// QEMU before 7.0, and 10.0, do not tell: then all are nil.
public struct Program: Sendable {
    /// The path of the program's file as QEMU was given it; nil also where QEMU has none
    /// (`qemu_plugin_path_to_binary`).
    public let path: [UInt8]?

    /// The guest address of the lowest executable segment (`qemu_plugin_start_code`), which is not
    /// where the program's first byte was loaded.
    public let startCode: UInt64?

    /// The guest address behind the last executable segment (`qemu_plugin_end_code`).
    public let endCode: UInt64?

    /// The guest address at which execution begins (`qemu_plugin_entry_code`): the loader's, where the
    /// program has one.
    public let entryCode: UInt64?

    /// QEMU takes the answers from the current vCPU's task, so it is asked while a block is translated.
    init() {
        startCode = Feature.startCode.isAvailable ? qemu_plugin_start_code() : nil
        endCode = Feature.endCode.isAvailable ? qemu_plugin_end_code() : nil
        entryCode = Feature.entryCode.isAvailable ? qemu_plugin_entry_code() : nil
        if Feature.programPath.isAvailable, let text = unsafe qemu_plugin_path_to_binary() {
            path = unsafe bytes(ofCString: text)
            unsafe host_free(text)
        } else {
            path = nil
        }
    }
}

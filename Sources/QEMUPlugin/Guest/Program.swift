import CQEMUPlugin

/// The program that a user-mode QEMU runs. Ask inside a translation callback, not before: QEMU takes
/// the answers from the current vCPU's task.
///
/// QEMU before 7.0, and 10.0, do not tell: then all are nil.
public enum Program {
    /// The path of the program's file as QEMU was given it; nil also where QEMU has none
    /// (`qemu_plugin_path_to_binary`).
    public static var path: [UInt8]? {
        guard Feature.programPath.isThere, let path = unsafe qemu_plugin_path_to_binary() else {
            return nil
        }
        defer { unsafe host_free(path) }
        return unsafe bytes(ofCString: path)
    }

    /// The guest address of the lowest executable segment (`qemu_plugin_start_code`), which is not
    /// where the program's first byte was loaded.
    public static var startCode: UInt64? {
        Feature.startCode.isThere ? qemu_plugin_start_code() : nil
    }

    /// The guest address behind the last executable segment (`qemu_plugin_end_code`).
    public static var endCode: UInt64? { Feature.endCode.isThere ? qemu_plugin_end_code() : nil }

    /// The guest address at which execution begins (`qemu_plugin_entry_code`): the loader's, where the
    /// program has one.
    public static var entryCode: UInt64? {
        Feature.entryCode.isThere ? qemu_plugin_entry_code() : nil
    }
}

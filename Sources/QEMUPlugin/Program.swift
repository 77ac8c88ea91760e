import CQEMUPlugin

/// The program that a user-mode QEMU runs. Ask inside a translation callback, not before: QEMU takes
/// the answers from the current vCPU's task.
///
/// QEMU before 7.0, and 10.0, do not tell: then ``path`` is nil, and the others must not be asked.
public enum Program {
    /// Whether this QEMU tells.
    public static var isKnown: Bool { qemu_has_program() }

    /// The path of the program's file as QEMU was given it, nil where QEMU has none
    /// (`qemu_plugin_path_to_binary`).
    public static var path: [UInt8]? {
        guard isKnown, let path = unsafe qemu_plugin_path_to_binary() else { return nil }
        defer { unsafe host_free(path) }
        return unsafe bytes(ofCString: path)
    }

    /// The guest address of the lowest executable segment (`qemu_plugin_start_code`), which is not
    /// where the program's first byte was loaded.
    public static var startCode: UInt64 { qemu_plugin_start_code() }

    /// The guest address behind the last executable segment (`qemu_plugin_end_code`).
    public static var endCode: UInt64 { qemu_plugin_end_code() }
}

import CQEMUPlugin

/// What QEMU says about itself when it installs a plugin (`qemu_info_t`).
public struct HostInformation: Sendable {
    /// The guest's architecture by QEMU's name, such as `x86_64`, as UTF-8.
    public let targetName: [UInt8]
    /// True for `qemu-system-…`, false for a QEMU that runs one program.
    public let isSystemEmulation: Bool
    /// The version of QEMU's plugin interface, 1 (QEMU 6.0) to 7 (QEMU 11.1).
    public let interfaceVersion: Int

    init(_ information: qemu_info_t) {
        targetName = unsafe bytes(ofCString: information.target_name)
        isSystemEmulation = unsafe information.system_emulation
        interfaceVersion = unsafe Int(information.version.cur)
    }

    /// Whether the guest is of the architecture that QEMU calls by this name.
    public func targets(_ name: StaticString) -> Bool {
        name.withUTF8Buffer { unsafe targetName.elementsEqual($0) }
    }

    /// QEMU's release, 70222 for 7.2.22; 0 where it is not found. To find it takes about a
    /// millisecond.
    public var release: Int { qemu_release() }

    /// Whether all threads of a guest go on after ``Plugin/retranslateAll(_:)``: in QEMU from 7.2.18
    /// to before 8.0, and from 10.0 on. The others keep a lock (QEMU's commit c07cd110a1 mended it).
    public var survivesRetranslation: Bool {
        switch interfaceVersion {
        case 5...: true
        // 6.0 to 8.2 share a version, and 9.2 and 10.0.
        case 1, 4: (70218..<80000).contains(release) || release >= 100000
        default: false
        }
    }

    /// Whether a block can add to a counter of the plugin's own
    /// (`qemu_plugin_register_vcpu_tb_exec_inline`): interface version 1.
    public var hasPlainCounters: Bool { qemu_has_tb_exec_inline() }

    /// Whether a block's callback can hang on a value of its vCPU
    /// (`qemu_plugin_register_vcpu_tb_exec_cond_cb`): from interface version 3 on.
    public var hasConditionalCallbacks: Bool { qemu_has_tb_exec_cond_cb() }
}

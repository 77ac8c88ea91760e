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

    /// Whether a block can add to a counter of the plugin's own
    /// (`qemu_plugin_register_vcpu_tb_exec_inline`): interface version 1.
    public var hasPlainCounters: Bool { qemu_has_tb_exec_inline() }

    /// Whether a block's callback can hang on a value of its vCPU
    /// (`qemu_plugin_register_vcpu_tb_exec_cond_cb`): from interface version 3 on.
    public var hasConditionalCallbacks: Bool { qemu_has_tb_exec_cond_cb() }
}

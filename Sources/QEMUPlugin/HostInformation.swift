import CQEMUPlugin

/// What QEMU says about itself when it installs a plugin (`qemu_info_t`).
public struct HostInformation: Sendable {
    /// The guest's architecture by QEMU's name, such as `x86_64`, as UTF-8.
    public let targetName: [UInt8]
    /// True for `qemu-system-…`, false for a QEMU that runs one program.
    public let isSystemEmulation: Bool

    init(_ information: qemu_info_t) {
        targetName = unsafe bytes(ofCString: information.target_name)
        isSystemEmulation = unsafe information.system_emulation
    }

    /// Whether the guest is of the architecture that QEMU calls by this name.
    public func targets(_ name: StaticString) -> Bool {
        name.withUTF8Buffer { unsafe targetName.elementsEqual($0) }
    }
}

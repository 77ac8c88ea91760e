import CQEMUPlugin

/// What QEMU says about itself when it installs a plugin (`qemu_info_t`).
public struct HostInformation: Sendable {
    /// The guest's architecture by QEMU's name, such as `x86_64`, as UTF-8.
    public let targetName: [UInt8]
    /// True for `qemu-system-…`, false for a QEMU that runs one program.
    public let isSystemEmulation: Bool
    /// The version of QEMU's plugin interface, 1 (QEMU 6.0) to 7 (QEMU 11.1).
    public let interfaceVersion: Int
    /// The oldest version of the interface that this QEMU takes.
    public let oldestInterfaceVersion: Int
    /// How many vCPUs the machine begins with, and may have at most; nil in user mode.
    public let vcpus: (initial: Int, most: Int)?
    /// Whether all threads of a guest go on after ``Emulator/retranslateAll(on:_:)``: in QEMU from 7.2.18
    /// to before 8.0, and from 10.0 on. The others keep a lock (QEMU's commit c07cd110a1 mended it).
    public let survivesRetranslation: Bool

    init(_ information: qemu_info_t) {
        targetName = unsafe bytes(ofCString: information.target_name)
        isSystemEmulation = unsafe information.system_emulation
        interfaceVersion = unsafe Int(information.version.cur)
        oldestInterfaceVersion = unsafe Int(information.version.min)
        vcpus =
            unsafe isSystemEmulation
            ? (Int(information.system.smp_vcpus), Int(information.system.max_vcpus)) : nil
        switch interfaceVersion {
        case 5...: survivesRetranslation = true
        case 1, 4:
            // 6.0 to 8.2 share a version, and 9.2 and 10.0. It takes a search to tell them apart.
            let release = qemu_release()
            survivesRetranslation = (70218..<80000).contains(release) || release >= 100000
        default: survivesRetranslation = false
        }
    }

    /// Whether the guest is of the architecture that QEMU calls by this name.
    public func targets(_ name: StaticString) -> Bool {
        name.withUTF8Buffer { unsafe targetName.elementsEqual($0) }
    }
}

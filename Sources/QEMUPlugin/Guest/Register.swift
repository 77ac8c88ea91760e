import CQEMUPlugin

/// A register of the guest's processor, as QEMU tells debuggers of it: from interface version 2 on.
///
/// What it holds is read and written in a callback that was registered with a ``RegisterUse``, in
/// ``VCPUStartObserver/vcpuStarted(_:)`` and in ``DiscontinuityObserver/discontinued(_:on:)``.
///
/// Where code is executed, two registers are not what they are for the guest: the program counter holds
/// the beginning of the block, or of one before (``Instruction/address`` is right), and the flags of x86
/// (`eflags`) hold what they were some instructions ago.
public struct Register: Sendable {
    /// Its name in GDB, such as `rax`.
    public let name: String
    /// The group of registers that it belongs to, by GDB's name; nil where there is none.
    public let feature: String?
    /// Whether it cannot be written; nil before interface version 6, which does not say.
    public let isReadOnly: Bool?
    private let handle: UInt

    /// All registers of a vCPU (`qemu_plugin_get_registers`). The vCPUs of one machine mostly have the same.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 2.
    public static func all(of vcpu: VCPU) throws(PluginError) -> [Register] {
        try Feature.registers.require()
        var registers: [Register] = []
        unsafe withUnsafeMutablePointer(to: &registers) { registers in
            unsafe qemu_registers(
                { registers, handle, name, feature, isReadOnly in
                    guard let name = unsafe name else { return }
                    unsafe registers?.assumingMemoryBound(to: [Register].self).pointee.append(
                        Register(
                            name: String(cString: name),
                            feature: feature.map { unsafe String(cString: $0) },
                            isReadOnly: isReadOnly < 0 ? nil : isReadOnly != 0, handle: handle))
                }, registers)
        }
        return registers
    }

    /// The vCPU's register of this name; nil where there is none.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 2.
    public static func named(_ name: String, of vcpu: VCPU) throws(PluginError) -> Register? {
        try all(of: vcpu).named(name)
    }

    /// Lends the bytes that it holds, in the guest's order (`qemu_plugin_read_register`); nil where QEMU
    /// refuses, which it does from 10.1 on where the callback was not registered for that. Before, it gives a
    /// value from some time ago there: nothing tells it from the right one.
    ///
    /// What `body` gets is a copy of the library's own, which is used again when `body` returns. The compiler does not
    /// let it out of `body`: to keep bytes, copy them there. `body` may lend more.
    public func withBytes<Result>(on vcpu: VCPU, _ body: (RawSpan) -> Result) -> Result? {
        let lent = unsafe qemu_read_register(handle)
        defer { unsafe qemu_give_back(lent) }
        guard let start = unsafe lent.bytes else { return nil }
        return unsafe body(RawSpan(_unsafeStart: start, byteCount: lent.count))
    }

    /// What it holds as a number without a sign; nil where it has more than 8 bytes, and where QEMU refuses, as
    /// ``withBytes(on:_:)`` says.
    /// `isBigEndian` where the guest is of the architectures that put the highest byte first.
    public func value(on vcpu: VCPU, isBigEndian: Bool = false) -> UInt64? {
        let read = qemu_read_register_number(handle, isBigEndian)
        return read.is_there ? read.value : nil
    }

    /// Has it hold these bytes, in the guest's order (`qemu_plugin_write_register`).
    ///
    /// - Returns: false where nothing is written: the register has another number of bytes or is read-only, or
    ///   the callback was not registered with ``RegisterUse/write``. So it is with the program counter
    ///   (``Emulator/jump(to:on:)``) and with x86's flags, which QEMU would not look at, and in user mode with x86's
    ///   segment registers, by which QEMU would leave the callback.
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 5.
    public func write(_ bytes: [UInt8], on vcpu: VCPU) throws(PluginError) -> Bool {
        try Feature.registerWriting.require()
        guard isReadOnly != true, !isRefused else { return false }
        return unsafe qemu_write_register(handle, bytes, bytes.count)
    }

    private var isRefused: Bool {
        // Later versions know for themselves.
        if qemu_version() < 6, isOne(of: ["pc", "rip", "eip"]) { return true }
        guard qemu_is_x86() else { return false }
        return isOne(of: ["eflags"])
            || qemu_is_user_mode() && isOne(of: ["cs", "ss", "ds", "es", "fs", "gs"])
    }

    private func isOne(of names: [StaticString]) -> Bool {
        names.contains { $0.withUTF8Buffer { unsafe name.utf8.elementsEqual($0) } }
    }
}

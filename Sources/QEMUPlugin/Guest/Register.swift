import CQEMUPlugin

/// A register of the guest's processor, as QEMU tells debuggers of it: from interface version 2 on.
///
/// What it holds is read and written on the thread of the vCPU that is meant, in a callback that was
/// registered with a ``RegisterUse``, or in ``VCPUStartObserver/vcpuStarted(_:)``.
@safe
public struct Register: @unchecked Sendable {
    /// Its name in GDB, such as `rip`.
    public let name: String
    /// The group of registers that it belongs to, by GDB's name; nil where there is none.
    public let feature: String?
    /// Whether it cannot be written; nil before interface version 6, which does not say.
    public let isReadOnly: Bool?
    private let handle: UnsafeMutableRawPointer

    /// All registers of the calling thread's vCPU (`qemu_plugin_get_registers`); none on a thread that is
    /// no vCPU's. The vCPUs of one machine mostly have the same.
    public static func all() throws(Missing) -> [Register] {
        try Feature.registers.require()
        var registers: [Register] = []
        unsafe withUnsafeMutablePointer(to: &registers) { registers in
            unsafe qemu_registers(
                { registers, handle, name, feature, isReadOnly in
                    guard let name = unsafe name, let handle = unsafe handle else { return }
                    unsafe registers?.assumingMemoryBound(to: [Register].self).pointee.append(
                        Register(
                            name: String(cString: name),
                            feature: feature.map { unsafe String(cString: $0) },
                            isReadOnly: isReadOnly < 0 ? nil : isReadOnly != 0, handle: handle))
                }, registers)
        }
        return registers
    }

    /// The register of this name; nil where there is none.
    public static func named(_ name: StaticString) throws(Missing) -> Register? {
        try all().first { Array($0.name.utf8) == name.bytes }
    }

    /// Lends the bytes that it holds, in the guest's order (`qemu_plugin_read_register`); nil where QEMU
    /// refuses, which it does from 10.1 on where the callback was not registered for that.
    public func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result? {
        var bytes: UnsafeRawPointer?
        let count = unsafe qemu_read_register(handle, &bytes)
        guard count > 0, let start = unsafe bytes else { return nil }
        return unsafe body(RawSpan(_unsafeStart: start, byteCount: Int(count)))
    }

    /// What it holds as a number, where it has no more than 8 bytes.
    ///
    /// - Parameter isBigEndian: whether the guest is of the architectures that put the highest byte
    ///   first.
    public func value(isBigEndian: Bool = false) -> UInt64? {
        withBytes { bytes -> UInt64? in
            let count = bytes.byteCount
            guard count <= 8 else { return nil }
            var value: UInt64 = 0
            for index in 0..<count {
                let place = isBigEndian ? index : count - 1 - index
                value =
                    value << 8
                    | UInt64(unsafe bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self))
            }
            return value
        } ?? nil
    }

    /// Has it hold these bytes, in the guest's order (`qemu_plugin_write_register`): from interface
    /// version 5 on. False where QEMU refuses: the number of bytes must be right, and the callback must
    /// be registered with ``RegisterUse/write``.
    public func write(_ bytes: [UInt8]) throws(Missing) -> Bool {
        try Feature.registerWriting.require()
        return unsafe qemu_write_register(handle, bytes, bytes.count)
    }
}

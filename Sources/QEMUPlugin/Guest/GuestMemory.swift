import CQEMUPlugin

/// The guest's memory, as a vCPU sees it, or by its physical addresses.
///
/// Addresses and counts are in bytes. A count that is not from 1 to 2³¹ − 1, or that there is no memory for, is as if
/// nothing were there.
public enum GuestMemory {
    /// Lends bytes at a guest address (`qemu_plugin_read_memory_vaddr`); nil where not all are mapped.
    ///
    /// What `body` gets is a copy of the library's own, which is used again when `body` returns. The compiler does not
    /// let it out of `body`: to keep bytes, copy them there. `body` may lend more. `count` is 1 to 2³¹ − 1.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 4.
    public static func withBytes<Result>(
        at address: UInt64, count: Int, on vcpu: VCPU, _ body: (RawSpan) -> Result
    ) throws(PluginError) -> Result? {
        try Feature.memoryReading.require()
        guard count > 0 else { return nil }
        let lent = unsafe qemu_read_memory(address, count)
        defer { unsafe qemu_give_back(lent) }
        guard let start = unsafe lent.bytes else { return nil }
        return unsafe body(RawSpan(_unsafeStart: start, byteCount: lent.count))
    }

    /// The number that stands at a guest address, in 1 to 8 bytes; nil for another `size`, and where not all are
    /// mapped. `isBigEndian` where the first byte is the highest.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 4.
    public static func number(
        at address: UInt64, size: Int, on vcpu: VCPU, isBigEndian: Bool = false
    ) throws(PluginError) -> UInt64? {
        try Feature.memoryReading.require()
        guard size > 0 else { return nil }
        let read = qemu_read_memory_number(address, size, isBigEndian)
        return read.is_there ? read.value : nil
    }

    /// Writes bytes to a guest address (`qemu_plugin_write_memory_vaddr`); false where they cannot be
    /// written. Code that QEMU has translated from there is forgotten.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 5.
    public static func write(
        _ bytes: [UInt8], at address: UInt64, on vcpu: VCPU
    ) throws(PluginError) -> Bool {
        try Feature.memoryWriting.require()
        guard !bytes.isEmpty else { return true }
        return unsafe qemu_write_memory(address, bytes, bytes.count)
    }

    /// Lends bytes at a physical address (`qemu_plugin_read_memory_hwaddr`): system emulation only. What is lent is
    /// the closure's, as with ``withBytes(at:count:on:_:)``.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 5.
    public static func withPhysicalBytes<Value>(
        at address: UInt64, count: Int, on vcpu: VCPU, _ body: (RawSpan) -> Value
    ) throws(PluginError) -> Result<Value, PhysicalMemoryError> {
        try Feature.physicalReading.require()
        guard count > 0 else { return .failure(.other) }
        var result: CInt = 0
        let lent = unsafe qemu_read_physical(address, count, &result)
        defer { unsafe qemu_give_back(lent) }
        guard let start = unsafe lent.bytes else {
            return .failure(PhysicalMemoryError(result) ?? .other)
        }
        return .success(unsafe body(RawSpan(_unsafeStart: start, byteCount: lent.count)))
    }

    /// Writes bytes to a physical address (`qemu_plugin_write_memory_hwaddr`); nil where it is done. System
    /// emulation only.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 5.
    public static func write(
        _ bytes: [UInt8], atPhysical address: UInt64, on vcpu: VCPU
    ) throws(PluginError) -> PhysicalMemoryError? {
        try Feature.physicalWriting.require()
        guard !bytes.isEmpty else { return nil }
        return unsafe PhysicalMemoryError(qemu_write_physical(address, bytes, bytes.count))
    }

    /// The physical address of a guest address (`qemu_plugin_translate_vaddr`); nil where nothing is
    /// mapped, and in user mode.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 5.
    public static func physicalAddress(
        of address: UInt64, on vcpu: VCPU
    ) throws(PluginError) -> UInt64? {
        try Feature.translation.require()
        var physical: UInt64 = 0
        return unsafe qemu_plugin_translate_vaddr(address, &physical) ? physical : nil
    }
}

/// Why physical memory cannot be read or written (`qemu_plugin_hwaddr_operation_result`).
public enum PhysicalMemoryError: Error, Sendable {
    /// QEMU does not say, or was not asked: for no bytes, or too many.
    case other
    /// A device refuses.
    case device
    /// The access is not allowed there.
    case accessDenied
    /// Nothing is at the address.
    case invalidAddress
    /// The vCPU has no such memory at all.
    case invalidAddressSpace

    /// Nil for success.
    init?(_ result: CInt) {
        switch result {
        case 0: return nil
        case 2: self = .device
        case 3: self = .accessDenied
        case 4: self = .invalidAddress
        case 5: self = .invalidAddressSpace
        default: self = .other
        }
    }
}

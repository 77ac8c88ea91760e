import CQEMUPlugin

/// The guest's memory, as the vCPU of the calling thread sees it, or by its physical addresses.
public enum GuestMemory {
    /// Lends bytes at a guest address (`qemu_plugin_read_memory_vaddr`); nil where nothing is mapped. From
    /// interface version 4 on.
    public static func withBytes<Result>(
        at address: UInt64, count: Int, _ body: (RawSpan) -> Result
    ) throws(Missing) -> Result? {
        try Feature.memoryReading.require()
        guard count > 0, let bytes = unsafe qemu_read_memory(address, count) else { return nil }
        return unsafe body(RawSpan(_unsafeStart: bytes, byteCount: count))
    }

    /// Writes bytes to a guest address (`qemu_plugin_write_memory_vaddr`); false where they cannot be
    /// written. Code that QEMU has translated from there is forgotten. From interface version 5 on.
    public static func write(_ bytes: [UInt8], at address: UInt64) throws(Missing) -> Bool {
        try Feature.memoryWriting.require()
        guard !bytes.isEmpty else { return true }
        return unsafe qemu_write_memory(address, bytes, bytes.count)
    }

    /// Lends bytes at a physical address (`qemu_plugin_read_memory_hwaddr`): from interface version 5 on,
    /// system emulation only.
    public static func withPhysicalBytes<Value>(
        at address: UInt64, count: Int, _ body: (RawSpan) -> Value
    ) throws(Missing) -> Result<Value, PhysicalMemoryError> {
        try Feature.physicalReading.require()
        guard count > 0 else { return .failure(.other) }
        var bytes: UnsafeRawPointer?
        if let error = unsafe PhysicalMemoryError(qemu_read_physical(address, count, &bytes)) {
            return .failure(error)
        }
        guard let start = unsafe bytes else { return .failure(.other) }
        return .success(unsafe body(RawSpan(_unsafeStart: start, byteCount: count)))
    }

    /// Writes bytes to a physical address (`qemu_plugin_write_memory_hwaddr`); nil where it is done. From
    /// interface version 5 on, system emulation only.
    public static func write(
        _ bytes: [UInt8], atPhysical address: UInt64
    ) throws(Missing) -> PhysicalMemoryError? {
        try Feature.physicalWriting.require()
        guard !bytes.isEmpty else { return nil }
        return unsafe PhysicalMemoryError(qemu_write_physical(address, bytes, bytes.count))
    }

    /// The physical address of a guest address (`qemu_plugin_translate_vaddr`); nil where nothing is
    /// mapped, and in user mode. From interface version 5 on.
    public static func physicalAddress(of address: UInt64) throws(Missing) -> UInt64? {
        try Feature.translation.require()
        var physical: UInt64 = 0
        return unsafe qemu_plugin_translate_vaddr(address, &physical) ? physical : nil
    }
}

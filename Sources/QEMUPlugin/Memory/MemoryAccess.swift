public import CQEMUPlugin

/// An access that an instruction has made to the guest's memory: what a callback of
/// ``Instruction/onMemoryAccess(_:using:_:)`` gets, and good for that call alone.
public typealias MemoryAccess = qemu_access

extension MemoryAccess {
    /// Kinds of access (`qemu_plugin_mem_rw`).
    public struct Kinds: OptionSet, Sendable {
        /// `qemu_plugin_mem_rw`
        public let rawValue: CInt

        /// Of QEMU's value.
        public init(rawValue: CInt) { self.rawValue = rawValue }

        /// Loads.
        public static let reads = Kinds(rawValue: 1)
        /// Stores.
        public static let writes = Kinds(rawValue: 2)
        /// Both.
        public static let all: Kinds = [.reads, .writes]

        /// Without bits that mean nothing.
        var known: CInt { rawValue & 3 }
    }

    @usableFromInline var information: UInt32 {
        UInt32(truncatingIfNeeded: unsafe UInt(bitPattern: number))
    }

    /// The size in bytes, a power of two (`qemu_plugin_mem_size_shift`).
    @inlinable
    public var size: Int { 1 << (Int(qemu_plugin_mem_size_shift(information)) & 31) }

    /// Whether the instruction extends what it loads by the sign (`qemu_plugin_mem_is_sign_extended`).
    @inlinable
    public var isSignExtended: Bool { qemu_plugin_mem_is_sign_extended(information) }

    /// Whether the first byte is the highest (`qemu_plugin_mem_is_big_endian`).
    @inlinable
    public var isBigEndian: Bool { qemu_plugin_mem_is_big_endian(information) }

    /// Whether it is a store (`qemu_plugin_mem_is_store`).
    @inlinable
    public var isStore: Bool { qemu_plugin_mem_is_store(information) }

    /// What was loaded or stored, as a number without a sign (`qemu_plugin_mem_get_value`); nil where it has
    /// 16 bytes (``wideValue``).
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 4.
    public var value: UInt64? {
        get throws(PluginError) { UInt64(exactly: try wideValue) }
    }

    /// The same for accesses of all sizes.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 4.
    public var wideValue: UInt128 {
        get throws(PluginError) {
            try Feature.memoryValues.require()
            let value = qemu_plugin_mem_get_value(information)
            switch value.type {
            case 0: return UInt128(unsafe value.data.u8)
            case 1: return UInt128(unsafe value.data.u16)
            case 2: return UInt128(unsafe value.data.u32)
            case 3: return UInt128(unsafe value.data.u64)
            default:
                return UInt128(unsafe value.data.u128.high) << 64
                    | UInt128(unsafe value.data.u128.low)
            }
        }
    }

    /// Where the access went in the machine (`qemu_plugin_get_hwaddr`), for the length of the call; nil
    /// in user mode. The guest address is the one that the callback got with the access.
    public func withPhysicalAddress<Result>(
        at address: UInt64, _ body: (borrowing PhysicalAddress) -> Result
    ) -> Result? {
        guard let found = unsafe qemu_plugin_get_hwaddr(information, address) else { return nil }
        return body(unsafe PhysicalAddress(found))
    }
}

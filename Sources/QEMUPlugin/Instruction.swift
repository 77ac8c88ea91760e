import CQEMUPlugin

/// One guest instruction of a ``TranslationBlock``, valid only inside the translation callback.
@safe
public struct Instruction: ~Copyable {
    private let instruction: OpaquePointer

    init(_ instruction: OpaquePointer) {
        unsafe self.instruction = instruction
    }

    /// The guest address (`qemu_plugin_insn_vaddr`).
    public var address: UInt64 { unsafe qemu_plugin_insn_vaddr(instruction) }

    /// Length in bytes, as far as the translator fetched them (`qemu_plugin_insn_size`): 0 where it
    /// made the instruction up.
    public var size: Int { Int(clamping: unsafe qemu_plugin_insn_size(instruction)) }

    /// Where the instruction's first byte stands in this process, nil where it is not in memory
    /// (`qemu_plugin_insn_haddr`).
    public var hostAddress: UInt64? {
        guard let address = unsafe qemu_plugin_insn_haddr(instruction) else { return nil }
        return UInt64(UInt(bitPattern: address))
    }
}

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

    /// Calls `function` each time before the instruction is executed, in the order of registration
    /// (`qemu_plugin_register_vcpu_insn_exec_cb`). What is registered for the block comes before what
    /// is registered for its first instruction.
    @unsafe
    public func onExecution(
        call function: TranslationBlock.ExecutionFunction, with data: UnsafeMutableRawPointer?
    ) {
        unsafe qemu_plugin_register_vcpu_insn_exec_cb(
            instruction, function, CInt(QEMU_PLUGIN_CB_NO_REGS), data)
    }
}

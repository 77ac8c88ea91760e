import CQEMUPlugin

/// A run of guest instructions that QEMU is translating, valid only inside the translation callback.
///
/// It cannot be copied and is handed out on loan, so it does not outlive the callback.
@safe
public struct TranslationBlock: ~Copyable {
    private let block: OpaquePointer

    init(_ block: OpaquePointer) {
        unsafe self.block = block
    }

    /// The guest address of the first instruction (`qemu_plugin_tb_vaddr`).
    public var address: UInt64 { unsafe qemu_plugin_tb_vaddr(block) }

    /// How many instructions it has (`qemu_plugin_tb_n_insns`), at most 512.
    ///
    /// QEMU before 8.2 counts for x86 guests one more where the translator dropped the last
    /// instruction because it runs over the end of the page; that one's size is what was fetched.
    public var instructionCount: Int { Int(clamping: unsafe qemu_plugin_tb_n_insns(block)) }

    /// The instruction at an index from 0, nil outside the block (`qemu_plugin_tb_get_insn`).
    public func instruction(at index: Int) -> Instruction? {
        guard index >= 0, let instruction = unsafe qemu_plugin_tb_get_insn(block, index) else {
            return nil
        }
        return unsafe Instruction(instruction)
    }

    /// What QEMU calls directly when a block is executed, on the thread of the vCPU: with the vCPU's
    /// index and the pointer that came with the registration. Calls overlap.
    public typealias ExecutionFunction =
        @convention(c) (_ vcpu: UInt32, _ data: UnsafeMutableRawPointer?) -> Void

    /// Calls `function` each time execution enters the block, with nothing between QEMU's code and
    /// it (`qemu_plugin_register_vcpu_tb_exec_cb`). `data` must stay valid until the process ends.
    @unsafe
    public func onExecution(
        call function: ExecutionFunction, with data: UnsafeMutableRawPointer?
    ) {
        unsafe qemu_plugin_register_vcpu_tb_exec_cb(
            block, function, CInt(QEMU_PLUGIN_CB_NO_REGS), data)
    }

    /// Calls the handler of ``Plugin/onExecution(_:)`` with `value` each time execution enters the
    /// block while the vCPU's value at `index` of `scoreboard` is 0
    /// (`qemu_plugin_register_vcpu_tb_exec_cond_cb`). The look at the value is part of the block's
    /// code; nothing is called where it is not 0.
    ///
    /// Only where ``HostInformation/hasConditionalCallbacks`` is true.
    public func reportExecution(of value: UInt, whileZero scoreboard: Scoreboard, at index: Int) {
        unsafe qemu_plugin_register_vcpu_tb_exec_cond_cb(
            block, TranslationBlock.executed, CInt(QEMU_PLUGIN_CB_NO_REGS),
            CInt(QEMU_PLUGIN_COND_EQ), scoreboard.entry(index), 0,
            UnsafeMutableRawPointer(bitPattern: value))
    }

    private static let executed: qemu_plugin_vcpu_udata_cb_t = { vcpu, value in
        unsafe Handlers.execution?(vcpu, UInt(bitPattern: value))
    }

    /// Adds 1 to the vCPU's value at `index` of `scoreboard` each time execution enters the block, by
    /// code that QEMU puts into the block (`qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu`). No
    /// count is lost, however many vCPUs there are. From QEMU 9.1 on it comes behind what was
    /// registered for the block before.
    ///
    /// Only where ``HostInformation/hasVCPUCounters`` is true.
    public func countExecutions(in scoreboard: Scoreboard, at index: Int) {
        unsafe qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(
            block, CInt(QEMU_PLUGIN_INLINE_ADD_U64), scoreboard.entry(index), 1)
    }

    /// Adds 1 to `counter` each time execution enters the block, by code that QEMU puts into the
    /// block (`qemu_plugin_register_vcpu_tb_exec_inline`). The addition is not atomic: threads
    /// that enter the block together can lose counts, though never the first.
    ///
    /// Only where ``HostInformation/hasPlainCounters`` is true. `counter` must stay valid until the
    /// process ends.
    @unsafe
    public func countExecutions(in counter: UnsafeMutablePointer<UInt64>) {
        unsafe qemu_plugin_register_vcpu_tb_exec_inline(
            block, CInt(QEMU_PLUGIN_INLINE_ADD_U64), counter, 1)
    }
}

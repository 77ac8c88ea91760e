import CQEMUPlugin

/// A run of guest instructions that QEMU is translating, valid only inside the translation callback.
///
/// It cannot be copied and is handed out on loan, so it does not outlive the callback.
@safe
public struct TranslationBlock: ~Copyable {
    private let block: OpaquePointer
    /// What may still be registered; the thread's own.
    private let room: OpaquePointer

    /// QEMU has just handed it out.
    init(_ block: OpaquePointer) {
        unsafe self.block = block
        unsafe room = qemu_room_of_block()
    }

    // What is registered for the block is part of its first instruction's code.
    private func takesRoom() -> Bool { unsafe qemu_take_room(room, 0, QEMU_EXECUTION) }
    private var hasRoom: Bool { unsafe qemu_has_room(room, 0, QEMU_EXECUTION) }

    /// The guest address of the first instruction (`qemu_plugin_tb_vaddr`).
    public var address: UInt64 { unsafe qemu_plugin_tb_vaddr(block) }

    /// How many instructions it has (`qemu_plugin_tb_n_insns`), at most 512.
    ///
    /// QEMU before 8.2 counts for x86 guests one more where the translator dropped the last
    /// instruction because it runs over the end of the page; that one's size is what was fetched.
    public var instructionCount: Int { Int(clamping: unsafe qemu_plugin_tb_n_insns(block)) }

    /// The program that is run, of whose code the block need not be; see ``Program``.
    public var program: Program { Program() }

    /// Lends the instruction at an index from 0 (`qemu_plugin_tb_get_insn`); nil outside the block.
    @discardableResult
    public func withInstruction<Result, Failure>(
        at index: Int, _ body: (borrowing Instruction) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard index >= 0, let instruction = unsafe qemu_plugin_tb_get_insn(block, index) else {
            return nil
        }
        return try body(unsafe Instruction(instruction, at: index, room))
    }

    /// Lends its instructions, one after the other.
    public func forEachInstruction<Failure>(
        _ body: (borrowing Instruction) throws(Failure) -> Void
    ) throws(Failure) {
        for index in 0..<instructionCount { try withInstruction(at: index, body) }
    }

    /// Calls `body` each time before execution enters the block, in the order of
    /// registration (`qemu_plugin_register_vcpu_tb_exec_cb`).
    ///
    /// `body` can capture what it needs; the library keeps it until QEMU has forgotten the block.
    ///
    /// - Returns: false, with nothing registered, where there are too many already (<doc:Versions>).
    @discardableResult
    public func onExecution(
        using registers: RegisterUse = .none, _ body: @escaping @Sendable (VCPU) -> Void
    ) -> Bool {
        guard hasRoom else { return false }
        let closure = ExecutionClosure(body)
        return onExecution(
            passing: RetainedObjects.retain(closure), using: registers, call: ExecutionClosure.call)
    }

    /// The same by a function that QEMU calls directly, with `word`: what it would cost in C. The form above
    /// costs one call more.
    ///
    /// - Returns: false, with nothing registered, where there are too many already (<doc:Versions>).
    @discardableResult
    public func onExecution(
        passing word: UInt, using registers: RegisterUse = .none,
        call function: ExecutionFunction
    ) -> Bool {
        guard takesRoom() else { return false }
        unsafe qemu_plugin_register_vcpu_tb_exec_cb(
            block, function, registers.flags, word)
        return true
    }

    /// Calls `body` each time execution enters the block while the vCPU's number compares so
    /// with `number` (`qemu_plugin_register_vcpu_tb_exec_cond_cb`). The
    /// comparison is part of the block's code.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 3; ``PluginError/noRoom`` where there are
    ///   too many already (<doc:Versions>).
    public func onExecution(
        while entry: VCPUEntry, is condition: Condition, _ number: UInt64,
        using registers: RegisterUse = .none, _ body: @escaping @Sendable (VCPU) -> Void
    ) throws(PluginError) {
        try Feature.blockConditions.require()
        guard hasRoom else { throw .noRoom }
        let closure = ExecutionClosure(body)
        try onExecution(
            while: entry, is: condition, number, passing: RetainedObjects.retain(closure),
            using: registers, call: ExecutionClosure.call)
    }

    /// The same by a function that QEMU calls directly, with `word`.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 3; ``PluginError/noRoom`` where there are
    ///   too many already (<doc:Versions>).
    public func onExecution(
        while entry: VCPUEntry, is condition: Condition, _ number: UInt64, passing word: UInt,
        using registers: RegisterUse = .none, call function: ExecutionFunction
    ) throws(PluginError) {
        try Feature.blockConditions.require()
        guard takesRoom() else { throw .noRoom }
        unsafe qemu_plugin_register_vcpu_tb_exec_cond_cb(
            block, function, registers.flags, condition.code, entry.entry, number, word)
    }

    /// Adds to the vCPU's number each time execution enters the block, by code that QEMU puts into the block
    /// (`qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu`). No count is lost, however many vCPUs
    /// there are. From QEMU 9.1 on it comes behind what was registered before.
    ///
    /// - Returns: false, with nothing registered, where there are too many already (<doc:Versions>).
    @discardableResult
    public func add(_ number: UInt64, to entry: VCPUEntry) -> Bool {
        guard takesRoom() else { return false }
        unsafe qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(
            block, CInt(QEMU_PLUGIN_INLINE_ADD_U64), entry.entry, number)
        return true
    }

    /// Sets the vCPU's number each time execution enters the block, in the same way.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 3; ``PluginError/noRoom`` where there are
    ///   too many already (<doc:Versions>).
    public func store(_ number: UInt64, in entry: VCPUEntry) throws(PluginError) {
        try Feature.inlineStores.require()
        guard takesRoom() else { throw .noRoom }
        unsafe qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(
            block, CInt(QEMU_PLUGIN_INLINE_STORE_U64), entry.entry, number)
    }

    /// Adds to `counter` each time execution enters the block, by code that QEMU puts into the block
    /// (`qemu_plugin_register_vcpu_tb_exec_inline`): interface version 1 alone. The addition is not
    /// atomic: threads that are there together can lose counts, though never the first.
    ///
    /// `counter` must stay valid until the process ends.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` from interface version 2 on; ``PluginError/noRoom`` where there are
    ///   too many already (<doc:Versions>).
    @unsafe
    public func add(
        _ number: UInt64, to counter: UnsafeMutablePointer<UInt64>
    ) throws(PluginError) {
        try Feature.blockInline.require()
        guard takesRoom() else { throw .noRoom }
        unsafe qemu_plugin_register_vcpu_tb_exec_inline(
            block, CInt(QEMU_PLUGIN_INLINE_ADD_U64), counter, number)
    }
}

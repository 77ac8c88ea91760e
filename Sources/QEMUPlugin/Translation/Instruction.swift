import CHost
import CQEMUPlugin

/// One guest instruction of a ``TranslationBlock``, valid only inside the translation callback.
@safe
public struct Instruction: ~Copyable {
    let instruction: OpaquePointer
    /// Its number in the block, from 0.
    private let index: Int
    private let room: OpaquePointer

    init(_ instruction: OpaquePointer, at index: Int, _ room: OpaquePointer) {
        unsafe self.instruction = instruction
        self.index = index
        unsafe self.room = room
    }

    /// Whether there is room for one more, which is then taken.
    func takesRoom(for kind: qemu_callback_kind) -> Bool {
        unsafe qemu_take_room(room, index, kind)
    }
    /// Whether there is any.
    func hasRoom(for kind: qemu_callback_kind) -> Bool {
        unsafe qemu_has_room(room, index, kind)
    }

    /// The guest address (`qemu_plugin_insn_vaddr`).
    public var address: UInt64 { unsafe qemu_plugin_insn_vaddr(instruction) }

    /// Length in bytes, as far as the translator fetched them (`qemu_plugin_insn_size`): 0 where it
    /// made the instruction up.
    public var size: Int { Int(clamping: unsafe qemu_plugin_insn_size(instruction)) }

    /// Its bytes (`qemu_plugin_insn_data`); none where QEMU made the instruction up, as in x86's page of old system
    /// calls in user mode.
    public var data: [UInt8] {
        let size = size
        return unsafe [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
            count = unsafe qemu_copy_insn_data(instruction, bytes.baseAddress, size)
        }
    }

    /// Where the instruction's first byte stands in this process, nil where it is not in memory
    /// (`qemu_plugin_insn_haddr`).
    public var hostAddress: UInt64? {
        guard let address = unsafe qemu_plugin_insn_haddr(instruction) else { return nil }
        return UInt64(UInt(bitPattern: address))
    }

    /// QEMU's disassembly (`qemu_plugin_insn_disas`); nil where QEMU has no disassembler for the guest.
    public var disassembly: String? {
        let bytes = disassemblyBytes
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// The same for libcov.so, which is a tenth smaller without `String`; empty for nil.
    package var disassemblyBytes: [UInt8] {
        guard let text = unsafe qemu_plugin_insn_disas(instruction) else { return [] }
        defer { unsafe host_free(text) }
        return unsafe bytes(ofCString: text)
    }

    /// The function that it is in, by the symbol table of the program, as QEMU has read it
    /// (`qemu_plugin_insn_symbol`); nil where there is none.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before QEMU 6.2.
    public var symbol: String? {
        get throws(PluginError) {
            try Feature.instructionSymbols.require()
            guard let name = unsafe qemu_plugin_insn_symbol(instruction) else { return nil }
            return unsafe String(cString: name)
        }
    }

    /// Calls `body` each time before the instruction is executed, in the order of
    /// registration (`qemu_plugin_register_vcpu_insn_exec_cb`).
    ///
    /// What is registered for the block comes before what is registered for its first instruction.
    ///
    /// `body` can capture what it needs; the library keeps it until QEMU has forgotten the instruction.
    ///
    /// - Returns: false, with nothing registered, where there are too many already (<doc:Versions>).
    @discardableResult
    public func onExecution(
        using registers: RegisterUse = .none, _ body: @escaping @Sendable (VCPU) -> Void
    ) -> Bool {
        guard hasRoom(for: QEMU_EXECUTION) else { return false }
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
        guard takesRoom(for: QEMU_EXECUTION) else { return false }
        unsafe qemu_plugin_register_vcpu_insn_exec_cb(
            instruction, function, registers.flags, word)
        return true
    }

    /// Calls `body` each time the instruction is executed while the vCPU's number compares so
    /// with `number` (`qemu_plugin_register_vcpu_insn_exec_cond_cb`). The
    /// comparison is part of the instruction's code.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 3; ``PluginError/noRoom`` where there are
    ///   too many already (<doc:Versions>).
    public func onExecution(
        while entry: VCPUEntry, is condition: Condition, _ number: UInt64,
        using registers: RegisterUse = .none, _ body: @escaping @Sendable (VCPU) -> Void
    ) throws(PluginError) {
        try Feature.instructionConditions.require()
        guard hasRoom(for: QEMU_EXECUTION) else { throw .noRoom }
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
        try Feature.instructionConditions.require()
        guard takesRoom(for: QEMU_EXECUTION) else { throw .noRoom }
        unsafe qemu_plugin_register_vcpu_insn_exec_cond_cb(
            instruction, function, registers.flags, condition.code, entry.entry, number, word
        )
    }

    /// Adds to the vCPU's number each time the instruction is executed, by code that QEMU puts into the block
    /// (`qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu`). No count is lost, however many vCPUs
    /// there are. From QEMU 9.1 on it comes behind what was registered before.
    ///
    /// - Returns: false, with nothing registered, where there are too many already (<doc:Versions>).
    @discardableResult
    public func add(_ number: UInt64, to entry: VCPUEntry) -> Bool {
        guard takesRoom(for: QEMU_EXECUTION) else { return false }
        unsafe qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(
            instruction, CInt(QEMU_PLUGIN_INLINE_ADD_U64), entry.entry, number)
        return true
    }

    /// Sets the vCPU's number each time the instruction is executed, in the same way.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 3; ``PluginError/noRoom`` where there are
    ///   too many already (<doc:Versions>).
    public func store(_ number: UInt64, in entry: VCPUEntry) throws(PluginError) {
        try Feature.inlineStores.require()
        guard takesRoom(for: QEMU_EXECUTION) else { throw .noRoom }
        unsafe qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(
            instruction, CInt(QEMU_PLUGIN_INLINE_STORE_U64), entry.entry, number)
    }

    /// Adds to `counter` each time the instruction is executed, by code that QEMU puts into the block
    /// (`qemu_plugin_register_vcpu_insn_exec_inline`): interface version 1 alone. The addition is not
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
        try Feature.instructionInline.require()
        guard takesRoom(for: QEMU_EXECUTION) else { throw .noRoom }
        unsafe qemu_plugin_register_vcpu_insn_exec_inline(
            instruction, CInt(QEMU_PLUGIN_INLINE_ADD_U64), counter, number)
    }
}

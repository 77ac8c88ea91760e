import CQEMUPlugin

extension Instruction {
    /// Calls `function` with `word` after each access that the instruction makes to memory
    /// (`qemu_plugin_register_vcpu_mem_cb`). What QEMU reads for itself, instructions and page tables,
    /// is no access.
    public func onMemoryAccess(
        _ kinds: MemoryAccess.Kinds = .all, passing word: UInt = 0,
        using registers: RegisterUse = .none, call function: MemoryFunction
    ) {
        unsafe qemu_plugin_register_vcpu_mem_cb(
            instruction, function, registers.rawValue, kinds.rawValue, word)
    }

    /// The same with an object's word (see ``Kept``), which is kept as long as the callback can come.
    public func onMemoryAccess(
        _ kinds: MemoryAccess.Kinds = .all, keeping object: some AnyObject & Sendable,
        using registers: RegisterUse = .none, call function: MemoryFunction
    ) {
        onMemoryAccess(kinds, passing: KeptObjects.keep(object), using: registers, call: function)
    }

    /// Adds to the vCPU's number at each access, by code that QEMU puts into the block
    /// (`qemu_plugin_register_vcpu_mem_inline_per_vcpu`).
    public func addAtMemoryAccess(
        _ kinds: MemoryAccess.Kinds = .all, _ number: UInt64, to entry: VCPUEntry
    ) {
        unsafe qemu_plugin_register_vcpu_mem_inline_per_vcpu(
            instruction, kinds.rawValue, CInt(QEMU_PLUGIN_INLINE_ADD_U64), entry.entry, number)
    }

    /// Sets the vCPU's number at each access, in the same way: from interface version 3 on.
    public func storeAtMemoryAccess(
        _ kinds: MemoryAccess.Kinds = .all, _ number: UInt64, in entry: VCPUEntry
    ) throws(Missing) {
        try Feature.blockConditions.require()
        unsafe qemu_plugin_register_vcpu_mem_inline_per_vcpu(
            instruction, kinds.rawValue, CInt(QEMU_PLUGIN_INLINE_STORE_U64), entry.entry, number)
    }

    /// Adds to `counter` at each access (`qemu_plugin_register_vcpu_mem_inline`): interface version 1
    /// alone, and not atomic. QEMU does not look at `kinds` there (7.2, tried). `counter` must stay valid until the process ends.
    @unsafe
    public func addAtMemoryAccess(
        _ kinds: MemoryAccess.Kinds = .all, _ number: UInt64,
        to counter: UnsafeMutablePointer<UInt64>
    ) throws(Missing) {
        try Feature.memoryInline.require()
        unsafe qemu_plugin_register_vcpu_mem_inline(
            instruction, kinds.rawValue, CInt(QEMU_PLUGIN_INLINE_ADD_U64), counter, number)
    }
}

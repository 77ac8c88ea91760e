import CQEMUPlugin

extension Instruction {
    /// Calls `body` after each access that the instruction makes to memory, with the guest address of the first
    /// byte (`qemu_plugin_register_vcpu_mem_cb`). What QEMU reads for itself, instructions and page
    /// tables, is no access.
    ///
    /// `body` can capture what it needs; the library keeps it until QEMU has forgotten the instruction.
    ///
    /// - Returns: false, with nothing registered, where there are too many already (<doc:Versions>).
    @discardableResult
    public func onMemoryAccess(
        _ kinds: MemoryAccess.Kinds = .all, using registers: RegisterUse = .none,
        _ body: @escaping @Sendable (VCPU, MemoryAccess, _ address: UInt64) -> Void
    ) -> Bool {
        guard hasRoom(for: QEMU_ACCESS) else { return false }
        let closure = MemoryClosure(kinds, body)
        return onMemoryAccess(
            kinds, passing: RetainedObjects.retain(closure), using: registers,
            call: MemoryClosure.call)
    }

    /// The same by a function that QEMU calls directly, with `word`. QEMU 7.2 calls it at loads and stores
    /// alike, whatever `kinds` are: the access's `isStore` tells.
    ///
    /// - Returns: false, with nothing registered, where there are too many already (<doc:Versions>).
    @discardableResult
    public func onMemoryAccess(
        _ kinds: MemoryAccess.Kinds = .all, passing word: UInt,
        using registers: RegisterUse = .none, call function: MemoryFunction
    ) -> Bool {
        guard takesRoom(for: QEMU_ACCESS) else { return false }
        MemoryClosure.isWatched()
        unsafe qemu_plugin_register_vcpu_mem_cb(
            instruction, function, registers.flags, kinds.known, word)
        return true
    }

    /// Adds to the vCPU's number at each access, by code that QEMU puts into the block
    /// (`qemu_plugin_register_vcpu_mem_inline_per_vcpu`).
    ///
    /// - Returns: false, with nothing registered, where there are too many already (<doc:Versions>).
    @discardableResult
    public func addAtMemoryAccess(
        _ kinds: MemoryAccess.Kinds = .all, _ number: UInt64, to entry: VCPUEntry
    ) -> Bool {
        guard takesRoom(for: QEMU_ACCESS) else { return false }
        unsafe qemu_plugin_register_vcpu_mem_inline_per_vcpu(
            instruction, kinds.known, CInt(QEMU_PLUGIN_INLINE_ADD_U64), entry.entry, number)
        return true
    }

    /// Sets the vCPU's number at each access, in the same way.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` before interface version 3; ``PluginError/noRoom`` where there are
    ///   too many already (<doc:Versions>).
    public func storeAtMemoryAccess(
        _ kinds: MemoryAccess.Kinds = .all, _ number: UInt64, in entry: VCPUEntry
    ) throws(PluginError) {
        try Feature.inlineStores.require()
        guard takesRoom(for: QEMU_ACCESS) else { throw .noRoom }
        unsafe qemu_plugin_register_vcpu_mem_inline_per_vcpu(
            instruction, kinds.known, CInt(QEMU_PLUGIN_INLINE_STORE_U64), entry.entry, number)
    }

    /// Adds to `counter` at each access (`qemu_plugin_register_vcpu_mem_inline`): interface version 1
    /// alone, and not atomic. QEMU does not look at `kinds` there (7.2, tried).
    ///
    /// `counter` must stay valid until the process ends.
    ///
    /// - Throws: ``PluginError/unavailable(_:)`` from interface version 2 on; ``PluginError/noRoom`` where there are
    ///   too many already (<doc:Versions>).
    @unsafe
    public func addAtMemoryAccess(
        _ kinds: MemoryAccess.Kinds = .all, _ number: UInt64,
        to counter: UnsafeMutablePointer<UInt64>
    ) throws(PluginError) {
        try Feature.memoryInline.require()
        guard takesRoom(for: QEMU_ACCESS) else { throw .noRoom }
        unsafe qemu_plugin_register_vcpu_mem_inline(
            instruction, kinds.known, CInt(QEMU_PLUGIN_INLINE_ADD_U64), counter, number)
    }
}

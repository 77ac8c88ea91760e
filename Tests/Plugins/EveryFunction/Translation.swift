import QEMUPluginEmbedded

extension EveryFunction: TranslationObserver {
    func translated(_ block: borrowing TranslationBlock) {
        unsafe Counts.translations += 1
        if block.address == settings.called {
            unsafe Counts.translationsOfCalled += 1
            if unsafe Counts.translationsOfCalled == 1 { describe(block) }
            instrument(block)
        } else if block.address == settings.asked {
            block.onExecution(using: .write) { self.writeRegister($0) }
        } else if block.address == settings.mark {
            block.onExecution { _ in unsafe Counts.marks += 1 }
        } else if block.address == settings.skipped, let jump = try? RegisterUse.jump {
            let landing = settings.landing
            block.onExecution(using: jump) { try? unsafe Emulator.jump(to: landing, on: $0) }
        }
    }

    private func describe(_ block: borrowing TranslationBlock) {
        let program = block.program
        Report.line("qemu_plugin_tb_vaddr", Report.hexadecimal(block.address))
        Report.line("qemu_plugin_tb_n_insns", "\(block.instructionCount)")
        let behind = block.withInstruction(at: block.instructionCount) { $0.address }
        block.withInstruction(at: 1) { instruction in
            let data = instruction.data
            Report.line(
                "qemu_plugin_tb_get_insn",
                "\(Report.hexadecimal(instruction.address)) \(Report.hexadecimal(behind))")
            Report.line("qemu_plugin_insn_vaddr", Report.hexadecimal(instruction.address))
            Report.line("qemu_plugin_insn_size", "\(instruction.size)")
            Report.line("qemu_plugin_insn_data", Report.hexadecimal(data))
            let atHost = instruction.hostAddress.map { address in
                (0..<instruction.size).map { offset -> UInt8 in
                    let byte = unsafe UnsafePointer<UInt8>(bitPattern: UInt(address) + UInt(offset))
                    return unsafe byte?.pointee ?? 0
                }
            }
            Report.line("qemu_plugin_insn_haddr", atHost.map { Report.hexadecimal($0) } ?? "none")
            Report.line("qemu_plugin_insn_disas", instruction.disassembly ?? "none")
            Report.line("qemu_plugin_insn_symbol") { () throws(PluginError) in
                try instruction.symbol ?? "none"
            }
        }
        Report.line("qemu_plugin_path_to_binary") { () throws(PluginError) in
            guard Feature.programPath.isAvailable else { return "missing" }
            return program.path.map { String(decoding: $0, as: UTF8.self) } ?? "none"
        }
        Report.line(
            "qemu_plugin_start_code",
            Feature.startCode.isAvailable ? Report.hexadecimal(program.startCode) : "missing")
        Report.line(
            "qemu_plugin_end_code",
            Feature.endCode.isAvailable ? Report.hexadecimal(program.endCode) : "missing")
        Report.line(
            "qemu_plugin_entry_code",
            Feature.entryCode.isAvailable ? Report.hexadecimal(program.entryCode) : "missing")
    }

    /// Everything that can happen when `called` is executed. What QEMU lacks is reported at the end.
    private func instrument(_ block: borrowing TranslationBlock) {
        block.onExecution(using: .write) { vcpu in
            unsafe Counts.blocks += 1
            self.called(unsafe Counts.blocks, on: vcpu)
        }
        let kept = RetainedObject()
        block.onExecution { _ in kept.use() }
        try? unsafe block.add(1, to: Counts.plain)
        if let entries {
            try? block.onExecution(while: entries.blocks, is: .less, 10) { _ in
                unsafe Counts.blockConditions += 1
            }
            block.add(1, to: entries.blocks)
            try? block.store(42, in: entries.stored.block)
        }
        block.withInstruction(at: 1) { instruction in
            instruction.onExecution(passing: 1) { _, word in
                unsafe Counts.instructions += UInt64(word)
            }
            try? unsafe instruction.add(1, to: Counts.plain + 1)
            guard let entries else { return }
            try? instruction.onExecution(while: entries.instructions, is: .equal, 7) { _ in
                unsafe Counts.instructionConditions += 1
            }
            instruction.add(1, to: entries.instructions)
            try? instruction.store(43, in: entries.stored.instruction)
        }
        // QEMU 7.2 does not bear their sudden end in the rest of a block; and those of a block's last
        // instruction come there for what QEMU does behind the block.
        guard !settings.uninstalls else { return }
        for index in 0..<block.instructionCount - 1 {
            block.withInstruction(at: index) { watchMemory(of: $0) }
        }
    }

    private func watchMemory(of instruction: borrowing Instruction) {
        instruction.onMemoryAccess { _, access, address in self.accessed(access, at: address) }
        try? unsafe instruction.addAtMemoryAccess(.writes, 1, to: Counts.plain + 2)
        guard let entries else { return }
        instruction.addAtMemoryAccess(.writes, 1, to: entries.stores)
        try? instruction.storeAtMemoryAccess(.reads, 44, in: entries.stored.memory)
    }
}

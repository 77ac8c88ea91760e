import QEMUPluginEmbedded

extension EveryFunction {
    /// What was counted, at the end.
    func reportCounts() {
        count("qemu_plugin_register_vcpu_tb_trans_cb", unsafe Counts.translationsOfCalled)
        count("qemu_plugin_register_vcpu_tb_exec_cb", unsafe Counts.blocks)
        count("qemu_plugin_register_vcpu_insn_exec_cb", unsafe Counts.instructions)
        count("qemu_plugin_register_vcpu_mem_cb", unsafe Counts.stores)
        count("qemu_plugin_register_vcpu_init_cb", unsafe Counts.starts)
        count("qemu_plugin_register_vcpu_exit_cb", unsafe Counts.ends)
        count("qemu_plugin_register_vcpu_idle_cb", unsafe Counts.idles)
        count("qemu_plugin_register_vcpu_resume_cb", unsafe Counts.resumes)
        count("qemu_plugin_register_flush_cb", unsafe Counts.flushes)
        count("kept uses", unsafe Counts.keptUses)
        count("kept releases", unsafe Counts.keptReleases)
        count("registers at start", UInt64(unsafe Counts.registers))
        Report.line("qemu_plugin_reset", "\(unsafe Counts.hasReset)")
        Report.line("qemu_plugin_register_atexit_cb", "called")
        count(
            "qemu_plugin_register_vcpu_syscall_filter_cb", unsafe Counts.filtered,
            if: .systemCallFilter)
        count(
            "qemu_plugin_register_vcpu_discon_cb", unsafe Counts.discontinuities,
            if: .discontinuities)

        count("qemu_plugin_register_vcpu_tb_exec_inline", unsafe Counts.plain[0], if: .blockInline)
        count(
            "qemu_plugin_register_vcpu_insn_exec_inline", unsafe Counts.plain[1],
            if: .instructionInline)
        count("qemu_plugin_register_vcpu_mem_inline", unsafe Counts.plain[2], if: .memoryInline)
        count(
            "qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu", entries?.blocks.sum,
            and: entries?.stored.block.sum, if: .blockInlinePerVCPU)
        count(
            "qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu", entries?.instructions.sum,
            and: entries?.stored.instruction.sum, if: .instructionInlinePerVCPU)
        count(
            "qemu_plugin_register_vcpu_mem_inline_per_vcpu", entries?.stores.sum,
            and: entries?.stored.memory.sum, if: .memoryInlinePerVCPU)
        count(
            "qemu_plugin_register_vcpu_tb_exec_cond_cb", unsafe Counts.blockConditions,
            if: .blockConditions)
        count(
            "qemu_plugin_register_vcpu_insn_exec_cond_cb", unsafe Counts.instructionConditions,
            if: .instructionConditions)

        Report.line(
            "qemu_plugin_num_vcpus", Feature.vcpuCount.isAvailable ? vcpuCount : "missing")
        Report.line("qemu_plugin_n_vcpus", Feature.vcpuNumber.isAvailable ? vcpuCount : "missing")
        Report.line("qemu_plugin_n_max_vcpus") { () throws(PluginError) in
            try Emulator.vcpuLimit.map { "\($0)" } ?? "none"
        }
        Report.line("qemu_plugin_set_pc", Feature.jumps.isAvailable ? "see the guest" : "missing")
    }

    private var vcpuCount: String { Emulator.vcpuCount.map { "\($0)" } ?? "none" }

    private func count(
        _ function: String, _ count: UInt64?, and more: UInt64? = nil, if feature: Feature? = nil
    ) {
        guard feature?.isAvailable ?? true else { return Report.line(function, "missing") }
        let numbers = [count, more].compactMap { $0 }
        Report.line(function, numbers.map { "\($0)" }.joined(separator: " "))
    }
}

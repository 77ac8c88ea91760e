import CQEMUPlugin

/// A function that not every QEMU has, or something that not every QEMU takes as an argument.
public struct Feature: Equatable, Sendable {
    private let feature: qemu_feature

    private init(_ feature: qemu_feature) { self.feature = feature }

    /// Whether this QEMU has it.
    public var isAvailable: Bool { qemu_has(feature) }

    /// QEMU's name of it, such as `qemu_plugin_mem_get_value`.
    public var name: String { unsafe String(cString: qemu_feature_name(feature)) }

    var nameBytes: [UInt8] { unsafe bytes(ofCString: qemu_feature_name(feature)) }

    /// Goes on where this QEMU has it.
    func require() throws(PluginError) {
        guard isAvailable else { throw .unavailable(self) }
    }

    /// Whether they are one.
    public static func == (one: Feature, other: Feature) -> Bool {
        one.feature.rawValue == other.feature.rawValue
    }

    /// All of them.
    public static var all: [Feature] {
        (0..<QEMU_FEATURE_COUNT.rawValue).map { Feature(qemu_feature($0)) }
    }

    // MARK: - QEMU 6.2 and later
    /// `qemu_plugin_insn_symbol`
    public static var instructionSymbols: Feature { Feature(QEMU_HAS_insn_symbol) }
    /// `qemu_plugin_hwaddr_phys_addr`
    public static var physicalAddresses: Feature { Feature(QEMU_HAS_hwaddr_phys_addr) }
    /// `qemu_plugin_hwaddr_device_name`
    public static var deviceNames: Feature { Feature(QEMU_HAS_hwaddr_device_name) }
    /// `qemu_plugin_bool_parse`
    public static var switchParsing: Feature { Feature(QEMU_HAS_bool_parse) }

    // MARK: - QEMU 7.0 and later, not in user mode of 10.0
    /// `qemu_plugin_path_to_binary`
    public static var programPath: Feature { Feature(QEMU_HAS_path_to_binary) }
    /// `qemu_plugin_start_code`
    public static var startCode: Feature { Feature(QEMU_HAS_start_code) }
    /// `qemu_plugin_end_code`
    public static var endCode: Feature { Feature(QEMU_HAS_end_code) }
    /// `qemu_plugin_entry_code`
    public static var entryCode: Feature { Feature(QEMU_HAS_entry_code) }

    // MARK: - Interface version 1, QEMU before 9.0
    /// `qemu_plugin_n_vcpus`
    public static var vcpuNumber: Feature { Feature(QEMU_HAS_n_vcpus) }
    /// `qemu_plugin_n_max_vcpus`
    public static var vcpuLimit: Feature { Feature(QEMU_HAS_n_max_vcpus) }
    /// `qemu_plugin_register_vcpu_tb_exec_inline`
    public static var blockInline: Feature { Feature(QEMU_HAS_register_vcpu_tb_exec_inline) }
    /// `qemu_plugin_register_vcpu_insn_exec_inline`
    public static var instructionInline: Feature {
        Feature(QEMU_HAS_register_vcpu_insn_exec_inline)
    }
    /// `qemu_plugin_register_vcpu_mem_inline`
    public static var memoryInline: Feature { Feature(QEMU_HAS_register_vcpu_mem_inline) }

    // MARK: - Interface version 2, QEMU 9.0
    /// `qemu_plugin_num_vcpus`
    public static var vcpuCount: Feature { Feature(QEMU_HAS_num_vcpus) }
    /// `qemu_plugin_scoreboard_new`
    public static var scoreboards: Feature { Feature(QEMU_HAS_scoreboard_new) }
    /// `qemu_plugin_scoreboard_free`
    public static var scoreboardFreeing: Feature { Feature(QEMU_HAS_scoreboard_free) }
    /// `qemu_plugin_scoreboard_find`
    public static var scoreboardFinding: Feature { Feature(QEMU_HAS_scoreboard_find) }
    /// `qemu_plugin_u64_add`
    public static var entryAddition: Feature { Feature(QEMU_HAS_u64_add) }
    /// `qemu_plugin_u64_get`
    public static var entryReading: Feature { Feature(QEMU_HAS_u64_get) }
    /// `qemu_plugin_u64_set`
    public static var entryWriting: Feature { Feature(QEMU_HAS_u64_set) }
    /// `qemu_plugin_u64_sum`
    public static var entrySum: Feature { Feature(QEMU_HAS_u64_sum) }
    /// `qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu`
    public static var blockInlinePerVCPU: Feature {
        Feature(QEMU_HAS_register_vcpu_tb_exec_inline_per_vcpu)
    }
    /// `qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu`
    public static var instructionInlinePerVCPU: Feature {
        Feature(QEMU_HAS_register_vcpu_insn_exec_inline_per_vcpu)
    }
    /// `qemu_plugin_register_vcpu_mem_inline_per_vcpu`
    public static var memoryInlinePerVCPU: Feature {
        Feature(QEMU_HAS_register_vcpu_mem_inline_per_vcpu)
    }
    /// `qemu_plugin_get_registers`
    public static var registers: Feature { Feature(QEMU_HAS_get_registers) }
    /// `qemu_plugin_read_register`
    public static var registerReading: Feature { Feature(QEMU_HAS_read_register) }

    // MARK: - Interface version 3, QEMU 9.1
    /// `qemu_plugin_register_vcpu_tb_exec_cond_cb`
    public static var blockConditions: Feature { Feature(QEMU_HAS_register_vcpu_tb_exec_cond_cb) }
    /// `qemu_plugin_register_vcpu_insn_exec_cond_cb`
    public static var instructionConditions: Feature {
        Feature(QEMU_HAS_register_vcpu_insn_exec_cond_cb)
    }
    /// `QEMU_PLUGIN_INLINE_STORE_U64`
    public static var inlineStores: Feature { Feature(QEMU_HAS_INLINE_STORE_U64) }
    /// `qemu_plugin_request_time_control`
    public static var timeControl: Feature { Feature(QEMU_HAS_request_time_control) }
    /// `qemu_plugin_update_ns`
    public static var timeUpdates: Feature { Feature(QEMU_HAS_update_ns) }

    // MARK: - Interface version 4, QEMU 9.2
    /// `qemu_plugin_mem_get_value`
    public static var memoryValues: Feature { Feature(QEMU_HAS_mem_get_value) }
    /// `qemu_plugin_read_memory_vaddr`
    public static var memoryReading: Feature { Feature(QEMU_HAS_read_memory_vaddr) }

    // MARK: - Interface version 5, QEMU 10.1; discontinuities from 10.2 on
    /// `qemu_plugin_write_register`
    public static var registerWriting: Feature { Feature(QEMU_HAS_write_register) }
    /// `qemu_plugin_write_memory_vaddr`
    public static var memoryWriting: Feature { Feature(QEMU_HAS_write_memory_vaddr) }
    /// `qemu_plugin_read_memory_hwaddr`
    public static var physicalReading: Feature { Feature(QEMU_HAS_read_memory_hwaddr) }
    /// `qemu_plugin_write_memory_hwaddr`
    public static var physicalWriting: Feature { Feature(QEMU_HAS_write_memory_hwaddr) }
    /// `qemu_plugin_translate_vaddr`
    public static var translation: Feature { Feature(QEMU_HAS_translate_vaddr) }
    /// `qemu_plugin_register_vcpu_discon_cb`
    public static var discontinuities: Feature { Feature(QEMU_HAS_register_vcpu_discon_cb) }

    // MARK: - Interface version 6, QEMU 11.0
    /// `qemu_plugin_register_vcpu_syscall_filter_cb`
    public static var systemCallFilter: Feature {
        Feature(QEMU_HAS_register_vcpu_syscall_filter_cb)
    }
    /// `qemu_plugin_set_pc`
    public static var jumps: Feature { Feature(QEMU_HAS_set_pc) }
    /// `QEMU_PLUGIN_CB_RW_REGS_PC`
    public static var jumpingCallbacks: Feature { Feature(QEMU_HAS_CB_RW_REGS_PC) }
}

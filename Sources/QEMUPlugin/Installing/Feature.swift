import CQEMUPlugin

/// A function that not every QEMU has, or something that not every QEMU takes as an argument.
public struct Feature: Equatable, Sendable {
    private let feature: qemu_feature

    private init(_ feature: qemu_feature) { self.feature = feature }

    /// Whether this QEMU has it.
    public var isThere: Bool { qemu_has(feature) }

    /// QEMU's name of it, such as `qemu_plugin_mem_get_value`.
    public var name: String { unsafe String(cString: qemu_feature_name(feature)) }

    var nameBytes: [UInt8] { unsafe bytes(ofCString: qemu_feature_name(feature)) }

    /// Goes on where this QEMU has it.
    func require() throws(PluginError) {
        guard isThere else { throw .missing(self) }
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
    public static var instructionSymbols: Feature { Feature(QEMU_HAS_INSN_SYMBOL) }
    /// `qemu_plugin_hwaddr_phys_addr`
    public static var physicalAddresses: Feature { Feature(QEMU_HAS_HWADDR_PHYS_ADDR) }
    /// `qemu_plugin_hwaddr_device_name`
    public static var deviceNames: Feature { Feature(QEMU_HAS_HWADDR_DEVICE_NAME) }
    /// `qemu_plugin_bool_parse`
    public static var switchParsing: Feature { Feature(QEMU_HAS_BOOL_PARSE) }

    // MARK: - QEMU 7.0 and later, not in user mode of 10.0
    /// `qemu_plugin_path_to_binary`
    public static var programPath: Feature { Feature(QEMU_HAS_PATH_TO_BINARY) }
    /// `qemu_plugin_start_code`
    public static var startCode: Feature { Feature(QEMU_HAS_START_CODE) }
    /// `qemu_plugin_end_code`
    public static var endCode: Feature { Feature(QEMU_HAS_END_CODE) }
    /// `qemu_plugin_entry_code`
    public static var entryCode: Feature { Feature(QEMU_HAS_ENTRY_CODE) }

    // MARK: - Interface version 1, QEMU before 9.0
    /// `qemu_plugin_n_vcpus`
    public static var vcpuNumber: Feature { Feature(QEMU_HAS_N_VCPUS) }
    /// `qemu_plugin_n_max_vcpus`
    public static var vcpuLimit: Feature { Feature(QEMU_HAS_N_MAX_VCPUS) }
    /// `qemu_plugin_register_vcpu_tb_exec_inline`
    public static var blockInline: Feature { Feature(QEMU_HAS_REGISTER_VCPU_TB_EXEC_INLINE) }
    /// `qemu_plugin_register_vcpu_insn_exec_inline`
    public static var instructionInline: Feature {
        Feature(QEMU_HAS_REGISTER_VCPU_INSN_EXEC_INLINE)
    }
    /// `qemu_plugin_register_vcpu_mem_inline`
    public static var memoryInline: Feature { Feature(QEMU_HAS_REGISTER_VCPU_MEM_INLINE) }

    // MARK: - Interface version 2, QEMU 9.0
    /// `qemu_plugin_num_vcpus`
    public static var vcpuCount: Feature { Feature(QEMU_HAS_NUM_VCPUS) }
    /// `qemu_plugin_scoreboard_new`
    public static var scoreboards: Feature { Feature(QEMU_HAS_SCOREBOARD_NEW) }
    /// `qemu_plugin_scoreboard_free`
    public static var scoreboardFreeing: Feature { Feature(QEMU_HAS_SCOREBOARD_FREE) }
    /// `qemu_plugin_scoreboard_find`
    public static var scoreboardFinding: Feature { Feature(QEMU_HAS_SCOREBOARD_FIND) }
    /// `qemu_plugin_u64_add`
    public static var entryAddition: Feature { Feature(QEMU_HAS_U64_ADD) }
    /// `qemu_plugin_u64_get`
    public static var entryReading: Feature { Feature(QEMU_HAS_U64_GET) }
    /// `qemu_plugin_u64_set`
    public static var entryWriting: Feature { Feature(QEMU_HAS_U64_SET) }
    /// `qemu_plugin_u64_sum`
    public static var entrySum: Feature { Feature(QEMU_HAS_U64_SUM) }
    /// `qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu`
    public static var blockInlinePerVCPU: Feature {
        Feature(QEMU_HAS_REGISTER_VCPU_TB_EXEC_INLINE_PER_VCPU)
    }
    /// `qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu`
    public static var instructionInlinePerVCPU: Feature {
        Feature(QEMU_HAS_REGISTER_VCPU_INSN_EXEC_INLINE_PER_VCPU)
    }
    /// `qemu_plugin_register_vcpu_mem_inline_per_vcpu`
    public static var memoryInlinePerVCPU: Feature {
        Feature(QEMU_HAS_REGISTER_VCPU_MEM_INLINE_PER_VCPU)
    }
    /// `qemu_plugin_get_registers`
    public static var registers: Feature { Feature(QEMU_HAS_GET_REGISTERS) }
    /// `qemu_plugin_read_register`
    public static var registerReading: Feature { Feature(QEMU_HAS_READ_REGISTER) }

    // MARK: - Interface version 3, QEMU 9.1
    /// `qemu_plugin_register_vcpu_tb_exec_cond_cb`
    public static var blockConditions: Feature { Feature(QEMU_HAS_REGISTER_VCPU_TB_EXEC_COND_CB) }
    /// `qemu_plugin_register_vcpu_insn_exec_cond_cb`
    public static var instructionConditions: Feature {
        Feature(QEMU_HAS_REGISTER_VCPU_INSN_EXEC_COND_CB)
    }
    /// `QEMU_PLUGIN_INLINE_STORE_U64`
    public static var inlineStores: Feature { Feature(QEMU_HAS_INLINE_STORE_U64) }
    /// `qemu_plugin_request_time_control`
    public static var timeControl: Feature { Feature(QEMU_HAS_REQUEST_TIME_CONTROL) }
    /// `qemu_plugin_update_ns`
    public static var timeUpdates: Feature { Feature(QEMU_HAS_UPDATE_NS) }

    // MARK: - Interface version 4, QEMU 9.2
    /// `qemu_plugin_mem_get_value`
    public static var memoryValues: Feature { Feature(QEMU_HAS_MEM_GET_VALUE) }
    /// `qemu_plugin_read_memory_vaddr`
    public static var memoryReading: Feature { Feature(QEMU_HAS_READ_MEMORY_VADDR) }

    // MARK: - Interface version 5, QEMU 10.1; discontinuities from 10.2 on
    /// `qemu_plugin_write_register`
    public static var registerWriting: Feature { Feature(QEMU_HAS_WRITE_REGISTER) }
    /// `qemu_plugin_write_memory_vaddr`
    public static var memoryWriting: Feature { Feature(QEMU_HAS_WRITE_MEMORY_VADDR) }
    /// `qemu_plugin_read_memory_hwaddr`
    public static var physicalReading: Feature { Feature(QEMU_HAS_READ_MEMORY_HWADDR) }
    /// `qemu_plugin_write_memory_hwaddr`
    public static var physicalWriting: Feature { Feature(QEMU_HAS_WRITE_MEMORY_HWADDR) }
    /// `qemu_plugin_translate_vaddr`
    public static var translation: Feature { Feature(QEMU_HAS_TRANSLATE_VADDR) }
    /// `qemu_plugin_register_vcpu_discon_cb`
    public static var discontinuities: Feature { Feature(QEMU_HAS_REGISTER_VCPU_DISCON_CB) }

    // MARK: - Interface version 6, QEMU 11.0
    /// `qemu_plugin_register_vcpu_syscall_filter_cb`
    public static var systemCallFilter: Feature {
        Feature(QEMU_HAS_REGISTER_VCPU_SYSCALL_FILTER_CB)
    }
    /// `qemu_plugin_set_pc`
    public static var jumps: Feature { Feature(QEMU_HAS_SET_PC) }
    /// `QEMU_PLUGIN_CB_RW_REGS_PC`
    public static var jumpingCallbacks: Feature { Feature(QEMU_HAS_CB_RW_REGS_PC) }
}

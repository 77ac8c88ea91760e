#include "CQEMUPlugin.h"

/// The address of a weak function, null where this QEMU does not have it, and its name; for an argument
/// those of a function that came with it, and of the argument.
static const struct {
    const void *address;
    const char *name;
} features[] = {
#define FUNCTION(feature, name) \
    [QEMU_HAS_##feature] = {(const void *)qemu_plugin_##name, "qemu_plugin_" #name}
    FUNCTION(INSN_SYMBOL, insn_symbol),
    FUNCTION(HWADDR_PHYS_ADDR, hwaddr_phys_addr),
    FUNCTION(HWADDR_DEVICE_NAME, hwaddr_device_name),
    FUNCTION(BOOL_PARSE, bool_parse),
    FUNCTION(PATH_TO_BINARY, path_to_binary),
    FUNCTION(START_CODE, start_code),
    FUNCTION(END_CODE, end_code),
    FUNCTION(ENTRY_CODE, entry_code),
    FUNCTION(N_VCPUS, n_vcpus),
    FUNCTION(N_MAX_VCPUS, n_max_vcpus),
    FUNCTION(REGISTER_VCPU_TB_EXEC_INLINE, register_vcpu_tb_exec_inline),
    FUNCTION(REGISTER_VCPU_INSN_EXEC_INLINE, register_vcpu_insn_exec_inline),
    FUNCTION(REGISTER_VCPU_MEM_INLINE, register_vcpu_mem_inline),
    FUNCTION(NUM_VCPUS, num_vcpus),
    FUNCTION(SCOREBOARD_NEW, scoreboard_new),
    FUNCTION(SCOREBOARD_FREE, scoreboard_free),
    FUNCTION(SCOREBOARD_FIND, scoreboard_find),
    FUNCTION(U64_ADD, u64_add),
    FUNCTION(U64_GET, u64_get),
    FUNCTION(U64_SET, u64_set),
    FUNCTION(U64_SUM, u64_sum),
    FUNCTION(REGISTER_VCPU_TB_EXEC_INLINE_PER_VCPU, register_vcpu_tb_exec_inline_per_vcpu),
    FUNCTION(REGISTER_VCPU_INSN_EXEC_INLINE_PER_VCPU, register_vcpu_insn_exec_inline_per_vcpu),
    FUNCTION(REGISTER_VCPU_MEM_INLINE_PER_VCPU, register_vcpu_mem_inline_per_vcpu),
    FUNCTION(GET_REGISTERS, get_registers),
    FUNCTION(READ_REGISTER, read_register),
    FUNCTION(REGISTER_VCPU_TB_EXEC_COND_CB, register_vcpu_tb_exec_cond_cb),
    FUNCTION(REGISTER_VCPU_INSN_EXEC_COND_CB, register_vcpu_insn_exec_cond_cb),
    FUNCTION(REQUEST_TIME_CONTROL, request_time_control),
    FUNCTION(UPDATE_NS, update_ns),
    FUNCTION(MEM_GET_VALUE, mem_get_value),
    FUNCTION(READ_MEMORY_VADDR, read_memory_vaddr),
    FUNCTION(WRITE_REGISTER, write_register),
    FUNCTION(WRITE_MEMORY_VADDR, write_memory_vaddr),
    FUNCTION(READ_MEMORY_HWADDR, read_memory_hwaddr),
    FUNCTION(WRITE_MEMORY_HWADDR, write_memory_hwaddr),
    FUNCTION(TRANSLATE_VADDR, translate_vaddr),
    FUNCTION(REGISTER_VCPU_DISCON_CB, register_vcpu_discon_cb),
    FUNCTION(REGISTER_VCPU_SYSCALL_FILTER_CB, register_vcpu_syscall_filter_cb),
    FUNCTION(SET_PC, set_pc),
#define ARGUMENT(name, function) \
    [QEMU_HAS_##name] = {(const void *)qemu_plugin_##function, "QEMU_PLUGIN_" #name}
    ARGUMENT(INLINE_STORE_U64, register_vcpu_tb_exec_cond_cb),
    ARGUMENT(CB_RW_REGS_PC, set_pc),
};

_Bool qemu_has(qemu_feature feature) { return features[feature].address != NULL; }
const char *qemu_feature_name(qemu_feature feature) { return features[feature].name; }

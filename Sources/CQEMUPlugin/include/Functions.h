#ifndef CQEMUPLUGIN_FUNCTIONS_H
#define CQEMUPLUGIN_FUNCTIONS_H

// What of QEMU's plugin interface not every QEMU has, by the version from which on it has it. All else follows from
// this list: weak declarations (CQEMUPlugin.h), `QEMU_HAS_name` (Features.h), whether this QEMU has it, and QEMU's
// name of it (features.c).
//
//   FUNCTION(result, name, (parameters))   `qemu_plugin_name`
//   ARGUMENT(name, function)               `QEMU_PLUGIN_name`, an argument that came with a function

#define QEMU_FUNCTIONS(FUNCTION, ARGUMENT) \
    /* QEMU 6.2 and later. */ \
    FUNCTION(const char *, insn_symbol, (const struct qemu_plugin_insn *insn)) \
    FUNCTION(uint64_t, hwaddr_phys_addr, (const struct qemu_plugin_hwaddr *address)) \
    FUNCTION(const char *, hwaddr_device_name, (const struct qemu_plugin_hwaddr *address)) \
    FUNCTION(_Bool, bool_parse, (const char *name, const char *value, _Bool *result)) \
    /* QEMU 7.0 and later, but not user mode of 10.0: the program of a user-mode QEMU. The path is NULL where there is \
       no program; otherwise the caller's to free (`host_free`). */ \
    FUNCTION(const char *, path_to_binary, (void)) \
    FUNCTION(uint64_t, start_code, (void)) \
    FUNCTION(uint64_t, end_code, (void)) \
    FUNCTION(uint64_t, entry_code, (void)) \
    /* Version 1, QEMU before 9.0: vCPUs, -1 in user mode; and inline additions that all vCPUs make in one place. */ \
    FUNCTION(int, n_vcpus, (void)) \
    FUNCTION(int, n_max_vcpus, (void)) \
    FUNCTION(void, register_vcpu_tb_exec_inline, \
        (struct qemu_plugin_tb *tb, int operation, void *counter, uint64_t immediate)) \
    FUNCTION(void, register_vcpu_insn_exec_inline, \
        (struct qemu_plugin_insn *insn, int operation, void *counter, uint64_t immediate)) \
    FUNCTION(void, register_vcpu_mem_inline, \
        (struct qemu_plugin_insn *insn, int accesses, int operation, void *counter, \
        uint64_t immediate)) \
    /* Version 2, QEMU 9.0. Registers are read as GuestState.h has it, without GLib's types; `read_register` answers how \
       many bytes or -1 up to version 5; 0 or 1, of which only the low byte is set, from 6 on. */ \
    FUNCTION(int, num_vcpus, (void)) \
    FUNCTION(struct qemu_plugin_scoreboard *, scoreboard_new, (size_t element_size)) \
    FUNCTION(void, scoreboard_free, (struct qemu_plugin_scoreboard *score)) \
    FUNCTION(void *, scoreboard_find, (struct qemu_plugin_scoreboard *score, unsigned int vcpu)) \
    FUNCTION(void, u64_add, (qemu_plugin_u64 entry, unsigned int vcpu, uint64_t added)) \
    FUNCTION(uint64_t, u64_get, (qemu_plugin_u64 entry, unsigned int vcpu)) \
    FUNCTION(void, u64_set, (qemu_plugin_u64 entry, unsigned int vcpu, uint64_t value)) \
    FUNCTION(uint64_t, u64_sum, (qemu_plugin_u64 entry)) \
    FUNCTION(void, register_vcpu_tb_exec_inline_per_vcpu, \
        (struct qemu_plugin_tb *tb, int operation, qemu_plugin_u64 entry, uint64_t immediate)) \
    FUNCTION(void, register_vcpu_insn_exec_inline_per_vcpu, \
        (struct qemu_plugin_insn *insn, int operation, qemu_plugin_u64 entry, uint64_t immediate)) \
    FUNCTION(void, register_vcpu_mem_inline_per_vcpu, \
        (struct qemu_plugin_insn *insn, int accesses, int operation, qemu_plugin_u64 entry, \
        uint64_t immediate)) \
    FUNCTION(struct qemu_array *, get_registers, (void)) \
    FUNCTION(int, read_register, (uintptr_t handle, struct qemu_bytes *bytes)) \
    /* Version 3, QEMU 9.1. */ \
    FUNCTION(void, register_vcpu_tb_exec_cond_cb, \
        (struct qemu_plugin_tb *tb, qemu_plugin_vcpu_udata_cb_t callback, int flags, int condition, \
        qemu_plugin_u64 entry, uint64_t immediate, uintptr_t userdata)) \
    FUNCTION(void, register_vcpu_insn_exec_cond_cb, \
        (struct qemu_plugin_insn *insn, qemu_plugin_vcpu_udata_cb_t callback, int flags, \
        int condition, qemu_plugin_u64 entry, uint64_t immediate, uintptr_t userdata)) \
    FUNCTION(const void *, request_time_control, (void)) \
    FUNCTION(void, update_ns, (const void *handle, int64_t nanoseconds)) \
    /* Version 4, QEMU 9.2. */ \
    FUNCTION(qemu_plugin_mem_value, mem_get_value, (uint32_t information)) \
    FUNCTION(_Bool, read_memory_vaddr, \
        (uint64_t address, struct qemu_bytes *bytes, size_t length)) \
    /* Version 5, QEMU 10.1; `register_vcpu_discon_cb` QEMU 10.2, whose version is the same. `write_register` answers as \
       `read_register`. */ \
    FUNCTION(int, write_register, (uintptr_t handle, struct qemu_bytes *bytes)) \
    FUNCTION(_Bool, write_memory_vaddr, (uint64_t address, struct qemu_bytes *bytes)) \
    FUNCTION(int, read_memory_hwaddr, (uint64_t address, struct qemu_bytes *bytes, size_t length)) \
    FUNCTION(int, write_memory_hwaddr, (uint64_t address, struct qemu_bytes *bytes)) \
    FUNCTION(_Bool, translate_vaddr, (uint64_t address, uint64_t *physical)) \
    FUNCTION(void, register_vcpu_discon_cb, \
        (uint64_t id, int kinds, qemu_plugin_callback callback, void *userdata)) \
    /* Version 6, QEMU 11.0. */ \
    FUNCTION(void, register_vcpu_syscall_filter_cb, \
        (uint64_t id, qemu_plugin_callback callback, void *userdata)) \
    FUNCTION(_Noreturn void, set_pc, (uint64_t address)) \
    /* From versions 3 and 6 on. */ \
    ARGUMENT(INLINE_STORE_U64, register_vcpu_tb_exec_cond_cb) \
    ARGUMENT(CB_RW_REGS_PC, set_pc)

#endif

#include "CCapstone.h"

#include <CLoader.h>
#include <stdlib.h>

// What is used of Capstone's C interface, a line each: result, name, parameters.
#define FUNCTIONS(function) \
    function(unsigned, cs_version, (int *, int *)) \
    function(int, cs_open, (int, unsigned, size_t *)) \
    function(int, cs_option, (size_t, int, size_t)) \
    function(void *, cs_malloc, (size_t)) \
    function(bool, cs_disasm_iter, (size_t, const uint8_t **, size_t *, uint64_t *, void *)) \
    function(void, cs_free, (void *, size_t)) \
    function(int, cs_close, (size_t *))

// These functions are the same in 4, 5 and 6. What differs is asked of `cs_version`: numbers of sets and options, and
// where an instruction's texts are.
LOADED_LIBRARY(FUNCTIONS, "libcapstone.so.5", "libcapstone.so.6", "libcapstone.so.4")

// Their values in capstone.h.
enum { LIBRARY_OPT_SYNTAX = 1 };
enum {
    MODE_32 = 1 << 2, MODE_64 = 1 << 3, MODE_THUMB = 1 << 4, MODE_V8 = 1 << 6,
    MODE_RISCV32 = 1 << 0, MODE_RISCV64 = 1 << 1, MODE_RISCVC = 1 << 2,
};
static const unsigned mode_big_endian = 1u << 31;

struct disassembler {
    size_t handle;
    void *instruction;
    const char *mnemonic, *operands;
};

const char *disassembler_library_error(void) { return library_error(); }

void disassembler_version(int *major, int *minor) { library.cs_version(major, minor); }

static int open_set(enum disassembler_set set, bool is_6, size_t *handle) {
    const int arm = 0, aarch64 = 1, x86 = is_6 ? 4 : 3, s390 = is_6 ? 2 : 6, riscv = 15;
    switch (set) {
    case DISASSEMBLER_X86_64: return library.cs_open(x86, MODE_64, handle);
    case DISASSEMBLER_I386: return library.cs_open(x86, MODE_32, handle);
    case DISASSEMBLER_AARCH64: return library.cs_open(aarch64, 0, handle);
    case DISASSEMBLER_ARM: return library.cs_open(arm, MODE_V8, handle);
    case DISASSEMBLER_THUMB: return library.cs_open(arm, MODE_THUMB | MODE_V8, handle);
    case DISASSEMBLER_RISCV32: return library.cs_open(riscv, MODE_RISCV32 | MODE_RISCVC, handle);
    case DISASSEMBLER_RISCV64: return library.cs_open(riscv, MODE_RISCV64 | MODE_RISCVC, handle);
    case DISASSEMBLER_S390X: return library.cs_open(s390, mode_big_endian, handle);
    }
    return -1;
}

struct disassembler *disassembler_open(enum disassembler_set set, bool is_att) {
    int major = 0, minor = 0;
    library.cs_version(&major, &minor);
    bool is_6 = major > 5;
    struct disassembler *disassembler = calloc(1, sizeof *disassembler);
    if (!disassembler)
        return NULL;
    if (open_set(set, is_6, &disassembler->handle) != 0 ||
        !(disassembler->instruction = library.cs_malloc(disassembler->handle))) {
        free(disassembler);
        return NULL;
    }
    if (is_att)
        library.cs_option(disassembler->handle, LIBRARY_OPT_SYNTAX, is_6 ? 1 << 3 : 2);
    // Before the texts stand the instruction's number, in 6 that of its other name, its address, and 2 bytes with how
    // many of the bytes that follow are its own: 16 in 4, 24 from 5 on. The mnemonic has 32.
    size_t mnemonic = (is_6 ? 24 : 16) + 2 + (major < 5 ? 16 : 24);
    disassembler->mnemonic = (const char *)disassembler->instruction + mnemonic;
    disassembler->operands = disassembler->mnemonic + 32;
    return disassembler;
}

bool disassembler_read(struct disassembler *disassembler, const uint8_t *bytes, size_t count, uint64_t address,
                       struct disassembler_text *text) {
    size_t left = count;
    if (!library.cs_disasm_iter(disassembler->handle, &bytes, &left, &address, disassembler->instruction))
        return false;
    text->mnemonic = disassembler->mnemonic;
    text->operands = disassembler->operands;
    text->bytes = count - left;
    return true;
}

void disassembler_close(struct disassembler *disassembler) {
    library.cs_free(disassembler->instruction, 1);
    library.cs_close(&disassembler->handle);
    free(disassembler);
}

#ifndef CCAPSTONE_H
#define CCAPSTONE_H

// Instructions as text, by Capstone. The library is loaded when the first is asked for, not with the program.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/// Reads instructions of one set. One thread at a time uses it.
struct disassembler;

/// Processors' sets of instructions.
enum disassembler_set {
    DISASSEMBLER_X86_64,
    DISASSEMBLER_I386,
    DISASSEMBLER_AARCH64,
    DISASSEMBLER_ARM,
    DISASSEMBLER_THUMB,
    DISASSEMBLER_RISCV32,
    DISASSEMBLER_RISCV64,
    DISASSEMBLER_S390X,
};

/// An instruction's text, until the next is asked for.
struct disassembler_text {
    const char *mnemonic, *operands;
    size_t bytes;
};

/// Loads Capstone; NULL where it is there, else why it is not. Any thread may ask.
const char *disassembler_library_error(void);
/// The library's version, as `4.0`.
void disassembler_version(int *major, int *minor);
/// NULL where this version does not know the set.
///
/// `is_att`: whether x86 is written as the GNU assembler does by itself, and not as its makers do.
struct disassembler *disassembler_open(enum disassembler_set set, bool is_att);
/// Reads the instruction that some bytes begin with; false where they are none.
bool disassembler_read(struct disassembler *disassembler, const uint8_t *bytes, size_t count, uint64_t address,
                       struct disassembler_text *text);
void disassembler_close(struct disassembler *disassembler);

#pragma GCC visibility pop
#endif

#include "Room.h"

#include <stdint.h>

/// QEMU's own limit, and one that the x86 translator can drop again.
enum { MOST_INSTRUCTIONS = 512 + 1 };

/// Of what QEMU 7.2, 10.0, 10.2 and 11.1 bear, on x86, ARM, RISC-V and s390x: 123 conditional callbacks, each of
/// which takes three of QEMU's 512 values, and 24 callbacks on an AArch64 LD4, whose 64 accesses' code must stay
/// below 64 KiB. What is left is for the instruction itself and for another plugin.
static const uint8_t most[QEMU_CALLBACK_KINDS] = {[QEMU_EXECUTION] = 64, [QEMU_ACCESS] = 16};

/// What is registered for the first instructions of a block, as far as there is something for one.
struct qemu_room {
    size_t counted;
    uint8_t counts[MOST_INSTRUCTIONS][QEMU_CALLBACK_KINDS];
};
static __thread struct qemu_room room_of_thread;

struct qemu_room *qemu_room_of_block(void) {
    struct qemu_room *room = &room_of_thread;
    room->counted = 0;
    return room;
}

_Bool qemu_has_room(const struct qemu_room *room, size_t instruction, qemu_callback_kind kind) {
    if (instruction >= room->counted) return instruction < MOST_INSTRUCTIONS;
    return room->counts[instruction][kind] < most[kind];
}

_Bool qemu_take_room(struct qemu_room *room, size_t instruction, qemu_callback_kind kind) {
    if (!qemu_has_room(room, instruction, kind)) return 0;
    for (; room->counted <= instruction; room->counted++)
        for (int other = 0; other < QEMU_CALLBACK_KINDS; other++)
            room->counts[room->counted][other] = 0;
    room->counts[instruction][kind]++;
    return 1;
}

#ifndef CQEMUPLUGIN_ROOM_H
#define CQEMUPLUGIN_ROOM_H

// How much may be registered for one instruction. QEMU translates a block again with half of its instructions
// where the code becomes too long or takes too many values; where one is left, it ends with an assertion.

#include <stddef.h>

#pragma GCC visibility push(hidden)

/// What is done when the instruction is executed, the block's own things with the first; what is done at each of
/// its accesses to memory, of which there can be 64.
typedef enum { QEMU_EXECUTION, QEMU_ACCESS, QEMU_CALLBACK_KINDS } qemu_callback_kind;

struct qemu_room;
/// All the room of the block that QEMU has just handed to this thread, until it hands out the next.
struct qemu_room *qemu_room_of_block(void);
/// Whether one more fits on the instruction of that number in the block.
_Bool qemu_has_room(const struct qemu_room *room, size_t instruction, qemu_callback_kind kind);
/// The same, upon which it counts.
_Bool qemu_take_room(struct qemu_room *room, size_t instruction, qemu_callback_kind kind);

#pragma GCC visibility pop
#endif

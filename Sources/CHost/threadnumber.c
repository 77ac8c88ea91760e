#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "ForkServer.h"
#include "Memory.h"

// The guest's words that have its thread's number, in the guest's byte order.
static struct {
    uint64_t *places;
    size_t count, room;
    uint32_t number;
    _Bool isSwapped;
} noted;

static uint32_t thread_number(void) { return (uint32_t)syscall(SYS_gettid); }

static uint32_t guests(uint32_t word) { return noted.isSwapped ? __builtin_bswap32(word) : word; }

static _Bool has_word(uint64_t address, uint32_t word) {
    uint32_t found;
    return host_read_memory(address, &found, sizeof found) == sizeof found && found == word;
}

_Bool host_is_thread_number(uint64_t address) {
    uint32_t number = thread_number();
    return has_word(address, number) || has_word(address, __builtin_bswap32(number));
}

static void note(uint64_t address) {
    if (noted.count == noted.room) {
        size_t room = noted.room * 2 + 16;
        uint64_t *places = realloc(noted.places, room * sizeof *places);
        if (places == NULL) return;
        noted.places = places;
        noted.room = room;
    }
    noted.places[noted.count++] = address;
}

/// Whether the word is the owner of a mutex of glibc's that only its owner may unlock. Before it are
/// the lock and how often it is held, behind it the number of users and the kind, or on 32-bit
/// processors the other way round. Where the kernel knows the owner, the lock is its number.
static _Bool is_owner(const uint32_t *word) {
    enum { RECURSIVE = 1, CHECKED = 2, MOST = 1 << 16, KINDS = 512 };
    const uint32_t lock = guests(word[-2]), first = guests(word[1]), second = guests(word[2]);
    if (lock == 0 || guests(word[-1]) > MOST || (first != 1 && second != 1)) return 0;
    const uint32_t kind = first == 1 ? second : first, base = kind & 3;
    if (kind >= KINDS) return 0;
    return lock == noted.number || (lock <= 2 && (base == RECURSIVE || base == CHECKED));
}

/// Whether what begins here is a lock of glibc's that is held by a writer: the readers and two bits,
/// how many writers wait, two words to wait at, and two that are empty.
static _Bool is_held_by_writer(const uint32_t *lock) {
    enum { WRITER = 3, WAITED_AT = 2 };
    return guests(lock[0]) == WRITER && (guests(lock[2]) & ~WAITED_AT) == 1 &&
           (guests(lock[3]) & ~WAITED_AT) == 1 && lock[4] == 0 && lock[5] == 0;
}

/// Notes the word, which has the thread's number, if it is a lock's owner.
static void note_owner(const uint32_t *word, const uint32_t *first, const uint32_t *end) {
    if (word - first >= 2 && end - word > 2 && is_owner(word)) {
        note((uint64_t)word);
        if (word[-2] == *word) note((uint64_t)(word - 2));
        return;
    }
    // On 32-bit processors, a word of flags is before the writer.
    for (int before = 6; before <= 7; before++) {
        if (word - first >= before && is_held_by_writer(word - before)) return note((uint64_t)word);
    }
}

/// Of the memory, what is there: to look at other pages would make them.
static void note_owners(uint64_t start, uint64_t end) {
    enum { PAGES = 1024 };
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    const uint32_t number = guests(noted.number);
    unsigned char isThere[PAGES];
    for (uint64_t part = start; part < end; part += PAGES * page) {
        uint64_t bytes = end - part < PAGES * page ? end - part : PAGES * page;
        if (mincore((void *)part, bytes, isThere) != 0) return;
        for (uint64_t next = part; next < part + bytes; next += page) {
            if (!(isThere[(next - part) / page] & 1)) continue;
            const uint32_t *word = (const uint32_t *)next;
            for (; word < (const uint32_t *)(next + page); word++) {
                if (*word != number) continue;
                note_owner(word, (const uint32_t *)start, (const uint32_t *)end);
            }
        }
    }
}

void host_note_thread_number(uint64_t address) {
    noted.number = thread_number();
    noted.isSwapped = !has_word(address, noted.number);
    note(address);
    // The process's number, in glibc before 2.25, and in bionic.
    if (has_word(address + 4, guests(noted.number))) note(address + 4);
    // Far more than a program's data; what is larger is reserved for something else.
    const uint64_t most = 1ull << 36;
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL) return;
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, maps) > 0) {
        unsigned long long start, end;
        char access[5];
        if (sscanf(line, "%llx-%llx %4s", &start, &end, access) != 3) continue;
        if (strcmp(access, "rw-p") == 0 && end - start < most) note_owners(start, end);
    }
    free(line);
    fclose(maps);
}

void host_renumber_thread(void) {
    uint32_t number = guests(thread_number());
    for (size_t i = 0; i < noted.count; i++) {
        void *place = (void *)noted.places[i];
        struct iovec from = {&number, sizeof number}, to = {place, sizeof number};
        // Unlike a store, it fails where QEMU has the page write-protected.
        ssize_t count = process_vm_writev(getpid(), &from, 1, &to, 1, 0);
        // Some containers forbid the call.
        if (count < 0 && (errno == ENOSYS || errno == EPERM)) memcpy(place, &number, sizeof number);
    }
}

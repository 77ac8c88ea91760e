#define _GNU_SOURCE
#include "CQEMUPlugin.h"

#include <link.h>
#include <stdlib.h>
#include <string.h>

// QEMU reads this after loading the library and before calling its entry, so a constructor is in time
// to set it. Which number a QEMU takes cannot be asked, only told by what it exports and says of
// itself. The numbers that one QEMU takes need not share its calling conventions: those follow the
// version that QEMU reports at install.
__attribute__((visibility("default"))) int qemu_plugin_version = 1;

struct release {
    long major, minor, micro;
};

/// Finds what `--version` prints, "qemu-arm version 11.0.2" or "QEMU emulator version 11.0.2", among
/// the program's constants.
static int read_release(struct dl_phdr_info *module, size_t size, void *result) {
    static const char mark[] = " version ", emulator[] = "QEMU emulator";
    const size_t mark_length = sizeof mark - 1, longest_name = 32;
    struct release *release = result;
    (void)size;
    // Text for people lies behind the code; what lies before it are the loader's tables.
    for (int index = module->dlpi_phnum - 1; index >= 0; index--) {
        const ElfW(Phdr) *segment = &module->dlpi_phdr[index];
        if (segment->p_type != PT_LOAD || (segment->p_flags & (PF_W | PF_R)) != PF_R) continue;
        const char *first = (const char *)(module->dlpi_addr + segment->p_vaddr);
        const char *end = first + segment->p_filesz;
        const char *next = first;
        while ((next = memmem(next, (size_t)(end - next), mark, mark_length)) != NULL) {
            const char *name = next;
            while (name > first && name[-1] != 0 && (size_t)(next - name) < longest_name) name--;
            size_t length = (size_t)(next - name);
            next += mark_length;
            // There are other versions in there, of the CPU that QEMU makes up for one.
            _Bool is_name = (length == sizeof emulator - 1 && memcmp(name, emulator, length) == 0)
                || (length > 5 && memcmp(name, "qemu-", 5) == 0 && !memchr(name, ' ', length));
            // The program's last bytes could be digits without an end.
            if (!is_name || end - next < 16) continue;
            char *after;
            long major = strtol(next, &after, 10);
            if (after == next || *after != '.') continue;
            release->major = major;
            release->minor = strtol(after + 1, &after, 10);
            release->micro = *after == '.' ? strtol(after + 1, NULL, 10) : 0;
            return 1;
        }
    }
    return 1; // The program comes first, and nothing else is of interest.
}

long qemu_release(void) {
    struct release release = {0, 0, 0};
    dl_iterate_phdr(read_release, &release);
    return release.major * 10000 + release.minor * 100 + release.micro;
}

__attribute__((constructor)) static void choose_version(void) {
    const char *forced = getenv("QEMU_PLUGIN_API");
    if (forced != NULL && *forced != 0) {
        qemu_plugin_version = (int)strtol(forced, NULL, 10);
    } else if (!qemu_has(QEMU_HAS_scoreboard_new)) {
        qemu_plugin_version = 1;
    } else if (!qemu_has(QEMU_HAS_set_pc)) {
        qemu_plugin_version = 2;
    } else {
        // 11.0 and 11.1 export the same names, and neither takes the other's number.
        long release = qemu_release();
        qemu_plugin_version = release >= 110000 && release < 110100 ? 2 : 7;
    }
}

__attribute__((visibility("default"))) int qemu_plugin_install(
    uint64_t id, const qemu_info_t *information, int count, char **arguments) {
    const struct qemu_install_arguments all = {id, information, count, arguments};
    if (swift_plugin_install == NULL) return 1;
    return swift_plugin_install((qemu_install_call){&all});
}

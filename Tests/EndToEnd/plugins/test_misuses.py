"""Wrong uses of QEMUPlugin that need no `unsafe`: an error of the compiler, a typed error, or harmless; the
emulator and its guest go on in any case. Tests/Plugins/Misuses does what compiles, in one run on each QEMU;
misuses/*.swift have what does not."""

import re

from Tests.EndToEnd.support import firmware, guests, qemus
from Tests.EndToEnd.support.setting import BUILD, ROOT, Case, output, run
from Tests.EndToEnd.plugins.test_every_function import TIME, exported, symbols

MISSING = "this QEMU does not have "
# What is said where QEMU has what is misused -> what QEMU must have for it.
ANSWERS = {
    "vcpus at install": ("0", None),
    "for each at install": ("0", None),
    "scoreboards": ("true true true", "qemu_plugin_scoreboard_new"),
    "registers at the start": ("true", "qemu_plugin_get_registers"),
    "memory at the start": ("", "qemu_plugin_read_memory_vaddr"),
    "registers in a system call": ("harmless", "qemu_plugin_get_registers"),
    "registers of an idle one": ("harmless", "qemu_plugin_get_registers"),
    "jump as a flag": ("taken", "QEMU_PLUGIN_CB_RW_REGS_PC"),
    # Of memory accesses, five are there already.
    "a thousand callbacks": ("64 11 true", None),
    "a thousand of the block": ("true false", None),
    "conditions": ("taken", "qemu_plugin_register_vcpu_tb_exec_cond_cb"),
    "lends that nest": ("true", "qemu_plugin_read_memory_vaddr"),
    "registers that nest": ("true", "qemu_plugin_get_registers"),
    "counts of bytes": ("true", "qemu_plugin_read_memory_vaddr"),
    "counts of physical bytes": ("harmless", "qemu_plugin_read_memory_hwaddr"),
    "addresses that are none": ("harmless", "qemu_plugin_translate_vaddr"),
    "sizes of registers": ("refused", "qemu_plugin_write_register"),
    "registers that are read-only": ("refused", "qemu_plugin_get_registers"),
    "registers that are not looked at": ("refused", "qemu_plugin_write_register"),
    "physical addresses that nest": ("true true", None),
    "writing to no memory": ("", "qemu_plugin_write_memory_vaddr"),
    "writing to no physical memory": ("harmless", "qemu_plugin_write_memory_hwaddr"),
    "registers without leave": ("", "qemu_plugin_write_register"),
    "writing with leave to read": ("", "qemu_plugin_write_register"),
    "second clock": ("true", None),
    "retranslated twice": ("true true", None),
    "for each within for each": ("", None),
    "scoreboards while code is executed": ("counted", "qemu_plugin_scoreboard_new"),
    "the block's own code": ("true", "qemu_plugin_write_memory_vaddr"),
    "a clock in the midst": ("harmless", "qemu_plugin_request_time_control"),
    "returns": ("", None),
    "clock before its beginning": ("false", "qemu_plugin_update_ns"),
}
SYSTEM_ALONE = {"registers of an idle one", "clock before its beginning", "physical addresses that nest"}
USER_ALONE = {"registers in a system call"}
# LD4 and ST4 of bytes make 64 accesses each; the second instruction of its block is full of callbacks.
MANY_ACCESSES = """
        .global _start
_start: ldr x9, =word
        b called
called: ldr x1, [x9]
        {} {{v0.16b-v3.16b}}, [x9]
        mov x0, 7
        mov x8, 93
        svc 0
        .data
        .balign 64
word:   .quad 1
        .skip 64
"""
MARK = re.compile(r"// error: (.*)$")
# More threads than QEMU makes room for at first, and again; all make calls while others begin.
MANY_THREADS = r"""
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile int stops;
static void *ask(void *unused) { while (!stops) syscall(SYS_getppid); return unused; }
int main(void)
{
    enum { MOST = 40 };
    pthread_t threads[MOST];
    for (int number = 0; number < MOST; number++) {
        if (pthread_create(&threads[number], 0, ask, 0)) return 1;
        if (number % 8 == 0) usleep(10000);
    }
    stops = 1;
    for (int number = 0; number < MOST; number++) pthread_join(threads[number], 0);
    return 7;
}
"""
# The second page of the mapping is behind the file's end; its first eight bytes, behind nothing, hold 5.
SHORT_FILE = r"""
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    FILE *file = tmpfile();
    if (ftruncate(fileno(file), 4096)) return 1;
    long *place = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
    *place = 5;
    for (int times = 0; times < 2; times++) syscall(SYS_getpriority, place + 512, 22, 33);
    syscall(SYS_getpriority, place, 22, 33);
    // What is behind the end is what it was, and QEMU holds no lock.
    if (ftruncate(fileno(file), 8192) || place[512]) return 3;
    place[512] = 6;
    long last;
    if (pread(fileno(file), &last, sizeof last, 4096) != sizeof last || last != 6) return 4;
    int status;
    pid_t child = fork();
    if (child == 0) _exit(5);
    if (waitpid(child, &status, 0) != child || WEXITSTATUS(status) != 5) return 5;
    return *place == (5 & ~0xffffff) + 0x030201 ? 7 : 2;
}
"""


class Misuses(Case):
    def boot(self, column, *more):
        """What is said in a run of the guest `known`, by name; and the status, which tells that nothing of it was
        changed."""
        is_system = column.startswith("system")
        command = qemus.command(column, "aarch64" if is_system else "x86_64")
        elf = firmware.elf("known") if is_system else guests.built("static") / "known"
        places = symbols(elf, "aarch64-linux-gnu-" if is_system else "")
        options = [f"at={places['called'][0]:#x}", f"word={places['word'][0]:#x}", *more]
        log = self.folder / "log"
        done = run(*command, "-d", "plugin", "-D", log, "-plugin",
                   ",".join([str(BUILD / "libmisuses.so"), *options]),
                   *([*firmware.GUESTS["aarch64"][1], "-smp", "2", "-kernel", elf, "-display", "none",
                      "-monitor", "none", "-serial", "none"] if is_system else [elf]))
        # That it took seconds is another bit of it.
        self.assertEqual(done.returncode & ~TIME, 0, done.stderr[-3000:])
        self.assertNotIn("QEMU internal", done.stderr)
        return (dict(line.split("\t") for line in done.stderr.splitlines() if "\t" in line),
                log.read_text(errors="replace"), exported(qemus.program(command)))

    @qemus.on_each()
    def test_each(self, column):
        said, log, there = self.boot(column)
        print(f"{column}: {len(said)} misuses")
        self.assertTrue(log.endswith("the end\n"))
        if "qemu_plugin_set_pc" in there:
            there.add("QEMU_PLUGIN_CB_RW_REGS_PC")
        for name, (answer, needed) in ANSWERS.items():
            if name in (USER_ALONE if column.startswith("system") else SYSTEM_ALONE):
                self.assertNotIn(name, said)
                continue
            if needed is None or needed in there:
                self.assertFalse(said[name].startswith(MISSING), f"{name}: {said[name]}")
                if answer:
                    self.assertEqual(said[name], answer, name)
            else:
                self.assertTrue(said[name].startswith(MISSING), f"{name}: {said[name]}")
        self.assertEqual(set(said) - set(ANSWERS), set())
        self.assertEqual(said["for each within for each"], "2 4" if column.startswith("system") else "1 1")
        self.assertEqual(said["returns"], "true" if "qemu_plugin_read_memory_vaddr" in there else "none")

    @qemus.on_each("user")
    def test_callbacks_of_many_accesses(self, column):
        """That an instruction which makes as many accesses as any bears as many callbacks as it takes."""
        for mnemonic in ("ld4", "st4"):
            source, elf = self.folder / f"{mnemonic}.s", self.folder / mnemonic
            source.write_text(MANY_ACCESSES.format(mnemonic))
            output("aarch64-linux-gnu-gcc", "-nostdlib", "-static", source, "-o", elf)
            places = symbols(elf, "aarch64-linux-gnu-")
            done = run(*qemus.command(column, "aarch64"), "-plugin",
                       f"{BUILD}/libmisuses.so,at={places['called'][0]:#x},word={places['word'][0]:#x}", elf)
            self.assertEqual(done.returncode, 7, done.stderr[-3000:])
            self.assertIn("a thousand callbacks\t64 11 true\n", done.stderr)

    @qemus.on_each()
    def test_uninstalled_with_memory_callbacks(self, column):
        said, _, _ = self.boot(column, "uninstall=on")
        self.assertEqual(said["uninstalled"], "false" if qemus.API[column] == 1 else "true")
        # One of the two is done.
        self.assertNotEqual(said["retranslated behind the end"], said["uninstalled"])

    def of_calls(self, column, source):
        """What is said in a run of a program in C, of what is done in its system calls."""
        path, program = self.folder / "guest.c", self.folder / "guest"
        path.write_text(source)
        output("gcc", "-O1", "-static", "-pthread", path, "-o", program)
        done = run(*qemus.command(column, "x86_64"), "-plugin",
                   f"{BUILD}/libmisuses.so,at=1,word=1,calls=on", program)
        self.assertEqual(done.returncode, 7, done.stderr[-3000:])
        return [line.split("\t") for line in done.stderr.splitlines() if line.startswith(("calls\t", "memory at the a"))]

    @qemus.on_each("user")
    def test_values_in_system_calls(self, column):
        if qemus.API[column] < 2:
            return  # it has no scoreboards
        (_, said), = self.of_calls(column, MANY_THREADS)
        count, *sums, twice = map(int, said.split())
        self.assertGreater(count, 40)
        self.assertEqual((sums, twice), ([count] * 2, 2 * count))

    @qemus.on_each("user")
    def test_memory_behind_the_end_of_a_file(self, column):
        if qemus.API[column] < 5:
            return  # it does not write memory
        said = [value for name, value in self.of_calls(column, SHORT_FILE) if name != "calls"]
        self.assertEqual(said, ["0 0 false"] * 2 + ["5 100 true"])

    def test_arguments_where_none_are_read(self):
        done = run(*qemus.command("user-7.2", "x86_64"), "-plugin",
                   f"{BUILD}/libinstructionlog.so,speed=3", "/bin/true")
        self.assertEqual(done.returncode, 1)
        self.assertIn("instructionlog: unknown option 'speed=3'; this plugin takes none\n", done.stderr)

    def test_argument_that_is_needed(self):
        done = run(*qemus.command("user-7.2", "x86_64"), "-plugin", f"{BUILD}/libmisuses.so,at=1", "/bin/true")
        self.assertEqual(done.returncode, 1)
        self.assertIn("misuses: option 'word' is needed; options: at=1...18446744073709551615 (an address), ",
                      done.stderr)

    def refused(self, name):
        """That each marked line of a source has its error, and no other line has one."""
        source = ROOT / f"Tests/EndToEnd/plugins/misuses/{name}.swift"
        done = run("swiftc", "-swift-version", "6", "-enable-experimental-feature", "Embedded", "-wmo", "-O",
                   "-parse-as-library", "-module-name", "Misused", "-I", BUILD / "Modules",
                   *(word for name in ("CHost", "CQEMUPlugin")
                     for word in ("-Xcc", f"-fmodule-map-file={BUILD}/{name}.build/module.modulemap")),
                   "-emit-object", source, "-o", self.folder / "misused.o")
        self.assertNotIn("Stack dump", done.stderr)
        found = {}
        for number, text in re.findall(rf"^{re.escape(str(source))}:(\d+):\d+: error: (.*)$", done.stderr,
                                       re.MULTILINE):
            found.setdefault(int(number), []).append(text)
        marked = {number: match[1] for number, line in enumerate(source.read_text().splitlines(), 1)
                  if (match := MARK.search(line))}
        self.assertEqual(set(found), set(marked), done.stderr)
        for number, words in marked.items():
            self.assertTrue(any(words in text for text in found[number]), f"{number}: {found[number]}")

    def test_refused_by_the_types(self):
        self.refused("types")

    def test_refused_by_the_lifetimes(self):
        self.refused("lifetimes")

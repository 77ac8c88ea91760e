"""The names of system calls, by guest: against the headers of each guest's compiler, all that they have."""

import re

from Tests.EndToEnd.support import qemus
from Tests.EndToEnd.support.setting import BUILD, Case, output, run

# Guest -> the compiler, and a program that does nothing but end.
GUESTS = {
    "x86_64": (["gcc"], "mov $60, %eax; xor %edi, %edi; syscall"),
    "i386": (["gcc", "-m32"], "mov $1, %eax; xor %ebx, %ebx; int $0x80"),
    "aarch64": (["aarch64-linux-gnu-gcc"], "mov x8, 93; mov x0, 0; svc 0"),
    "arm": (["arm-linux-gnueabihf-gcc"], "mov r7, #1; mov r0, #0; svc 0"),
    "riscv64": (["riscv64-linux-gnu-gcc"], "li a7, 93; li a0, 0; ecall"),
    "s390x": (["s390x-linux-gnu-gcc"], "lghi %r2, 0; svc 1"),
}
# What the headers have beside calls' numbers, and a second name of ARM's 341.
NO_CALLS = {"SYSCALL_MASK", "SYSCALL_BASE", "OABI_SYSCALL_BASE", "arch_specific_syscall", "syscalls",
            "sync_file_range2"}
# What is newer than the headers comes behind their last, but for a few that filled gaps.
FILLED = {"x86_64": {"uretprobe", "uprobe"}, "riscv64": {"riscv_hwprobe"}, "s390x": {"memfd_secret"}}


class SystemCallNames(Case):
    def in_headers(self, compiler):
        """Number -> names, by the preprocessor."""
        place = output("gcc", "-print-multiarch").strip()
        options = [*compiler, *([f"-I/usr/include/{place}"] if compiler[0] == "gcc" else []),
                   "-E", "-include", "asm/unistd.h", "-x", "c"]
        names = re.findall(r"^#define __NR_(\w+) ", output(*options, "-dM", "/dev/null"), re.MULTILINE)
        source = self.folder / "names.c"
        source.write_text("".join(f'"{name}" __NR_{name}\n' for name in set(names) - NO_CALLS))
        found = {}
        for name, number in re.findall(r'^"(\w+)" (.*)$', output(*options, "-P", source), re.MULTILINE):
            terms = re.findall(r"0x[0-9a-f]+|\d+", number)  # such as (0 + 3)
            found.setdefault(sum(int(term, 0) for term in terms), set()).add(name)
        return found

    def test_against_the_headers(self):
        for target, (compiler, code) in GUESTS.items():
            with self.subTest(target):
                self.check(target, compiler, code)

    def check(self, target, compiler, code):
        source, program = self.folder / f"{target}.S", self.folder / target
        source.write_text(f".globl _start\n.text\n_start: {code}\n")
        output(*compiler, "-nostdlib", "-static", source, "-o", program)
        done = run(*qemus.command("user-7.2", target), "-plugin", f"{BUILD}/libeveryfunction.so,table=on", program)
        self.assertEqual(done.returncode, 0, done.stderr)
        named = {int(number): name for number, name in
                 re.findall(r"^system call\t(-?\d+) (\w+)$", done.stderr, re.MULTILINE)}
        headers = self.in_headers(compiler)
        self.assertGreater(len(headers), 300)
        for number, names in headers.items():
            self.assertIn(named.get(number), names, number)
        newer = {number: name for number, name in named.items() if number not in headers}
        gaps = {name for number, name in newer.items() if number < max(headers)}
        self.assertLessEqual(gaps, FILLED.get(target, set()))
        self.assertEqual(len(set(named.values())), len(named))

    def test_not_where_they_are_not_asked_for(self):
        self.assertIn(b"rt_tgsigqueueinfo", (BUILD / "libsystemcallcounts.so").read_bytes())
        self.assertNotIn(b"rt_tgsigqueueinfo", (BUILD / "libsystemcalllog.so").read_bytes())

"""Debian's own kernel, booted on two processors: what is recorded of it with and without address
randomisation, and of a module of it. The truth is QEMU's log of some functions, what the guest says of
its addresses, and what nm and addr2line say of the ELF file."""

import os
import re
from pathlib import Path

from Tests.EndToEnd.support import drcov, execlog, reports
from Tests.EndToEnd.support.setting import PLUGIN, Case, emulator, output, run

QEMU = "system"

FOLDER = Path(os.environ.get("COVTOOL_CACHE", Path(
    os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "covtool")) / "kernel-amd64"

INIT = """#!/bin/busybox sh
/bin/busybox mount -t proc none /proc
/bin/busybox mount -t sysfs none /sys
echo "text 0x$(/bin/busybox sed -n 's/ T _text$//p' /proc/kallsyms)"
/bin/busybox insmod /binfmt_misc.ko
echo "module $(/bin/busybox cat /sys/module/binfmt_misc/sections/.text)"
/bin/busybox mount -t binfmt_misc none /mnt
echo "status $(/bin/busybox cat /mnt/status) $(/bin/busybox nproc)"
/bin/busybox poweroff -f
"""

# Functions of the kernel that are executed once, in init/main.c, with and without randomisation.
ONCE = ["start_kernel", "rest_init", "kernel_init", "kernel_init_freeable"]


def archive(files):
    """An archive of cpio's "newc" form (the kernel's driver-api/early-userspace/buffer-format): name ->
    mode, contents."""
    written = b""
    for number, (name, (mode, data)) in enumerate({**files, "TRAILER!!!": (0, b"")}.items(), 1):
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + name.encode() + b"\0"
        written += head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)
    return written


def symbols(elf):
    """Name -> first address, address behind the last, of functions."""
    found = {}
    for line in output("nm", "-S", "--defined-only", elf).splitlines():
        words = line.split()
        if len(words) == 4 and words[2] in "tT":
            start = int(words[0], 16)
            found[words[3]] = start, start + int(words[1], 16)
    return found


class Kernel(Case):
    def setUp(self):
        super().setUp()
        if not FOLDER.is_dir():
            self.skipTest("Tests/Scripts/kernel has not got Debian's kernel here: not run")
        self.elf = FOLDER / "vmlinux"
        self.module = FOLDER / "binfmt_misc.ko"
        folders = {name: (0o40755, b"") for name in ("bin", "dev", "mnt", "proc", "sys")}
        (self.folder / "initrd").write_bytes(archive({
            **folders, "bin/busybox": (0o100755, (FOLDER / "busybox").read_bytes()),
            "binfmt_misc.ko": (0o100644, self.module.read_bytes()),
            "init": (0o100755, INIT.encode())}))

    def boot(self, arguments, *plugin, ranges=()):
        """One run. Gives the addresses that the guest said, and what QEMU logged of the ranges."""
        log, options = self.folder / "log", []
        if plugin:
            options += ["-plugin", ",".join([f"{PLUGIN},out={self.folder}/run.drcov", *plugin])]
        if ranges:
            filters = ",".join(f"{start:#x}..{end - 1:#x}" for start, end in ranges)
            options += [*execlog.OPTIONS, log, "-dfilter", filters]
        done = run(*emulator("x86_64"), "-accel", "tcg", "-M", "q35", "-m", "512", "-smp", "2",
                   "-nic", "none", "-no-reboot", "-display", "none", "-monitor", "none",
                   "-serial", "stdio", "-kernel", FOLDER / "vmlinuz", "-initrd", self.folder / "initrd",
                   "-append", f"console=ttyS0 quiet panic=-1 {arguments}", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("status enabled 2", done.stdout, done.stderr)
        self.said = done.stderr
        said = {name: int(address, 16)
                for name, address in re.findall(r"^(text|module) (0x[0-9a-f]+)\r?$", done.stdout, re.M)}
        return said, execlog.executed(log) if ranges else set()

    def row(self, path):
        trace = drcov.load(self.folder / "run.drcov")
        row, = (module for module in trace.modules if module.path == str(path))
        return row, {(start, size) for id, start, size in trace.blocks if id == row.id}

    def lines(self, elf, source):
        """Line -> executions, function -> calls, of a source of the report."""
        said = self.covtool("lcov", "--elf", elf, "--include", f"*{source}", self.folder / "run.drcov")
        lines, functions, _ = reports.lcov(said.stdout)
        path, = (path for path in lines if path.endswith(source))
        return lines[path], {name: count for name, (_, count) in functions[path].items()}

    def test_kernel(self):
        known = symbols(self.elf)
        base, = {int(line.split()[0], 16) for line in output("nm", self.elf).splitlines()
                 if line.endswith(" T _text")}
        ranges = [known[name] for name in ONCE]
        said, logged = self.boot("nokaslr", f"elf={self.elf}", ranges=ranges)
        self.assertEqual(said["text"], base)
        row, fixed = self.row(self.elf)
        self.assertEqual(row.start, base)

        def inside(blocks, start):
            return {(start + offset, size) for offset, size in blocks
                    if any(low <= start + offset < high for low, high in ranges)}
        self.assertGreater(len(logged), 100)
        self.assertEqual(inside(fixed, base) ^ logged, set())
        expected = self.check_lines(logged)

        # The same kernel, where it has put itself. It tells of words that it does not know; "nokaslr"
        # is one.
        said, _ = self.boot("unknown", f"elf={self.elf}")
        self.assertNotEqual(said["text"], base)
        row, moved = self.row(self.elf)
        self.assertEqual(row.start, said["text"])
        self.assertEqual(inside(moved, base) ^ logged, set())
        self.assertEqual(self.check_lines(logged), expected)
        common = len(fixed & moved)
        print(f"{len(fixed)} blocks at its own addresses, {len(moved)} moved, {common} in both")
        self.assertGreater(common, 0.9 * len(fixed))

    def check_lines(self, logged):
        """Each logged block's first line is hit; functions are called as symbols and log say. Gives the
        functions' calls."""
        lines, functions = self.lines(self.elf, "/init/main.c")
        words = [hex(address) for address, _ in sorted(logged)]
        named = re.findall(r"/init/main\.c:(\d+)", output("addr2line", "-e", self.elf, *words))
        known = [int(line) for line in named if int(line) in lines]
        self.assertGreater(len(known), 50)
        self.assertEqual([line for line in known if not lines[line]], [])
        self.assertTrue(all(functions[name] for name in ONCE), functions)
        # A kernel that did not panic, and had no such argument.
        self.assertFalse(self.lines(self.elf, "/kernel/panic.c")[1]["panic"])
        return functions

    def test_module(self):
        """Its .text where the guest says that it is; without randomisation it is there again."""
        size, = (int(size, 16) for size in re.findall(
            r"^ *\[ *\d+\] \.text +PROGBITS +\w+ \w+ (\w+)", output("readelf", "-SW", self.module), re.M))
        place = self.boot("nokaslr")[0]["module"]
        said, logged = self.boot("nokaslr", f"elf={self.module}@{place:#x}",
                                 ranges=[(place, place + size)])
        self.assertEqual(said["module"], place)
        row, blocks = self.row(self.module)
        self.assertEqual(row.start, place)
        self.assertGreater(len(logged), 10)
        self.assertEqual({(place + offset, size) for offset, size in blocks} ^ logged, set())
        # A function that was inlined wherever it is called has no symbol, and no entry that a log could show.
        own = symbols(self.module)
        called = {name for name, (start, _) in own.items() if place + start in {address for address, _ in logged}}
        self.assertIn("bm_status_read", called)
        _, functions = self.lines(FOLDER / "binfmt_misc.debug.ko", "/fs/binfmt_misc.c")
        self.assertEqual(called & functions.keys(), {name for name in own.keys() & functions.keys() if functions[name]})

    def test_not_found(self):
        """Another program's code is nowhere in the guest, and that is said."""
        other = self.folder / "other"
        source = self.folder / "other.c"
        source.write_text("void _start(void) { for (volatile int i = 0;; i += 3) i ^= 0x1234567; }")
        output("gcc", "-nostdlib", "-static", "-O1", source, "-o", other)
        self.boot("", f"elf={other}")
        self.assertIn(f"no code of {other} was executed", self.said)

    def test_module_without_a_place(self):
        done = run(*emulator("x86_64"), "-display", "none", "-plugin",
                   f"{PLUGIN},out={self.folder}/run.drcov,elf={self.module}")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"{self.module} is not linked", done.stderr)

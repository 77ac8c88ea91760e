"""Where instructions begin, how they leave and where to, against objdump, on the C library of each processor."""

import shutil
import subprocess
from pathlib import Path

from Tests.EndToEnd.support import objdump
from Tests.EndToEnd.support.guests import built
from Tests.EndToEnd.support.setting import BUILD, ROOT, Case, output

READER = BUILD / "instructions"
KINDS = {"-", "jump", "conditional-jump", "call", "leave"}


def read(runs):
    """What MachineCode says of the runs' bytes: for each run its instructions, a line each."""
    lines = "".join(f"{run[0].set} {run[0].address:x} {''.join(each.bytes for each in run)}\n" for run in runs)
    done = subprocess.run([READER], input=lines, stdout=subprocess.PIPE, text=True, check=True)
    found = [[]]
    for line in done.stdout.splitlines():
        if line == "-":
            found.append([])
        else:
            found[-1].append(line)
    return found[:-1]


def compare(set, program, path):
    """How many instructions there are of each kind, and the first one of each run that differs."""
    runs = objdump.instructions(program, path, set)
    kinds, differing = {}, []
    for run, ours in zip(runs, read(runs), strict=True):
        theirs = [f"{each.address:x} {len(each.bytes) // 2} {each.kind} {each.target}" for each in run]
        for each in run:
            kinds[each.kind] = kinds.get(each.kind, 0) + 1
        if theirs != ours:
            at = next((at for at, pair in enumerate(zip(theirs, ours)) if pair[0] != pair[1]),
                      min(len(theirs), len(ours)))
            differing.append(f"{path} {run[0].set}: objdump {theirs[at:at + 1]} "
                             f"{run[at].bytes if at < len(run) else ''}, ours {ours[at:at + 1]}")
    return kinds, differing


class Instructions(Case):
    def compare(self, set, program, path, least):
        if not shutil.which(program) or not Path(path).exists():
            self.skipTest(f"not run: no {program} or no {path}")
        kinds, differing = compare(set, program, path)
        self.assertEqual(differing, [])
        # A comparison of nothing would find nothing.
        self.assertGreater(sum(kinds.values()), least)
        self.assertLessEqual(KINDS, kinds.keys())
        print(f"{path}: {kinds}")

    def test_x86_64(self):
        self.compare("x8664", "objdump", "/lib/x86_64-linux-gnu/libc.so.6", 200_000)

    def test_i386(self):
        self.compare("i386", "objdump", "/lib32/libc.so.6", 200_000)

    def test_aarch64(self):
        self.compare("aarch64", "aarch64-linux-gnu-objdump", "/usr/aarch64-linux-gnu/lib/libc.so.6", 200_000)

    def test_thumb(self):
        self.compare("arm", "arm-linux-gnueabihf-objdump", "/usr/arm-linux-gnueabihf/lib/libc.so.6", 200_000)

    def test_arm(self):
        self.compare("arm", "arm-linux-gnueabihf-objdump", built("arm-marm") / "calculator", 2_000)

    def test_riscv64(self):
        self.compare("riscv64", "riscv64-linux-gnu-objdump", "/usr/riscv64-linux-gnu/lib/libc.so.6", 200_000)

    def test_riscv32(self):
        """Debian has no programs of 32 bits; linking makes short calls, which are theirs alone."""
        program = self.folder / "steps"
        if not shutil.which("riscv64-linux-gnu-gcc"):
            self.skipTest("not run: no riscv64-linux-gnu-gcc")
        output("riscv64-linux-gnu-gcc", "-march=rv32imac", "-mabi=ilp32", "-Os", "-ffreestanding", "-nostdlib",
               "-static", "-Wl,-melf32lriscv,-e,0", ROOT / "Fixtures/guests/special/flow.c", "-DALONE", "-o", program)
        self.compare("riscv32", "riscv64-linux-gnu-objdump", program, 50)

    def test_s390x(self):
        self.compare("s390x", "s390x-linux-gnu-objdump", "/usr/s390x-linux-gnu/lib/libc.so.6", 200_000)

"""Code of 32-bit ARM that was stripped of what says which of the two sets of instructions it is of: programs with both in them
against objdump on the same programs with symbols, libraries against QEMU's log of a run, instruction by instruction."""

import json
import shutil

from Tests.EndToEnd.reporting.test_disassemble import Disassembled
from Tests.EndToEnd.reporting.test_stripped import C
from Tests.EndToEnd.support import drcov, execlog, guests, objdump
from Tests.EndToEnd.support.setting import PLUGIN, emulator, output, run

COMPILER, OBJDUMP = "arm-linux-gnueabihf-gcc", "arm-linux-gnueabihf-objdump"


class BothSets(Disassembled):
    def setUp(self):
        super().setUp()
        if not shutil.which(COMPILER):
            self.skipTest(f"not run: no {COMPILER}")

    def built(self, *flags):
        """A program with symbols, and the same stripped."""
        source, whole, bare = (self.folder / name for name in ("guest.c", "whole", "bare"))
        source.write_text(C)
        output(COMPILER, "-O2", *flags, source, "-o", whole)
        output("arm-linux-gnueabihf-strip", "--strip-all", whole, "-o", bare)
        return whole, bare

    def jumps(self, trace, program):
        """The conditional jumps that were executed."""
        said = json.loads(self.covtool("report", "--by", "jump", "--json", "--elf", program, trace).stdout)
        return {hex(jump["address"]) for module in said["modules"] for function in module["functions"]
                for jump in function["jumps"] if jump["verdict"] != "never"}

    def check_program(self, set):
        """The C library is of the other set than the program, or of both."""
        whole, bare = self.built(set, "-static")
        trace, log = self.folder / "run.drcov", self.folder / "log"
        run(*emulator("arm"), *execlog.OPTIONS, log, "-plugin", f"{PLUGIN},counts=on,out={trace}", bare)
        instructions = {one.address: one for part in objdump.instructions(OBJDUMP, whole, "arm") for one in part}
        bytes = {at for start, size in execlog.executed(log) for at in range(start, start + size)}
        executed = {address: one for address, one in instructions.items() if address in bytes}
        sets = {one.set for one in executed.values()}
        self.assertEqual(sets, {"arm", "thumb"})
        found = self.lines(self.document("--elf", bare, "bare", trace))
        listed = {(hex(address), line["bytes"]) for address, line in found.items() if line["hits"]}
        expected = {(hex(address), one.bytes) for address, one in executed.items()}
        self.assertEqual((sorted(expected - listed), sorted(listed - expected)), ([], []))
        # A place, and not a function.
        start = next(address for address, one in sorted(executed.items()) if one.set == set.removeprefix("-m"))
        part = self.lines(self.document("--elf", bare, f"bare+{hex(start - 0x10000)}", trace))
        self.assertEqual(part[start]["bytes"], executed[start].bytes)
        # What was never executed is guessed.
        right = [address for address, one in instructions.items()
                 if address in found and found[address]["bytes"] == one.bytes]
        print(f"{set}: {len(executed)} executed of {len(instructions)}, {len(instructions) - len(right)} not as objdump has them")
        self.assertGreater(len(right), len(instructions) * 0.98)
        expected = self.jumps(trace, whole)
        self.assertGreater(len(expected), 100)
        stripped = self.jumps(trace, bare)
        print(f"{len(expected)} jumps, {len(stripped ^ expected)} differ")
        self.assertEqual(stripped, expected)

    def test_arm(self):
        self.check_program("-marm")

    def test_thumb(self):
        self.check_program("-mthumb")

    def test_libraries(self):
        """The C library and the loader of ARM are stripped."""
        for set in ("-marm", "-mthumb"):
            _, bare = self.built(set)
            trace, log = self.folder / "run.drcov", self.folder / "log"
            step = "-one-insn-per-tb"
            if guests.qemu("arm", bare, options=[step]).returncode:
                step = "-singlestep"
            guests.qemu("arm", bare, plugin=f"counts=on,out={trace}", options=[step, *execlog.OPTIONS, log])
            steps = execlog.executed(log)
            single = drcov.load(trace).modules
            guests.qemu("arm", bare, plugin=f"counts=on,out={trace}")
            modules = drcov.load(trace).modules
            self.assertEqual([(one.path, one.start) for one in modules], [(one.path, one.start) for one in single])
            self.assertGreaterEqual(len(modules), 3)
            for module in modules:
                found = self.lines(self.document(module.path, trace))
                executed = {address - module.start for address, _ in steps if module.start <= address < module.end}
                listed = {address for address, line in found.items() if line["hits"]}
                print(f"{set} {module.path}: {len(executed)} executed, {len(executed - listed)} not listed, "
                      f"{len(listed - executed)} listed that were not")
                self.assertGreater(len(executed), 20)
                self.assertEqual(([hex(a) for a in sorted(executed - listed)], [hex(a) for a in sorted(listed - executed)]),
                                 ([], []))

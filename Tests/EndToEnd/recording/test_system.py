"""Full-system emulation: bare-metal guests, and what is recorded of them against QEMU's own log."""

import collections

from Tests.EndToEnd.support import drcov, execlog, firmware, guests, hitcounts
from Tests.EndToEnd.support.comparing import Comparing
from Tests.EndToEnd.support.setting import output
from Tests.EndToEnd.recording.test_options import segments

QEMU = "system"


class System(Comparing):
    def guests(self, *names):
        """Those that the chosen QEMU can run; the test is skipped where there is none."""
        found = [name for name in names if firmware.is_there(name)]
        if not found:
            self.skipTest("the QEMU has none of the guests' processors: not run")
        return found

    def boot(self, name, plugin=None, options=(), read=execlog.executed):
        """One run with the log; gives what the log says."""
        log = self.folder / "log"
        run = firmware.boot(name, plugin, [*options, *execlog.OPTIONS, log])
        self.assertEqual(run.returncode, firmware.GUESTS[name][2], run.stderr)
        logged = read(log)
        log.unlink()
        return logged

    def check_guest(self, name):
        """The guest does what it is for, as the log and the ELF file's symbols have it."""
        logged = self.boot(name)
        low, high = guests.segments(firmware.elf(name))
        starts = {address for address, _ in logged if low <= address < high}
        called = {function for start, end, function in firmware.functions(name)
                  if any(start <= address < end for address in starts)}
        expected = {"firmware", "fibonacci", "sort", "checksum", "chosen", "faulting"}
        if name.endswith("-pair"):
            expected.add("second")
        self.assertEqual(called, expected)
        words = [hex(address) for address in sorted(starts)]
        lines = output(f"{firmware.GUESTS[name][3]}addr2line", "-e", firmware.elf(name), *words)
        self.assertNotIn("?", lines)
        self.assertIn("firmware.c:", lines)

    def check_recorded(self, name):
        trace = self.folder / "run.drcov"
        elf = firmware.elf(name)
        logged = self.boot(name, f"out={trace},elf={elf}")
        trace = drcov.load(trace)
        self.assertEqual([module.path for module in trace.modules], [str(elf)])
        self.assertEqual(trace.modules[0].start, guests.segments(elf)[0] // 4096 * 4096)
        self.assertGreater(len(trace.located()), 50)
        self.compare(name, trace, logged)

    def selected(self, name, *options, read=execlog.executed):
        """One run with the plugin's options; gives the trace and the log."""
        trace = self.folder / "run.drcov"
        logged = self.boot(name, ",".join([f"out={trace}", f"elf={firmware.elf(name)}", *options]),
                           read=read)
        return drcov.load(trace), logged

    def function(self, name, wanted):
        (low, high), = [(start, end) for start, end, function in firmware.functions(name)
                        if function == wanted]
        return low, high

    def test_modules_and_ranges(self):
        for name in self.guests("aarch64", "riscv64"):
            with self.subTest(name):
                low, high = self.function(name, "fibonacci")
                trace, logged = self.selected(name, f"range={low:#x}-{high:#x}")
                expected = {block for block in logged if low <= block[0] < high}
                self.assertGreater(len(expected), 3)
                self.assertEqual(trace.located() ^ expected, set())
                self.assertEqual(trace.elsewhere(), set())
                # A name makes a module, and no choice.
                trace = self.folder / "run.drcov"
                logged = self.boot(name, f"out={trace},range={low}-{high}:fib")
                trace = drcov.load(trace)
                self.assertEqual([m.path for m in trace.modules], ["fib"])
                self.compare(name, trace, logged)
                self.assertGreater(len(trace.elsewhere()), 10)
                # It may lie within a file.
                trace, logged = self.selected(name, f"range={low}-{high}:fib")
                self.assertEqual([m.path for m in trace.modules], [str(firmware.elf(name)), "fib"])
                self.assertEqual({b for b in logged if low <= b[0] < high},
                                 {(low + start, size) for id, start, size in trace.blocks if id == 1})
                begin, end = guests.segments(firmware.elf(name))
                self.assertEqual(trace.located(), {b for b in logged if begin <= b[0] < end})
                trace, logged = self.selected(name, "exclude=*.elf")
                start, end = guests.segments(firmware.elf(name))
                self.assertEqual(trace.modules, [])
                self.assertEqual(trace.elsewhere(), {(a & 0xFFFFFFFF, size) for a, size in logged
                                                     if not start <= a < end})
                trace, logged = self.selected(name, f"module={name}.elf")
                self.assertEqual([m.path for m in trace.modules], [str(firmware.elf(name))])
                self.compare(name, trace, {b for b in logged if start <= b[0] < end})

    def test_start_and_stop(self):
        for name in self.guests("aarch64", "riscv64", "x86"):
            with self.subTest(name):
                start, stop = self.function(name, "sort")[0], self.function(name, "checksum")[0]
                base = guests.segments(firmware.elf(name))[0] // 4096 * 4096
                trace, order = self.selected(
                    name, f"start={start:#x}", f"stop={name}.elf+{stop - base:#x}",
                    read=execlog.in_order)
                expected = execlog.between(order, start, stop)
                self.assertGreater(len(expected), 5)
                self.compare(name, trace, expected)

    def test_precise(self):
        """In the guest a block faults in the middle, and is never run to its end; others are left at an
        access to a device."""
        steps = ["-accel", "tcg,one-insn-per-tb=on"]
        for name in self.guests("aarch64", "riscv64", "x86"):
            with self.subTest(name):
                trace, logged = self.selected(name, "precise=on")
                whole, _ = self.selected(name)
                # Within functions: how far the guest comes behind the access that ends the machine
                # is left to chance.
                inside = {address for low, high, _ in firmware.functions(name)
                          for address in range(low, high)}
                truth, recorded, plain = (
                    {address + i for address, size in found for i in range(size)} & inside
                    for found in (self.boot(name, options=steps), trace.located(), whole.located()))
                self.assertGreater(len(truth), 500)
                self.assertGreater(plain, truth, "the guest no longer does what it is for")
                self.assertEqual(sorted(map(hex, recorded ^ truth)), [])
                low, high = self.function(name, "faulting")
                cut = [b for b in trace.located() - logged if low <= b[0] < high]
                print(f"{name}: {len(plain - truth)} bytes too many without precise=on, {cut}")
                self.assertEqual(len(cut), 1)

    def test_version_3(self):
        """Rows by readelf's segments; a stretch with a name is a row too."""
        for name in self.guests("aarch64", "riscv64", "x86"):
            with self.subTest(name):
                trace, logged = self.selected(name, "version=3")
                self.assertEqual((trace.version, trace.table), (3, 5))
                self.compare(name, trace, logged)
                elf = firmware.elf(name)
                self.assertEqual([(m.start, m.end) for m in trace.modules],
                                 [(start, end) for start, end, _ in segments(elf)])
                self.assertEqual({m.path for m in trace.modules}, {str(elf)})
                low, high = self.function(name, "fibonacci")
                trace, logged = self.selected(name, "version=3", f"range={low}-{high}:fib")
                fib, = (m for m in trace.modules if m.path == "fib")
                self.assertEqual({b for b in logged if low <= b[0] < high},
                                 {(fib.start + start, size) for id, start, size in trace.blocks
                                  if id == fib.id})
                begin, end = guests.segments(elf)
                self.assertEqual(trace.located(), {b for b in logged if begin <= b[0] < end})

    def check_counts(self, name):
        """How often, against the log's lines."""
        trace, truth = self.selected(name, "counts=on", read=lambda log: hitcounts.Log().count(log))
        self.compare(name, trace, set(truth))
        low, high = guests.segments(firmware.elf(name))
        # What is in no module has its address cut to 32 bits.
        logged = {}
        for (address, size), count in truth.items():
            block = address if low <= address < high else address & 0xFFFFFFFF, size
            logged[block] = logged.get(block, 0) + count
        counts = hitcounts.by_address(trace)
        wrong = {(hex(block[0]), block[1]): (counts.get(block, 0), logged.get(block, 0))
                 for block in counts.keys() | logged.keys() if counts.get(block) != logged.get(block)}
        print(f"{name}: {len(logged)} counts, {sum(logged.values())} executions, {len(wrong)} wrong")
        self.assertGreater(max(logged.values()), 10)
        self.assertEqual(wrong, {}, "(counted, logged)")

    def test_counts_between_points(self):
        for name in self.guests("aarch64", "riscv64"):
            with self.subTest(name):
                start, stop = self.function(name, "sort")[0], self.function(name, "checksum")[0]
                trace, order = self.selected(name, "counts=on", f"start={start:#x}", f"stop={stop:#x}",
                                             read=execlog.in_order)
                truth = collections.Counter(execlog.executions_between(order, start, stop))
                self.assertGreater(sum(truth.values()), len(truth))
                self.assertEqual(hitcounts.by_address(trace), dict(truth))
                print(f"{name}: {len(truth)} counts, {sum(truth.values())} executions")

    def test_memory_without_a_name(self):
        """Nothing says what lies there: that is said, and the blocks are recorded in no module."""
        guest = self.guests("riscv64", "x86")[0]
        elf, trace = firmware.elf(guest), self.folder / "run.drcov"
        for options, said in (("", True), (",range=0-0xffffffff", True), (f",elf={elf}", False),
                              (",range=0-0xffffffff:memory", False)):
            run = firmware.boot(guest, f"out={trace}{options}")
            self.assertEqual("libcov: nothing says what lies in the guest's memory" in run.stderr, said, options)
            self.assertEqual("give elf=PATH or range=START-END:NAME" in run.stderr, said)
            if said:
                self.assertEqual(drcov.load(trace).modules, [])

    def test_refused(self):
        guest = self.guests("riscv64", "x86")[0]
        run = firmware.boot(guest, f"out={self.folder}/run.drcov,jit=on")
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("'jit'", run.stderr)


for _name in firmware.GUESTS:
    setattr(System, f"test_guest_{_name.replace('-', '_')}",
            lambda self, name=_name: self.check_guest(*self.guests(name)))
    setattr(System, f"test_recorded_{_name.replace('-', '_')}",
            lambda self, name=_name: self.check_recorded(*self.guests(name)))
    setattr(System, f"test_counts_{_name.replace('-', '_')}",
            lambda self, name=_name: self.check_counts(*self.guests(name)))

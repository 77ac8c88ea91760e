"""The blocks that the plugin records, against QEMU's own log of the same run."""

import signal

from Tests.EndToEnd.support import acceptance, drcov, execlog, guests
from Tests.EndToEnd.support.comparing import Comparing

QEMU = "user"

# The calculator's most various input: exceptions are thrown from all its parts.
INPUT = guests.DEMO / "inputs/mistakes.txt"


class Recorded(Comparing):
    def record(self, kind, program, *arguments, expected=0, **more):
        """One run with the plugin and with the log; gives the trace and what the log says."""
        trace, log = self.folder / "run.drcov", self.folder / "log"
        run = guests.record(trace, kind, program, *arguments,
                            options=[*execlog.OPTIONS, log], **more)
        self.assertEqual(run.returncode, expected, run.stderr)
        logged = execlog.executed(log)
        log.unlink()
        return trace.read_bytes(), logged

    def check_rows(self, kind, trace, objects, logged):
        """Every object that the guest's loader knows has its row, and no row is of another."""
        rows = {guests.host_path(kind, module.path): module for module in trace.modules}
        known = {}
        for line in objects.read_text().splitlines():
            bias, _, name = line.partition(" ")
            path = guests.host_path(kind, name or str(guests.built(kind) / "calculator"))
            if not path.exists():
                continue  # the vDSO
            low, high = guests.segments(path)
            known[path] = int(bias, 16) + low // 4096 * 4096, int(bias, 16) + high
        for path, (start, end) in known.items():
            blocks = [a for a, _ in logged if start <= a < end]
            if blocks:
                self.assertIn(path, rows, f"{len(blocks)} blocks were executed in it")
                self.assertEqual(hex(rows[path].start), hex(start), path)
                self.assertGreater(rows[path].end, max(blocks), path)
                self.assertLess(rows[path].end, end + 4096, path)
        self.assertEqual(set(rows) - set(known), set(), "rows of what is not loaded")
        names = {path.name for path in rows}
        wanted = {"calculator"}
        if kind not in guests.STATIC:
            wanted |= {"libtokens.so", "functions.so", "libc.so.6"}
            wanted |= {name for name in names if name.startswith("ld")} or {"the interpreter"}
        self.assertLessEqual(wanted, names)

    def check_kind(self, kind):
        objects = self.folder / "objects"
        data, logged = self.record(kind, "calculator", INPUT, expected=1,
                                   environment={"DEMO_OBJECTS": str(objects)})
        trace = drcov.read(data)
        self.compare(kind, trace, logged)
        self.check_rows(kind, trace, objects, logged)
        self.assertEqual(acceptance.problems(data, trace), [])
        self.assertEqual(trace.flavor, "drcov-32" if kind.startswith("arm") else "drcov-64")

    def test_page_crossing(self):
        """QEMU before 8.2 tells plugins of one instruction more than the block has."""
        data, logged = self.record("pie", "crossing")
        sizes = {address % 8192: size for address, size in logged}
        self.assertEqual(sizes.get(8192 - 7), 5, "the guest no longer does what it is for")
        self.compare("crossing", drcov.read(data), logged)

    def test_page_crossing_that_faults(self):
        """That instruction is not the block's, even if no block begins with it."""
        trace, log = self.folder / "run.drcov", self.folder / "log"
        run = guests.qemu("pie", "crossing-cut", plugin=f"out={trace}",
                          options=[*execlog.OPTIONS, log])
        self.assertEqual(run.returncode, -signal.SIGSEGV, run.stderr)
        if not trace.exists():
            (journal,) = self.folder.glob("run.drcov.*.journal")
            self.covtool("recover", journal, "-o", trace)
        logged = execlog.executed(log)
        self.assertEqual({size for address, size in logged if address % 4096 == 4096 - 7}, {5},
                         "the guest no longer does what it is for")
        self.compare("crossing-cut", drcov.load(trace), logged)

    def test_code_in_no_file(self):
        """Made by the guest itself (x86-64) and by QEMU, for a signal handler's return (aarch64)."""
        for kind, what, expected in (("pie", "code", 7), ("aarch64", "signal", 0)):
            with self.subTest(kind):
                data, logged = self.record(kind, "special", what, expected=expected)
                trace = drcov.read(data)
                self.compare(f"{kind} {what}", trace, logged)
                # From 8.2 on QEMU's code is in the vDSO, which is a module.
                vdso = [m.id for m in trace.modules if m.path == "[vdso]"]
                self.assertEqual(len([b for b in trace.blocks if b[0] in (*vdso, drcov.NO_MODULE)]), 1)

    def test_same_without_log(self):
        """The log makes QEMU run without chaining blocks; without it the same must be recorded."""
        data, _ = self.record("pie", "calculator", INPUT, expected=1)
        guests.record(self.folder / "plain.drcov", "pie", "calculator", INPUT)
        logged, plain = drcov.read(data), drcov.load(self.folder / "plain.drcov")
        self.assertGreater(len(plain.blocks), 1000)
        self.assertEqual(plain.offsets() ^ logged.offsets(), set())


for _kind in guests.KINDS:
    setattr(Recorded, f"test_{_kind.replace('-', '_')}",
            lambda self, kind=_kind: self.check_kind(kind))

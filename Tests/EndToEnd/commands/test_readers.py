"""The tests' own readers are tested too: an oracle that cannot say no proves nothing."""

import struct

from Tests.EndToEnd.support import acceptance, drcov, execlog
from Tests.EndToEnd.support.setting import Case

MODULES = [(0x400000, 0x403000, "/bin/a"), (0x7000000, 0x7002000, "/lib/b.so")]
BLOCKS = [(0, 0x1000, 5), (1, 0x10, 3)]


class Drcov(Case):
    def test_versions(self):
        """VERSION 2 counts from the containing row, VERSION 3 from the row itself."""
        rows = [(0, 0x1000, 0x2000, "/a"), (0, 0x3000, 0x4000, "/a")]
        two = drcov.read(drcov.write(rows, [(1, 0x2010, 4)], version=2, table=5))
        three = drcov.read(drcov.write(rows, [(1, 0x10, 4)], version=3, table=5))
        for trace in (two, three):
            self.assertEqual(trace.located(), {(0x3010, 4)})
            self.assertEqual(trace.offsets(), {("/a", 0x2010, 4)})

    def test_binary_by_hand(self):
        data = (b"DRCOV VERSION: 2\nDRCOV FLAVOR: drcov-64\nModule Table: 1\n0, 8192, /a, b\n"
                b"BB Table: 2 bbs\n" + struct.pack("<IHHIHH", 16, 4, 0, 32, 5, 0xFFFF) + b"tail")
        trace = drcov.read(data)
        self.assertEqual(trace.modules[0].path, "/a, b")
        self.assertEqual((trace.located(), trace.elsewhere()), ({(16, 4)}, {(32, 5)}))
        self.assertEqual(trace.rest, b"tail")

    def test_text_by_hand(self):
        trace = drcov.read(b"DRCOV VERSION: 2\nDRCOV FLAVOR: x\nModule Table: 1\n0, 9, /a\n"
                           b"BB Table: 1 bbs\nmodule id, start, size:\nmodule[  0]: 0x0000001f,   4\n")
        self.assertEqual((trace.text, trace.blocks, trace.rest), (True, [(0, 0x1F, 4)], b""))

    def test_cut_short(self):
        with self.assertRaises(drcov.Malformed):
            drcov.read(drcov.write(MODULES, BLOCKS)[:-1])


class Acceptance(Case):
    def test_each_reader_refuses(self):
        good = drcov.write(MODULES, BLOCKS)
        self.assertEqual(acceptance.problems(good, drcov.read(good)), [])
        a, b = MODULES
        bad = {
            "lighthouse": drcov.write([a, (*b[:2], "/x, y")], BLOCKS),
            "drcov2lcov": drcov.write(MODULES, [(0, 0x2FFB, 5)]),
            "lightkeeper": drcov.write(MODULES, [(drcov.NO_MODULE, 1, 5)]),
            "cartographer": drcov.write(MODULES, [(0, 1, 0x8000)]),
            "bncov": good + b"\n",
            "ourselves": drcov.write(MODULES, BLOCKS * 2),
        }
        self.assertEqual(set(bad), {reader.__name__ for reader in acceptance.READERS})
        for name, data in bad.items():
            reader = getattr(acceptance, name)
            self.assertTrue(acceptance.problems(data, drcov.read(data), [reader]), name)


class ExecLog(Case):
    def parse(self, text):
        log = self.folder / "log"
        log.write_text(text)
        return execlog.executed(log)

    def test_by_hand(self):
        translated = "----------------\nIN: f\n0x{:08x}:  48 89 e5                 movq     %rsp, %rbp\n" \
                     "0x{:08x}:  c3                       retq     \n\n"
        trace = "Trace 0: 0x7f{} [0000000000000000/{:016x}/1040c0b3/00000200] f\n"
        stopped = "Stopped execution of TB chain before 0x7f{} [{:016x}] f\n"
        text = (translated.format(0x1000, 0x1003) + trace.format(1, 0x1000)
                + translated.format(0x2000, 0x2003) + trace.format(2, 0x2000)
                + stopped.format(2, 0x2000) + trace.format(1, 0x1000))
        self.assertEqual(self.parse(text), {(0x1000, 4)})
        self.assertEqual(self.parse(text + trace.format(2, 0x2000)), {(0x1000, 4), (0x2000, 4)})

    def test_two_processors(self):
        """Their lines alternate; what is given up is the newest of the translation's executions."""
        code = "IN: \n0x00001000:  90  nop\n\n", "IN: \n0x00002000:  90  nop\n\n"
        trace = "Trace {}: 0x7f{} [0/000000000000{}/0/{}] \n"
        text = (code[0] + trace.format(0, 1, 1000, 0) + code[1] + trace.format(1, 2, 2000, 0)
                + "Stopped execution of TB chain before 0x7f{} [0] \n")
        self.assertEqual(self.parse(text.format(1)), {(0x2000, 1)})
        self.assertEqual(self.parse(text.format(2)), {(0x1000, 1)})

    def test_instruction_run_again(self):
        """After an access to a device, in a translation that plugins are not shown."""
        code = "IN: \n0x0000{}:  90  nop\n\n"
        trace = "Trace 0: 0x7f{} [0/000000000000{}/0/{}] \n"
        text = (code.format(1000) + trace.format(1, 1000, "ff020200")
                + code.format(1004) + trace.format(2, 1004, "ff031201"))
        self.assertEqual(self.parse(text), {(0x1000, 1)})

    def test_without_disassembler(self):
        text = "IN: \n0x00001000:  \nOBJD-T: 4140f008e330\nOBJD-T: f000\n\n" \
               "Trace 0: 0x7f1 [0/0000000000001000/0/0] \n"
        self.assertEqual(self.parse(text), {(0x1000, 8)})

    def test_unknown_form(self):
        for text in ("0x1000: what is this\n", "Trace 0: 0x7f1 [0/1000/0/0] \n"):
            with self.assertRaises(execlog.Unreadable):
                self.parse(text)

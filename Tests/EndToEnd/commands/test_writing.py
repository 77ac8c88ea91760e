"""`covtool drcov` writes each form, and what each reader takes."""

import json
import subprocess

from Tests.EndToEnd.support import drcov, forms, guests, setting
from Tests.EndToEnd.support.setting import ROOT, Case, emulator, output, run

SIZE = 1 << 31


class Writing(Case):
    def setUp(self):
        super().setUp()
        self.traces = [self.folder / name for name in ("one", "two")]
        modules = [(0x400000, 0x405000, "/bin/a"), (0x7F00000, 0x7F03000, "/lib/b.so")]
        self.traces[0].write_bytes(drcov.write(modules, [(1, 0x1000, 9), (0, 0x3020, 6), (0, 0x10, 4)] * 2))
        self.traces[1].write_bytes(drcov.write(modules[::-1], [(1, 0x10, 4), (1, 0x10, 5), (0, 0x20, 1)]))
        self.blocks = {*forms.RUN, ("/bin/a", 0x10, 5), ("/lib/b.so", 0x20, 1)}

    def test_forms(self):
        for version in (2, 3):
            for table in (2, 3, 4, 5):
                for more in ([], ["--text"], ["--counts"], ["--text", "--counts"]):
                    options = ["drcov", "--drcov-version", str(version), "--table", str(table), *more]
                    with self.subTest(options):
                        data = self.covtool(*options, *self.traces, text=False).stdout
                        trace = drcov.read(data)
                        self.assertEqual((trace.version, trace.table, trace.text),
                                         (version, table, "--text" in more))
                        self.assertEqual(trace.columns, "Columns: " + ", ".join(drcov.COLUMNS[table]))
                        self.assertEqual(trace.offsets(), self.blocks)
                        self.assertEqual(trace.blocks, sorted(set(trace.blocks)))
                        # Of the blocks in their order, the program's first one ran in both traces.
                        self.assertEqual(trace.rest, forms.hits([2, 1, 1, 1, 1])
                                         if "--counts" in more else b"")
                        other = self.covtool(*options, *self.traces[::-1], text=False).stdout
                        self.assertEqual(other, data)
                        again = self.folder / "again"
                        again.write_bytes(data)
                        self.assertEqual(self.covtool(*options, "--strict", again, text=False).stdout, data)

    def test_readers(self):
        for reader in sorted(forms.READERS):
            with self.subTest(reader):
                self.covtool("drcov", "--for", reader, *self.traces, "-o", "for")
                self.covtool("validate", "--for", reader, "for")
                self.assertEqual(drcov.load(self.folder / "for").offsets(), self.blocks)

    def test_what_a_reader_cannot_take(self):
        for reader, options, reason in (
                ("drcov2lcov", ["--counts"], "flavor"), ("bncov", ["--counts"], "behind the blocks"),
                ("lightkeeper", ["--text"], "text"), ("lightkeeper", ["--table", "5"], "columns"),
                ("libafl", ["--table", "3"], "columns"), ("cutter", ["--drcov-version", "2"], "version")):
            done = self.covtool("drcov", "--for", reader, *options, *self.traces, "-o", "for", status=65)
            self.assertIn(f"{reader} would not take this: ", done.stderr)
            self.assertIn(reason, done.stderr)
            self.assertFalse((self.folder / "for").exists())

    def test_row_ends(self):
        """drcov2lcov wants whole pages, and refuses a block at a row's very end."""
        self.traces[0].write_bytes(drcov.write([(0x400000, 0x400F00, "/bin/a")], [(0, 0xEF0, 0x110)]))
        for reader, end in ("lighthouse", 0x400F00), ("drcov2lcov", 0x402000):
            trace = drcov.read(self.covtool("drcov", "--for", reader, self.traces[0], text=False).stdout)
            self.assertEqual([(row.start, row.end) for row in trace.modules], [(0x400000, end)])

    def test_blocks_in_no_module(self):
        self.traces[1].write_bytes(drcov.write([], [(drcov.NO_MODULE, 0x99, 4)]))
        for reader in ("lightkeeper", "cartographer"):
            done = self.covtool("drcov", "--for", reader, *self.traces, text=False)
            self.assertIn(b"1 block is in no module: left out", done.stderr)
            self.assertEqual(drcov.read(done.stdout).offsets(), forms.RUN)

    def test_large_modules(self):
        """Rows under 4 GiB; the blocks at their addresses, by either version's rule."""
        rows = [(0x10000000 + n * SIZE, 0x10000000 + (n + 1) * SIZE, "/large") for n in range(5)]
        rows[4] = (rows[4][0], rows[4][0] + 0x3000, "/large")
        blocks = [(n, n * 0x100, 4) for n in range(5)]
        places = {(start + block[1], 4) for block, (start, _, _) in zip(blocks, rows)}
        self.traces[0].write_bytes(drcov.write(rows, blocks))
        for version in "23":
            done = self.covtool("drcov", "--drcov-version", version, self.traces[0], text=False)
            trace = drcov.read(done.stdout)
            self.assertEqual(trace.located(), places)
            self.assertTrue(all(row.end - row.start < 1 << 32 for row in trace.modules))
            self.assertEqual(max(row.end for row in trace.modules), rows[4][1])
        # Read as one module.
        listed = self.covtool("drcov", "--text", self.traces[0]).stdout
        self.assertEqual(listed.count(", /large"), 5)


class Compressed(Case):
    def test_bomb(self):
        """Less than a megabyte that unpacks to more than is taken: an error before memory is full."""
        bomb = self.folder / "bomb"
        with open(bomb, "wb") as file:
            # What does not begin as a trace is not unpacked at all.
            script = "printf 'DRCOV VERSION: 2\n'; head -c 600000000 /dev/zero"
            zeros = subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE)
            subprocess.run(["gzip", "-1"], stdin=zeros.stdout, stdout=file, check=True)
        self.assertIn("unpacked", self.covtool("info", "bomb", status=65).stderr)


class QEMUsOwnPlugin(Case):
    def test_same_blocks(self):
        """Its files name addresses, and the code for the module; the blocks are those of libcov.so."""
        made = run(ROOT / "Tests/QEMUs/prepare", "drcov", setting.QEMU or "user-7.2")
        if made.returncode == 69:
            self.skipTest("not run: QEMU's source is not here, and no Debian mirror can be reached")
        self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
        plugin = made.stdout.strip()
        guests.record(self.folder / "ours", "pie", "special", "exit", "0")
        program = guests.built("pie") / "special"
        output(*emulator("x86_64"), "-plugin", f"{plugin},filename={self.folder}/theirs", program,
               "exit", "0")
        info, = json.loads(self.covtool("info", "--json", "theirs").stdout)["recordings"]
        self.assertTrue(any("QEMU" in text for text in info["oddities"]))
        data = self.covtool("drcov", "theirs", text=False).stdout
        theirs, ours = drcov.read(data).offsets(), drcov.load(self.folder / "ours").offsets()
        found = [{block for block in blocks if block[0] == str(program)} for blocks in (theirs, ours)]
        self.assertGreater(len(found[1]), 20)
        self.assertEqual(found[0] ^ found[1], set())

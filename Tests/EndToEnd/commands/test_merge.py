"""Merged traces hold what the runs have in sum, computed apart from covtool."""

import random

from Tests.EndToEnd.support import acceptance, drcov, guests
from Tests.EndToEnd.support.setting import Case


def union(paths):
    return set().union(*(drcov.load(path).offsets() for path in paths))


class Merge(Case):
    def setUp(self):
        super().setUp()
        self.traces = guests.record_demo(self.folder)
        self.union = union(self.traces)
        # Otherwise one of the runs alone would do.
        self.assertTrue(all(drcov.load(trace).offsets() < self.union for trace in self.traces))
        self.merged = self.folder / "merged.drcov"

    def merged_offsets(self, *inputs):
        self.covtool("merge", *inputs)
        data = self.merged.read_bytes()
        trace = drcov.read(data)
        self.assertEqual(acceptance.problems(data, trace), [])
        return trace.offsets()

    def test_union(self):
        self.assertEqual(self.merged_offsets(*self.traces) ^ self.union, set())

    def test_order_does_not_matter(self):
        self.covtool("merge", *self.traces, "-o", "one")
        self.covtool("merge", *reversed(self.traces), "-o", "other")
        self.assertEqual(drcov.load(self.folder / "one").offsets(),
                         drcov.load(self.folder / "other").offsets())

    def test_not_into_itself(self):
        """An old merged.drcov that the glob brings in is left out, and that is said."""
        glob = sorted(self.folder.glob("*.drcov"))
        self.assertEqual(self.covtool("merge", *glob).stderr, "")
        first = self.merged.read_bytes()
        stranger = drcov.write([(0x1000, 0x3000, "/old")], [(0, 0x10, 4)])
        for old in (first, stranger):
            self.merged.write_bytes(old)
            for name in ("merged.drcov", self.merged):
                done = self.covtool("merge", *glob, name)
                self.assertIn("merged.drcov", done.stderr)
                self.assertEqual(len(done.stderr.splitlines()), 1)
                self.assertEqual(self.merged.read_bytes(), first)
                self.merged.write_bytes(old)
        # With another output it is an input like the others.
        self.merged.write_bytes(stranger)
        self.covtool("merge", *glob, self.merged, "-o", "all")
        self.assertEqual(drcov.load(self.folder / "all").offsets(),
                         self.union | drcov.read(stranger).offsets())

    def test_other_addresses_really(self):
        """With a library loaded before them, the others stand elsewhere."""
        moved = self.folder / "moved.drcov"
        preload = f"LD_PRELOAD={guests.built('pie')}/functions.so"
        guests.record(moved, "pie", "calculator", guests.INPUTS[0], options=["-E", preload])
        bases = [{module.path: module.start for module in drcov.load(trace).modules}
                 for trace in (self.traces[0], moved)]
        differing = [path for path in bases[0].keys() & bases[1].keys()
                     if bases[0][path] != bases[1][path]]
        self.assertTrue([path for path in differing if path.endswith("libtokens.so")], bases)
        self.assertEqual(self.merged_offsets(*self.traces, moved) ^ union([*self.traces, moved]),
                         set())

    def rewritten(self, path, seed):
        """The trace with its modules elsewhere and in another order."""
        chance = random.Random(seed)
        trace = drcov.load(path)
        order = list(trace.modules)
        chance.shuffle(order)
        modules, ids, base = [], {drcov.NO_MODULE: drcov.NO_MODULE}, 0x10000
        for id, module in enumerate(order):
            base += chance.randrange(1, 1 << 20) << 12
            modules.append((base, base + module.end - module.start, module.path))
            ids[module.id] = id
            base += module.end - module.start
        blocks = [(ids[id], start, size) for id, start, size in trace.blocks]
        chance.shuffle(blocks)
        path.write_bytes(drcov.write(modules, blocks))

    def test_other_addresses_and_ids(self):
        for seed, trace in enumerate(self.traces):
            self.rewritten(trace, seed)
        self.assertEqual(union(self.traces), self.union)  # the test's own doing is right
        self.assertEqual(self.merged_offsets(*self.traces) ^ self.union, set())

    def test_segments(self):
        """A row for each half of a module; VERSION 2 counts from the module, VERSION 3 from the row."""
        for version in (2, 3):
            for trace in self.traces[:2]:
                loaded = drcov.load(trace)
                modules, halves = [], {}
                for module in loaded.modules:
                    half = (module.end - module.start) // 8192 * 4096
                    top = len(modules)
                    modules.append((top, module.start, module.start + half, module.path))
                    modules.append((top, module.start + half, module.end, module.path))
                    halves[module.id] = top, half
                blocks = []
                for id, start, size in loaded.blocks:
                    top, half = halves[id]
                    upper = start >= half
                    if upper and version == 3:
                        start -= half
                    blocks.append((top + upper, start, size))
                copy = self.folder / f"{version}-{trace.name}"
                copy.write_bytes(drcov.write(modules, blocks, version=version, table=5))
                self.assertEqual(drcov.load(copy).offsets(), loaded.offsets())
            copies = [self.folder / f"{version}-{trace.name}" for trace in self.traces[:2]]
            self.assertEqual(self.merged_offsets(*copies) ^ union(self.traces[:2]), set())

    def test_drcov(self):
        """`covtool drcov` writes anew, in binary and as text, what is then read the same."""
        for options, text in (([], False), (["--text"], True)):
            data = self.covtool("drcov", *options, *self.traces, text=False).stdout
            trace = drcov.read(data)
            self.assertEqual(trace.text, text)
            self.assertEqual(trace.offsets() ^ self.union, set())
            self.assertEqual(trace.rest, b"")
            again = self.folder / "again"
            again.write_bytes(data)
            self.assertEqual(self.merged_offsets(again) ^ self.union, set())

    def test_foreign(self):
        """Traces of another processor merge alike; 32 bits stay 32 bits."""
        inputs = [self.folder / name for name in ("one", "two")]
        for trace, input in zip(inputs, guests.INPUTS):
            guests.record(trace, "arm", "calculator", input)
        self.assertEqual(self.merged_offsets(*inputs) ^ union(inputs), set())
        self.assertEqual(drcov.load(self.merged).flavor, "drcov-32")

"""--module and --exclude-module: a trace is cut to a module after it was recorded, by every command that
reads traces."""

import json

from Tests.EndToEnd.support import drcov, guests, hitcounts
from Tests.EndToEnd.support.setting import Case

CHOICES = [["--module", "libtokens.so"], ["--module", "*/libtokens.so", "--module", "calc*"],
           ["--exclude-module", "lib*"], ["--module", "lib*", "--exclude-module", "*.6"]]


class Cut(Case):
    def setUp(self):
        super().setUp()
        self.names = [trace.name for trace in guests.record_demo(self.folder)]
        # Something that lies in no module.
        first = drcov.load(self.folder / self.names[0])
        rows = [(row.start, row.end, row.path) for row in first.modules]
        (self.folder / "first").write_bytes(
            drcov.write(rows, [*first.blocks, (drcov.NO_MODULE, 0x1234, 5)]))
        self.names[0] = "first"
        self.sets = [drcov.load(self.folder / name).offsets() for name in self.names]

    def wanted(self, words):
        """What the words mean, by paths' last components."""
        def wants(block):
            name = block[0] and block[0].rpartition("/")[2]
            if words == CHOICES[0]:
                return name == "libtokens.so"
            if words == CHOICES[1]:
                return name in ("libtokens.so", "calculator")
            if words == CHOICES[2]:
                return name is None or not name.startswith("lib")
            return name is not None and name.startswith("lib") and not name.endswith(".6")
        return wants

    def test_sets(self):
        all, common = set.union(*self.sets), set.intersection(*self.sets)
        for words in CHOICES:
            wants = self.wanted(words)
            for command, names, expected in (
                    ("merge", self.names, all), ("intersect", self.names, common),
                    ("subtract", self.names[:2], self.sets[0] - self.sets[1]),
                    ("drcov", self.names, all), ("repair", self.names[:1], self.sets[0])):
                self.covtool(command, *names, *words, "-o", "out")
                trace = drcov.load(self.folder / "out")
                self.assertEqual(trace.offsets(), set(filter(wants, expected)), (command, words))
                # Nor do their rows stay.
                self.assertTrue(all_paths := {row.path for row in trace.modules}, command)
                self.assertLessEqual(all_paths, {path for path, _, _ in filter(wants, all) if path})

    def test_counts(self):
        trace = self.folder / "counted"
        guests.qemu("pie", "calculator", guests.INPUTS[0], plugin=f"out={trace},counts=on")
        whole = drcov.load(trace)
        row, = (row for row in whole.modules if row.path.endswith("/libtokens.so"))
        expected = [(start, size, count) for (id, start, size), count
                    in zip(whole.blocks, hitcounts.of_trace(whole)) if id == row.id]
        for command in ("merge", "repair"):
            self.covtool(command, *(["--counts"] if command == "merge" else []), trace, *CHOICES[0],
                         "-o", "out")
            cut = drcov.load(self.folder / "out")
            self.assertEqual(sorted((start, size, count) for (_, start, size), count
                                    in zip(cut.blocks, hitcounts.of_trace(cut))), sorted(expected))

    def test_minimise(self):
        """Few runs for one module: those that the module's blocks need."""
        wants = self.wanted(CHOICES[0])
        document = json.loads(self.covtool("minimise", "--json", *self.names, *CHOICES[0]).stdout)
        sets = dict(zip(self.names, (set(filter(wants, found)) for found in self.sets)))
        self.assertEqual(document["blocksBefore"], len(set.union(*sets.values())))
        chosen = [sets[run["path"]] for run in document["runs"]]
        self.assertEqual(set.union(*chosen), set.union(*sets.values()))

    def test_texts(self):
        """symbolise, info and diff show the others no more."""
        for words in CHOICES:
            names = {path.rpartition("/")[2] for path, _, _ in filter(self.wanted(words), self.sets[0])
                     if path}
            lines = self.covtool("symbolise", "first", *words).stdout.splitlines()
            self.assertEqual({line.partition("+0x")[0] for line in lines if not line.startswith("\t")}, names)
            dump, = json.loads(
                self.covtool("info", "--json", "--blocks", "first", *words).stdout)["recordings"]
            rows = {module["id"]: module["path"] for module in dump["modules"]}
            self.assertEqual({path.rpartition("/")[2] for path in rows.values()}, names)
            self.assertEqual({(rows.get(block["module"]), block["start"], block["size"])
                              for block in dump["blockList"]},
                             set(filter(self.wanted(words), self.sets[0])))
            self.assertEqual(dump["blocks"], len(dump["blockList"]))
            parts = json.loads(self.covtool("diff", "--json", *self.names[:2], *words,
                                            "--system-libraries").stdout)["modules"]
            self.assertLessEqual({part["path"] and part["path"].rpartition("/")[2] for part in parts},
                                 names | {None if self.wanted(words)((None, 0, 0)) else ""})

    def test_nothing(self):
        for command in ("merge", "drcov", "symbolise", "info", "repair", "minimise", "lcov"):
            for words in (["--module", "nosuch"], ["--exclude-module", "*"]):
                done = self.covtool(command, "first", *words, status=65)
                self.assertIn(words[0], done.stderr)
        done = self.covtool("merge", "first", "--exclude-module", "nosuch", "-o", "out")
        self.assertIn("--exclude-module 'nosuch' matches no module", done.stderr)
        self.covtool("merge", "first", "--exclude-module", "nosuch", "--strict", "-o", "out", status=65)

    def test_mixed_up_modules_that_are_not_wanted(self):
        """Two builds under one path are no error where they are left out."""
        for name, size in (("one", 0x1000), ("two", 0x5000)):
            (self.folder / name).write_bytes(drcov.write(
                [(0x400000, 0x401000, "/app"), (0x800000, 0x800000 + size, "/x.so")],
                [(0, 0x10, 4), (1, 0x10, 4)]))
        self.covtool("merge", "one", "two", "-o", "out", status=65)
        self.covtool("merge", "one", "two", "--exclude-module", "x.so", "-o", "out")
        self.assertEqual(drcov.load(self.folder / "out").offsets(), {("/app", 0x10, 4)})

    def test_replaced_while_it_ran(self):
        """A module's pattern means all builds that were at its path."""
        path = "/x/plugin.so"
        (self.folder / "run").write_bytes(drcov.write(
            [(0x1000, 0x2000, "/app"), (0x8000, 0x9000, f"{path} (replaced 0123)"), (0xA000, 0xB000, path)],
            [(id, 0x10 * id, 4) for id in range(3)]))
        for words, kept in ((["--module", "plugin.so"], {f"{path} (replaced 0123)", path}),
                            (["--exclude-module", "/x/*.so"], {"/app"})):
            done = self.covtool("merge", "run", *words, "-o", "out")
            self.assertEqual(done.stderr, "")
            self.assertEqual({row.path for row in drcov.load(self.folder / "out").modules}, kept)

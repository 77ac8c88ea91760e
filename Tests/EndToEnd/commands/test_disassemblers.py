"""What is written for disassemblers' plug-ins, as the plug-ins' own readers read it (Tests/Scripts/disassemblers)."""

import shutil
import sys
import unittest

from Tests.EndToEnd.support import drcov, environments, guests
from Tests.EndToEnd.support.setting import COVTOOL, ROOT, Case, output, run

FOLDER = environments.CACHE / "disassemblers"
PYTHON = ("lighthouse", "bncov", "cutter")
JAVA = ("cartographer", "lightkeeper")
MODULE = "calculator"


def blocks(reader, trace, module):
    """{(offset, size)} of a module by a plug-in's own reader; by bncov's {(offset, 1)} of each byte."""
    if reader in JAVA:
        if not shutil.which("java") or not (FOLDER / "classes").exists():
            raise unittest.SkipTest("no Java, or Tests/Scripts/disassemblers was not run")
        lines = output("java", "-cp", FOLDER / "classes", "Blocks", reader, trace).splitlines()
    else:
        if not (FOLDER / reader).exists():
            raise unittest.SkipTest("Tests/Scripts/disassemblers was not run")
        lines = output(sys.executable, ROOT / "Tests/Disassemblers/blocks.py", reader, FOLDER / reader, trace,
                       module).splitlines()
    rows = [line.split("\t") for line in lines]
    return {(int(offset), int(size)) for path, offset, size in rows if path.rpartition("/")[2] == module}


def seen(reader, theirs):
    """Of blocks what a reader keeps."""
    if reader == "bncov":
        return {(offset + byte, 1) for offset, size in theirs for byte in range(size)}
    if reader == "cutter":
        return {offset for offset, _ in theirs}
    return theirs


class Disassemblers(Case):
    def setUp(self):
        super().setUp()
        self.own = {}
        for number, input in enumerate(guests.INPUTS):
            trace = self.folder / ("crashes" if number % 4 == 0 else "runs") / f"{input.stem}.drcov"
            trace.parent.mkdir(exist_ok=True)
            guests.record(trace, "pie", MODULE, input)
            self.own[trace] = {(offset, size) for path, offset, size in drcov.load(trace).offsets()
                               if path and path.endswith("/" + MODULE)}

    def of(self, *names):
        return set().union(*(own for trace, own in self.own.items() if trace.parent.name in names))

    def check(self, reader, expected, command):
        """`command` is as a person types it, with READER and OUT."""
        out = self.folder / f"{reader}.drcov"
        text = command.replace("READER", reader).replace("OUT", out.name)
        done = run("bash", "-c", f"set -o pipefail; covtool() {{ \"$COVTOOL\" \"$@\"; }}; {text}", folder=self.folder,
                   environment={"COVTOOL": str(COVTOOL)})
        self.assertEqual(done.returncode, 0, done.stderr)
        found = blocks(reader, out, MODULE)
        if reader == "cutter":
            found = {offset for offset, _ in found}
        self.assertTrue(found == seen(reader, expected), f"{reader}: {len(found)} of {len(expected)}")
        self.assertTrue(found)

    def test_readers(self):
        """One module of all runs, what is new in some, what crashes alone reach, for each of them."""
        for reader in (*PYTHON, *JAVA):
            with self.subTest(reader=reader):
                self.check(reader, self.of("runs", "crashes"),
                           f"covtool drcov runs crashes --module {MODULE} --for READER -o OUT")
                self.check(reader, self.of("runs", "crashes"), "covtool drcov runs crashes --for READER -o OUT")
                self.check(reader, self.of("crashes") - self.of("runs"),
                           f"covtool subtract crashes runs -o - | covtool drcov - --module {MODULE} --for READER -o OUT")
                common = set.intersection(*(own for trace, own in self.own.items() if trace.parent.name == "runs"))
                self.check(reader, common,
                           "covtool intersect runs -o all.drcov && covtool drcov all.drcov --for READER -o OUT")

    def test_lists(self):
        """Text: what was written, line by line, what the readers make of it, and covtool itself."""
        done = self.covtool("drcov", "runs", "--modoff", "-o", "runs.modoff")
        lines = (self.folder / "runs.modoff").read_text().splitlines()
        own = [line.removeprefix(f"{MODULE}+") for line in lines if line.startswith(f"{MODULE}+")]
        starts = {offset for offset, _ in self.of("runs")}
        self.assertEqual(own, [f"{offset:x}" for offset in sorted(starts)])
        self.assertEqual(len(lines), len(set(lines)))
        theirs = {(path.rpartition("/")[2], offset) for trace in self.own if trace.parent.name == "runs"
                  for path, offset, _ in drcov.load(trace).offsets() if path}
        self.assertEqual({(name, int(offset, 16)) for name, _, offset in (line.rpartition("+") for line in lines)}, theirs)
        loose = any(path is None for trace in self.own if trace.parent.name == "runs"
                    for path, *_ in drcov.load(trace).offsets())
        self.assertEqual("in no module: left out" in done.stderr, loose)
        self.covtool("drcov", "runs.modoff", *guests.elves(), "-o", "again.drcov")
        again = {offset for path, offset, _ in drcov.load(self.folder / "again.drcov").offsets()
                 if path and path.endswith("/" + MODULE)}
        self.assertEqual(again, starts)
        # bncov's reader takes each line for one of the module that is open.
        self.covtool("drcov", "runs", "--modoff", "--module", MODULE, "-o", "one.modoff")
        for reader, name in (("lighthouse", "runs.modoff"), ("lighthouse", "one.modoff"), ("bncov", "one.modoff")):
            found = blocks(reader, self.folder / name, MODULE)
            self.assertTrue({offset for offset, _ in found} == starts, reader)

    def test_names(self):
        """Two modules of one name have their paths; other forms cannot be asked for at once."""
        (self.folder / "two").write_bytes(drcov.write(
            [(0, 0x1000, "/a/x"), (0x1000, 0x3000, "/b/x"), (0x3000, 0x4000, "/y")],
            [(0, 16, 2), (0, 16, 4), (1, 0xABC, 1), (2, 0, 1), (0xFFFF, 7, 1)]))
        done = self.covtool("drcov", "two", "--modoff")
        self.assertEqual(sorted(done.stdout.splitlines()), ["/a/x+10", "/b/x+abc", "y+0"])
        self.assertIn("1 block is in no module: left out", done.stderr)
        for words in (["--for", "cutter"], ["--text"], ["--counts"], ["--edges"], ["--table", "2"], ["--drcov-version", "2"]):
            self.covtool("drcov", "two", "--modoff", *words, status=64)

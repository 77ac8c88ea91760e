"""covtool run --keep-traces: what each input reached, whole."""

import os
import shutil
import signal
import subprocess
import time

from Tests.EndToEnd.support import drcov, execlog, guests
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, Case

# In the folder of the corpus; the contents are told apart by their first letters (Fixtures/guests/special/inputs.c).
INPUTS = {"one/a": b"abc", "one/b": b"b" * 300, "one/c": b"c crashes", "one/same": b"abc", "one/t": b"t starts a thread",
          "two/a": b"axyz", "two/2-a": b"d"}
# By hand: of the same name the later one has a number, and what has that name already the next.
NAMES = {"one/a": "a.drcov", "one/b": "b.drcov", "one/c": "c.drcov", "one/t": "t.drcov", "two/2-a": "2-a.drcov",
         "two/a": "3-a.drcov"}


class KeptTraces(Case):
    def setUp(self):
        super().setUp()
        for name, content in INPUTS.items():
            path = self.folder / "corpus" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.program = self.folder / "program"
        shutil.copy(guests.built("no-pie") / "inputs", self.program)
        # Linked to an address, so that a log's addresses are those of the file.
        self.low, self.high = guests.segments(self.program)

    def own(self, blocks):
        return {block for block in blocks if self.low <= block[0] < self.high}

    def logged(self, name):
        """The program's own blocks in QEMU's log of a run alone."""
        log = self.folder / "log"
        guests.qemu("no-pie", self.program, self.folder / "corpus" / name, options=[*execlog.OPTIONS, log])
        return self.own(execlog.executed(log))

    def kept(self, name):
        return self.own(drcov.load(self.folder / "kept" / name).located())

    def test_traces(self):
        expected = {name: self.logged(name) for name in NAMES}
        self.assertNotEqual(expected["one/a"], expected["one/c"])
        corpus = self.folder / "corpus"
        for how in ([], ["--no-fork-server"], ["-j", "1", "--counts"]):
            with self.subTest(how=how):
                shutil.rmtree(self.folder / "kept", ignore_errors=True)
                self.covtool("run", *how, "-t", "none", "--corpus", corpus, "--keep-traces", "kept", "-o", "run.drcov", "--",
                             self.program, "@@")
                self.assertEqual(sorted(path.name for path in (self.folder / "kept").iterdir()), sorted(NAMES.values()))
                for name, trace in NAMES.items():
                    self.assertEqual(self.kept(trace), expected[name], name)
                counts = ["--counts"] if "--counts" in how else []
                self.covtool("merge", *counts, "-o", "merged.drcov", "kept")
                self.assertEqual((self.folder / "merged.drcov").read_bytes(), (self.folder / "run.drcov").read_bytes())

    def test_interrupted(self):
        """Ctrl-C leaves the folders as they were, so that the same command can be given again."""
        corpus = self.folder / "hanging"
        corpus.mkdir()
        (corpus / "a").write_bytes(b"abc")
        (corpus / "b").write_bytes(b"h hangs")
        words = ["run", "-j", "1", "-t", "none", "--corpus", corpus, "--keep-traces", "kept", "--crashes", "crashed", "--",
                 self.program, "@@"]
        process = subprocess.Popen([str(word) for word in (COVTOOL, *words)], cwd=self.folder, env=ENVIRONMENT,
                                   stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not (self.folder / "kept/a.drcov").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 128 + signal.SIGINT)
        self.assertFalse((self.folder / "kept").exists())
        self.assertFalse((self.folder / "crashed").exists())
        (corpus / "b").write_bytes(b"b")
        self.covtool(*words)
        self.assertEqual(sorted(path.name for path in (self.folder / "kept").iterdir()), ["a.drcov", "b.drcov"])
        self.assertEqual(list((self.folder / "crashed").iterdir()), [])

    def test_failed(self):
        """So does a run that cannot go on."""
        (self.folder / "kept").mkdir()
        program, other = self.folder / "shell", self.folder / "other"
        corpus = self.folder / "scripts"
        corpus.mkdir()
        for name in "abc":
            (corpus / name).write_text(f"test {name} = a || mv {other} {program}; exit 0  # {name}")
        words = ["run", "-j", "1", "--no-fork-server", "--corpus", corpus, "--keep-traces", "kept", "--", program, "@@"]
        shutil.copy("/bin/sh", program)
        shutil.copy("/bin/sh", other)
        self.covtool(*words, status=65)
        self.assertEqual(list((self.folder / "kept").iterdir()), [])
        self.covtool(*words)
        self.assertEqual(len(list((self.folder / "kept").iterdir())), 3)

    def test_modules(self):
        """The rules of the merged trace are those of each."""
        self.covtool("run", "--corpus", self.folder / "corpus/one", "--keep-traces", "kept", "--module", "program",
                     "--module-map", f"{self.program},/src/program", "--", self.program, "@@")
        for path in (self.folder / "kept").iterdir():
            self.assertEqual([module.path for module in drcov.load(path).modules], ["/src/program"])

    def test_resumed(self):
        """A run that goes on writes all traces again, and takes away what its killed forerunner has not finished."""
        words = ["--state", "state", "--resume", "--keep-traces", "kept", "--", self.program, "@@"]
        self.covtool("run", "--corpus", self.folder / "corpus/one/a", *words)
        first = (self.folder / "kept/a.drcov").read_bytes()
        gone = subprocess.Popen(["true"])
        gone.wait()
        for name in (f".b.drcov.{gone.pid}.tmp", f".b.drcov.{os.getpid()}.tmp", f".notes.{gone.pid}.tmp", "notes"):
            (self.folder / "kept" / name).touch()
        self.covtool("run", "--corpus", self.folder / "corpus/one/a", "--corpus", self.folder / "corpus/one/b", *words)
        self.assertEqual(sorted(path.name for path in (self.folder / "kept").iterdir()),
                         sorted([f".b.drcov.{os.getpid()}.tmp", f".notes.{gone.pid}.tmp", "a.drcov", "b.drcov", "notes"]))
        self.assertEqual((self.folder / "kept/a.drcov").read_bytes(), first)

    def test_gone(self):
        """A run that goes on leaves no trace of an input that is gone, or is one with another now; nor does it take away
        anything that it has not written."""
        corpus = self.folder / "kin"
        contents = {"a": "abc", "b": "bbb", "d": "x", "p/x": "p", "q/x": "q"}
        for name, content in contents.items():
            (corpus / name).parent.mkdir(parents=True, exist_ok=True)
            (corpus / name).write_text(content)

        def kept(*expected, folder="kept"):
            self.covtool("run", "--state", "state", "--resume", "--corpus", corpus, "--keep-traces", folder, "--", self.program,
                         "@@")
            found = {path.name: path.read_bytes() for path in (self.folder / folder).iterdir()}
            self.assertEqual(sorted(found), sorted(expected))
            return found

        first = kept("a.drcov", "b.drcov", "d.drcov", "x.drcov", "2-x.drcov")
        for name in ("mine.drcov", "b.drcov.old"):
            (self.folder / "kept" / name).write_text(name)
        (corpus / "b").unlink()
        (corpus / "d").write_text("abc")
        (corpus / "p/x").unlink()
        kept("a.drcov", "x.drcov", folder="other")
        then = kept("a.drcov", "x.drcov", "mine.drcov", "b.drcov.old")
        self.assertEqual((then["a.drcov"], then["x.drcov"]), (first["a.drcov"], first["2-x.drcov"]))
        self.assertEqual((then["mine.drcov"], then["b.drcov.old"]), (b"mine.drcov", b"b.drcov.old"))

    def test_folder(self):
        (self.folder / "kept").mkdir()
        (self.folder / "kept/other").touch()
        for folder, said in (("kept", "kept: cannot be written: Directory not empty"),
                             ("nosuch/kept", "nosuch/kept: cannot be written: No such file")):
            done = self.covtool("run", "--keep-traces", folder, "--", self.program, status=74)
            self.assertIn(said, done.stderr)
        # Not an input's trace: it was not run.
        (self.folder / "kept/other").unlink()
        (self.folder / "corpus/one/locked").symlink_to(self.folder / "nosuch")
        self.covtool("run", "--corpus", self.folder / "corpus/one", "--keep-traces", "kept", "--", self.program, "@@")
        self.assertEqual(sorted(path.name for path in (self.folder / "kept").iterdir()),
                         ["a.drcov", "b.drcov", "c.drcov", "t.drcov"])

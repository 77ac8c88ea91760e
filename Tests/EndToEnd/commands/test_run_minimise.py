"""covtool run --minimise-to: few inputs that together reach all that the corpus reaches."""

import shutil

from Tests.EndToEnd.support import drcov, guests
from Tests.EndToEnd.support.setting import Case

# Parts of the guest (Fixtures/guests/special/inputs.c) that inputs reach, several times and at several sizes. Only its
# own blocks count in the tests: libc's go by how long names are.
INPUTS = {"c-small": b"c", "c-large": b"c!" * 300, "none": b"",
          "odd": b"1", "even": b"2", "both": b"12", "both-large": b"12" * 500, "w": b"w",
          "w-large": b"w" * 900}


class Minimise(Case):
    def setUp(self):
        super().setUp()
        self.corpus = self.folder / "corpus"
        self.corpus.mkdir()
        for name, content in INPUTS.items():
            (self.corpus / name).write_bytes(content)
        self.program = self.folder / "program"
        shutil.copy(guests.built("no-pie") / "inputs", self.program)

    def blocks(self, paths):
        """The program's own blocks that runs alone reach, by what libcov.so writes for them."""
        found = set()
        for path in paths:
            guests.qemu("no-pie", self.program, path, plugin=f"out={self.folder}/one.drcov", folder=self.folder)
            for trace in self.folder.glob("one*drcov*"):
                if not trace.name.endswith(".journal"):
                    found |= {block for block in drcov.load(trace).offsets() if block[0] == str(self.program)}
                trace.unlink()
        return found

    def chosen(self, *options):
        shutil.rmtree(self.folder / "few", ignore_errors=True)
        said = self.covtool("run", "--corpus", self.corpus, "--minimise-to", "few", "--module", "program", *options, "-o",
                            "run.drcov", "--", self.program, "@@").stderr
        few = sorted((self.folder / "few").iterdir())
        for path in few:
            self.assertEqual(path.read_bytes(), INPUTS[path.name])
        self.assertRegex(said, rf"covtool: {len(few)} of {len(INPUTS)} inputs in few; blocks before: (\d+), after: \1, equal")
        return few

    def test_blocks(self):
        few = self.chosen()
        # A crash leaves a journal, which only covtool reads.
        rest = [path for path in self.corpus.iterdir() if not path.name.startswith("c")]
        self.assertEqual(self.blocks(path for path in few if not path.name.startswith("c")), self.blocks(rest))
        names = {path.name for path in few}
        # Of those that reach the same, the smaller one.
        self.assertIn("c-small", names)
        self.assertFalse(names & {"w-large", "c-large", "both-large"}, names)
        self.assertLess(len(names), len(INPUTS))
        # Run alone, they reach as much.
        self.covtool("run", "--corpus", "few", "--module", "program", "-o", "few.drcov", "--", self.program, "@@")
        whole = len(drcov.load(self.folder / "few.drcov").blocks)
        self.assertEqual(whole, len(drcov.load(self.folder / "run.drcov").blocks))

    def test_state(self):
        """The same from the log of an earlier run as from runs, and in any number of threads."""
        first = self.chosen("-j", "1")
        self.covtool("run", "--corpus", self.corpus, "--state", "state", "--", self.program, "@@")
        for options in (["--state", "state", "--resume"], ["--state", "new"], ["-j", "2"], ["--no-fork-server"]):
            self.assertEqual([path.name for path in self.chosen(*options)], [path.name for path in first], options)

    def test_wrong_use(self):
        (self.folder / "full").mkdir()
        (self.folder / "full/mine").write_text("")
        done = self.covtool("run", "--corpus", self.corpus, "--minimize-to", "full", "--", self.program, "@@", status=74)
        self.assertIn("full: cannot be written", done.stderr)

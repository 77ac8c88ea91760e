"""Files whose names are not UTF-8 are files like others: in folders, in lists, and on the command line."""

import os
import shutil
import subprocess

from Tests.EndToEnd.support import drcov, guests, statuses
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, Case

# Bytes that are no UTF-8, ones of a cut and of a surrogate's, a character that stands for such bytes within covtool.
NAMES = [b"b\xff.drcov", b"cut\xe2\x82.drcov", b"\xed\xa0\x80.drcov", "\U0010ff80.drcov".encode(), b"d\xfe/c\xe9.drcov"]


class BytePaths(Case):
    def setUp(self):
        super().setUp()
        self.top = os.fsencode(self.folder)
        self.blocks = {}
        os.mkdir(self.top + b"/in")
        os.mkdir(self.top + b"/in/d\xfe")
        for number, name in enumerate(NAMES):
            self.blocks[name] = (16 * number, 4)
            with open(self.top + b"/in/" + name, "wb") as file:
                file.write(drcov.write([(0x1000, 0x9000, "/bin/nosuch")], [(0, 16 * number, 4)]))

    def call(self, *arguments, status=0, folder=b""):
        done = subprocess.run([COVTOOL, *arguments], cwd=self.top + folder, env=ENVIRONMENT, capture_output=True)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def merged(self, *arguments, folder=b""):
        self.call("merge", "-o", self.top + b"/merged", *arguments, folder=folder)
        return {(offset, size) for _, offset, size in drcov.load(os.fsdecode(self.top + b"/merged")).offsets()}

    def test_traces(self):
        every = set(self.blocks.values())
        self.assertEqual(self.merged("in"), every)
        for ending in b"\n", b"\0":
            (self.folder / "list").write_bytes(b"".join(b"in/" + name + ending for name in NAMES))
            self.assertEqual(self.merged("@list"), every)
        for name, block in self.blocks.items():
            self.assertEqual(self.merged(b"in/" + name), {block})
        self.assertEqual(self.merged(".", folder=b"/in/d\xfe"), {self.blocks[NAMES[-1]]})

    def test_names_in_answers(self):
        """Names go out as the bytes that they are; messages show them."""
        done = self.call("which", "nosuch+0x1", b"in/" + NAMES[0], b"in/" + NAMES[1])
        self.assertEqual(done.stdout, b"-\tin/" + NAMES[0] + b"\n")
        done = self.call("info", b"in/none\xff", status=66)
        self.assertIn(b"in/none<?>: cannot be read", done.stderr)

    def test_outputs(self):
        """They get the name that was asked for, and nothing else is left."""
        os.mkdir(self.top + b"/out\xff")
        self.call("merge", "in", "-o", b"out\xff/m\xfe.drcov")
        self.call("minimise", "in", "-o", b"out\xff/few\xfe")
        self.assertEqual(sorted(os.listdir(self.top + b"/out\xff"))[-1], b"m\xfe.drcov")
        self.call("merge", b"out\xff/m\xfe.drcov", "-o", b"out\xff/none\xff/x", status=74)
        index = b"out\xff/runs\xff.covidx"
        self.call("index", "in", "-o", index)
        done = self.call("which", "nosuch+0x0", "--index", index)
        self.assertEqual(done.stdout, b"-\tin/" + NAMES[0] + b"\n")

    def test_corpus(self):
        """Inputs of such names are run."""
        program = guests.built("pie") / "calculator"
        os.mkdir(self.top + b"/corpus\xff")
        with open(self.top + b"/corpus\xff/one\xff", "wb") as file:
            file.write(b"1 + 2\n")
        self.call("run", "--corpus", b"corpus\xff", "-o", b"run\xff.drcov", "--status", b"ended\xff", "--", program, "@@")
        self.assertIn(b"run\xff.drcov", os.listdir(self.top))
        ended = statuses.read(os.fsdecode(self.top + b"/ended\xff"))
        self.assertEqual([line["end"] for line in ended], ["done"])

    def test_surroundings(self):
        """The folder for what is temporary, and those of programs, have such names."""
        os.mkdir(self.top + b"/tmp\xff")
        os.mkdir(self.top + b"/bin\xff")
        os.symlink(shutil.which("qemu-x86_64"), self.top + b"/bin\xff/qemu-x86_64")
        with open(self.top + b"/one", "wb") as file:
            file.write(b"1 + 2\n")
        done = subprocess.run(
            [COVTOOL, "run", "-o", "run.drcov", "--corpus", "one", "--", guests.built("pie") / "calculator", "@@"], cwd=self.top,
            env={**os.environb, b"TMPDIR": self.top + b"/tmp\xff", b"PATH": self.top + b"/bin\xff"}, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.folder / "run.drcov").exists())
        self.assertEqual(os.listdir(self.top + b"/tmp\xff"), [])

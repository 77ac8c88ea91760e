"""covtool run: programs and corpora that do what one does not expect."""

import os
import shutil

from Tests.EndToEnd.support import statuses
from Tests.EndToEnd.support.setting import Case, run

# A shell that first looks whether it finds its input alone, and then spoils the place for the next one.
SPOILS = """
cd "${1%/*}" && [ "$(ls -A)" = "${1##*/}" ] && [ -f "$1" ] && [ ! -L "$1" ] && [ -r "$1" ] || exit 1
case $(cat "$1") in
a) rm "$1";;
b) mv "$1" other;;
c) rm "$1" && mkdir -p "$1/in";;
d) chmod 0 "$1";;
e) rm "$1" && ln -s /dev/null "$1";;
f) touch .hidden;;
g) rm "$1" && echo other > "$1";;
h) rm "$1" && cd / && rmdir "${1%/*}";;
z) ;;
*) exit 2;;
esac
"""


class Hostile(Case):
    def setUp(self):
        super().setUp()
        self.corpus = self.folder / "corpus"
        self.corpus.mkdir()

    def replay(self, *words, status=0, **options):
        done = self.covtool("run", "-o", "run.drcov", "--status", "status", *words, status=status, **options)
        return done, statuses.read(self.folder / "status")

    def test_spoilt_inputs(self):
        """Each input is found as it is, whatever the run before has done to its file."""
        for name in "abcdefghz":
            (self.corpus / name).write_text(name)
        for how in ([], ["--no-fork-server"]):
            with self.subTest(how=how):
                _, ended = self.replay("-j", "1", *how, "--corpus", self.corpus, "--", "/bin/sh", "-c", SPOILS, "sh", "@@")
                self.assertEqual([(line["end"], line["status"]) for line in ended], [("done", 0)] * 9)
                self.assertEqual([(self.corpus / name).read_text() for name in "abcdefghz"], [*"abcdefghz"])

    def test_programs_that_write_beside(self):
        """gzip's status is the one that it has alone."""
        for name in "abc":
            (self.corpus / name).write_text(name)
        for options in ([], ["-k"]):
            with self.subTest(options=options):
                shutil.copytree(self.corpus, self.folder / "alone", dirs_exist_ok=True)
                alone = [run("/bin/gzip", *options, self.folder / "alone" / name).returncode for name in "abc"]
                shutil.rmtree(self.folder / "alone")
                _, ended = self.replay("-j", "1", "--corpus", self.corpus, "--", "/bin/gzip", *options, "@@")
                self.assertEqual([line["status"] for line in ended], alone)

    def test_odd_folder(self):
        """Links that lead in circles end; a name that is not text is not lost; what is no file is no input."""
        (self.corpus / "in").mkdir()
        for link, target in (("here", "."), ("in/up", ".."), ("in/here", "."), ("gone", "nowhere"), ("zero", "/dev/zero")):
            (self.corpus / link).symlink_to(target)
        os.mkfifo(self.corpus / "pipe")
        (self.corpus / "a").write_text("a")
        (self.corpus / "in/b").write_text("b")
        (self.corpus / os.fsdecode(b"\xff")).write_text("c")
        done, ended = self.replay("--corpus", self.corpus, "--", "/bin/true")
        ends = {line["input"].removeprefix(f"{self.corpus}/"): line["end"] for line in ended}
        self.assertEqual(ends, {"a": "done", "in/b": "done", "\ufffd": "not-run"})
        self.assertIn("3 inputs: 2 done, 1 not-run", done.stderr)

    def test_empty_list(self):
        (self.folder / "list").write_text("\n")
        done = self.covtool("run", "--corpus", "@list", "--", "/bin/true", status=66)
        self.assertIn("list: no name is in this list", done.stderr)

    def test_joined_options(self):
        (self.corpus / "a").write_text("a")
        self.covtool("run", "-j2", "-t5000", "-mnone", "-ojoined.drcov", "--corpus", self.corpus, "--", "/bin/true")
        self.assertTrue((self.folder / "joined.drcov").exists())

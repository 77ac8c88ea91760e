"""The files that results go to: whatever they are called, wherever links lead, and whoever else is there."""

import os
import subprocess

from Tests.EndToEnd.support import changes
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, Case


class Outputs(Case):
    def setUp(self):
        super().setUp()
        (self.folder / "cov.info").write_text(changes.tracefile({"/a.c": {1: 1}}))
        self.text = self.covtool("json", "--tracefile", "cov.info").stdout

    def write(self, path, **more):
        return self.covtool("json", "--tracefile", "cov.info", "-o", path, **more)

    def test_long_names(self):
        """A file can have every name that the file system takes."""
        for name in ("x" * 255, "x" * 240 + ".json", "\u00e4" * 127):
            self.write(name)
            self.assertEqual((self.folder / name).read_text(), self.text)
        self.assertIn("File name too long", self.write("x" * 256, status=74).stderr)
        self.assertEqual([name for name in os.listdir(self.folder) if name.endswith(".tmp")], [])

    def test_link_to_nothing(self):
        """What a link leads to is written, also if it is not there yet, and the link stays."""
        (self.folder / "there").mkdir()
        os.symlink("there/made", self.folder / "link")
        os.symlink("link", self.folder / "other")
        self.write("other")
        self.assertEqual((self.folder / "there/made").read_text(), self.text)
        self.assertTrue((self.folder / "link").is_symlink() and (self.folder / "other").is_symlink())
        os.symlink("nowhere/made", self.folder / "lost")
        self.assertIn("lost: cannot be written", self.write("lost", status=74).stderr)
        os.symlink("loop", self.folder / "loop")
        self.covtool("report", "--tracefile", "cov.info", "-o", "other", "--output", "json:there/made", status=64)
        os.symlink("there/pages", self.folder / "pages")
        for _ in range(2):
            self.covtool("html", "--tracefile", "cov.info", "-o", "pages/")
        self.assertTrue((self.folder / "there/pages/index.html").exists() and (self.folder / "pages").is_symlink())

    def test_unfinished_file_of_somebody_else(self):
        """A name that is taken is left alone: a link that somebody has put there, or what a process of the same number
        in another container is writing."""
        mine = self.folder / "mine"
        for make in (f"ln -s {mine}", f"cp {mine}"):
            mine.write_text("mine")
            # `exec` keeps the number.
            script = f'{make} ".out.$$.tmp"; exec "$0" json --tracefile cov.info -o out'
            subprocess.run(["sh", "-c", script, COVTOOL], cwd=self.folder, env=ENVIRONMENT, check=True)
            self.assertEqual((self.folder / "out").read_text(), self.text)
            left, = self.folder.glob(".out.*.tmp")
            self.assertEqual((left.read_text(), mine.read_text()), ("mine", "mine"))
            left.unlink()

"""What covtool says of its own release and build."""

import re

from Tests.EndToEnd.support.setting import ROOT, Case, output

LINE = re.compile(r"covtool (\d+\.\d+\.\d+) \((?:commit ([0-9a-f]{7,40}(?:-changed)?)|unknown commit), "
                  r"(debug|release|packaged) build\)\n")


class Version(Case):
    def test_line(self):
        """One line, the same behind a command; the commit is one of this repository."""
        said = self.covtool("--version").stdout
        self.assertRegex(said, LINE)
        self.assertEqual(self.covtool("merge", "--version").stdout, said)
        commit = LINE.fullmatch(said)[2]
        if commit and (ROOT / ".git").exists():
            output("git", "cat-file", "-e", commit.removesuffix("-changed") + "^{commit}", folder=ROOT)

    def test_changelog(self):
        """CHANGELOG's newest version is this one, and the man pages have its day."""
        text = (ROOT / "CHANGELOG.md").read_text()
        version, day = re.findall(r"^## \[(\d[\d.]*)\] - (\d{4}-\d\d-\d\d)$", text, re.M)[0]
        self.assertEqual(LINE.fullmatch(self.covtool("--version").stdout)[1], version)
        self.covtool("install", "--prefix", "prefix")
        page = (self.folder / "prefix/share/man/man1/covtool.1").read_text()
        self.assertIn(f'.TH COVTOOL 1 "{day}" "covtool {version}"', page)

"""Lines of labels: those that `goto` names, from debug information, and those of `switch` statements, from the
sources; beside gcov."""

import json
import re

from Tests.EndToEnd.support import gcov, guests, reports
from Tests.EndToEnd.support.setting import ROOT, Case, output, run

SOURCE = ROOT / "Fixtures/guests/special/labels.c"
LABEL = re.compile(r"\s*(case .*|default|\w+):")


class Labels(Case):
    def setUp(self):
        super().setUp()
        self.guest, self.trace, other = self.folder / "labels", self.folder / "run.drcov", self.folder / "gcov"
        other.mkdir()
        output("gcc", "-g", "-O0", SOURCE, "-o", self.guest)
        output("gcc", "-g", "-O0", "--coverage", SOURCE, "-o", "labels", folder=other)
        ours = guests.qemu("pie", self.guest, plugin=f"out={self.trace},counts=on")
        theirs = run(other / "labels", folder=other)
        self.assertEqual((ours.returncode, ours.stdout), (theirs.returncode, theirs.stdout))
        lines, _ = gcov.read(other)
        self.gcov = lines[str(SOURCE)]
        text = SOURCE.read_text().splitlines()
        self.labels = {number for number, line in enumerate(text, 1) if LABEL.match(line)}
        self.named = {number for number in self.labels
                      if not re.match(r"\s*(case |default)", text[number - 1])}

    def lines(self, *options):
        document = json.loads(self.covtool("json", *options, "--elf", self.guest, self.trace).stdout)
        file, = (file for file in document["files"] if file["path"] == str(SOURCE))
        return {line["line"]: line["hits"] for line in file["lines"]}

    def test_named(self):
        ours = self.lines()
        known = {line for line in self.named if line in self.gcov}
        self.assertGreater(len({self.gcov[line] for line in known}), 2)
        self.assertEqual({line: ours.get(line) for line in known}, {line: self.gcov[line] for line in known})

    def test_with_sources(self):
        ours, without = self.lines("--source-root", ROOT), self.lines()
        # All of gcov's are known, and counted as it does; and no others.
        self.assertEqual({line: hits for line, hits in ours.items() if line in self.labels},
                         {line: hits for line, hits in self.gcov.items() if line in self.labels})
        self.assertEqual({line: hits for line, hits in ours.items() if line in without}, without)
        self.assertGreater(len(ours), len(without) + 5)

    def test_summary(self):
        """Says that lines may be missing, if they may."""
        options = ["--elf", self.guest, self.trace]
        said = "Lines of case labels may be missing (use --source-root)\n"
        self.assertTrue(self.covtool("report", *options).stdout.endswith(said))
        rows = reports.table(self.covtool("report", *options).stdout)
        with_sources = self.covtool("report", "--source-root", ROOT, *options).stdout
        self.assertNotIn("may be missing", with_sources)
        self.assertGreater(reports.table(with_sources)["TOTAL"][0], rows["TOTAL"][0])

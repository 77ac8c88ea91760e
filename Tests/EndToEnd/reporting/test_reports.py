"""The report for people: its tables against sums made here, its gates, what it looks like on a terminal."""

import json
import os
import re
from fractions import Fraction
from pathlib import PurePosixPath

from Tests.EndToEnd.support import drcov, guests, reports, terminals
from Tests.EndToEnd.support.setting import COVTOOL, Case

ESCAPE = re.compile(r"\x1b\[\d*m")


class Reports(Case):
    def setUp(self):
        super().setUp()
        self.covtool("merge", *guests.record_demo(self.folder))
        self.document = json.loads(self.covtool("json", *guests.elves()).stdout)
        self.files = {file["path"]: file for file in self.document["files"]}
        common = os.path.commonpath([os.path.dirname(path) for path in self.files])
        self.prefix = "" if common == "/" else common + "/"

    def report(self, *arguments, **options):
        return self.covtool("report", *guests.elves(), *arguments, **options)

    def counts(self, *paths):
        """What a row of these files has to say."""
        cells = []
        for kind in ("lines", "functions"):
            hits = [thing["hits"] for path in paths for thing in self.files[path][kind]]
            hit = sum(count > 0 for count in hits)
            cells += [len(hits), hit, len(hits) - hit]
        return cells


class Tables(Reports):
    def test_files(self):
        rows = reports.table(self.report().stdout)
        self.assertEqual(rows.pop("TOTAL"), self.counts(*self.files))
        self.assertEqual({self.prefix + name: cells for name, cells in rows.items()},
                         {path: self.counts(path) for path in self.files})

    def test_folders(self):
        rows = reports.table(self.report("--by", "folder").stdout)
        self.assertEqual(rows.pop("TOTAL"), self.counts(*self.files))
        expected = {}
        for path in self.files:
            expected.setdefault(f"{PurePosixPath(path).parent}/", []).append(path)
        self.assertGreater(len(expected), 2)
        self.assertEqual({self.prefix + name: cells for name, cells in rows.items()},
                         {folder: self.counts(*paths) for folder, paths in expected.items()})

    def test_functions(self):
        text = self.report("--functions").stdout
        found = [re.fullmatch(r"(\S+):(\d+) +(\d+)  (.+)", line) for line in text.splitlines()]
        self.assertEqual(
            [(self.prefix + row[1], int(row[2]), int(row[3]), row[4]) for row in found if row],
            [(path, function["line"], function["hits"], function["name"])
             for path, file in self.files.items() for function in file["functions"]])
        _, _, _, functions, hit, missed = self.counts(*self.files)
        self.assertIn(f"\n{functions} functions, {hit} called, {missed} not: ", text)
        linked = self.report("--functions", "--no-demangle").stdout
        self.assertEqual(
            [row[1] for line in linked.splitlines() if (row := re.fullmatch(r"\S+:\d+ +\d+  (.+)", line))],
            [function["linkageName"] for file in self.files.values() for function in file["functions"]])
        names = [line.split("  ")[-1] for line in
                 self.report("--functions", "--sort", "name").stdout.splitlines()[4:-2]]
        self.assertEqual(names, sorted(names))

    def test_missing_lines(self):
        found = {}
        for line in self.report("--show-missing-lines").stdout.splitlines():
            cells = line.split()
            if len(cells) == 10 and cells[1].isdigit():
                found[self.prefix + cells[0]] = {
                    number for part in cells[9].split(",")
                    for first, _, last in [part.partition("-")]
                    for number in range(int(first), int(last or first) + 1)}
        self.assertEqual(found, {
            path: missed for path, file in self.files.items()
            if (missed := {line["line"] for line in file["lines"] if not line["hits"]})})

    def test_sort(self):
        def shares(cells):
            return Fraction(cells[1], cells[0]) if cells[0] else 2

        keys = {"lines": lambda cells: -cells[0], "missed": lambda cells: -cells[2], "cover": shares,
                "functions": lambda cells: -cells[3], "missed-functions": lambda cells: -cells[5],
                "function-cover": lambda cells: shares(cells[3:]), "name": lambda cells: 0}
        for key, value in keys.items():
            expected = sorted(self.files, key=lambda path: (value(self.counts(path)), path))
            for arguments in ([], ["--reverse"]):
                rows = reports.table(self.report("--sort", key, *arguments).stdout)
                rows.pop("TOTAL")
                self.assertEqual([self.prefix + name for name in rows], expected, key)
                expected.reverse()

    def test_usage(self):
        for arguments in (["--sort", "colour"], ["--sort", "calls"], ["--by", "file", "--sort", "place"],
                          ["--functions", "--sort", "lines"], ["--functions", "--by", "folder"],
                          ["--by", "folder", "--show-missing-lines"], ["--by", "line"],
                          ["--functions", "--show-missing-lines"], ["--colour", "red"]):
            self.assertFalse(self.report(*arguments, status=64).stdout)


class Gates(Reports):
    def test_shares(self):
        """Exactly: a gate on what was reached passes, one a millionth of a percent above does not."""
        lines, hit, missed, functions, called, _ = self.counts(*self.files)
        self.assertGreater(missed, 2)
        for option, found, reached in (("--fail-under-lines", lines, hit),
                                       ("--fail-under-functions", functions, called)):
            millionths = Fraction(reached, found) * 10**8
            below = f"{int(millionths) // 10**6}.{int(millionths) % 10**6:06}"
            above = f"{(int(millionths) + 1) // 10**6}.{(int(millionths) + 1) % 10**6:06}"
            for passed in ("0", below):
                self.assertEqual(self.report(option, passed).stderr, "")
            for failed in (above, "100"):
                needed = -(-Fraction(failed) * found // 100)
                done = self.report(option, failed, status=1)
                self.assertEqual(done.stdout, self.report().stdout)
                self.assertIn(f"{option} {failed}: {reached} of {found} ", done.stderr)
                self.assertIn(f" {needed} needed: {needed - reached} too few\n", done.stderr)

    def test_uncovered(self):
        missed = self.counts(*self.files)[2]
        self.assertEqual(self.report("--fail-uncovered-lines", missed).stderr, "")
        done = self.report("--fail-uncovered-lines", missed - 1, status=1)
        self.assertIn(f"--fail-uncovered-lines {missed - 1}: {missed} lines missed: 1 too many", done.stderr)

    def test_several(self):
        """Each gate that fails has its line; the report is written all the same."""
        done = self.report("--fail-under-lines", "100", "--fail-under-functions", "0",
                           "--fail-uncovered-lines", "0", "-o", "report.txt", status=1)
        self.assertEqual(len(done.stderr.splitlines()), 2)
        self.assertEqual((self.folder / "report.txt").read_text(), self.report().stdout)

    def test_usage(self):
        for arguments in (["--fail-under-lines", "101"], ["--fail-under-lines", "-1"],
                          ["--fail-under-functions", "80%"], ["--fail-under-lines", "1e1"],
                          ["--fail-under-lines", "99.1234567"], ["--fail-uncovered-lines", "-1"],
                          ["--fail-uncovered-lines", "1.5"]):
            self.assertFalse(self.report(*arguments, status=64).stdout)


class Terminal(Reports):
    def on_terminal(self, *arguments, columns=0, environment=()):
        """What stands on a terminal of that width."""
        text, status, said = terminals.run(
            [COVTOOL, "report", *guests.elves(), *arguments], self.folder, columns, environment)
        self.assertEqual((status, said), (0, ""))
        return text

    def test_colour(self):
        plain = self.report().stdout
        self.assertNotIn("\x1b", plain)
        coloured = self.on_terminal()
        self.assertEqual(ESCAPE.sub("", coloured), plain)
        colours = {}
        for sign, text in re.findall(r"\x1b\[(\d+)m([\d.]+)%\x1b\[0m", coloured):
            colours.setdefault(sign, []).append(float(text))
        self.assertEqual(set(colours), {"32", "33", "31"})
        self.assertGreaterEqual(min(colours["32"]), 90)
        self.assertTrue(all(75 <= share < 90 for share in colours["33"]))
        self.assertLess(max(colours["31"]), 75)
        self.assertEqual(self.on_terminal(environment={"NO_COLOR": "1"}), plain)
        self.assertEqual(self.on_terminal(environment={"TERM": "dumb"}), plain)
        self.assertEqual(self.on_terminal("--colour", "never"), plain)
        self.assertEqual(self.on_terminal("--color", "always", environment={"NO_COLOR": "1"}), coloured)
        self.assertEqual(self.report("--color", "always").stdout, coloured)

    def test_width(self):
        wide = ESCAPE.sub("", self.on_terminal("--show-missing-lines"))
        self.assertEqual(wide, self.report("--show-missing-lines").stdout)
        for arguments in (["--show-missing-lines"], ["--functions"], []):
            for columns in (100, 132):
                text = ESCAPE.sub("", self.on_terminal(*arguments, columns=columns))
                lines = text.splitlines()[2:]
                self.assertLessEqual(max(map(len, lines)), columns, text)
        # Nothing but a name's beginning is lost, and lines that were missed go on below.
        narrow = ESCAPE.sub("", self.on_terminal("--show-missing-lines", columns=100))
        self.assertEqual(*(
            re.findall(r"\d+(?:-\d+)?(?=,|\n)", text.partition("---\n")[2]) for text in (narrow, wide)))

    def test_narrow(self):
        """Numbers go before a path loses a letter; what was missed has the terminal's width."""
        files = {path.removeprefix(self.prefix): file for path, file in self.files.items()}
        for columns in (max(map(len, files)) + 9, 80, 100):
            text = ESCAPE.sub("", self.on_terminal("--show-missing-lines", columns=columns))
            lines = text.partition("---\n")[2].partition("Lines of case labels")[0].splitlines()
            self.assertLessEqual(max(map(len, lines)), columns)
            below, name = {}, None
            for line in lines:
                if line.startswith(" "):
                    below[name] += [line.strip()]
                elif not line.startswith("-"):
                    name = line.split()[0]
                    self.assertRegex(line, r" ([\d.]+%|-)$")
                    below[name] = []
            self.assertEqual(list(below), [*files, "TOTAL"])
            for name, file in files.items():
                missed = {line["line"] for line in file["lines"] if not line["hits"]}
                ranges = [part.partition("-") for part in "".join(below[name]).split(",") if part]
                self.assertEqual({number for first, _, last in ranges
                                  for number in range(int(first), int(last or first) + 1)}, missed)
                # Each line of the list but the last is as long as it can be.
                self.assertTrue(all(len(line) > columns - 4 - 12 for line in below[name][:-1]))

    def test_calls_and_runs(self):
        """What is counted without hit counts are runs."""
        self.assertRegex(self.report("--functions").stdout, r"(?m)^Place +Runs  Function$")
        guests.qemu("pie", "calculator", guests.INPUTS[0],
                    plugin=f"out={self.folder}/counted,counts=on")
        self.assertRegex(self.report("--functions", "counted").stdout, r"(?m)^Place +Calls  Function$")


class Differences(Reports):
    def test_terminal(self):
        """Modules keep their paths, and nothing is longer than the terminal but a name."""
        (self.folder / "empty").write_bytes(drcov.write([(0x1000, 0x2000, "/a")], []))
        text, status, _ = terminals.run(
            [COVTOOL, "diff", "empty", "merged.drcov", *guests.elves()], self.folder, 80)
        self.assertEqual(status, 0)
        for line in text.splitlines():
            if " lines " in line or line.startswith("     "):
                self.assertLessEqual(len(line), 80)
        self.assertIn(str(guests.built("pie") / "calculator"), text)
        plain = self.covtool("diff", "empty", "merged.drcov", *guests.elves()).stdout
        numbers = [re.findall(r"\d+(?:-\d+)?(?=,|\n)", found) for found in
                   (re.sub(r"(?m)^(?!  +(new lines?|gone lines?|\d)).*$", "", text), re.sub(
                       r"(?m)^(?!  +(new lines?|gone lines?|\d)).*$", "", plain))]
        self.assertEqual(*numbers)

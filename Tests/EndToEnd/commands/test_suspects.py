"""Suspects: how many runs executed what, against gcov's counters of each run, and the order, worked out here."""

import json
import math
from fractions import Fraction

from Tests.EndToEnd.commands.test_which import DEMO, counters
from Tests.EndToEnd.support import drcov, guests
from Tests.EndToEnd.support.setting import Case, output

FAILED = ("mistakes", "functions")
# The fault: a list that is longer than its place is written to.
PROGRAM = """\
#include <stdio.h>
#include <string.h>

static int sum(const char *text)
{
    int total = 0;
    for (; *text; text++)
        if (*text >= '0' && *text <= '9')
            total += *text - '0';
    return total;
}

static int negative(const char *text)
{
    int value = sum(text + 1);
    return value;
}

int main(int count, char **words)
{
    for (int n = 1; n < count; n++)
        printf("%d\\n", words[n][0] == '-' ? negative(words[n]) : sum(words[n]));
    return 0;
}
"""


class Suspects(Case):
    def ranking(self, *arguments):
        document = json.loads(self.covtool("suspects", "--json", *arguments).stdout)
        self.assertEqual((document["format"], document["version"]), ("covtool-suspects", 1))
        return document

    def record(self):
        for input in guests.INPUTS:
            guests.record(self.folder / f"{input.stem}.drcov", "pie", "calculator", input)
        names = [f"{input.stem}.drcov" for input in guests.INPUTS]
        return ["--failed", *[name for name in names if name.startswith(FAILED)],
                "--passed", *[name for name in names if not name.startswith(FAILED)], *guests.elves()]

    def test_counts(self):
        document = self.ranking(*self.record())
        self.assertEqual((document["failedRuns"], document["passedRuns"]), (2, len(guests.INPUTS) - 2))
        ours = {(line["path"], line["line"]): (line["failed"], line["passed"]) for line in document["lines"]
                if line["path"].startswith(DEMO)}
        theirs = {}
        for stem, (lines, _) in counters().items():
            for path, counts in lines.items():
                for line, count in counts.items():
                    if count and path.startswith(DEMO):
                        failed, passed = theirs.get((path, line), (0, 0))
                        theirs[path, line] = (failed + 1, passed) if stem in FAILED else (failed, passed + 1)
        both = ours.keys() & theirs.keys()
        same = sum(ours[key] == theirs[key] for key in both)
        print(f"[{len(both)} lines, counts alike for {same}] ", end="")
        self.assertGreater(len(both), 150)
        self.assertGreater(same, 0.98 * len(both))
        # By gcov's names of functions, too.
        ours = {function["function"]: (function["failed"], function["passed"]) for function in
                self.ranking(*self.record(), "--no-demangle")["functions"] if function["path"].startswith(DEMO)}
        theirs = {}
        for stem, (_, functions) in counters().items():
            for path, found in functions.items():
                for name, (_, count) in found.items():
                    failed, passed = theirs.get(name, (0, 0))
                    theirs[name] = (failed + bool(count and stem in FAILED),
                                    passed + bool(count and stem not in FAILED))
        both = ours.keys() & theirs.keys()
        self.assertGreater(len(both), 30)
        self.assertEqual({name: ours[name] for name in both}, {name: theirs[name] for name in both})

    def test_order(self):
        arguments = self.record()
        document = self.ranking(*arguments)
        known = set()
        for kind in ("lines", "functions"):
            rows = {}
            for suspect in document[kind]:
                failed, passed = suspect["failed"], suspect["passed"]
                self.assertGreater(failed, 0)
                self.assertAlmostEqual(suspect["suspicion"], failed / math.sqrt(2 * (failed + passed)))
                only = () if kind == "lines" else (suspect["line"],)
                row = (suspect["path"], suspect["function"], failed, passed, *only)
                rows.setdefault(row, []).append(suspect["line"])
                known.add((suspect["path"], suspect["line"]))
            # A row's lines stand together, in ascending order.
            self.assertEqual([suspect["line"] for suspect in document[kind]], sum(rows.values(), []))
            self.assertTrue(all(lines == sorted(lines) for lines in rows.values()))
            keys = [(passed > 0 or failed < 2, -Fraction(failed ** 2, failed + passed), -len(lines), path, lines[0])
                    for (path, _, failed, passed, *_), lines in rows.items()]
            self.assertEqual(keys, sorted(keys))
            self.assertEqual({key[0] for key in keys}, {True, False})
            if kind == "lines":
                self.check_rows(rows, known, self.covtool("suspects", "--limit", "0", *arguments).stdout)

    def check_rows(self, rows, known, text):
        """The rows that are printed are those of the document."""
        printed = text.partition("\n\n")[0].splitlines()[1:]
        self.assertEqual(len(printed), len(rows))
        for line, ((path, function, failed, passed), lines) in zip(printed, rows.items()):
            cells = line.split(maxsplit=4)
            self.assertEqual([cells[0].split("/")[0], cells[1].split("/")[0], *cells[4:]],
                             [str(failed), str(passed), *([function] if function else [])])
            place, _, ranges = cells[3].rpartition(":")
            self.assertEqual(place, path)
            ranges = [[int(number) for number in part.split("-")] for part in ranges.split(",")]
            self.assertEqual([number for first, *last in ranges for number in range(first, (last or [first])[0] + 1)
                              if (path, number) in known], lines)
        self.assertTrue(any("," in line.split()[3] for line in printed))

    def test_program(self):
        """The function with the fault comes first, and the lines of it as one row."""
        (self.folder / "program.c").write_text(PROGRAM)
        output("gcc", "-g", "-O0", "program.c", "-o", "program", folder=self.folder)
        for name, words in (("bad-1", ["1", "-2"]), ("bad-2", ["-3"]), ("good-1", ["1"]), ("good-2", ["12", "x"]),
                            ("good-3", [])):
            guests.record(self.folder / f"{name}.drcov", "pie", self.folder / "program", *words)
        for folder in ("failed", "passed"):
            (self.folder / folder).mkdir()
        for path in self.folder.glob("*.drcov"):
            path.rename(self.folder / ("failed" if path.stem.startswith("bad") else "passed") / path.name)
        rows = self.covtool("suspects", "--failed", "failed", "--passed", "passed").stdout.splitlines()
        self.assertEqual(rows[0].split(), ["Failed", "Passed", "Ochiai", "Lines"])
        source = str(self.folder / "program.c")
        # gcc has no line for the closing brace.
        self.assertEqual(rows[1].split(), ["2/2", "0/3", "1.000", f"{source}:13-16", "negative"])
        at = rows.index("")
        self.assertEqual(rows[at + 1].split(), ["Failed", "Passed", "Ochiai", "Function"])
        self.assertEqual(rows[at + 2].split(), ["2/2", "0/3", "1.000", "negative", f"{source}:13"])
        limited = self.covtool("suspects", "--failed", "failed", "--passed", "passed", "--limit", "1").stdout
        self.assertEqual(limited.splitlines()[:2], rows[:2])
        self.assertEqual(len(limited.splitlines()), 5)

    def test_usage(self):
        (self.folder / "one").write_bytes(drcov.write([(0, 0x1000, "/nowhere/a")], [(0, 0x10, 4)]))
        self.covtool("suspects", "--passed", "one", status=64)
        self.covtool("suspects", "--failed", "-", "--passed", "one", status=64)
        self.covtool("suspects", "--failed", "nosuch", "--passed", "one", status=66)
        self.covtool("suspects", "--failed", "one", "--passed", "one", "--limit", "-1", status=64)

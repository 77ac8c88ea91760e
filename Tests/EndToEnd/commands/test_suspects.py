"""Suspects: how many runs executed what, against gcov's counters of each run, and the order, worked out here."""

import json
import math
from fractions import Fraction

from Tests.EndToEnd.commands.test_which import DEMO, counters
from Tests.EndToEnd.support import drcov, guests, reports
from Tests.EndToEnd.support.setting import Case, output

# A function around another one that no run enters; a template of which one instance is right; a constructor that is two.
CXX = """\
#include <cstdlib>
struct Base { int value; Base(int n) { value = n; } virtual ~Base() {} };
struct Part : virtual Base { Part(int n); };
Part::Part(int n) : Base(n) { value = n + 1; }
struct Whole : Part { Whole(int n) : Base(n), Part(n) {} };
template <class T> T half(T n, bool is) {
    T result = n;
    if (is)
        result = result / 2;
    return result;
}
static int work(int n) {
    auto twice = [](int n) {
        return 2 * n;
    };
    int sum = n;
    if (n < 0)
        sum = twice(n);
    if (n > 10)
        sum = n - n;
    return sum;
}
int main(int, char **words) {
    int n = atoi(words[1]);
    Part part(n);
    Whole whole(n);
    return half(n, false) + int(half(double(n), n > 10)) + work(n);
}
"""

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


def suspicion(outcomes):
    """What comes first is less, of two runs that failed."""
    failed, passed = outcomes
    return passed > 0 or failed < 2, -Fraction(failed ** 2, failed + passed) if failed else Fraction(0)


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
        document = self.ranking(*self.record(), "--no-demangle")
        ours = {function["function"]: (function["failed"], function["passed"]) for function in document["functions"]
                if function["path"].startswith(DEMO)}
        theirs = {}
        for stem, (_, functions) in counters().items():
            for path, found in functions.items():
                for name, (_, count) in found.items():
                    failed, passed = theirs.get(name, (0, 0))
                    theirs[name] = (failed + bool(count and stem in FAILED),
                                    passed + bool(count and stem not in FAILED))
        both = ours.keys() & theirs.keys()
        self.assertGreater(len(both), 30)
        entered = sum(ours[name] == theirs[name] for name in both)
        self.assertGreater(entered, len(both) / 2)
        self.assertLess(entered, len(both))
        # Or those of its most suspicious line.
        for line in document["lines"]:
            if line["function"] in both:
                theirs[line["function"]] = min(theirs[line["function"]], (line["failed"], line["passed"]), key=suspicion)
        self.assertEqual({name: suspicion(ours[name]) for name in both}, {name: suspicion(theirs[name]) for name in both})

    def test_order(self):
        """Rows are of what the same runs executed, by reports of each run alone; their order is worked out here."""
        arguments = self.record()
        document = self.ranking(*arguments)
        lines, functions = {}, {}
        elves = guests.elves()
        for input in guests.INPUTS:
            found, entered, _ = reports.lcov(self.covtool("lcov", f"{input.stem}.drcov", *elves).stdout)
            for path, counts in found.items():
                for line, count in counts.items():
                    lines.setdefault((path, line), set()).update([input.stem] if count else [])
        known = set(lines)
        failed = {input.stem for input in guests.INPUTS if input.stem.startswith(FAILED)}
        lines = {place: runs for place, runs in lines.items() if runs & failed}

        def key(runs, size, first):
            bad, good = len(runs & failed), len(runs - failed)
            return (*suspicion((bad, good)), -size, *first)

        rows = {}
        for suspect in document["lines"]:
            runs = lines.pop((suspect["path"], suspect["line"]))
            self.assertEqual((suspect["failed"], suspect["passed"]), (len(runs & failed), len(runs - failed)))
            self.assertAlmostEqual(suspect["suspicion"], suspect["failed"] / math.sqrt(2 * len(runs)))
            rows.setdefault(suspect["row"], []).append((suspect["path"], suspect["function"], suspect["line"], frozenset(runs)))
        self.assertEqual(lines, {})
        self.assertEqual(list(rows), list(range(1, len(rows) + 1)))
        sets = [{runs for *_, runs in row} for row in rows.values()]
        self.assertEqual([len(one) for one in sets], [1] * len(sets))
        self.assertEqual(len(set.union(*sets)), len(sets))
        keys = [key(row[0][3], len(row), (row[0][0], row[0][2])) for row in rows.values()]
        self.assertEqual(keys, sorted(keys))
        self.assertEqual({key[0] for key in keys}, {True, False})
        for row in rows.values():
            parts = {}
            for path, function, line, _ in row:
                parts.setdefault((path, function), []).append(line)
            self.assertTrue(all(part == sorted(part) for part in parts.values()))
            order = [(-len(part), name[0], part[0]) for name, part in parts.items()]
            self.assertEqual(order, sorted(order))
            # The lines of a function stand together.
            self.assertEqual([line for *_, line, _ in row], sum(parts.values(), []))
        self.assertGreater(max(len({function for _, function, *_ in row}) for row in rows.values()), 1)
        self.check_rows(rows, known, self.covtool("suspects", "--limit", "0", *arguments).stdout)
        # A function comes with the first of its lines, if not before.
        first = {}
        for number, row in rows.items():
            for path, function, _, runs in row:
                first.setdefault((path, function), key(runs, 0, ())[:2])
        seen = 0
        for suspect in document["functions"]:
            runs = suspicion((suspect["failed"], suspect["passed"]))
            place = suspect["path"], suspect["function"]
            seen += place in first
            self.assertLessEqual(runs, first.get(place, runs))
        self.assertGreater(seen, 30)

    def check_rows(self, rows, known, text):
        """The rows that are printed are those of the document."""
        printed = text.partition("\n\n")[0].splitlines()[1:]
        row, found = 0, {}
        for line in printed:
            cells = line.split(maxsplit=4) if line[0] != " " else [None] * 3 + line.split(maxsplit=1)
            if cells[0]:
                row += 1
                runs = rows[row][0][3]
                failed = sum(run.startswith(FAILED) for run in runs)
                self.assertEqual([cells[0].split("/")[0], cells[1].split("/")[0]], [str(failed), str(len(runs) - failed)])
            path, _, ranges = cells[3].rpartition(":")
            ranges = [[int(number) for number in part.split("-")] for part in ranges.split(",")]
            found.setdefault(row, []).extend(
                (path, cells[4] if len(cells) > 4 else None, number) for first, *last in ranges
                for number in range(first, (last or [first])[0] + 1) if (path, number) in known)
        self.assertEqual(found, {number: [place[:3] for place in row] for number, row in rows.items()})
        self.assertTrue(any("," in line for line in printed))

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

    def test_functions(self):
        """A function that no run entered is no suspect, a line behind it is not its line, and two of one name count once."""
        (self.folder / "program.cpp").write_text(CXX)
        output("g++", "-g", "-O0", "program.cpp", "-o", "program", folder=self.folder)
        for option in ("", ",counts=on"):
            with self.subTest(option):
                for number in (11, 12, 1, 2, 3, 4):
                    guests.qemu("pie", self.folder / "program", str(number),
                                plugin=f"out={self.folder / str(number)}.drcov{option}")
                document = self.ranking("--failed", "11.drcov", "12.drcov", "--passed", *[f"{n}.drcov" for n in range(1, 5)])
                source = str(self.folder / "program.cpp")
                functions = {one["function"].partition("(")[0]: (one["failed"], one["passed"])
                             for one in document["functions"] if one["path"] == source}
                self.assertEqual(functions, {
                    "work": (2, 0), "double half<double>": (2, 4), "int half<int>": (2, 4), "main": (2, 4),
                    "Base::Base": (2, 4), "Base::~Base": (2, 4), "Part::Part": (2, 4), "Whole::Whole": (2, 4)})
                # Which instance of the template executed the line is not known.
                lines = {one["line"]: one["function"] for one in document["lines"] if one["row"] == 1}
                self.assertEqual(lines, {9: None, 20: "work(int)"})

    def test_usage(self):
        (self.folder / "one").write_bytes(drcov.write([(0, 0x1000, "/nowhere/a")], [(0, 0x10, 4)]))
        self.covtool("suspects", "--passed", "one", status=64)
        self.covtool("suspects", "--failed", "-", "--passed", "one", status=64)
        self.covtool("suspects", "--failed", "nosuch", "--passed", "one", status=66)
        self.covtool("suspects", "--failed", "one", "--passed", "one", "--limit", "-1", status=64)

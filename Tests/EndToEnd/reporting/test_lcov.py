"""cov.info is taken by lcov's own tools, and all reports have the same totals."""

import json
import os
import re
import unittest
from pathlib import Path

from Tests.EndToEnd.support import guests, reports
from Tests.EndToEnd.support.setting import Case, output, run

READERS = Path(os.environ.get("COVTOOL_CACHE") or
               Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "covtool") / "readers"


class Totals(Case):
    def setUp(self):
        super().setUp()
        self.covtool("merge", *guests.record_demo(self.folder))
        self.info = self.folder / "cov.info"
        self.info.write_text(self.covtool("lcov", *guests.elves()).stdout)

    def totals(self):
        """(lines found, hit, functions found, hit) as `covtool report` prints them."""
        rows = reports.table(self.covtool("report", *guests.elves()).stdout)
        self.assertGreater(len(rows), 5)
        total = rows.pop("TOTAL")
        self.assertEqual([sum(column) for column in zip(*rows.values())], total)
        found, hit, missed, functions, functions_hit, functions_missed = total
        self.assertEqual((missed, functions_missed), (found - hit, functions - functions_hit))
        return found, hit, functions, functions_hit


class Lcov(Totals):
    def test_summary(self):
        done = run("lcov", "--summary", self.info)
        self.assertEqual(done.returncode, 0, done.stderr)
        said = done.stdout + done.stderr
        self.assertNotRegex(said.lower(), r"warning|error|invalid")
        (hit, found), = re.findall(r"lines\.*: .*\((\d+) of (\d+) lines\)", said)
        (called, functions), = re.findall(r"functions\.*: .*\((\d+) of (\d+) functions\)", said)
        self.assertEqual((int(found), int(hit), int(functions), int(called)), self.totals())

    def test_genhtml(self):
        pages = self.folder / "html"
        done = run("genhtml", "-o", pages, self.info)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotRegex((done.stdout + done.stderr).lower(), r"warning|error")
        page, = pages.rglob("parser.cpp.gcov.html")
        self.assertIn("division by zero", page.read_text())
        self.assertIn(str(self.totals()[0]), (pages / "index.html").read_text())

    def test_sums(self):
        lines, functions, sums = reports.lcov(self.info.read_text())
        self.assertGreater(len(sums), 5)
        for path, sum_ in sums.items():
            expected = {
                "LF": len(lines[path]), "LH": sum(hits > 0 for hits in lines[path].values()),
                "FNF": len(functions[path]),
                "FNH": sum(hits > 0 for _, hits in functions[path].values())}
            self.assertEqual(sum_, expected, path)

    def test_formats(self):
        """Both say the same, each in its own records."""
        info = self.covtool("lcov", "--lcov-format", "2.2", *guests.elves()).stdout
        self.assertEqual(reports.lcov(info), reports.lcov(self.info.read_text()))
        self.assertEqual(set(re.findall(r"^FN\w*(?=:)", info, re.M)), {"FNL", "FNA", "FNF", "FNH"})
        old = self.covtool("lcov", "--lcov-format", "1", *guests.elves()).stdout
        self.assertEqual(old, self.info.read_text())
        self.assertEqual(set(re.findall(r"^FN\w*(?=:)", old, re.M)), {"FN", "FNDA", "FNF", "FNH"})

    def test_test_name(self):
        info = self.covtool("lcov", "--test-name", "Night_2", *guests.elves()).stdout
        self.assertEqual(info.replace("TN:Night_2\n", "TN:\n"), self.info.read_text())
        self.info.write_text(info)
        pages = self.folder / "html"
        done = run("genhtml", "--show-details", "-o", pages, self.info)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(any("Night_2" in page.read_text() for page in pages.rglob("*.html")))
        for name in ("", "night 2", "a,b", "night-2", "n\n", "Nächte"):
            self.covtool("lcov", "--test-name", name, *guests.elves(), status=64)
        self.covtool("lcov", "--lcov-format", "2.1", *guests.elves(), status=64)

    def test_json_totals(self):
        totals = json.loads(self.covtool("json", *guests.elves()).stdout)["totals"]
        lines, functions = totals["lines"], totals["functions"]
        self.assertEqual(
            (lines["found"], lines["hit"], functions["found"], functions["hit"]), self.totals())


@unittest.skipUnless((READERS / "whole").exists(), "no later lcov and gcovr here (Tests/Scripts/readers): not run")
class Later(Totals):
    """lcov 2.x and gcovr, which Tests/Scripts/readers gets."""

    def test_lcov_2(self):
        found, hit, functions, called = self.totals()
        # Of format 1 it would work out where functions end, from the next one that has code.
        for format, more in (("1", ["--rc", "derive_function_end_line=0"]), ("2.2", [])):
            self.info.write_text(self.covtool("lcov", "--lcov-format", format, *guests.elves()).stdout)
            done = run(READERS / "bin/lcov", "--summary", self.info, *more)
            said = done.stdout + done.stderr
            self.assertEqual(done.returncode, 0, said)
            self.assertNotRegex(said.lower(), r"error|warning:")
            self.assertRegex(said, rf"lines\.*: .*\({hit} of {found} lines\)")
            self.assertRegex(said, rf"functions\.*: .*\({called} of {functions} functions\)")
            pages = self.folder / f"html{format}"
            done = run(READERS / "bin/genhtml", "-o", pages, self.info, *more)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            page, = pages.rglob("parser.cpp.gcov.html")
            self.assertIn("division by zero", page.read_text())

    def test_gcovr(self):
        """It reads no tracefile; Cobertura's form, which lcov-cobertura makes of one, it does, without the
        functions. Its missed lines are written as the report's are."""
        demo = str(guests.DEMO)
        self.covtool("lcov", *guests.elves(), "--include", f"{demo}/", "-o", self.info)
        xml = self.folder / "cov.xml"
        done = run(READERS / "bin/lcov_cobertura", self.info, "-o", xml, "-b", demo)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = run(READERS / "bin/gcovr", "--cobertura-add-tracefile", xml, "-r", demo, folder=demo)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = re.findall(r"^(\S+) +(\d+) +(\d+) +\d+%(?: +([\d,-]+))?$", done.stdout, re.M)
        ours = self.covtool("report", *guests.elves(), "--include", f"{demo}/", "--show-missing-lines").stdout
        expected = []
        for line in ours.splitlines():
            cells = line.split()
            if len(cells) >= 9 and cells[1].isdigit():
                expected.append((*cells[:3], cells[9] if len(cells) > 9 else ""))
        self.assertGreater(len(expected), 5)
        self.assertEqual(rows, expected)


class Names(Case):
    """Paths and names with characters that a tracefile gives a meaning."""

    SOURCES = {
        "twice.h": """#ifdef FIRST
static int helper(int x) { return x + 1; }
#else

static int helper(int x) { return x - 1; }
#endif
""",
        "one.cpp": """#define FIRST
#include "twice.h"
namespace {
template <class A, class B> int choose(A a, B b)
{
    return a > 0 ? int(a) : int(b);
}
}
int two(int);
int main(int count, char **)
{
    return helper(count) - choose<int, char>(count, 'x') - two(0);
}
int never(long x)
{
    return choose<int, long>(1, x) + choose<long, int>(x, 1);
}
""",
        "two.cpp": """#include "twice.h"
int two(int x)
{
    return x ? helper(x) : 0;
}
""",
    }

    def setUp(self):
        super().setUp()
        self.place = self.folder / "a, b [c] \u00fc"
        self.place.mkdir()
        for name, text in self.SOURCES.items():
            (self.place / name).write_text(text)
        self.program = self.place / "program"
        # Without local symbols: functions that no other unit can call have the source's names, with commas.
        output("g++", "-g", "-O0", "-Wl,--discard-all", "-o", self.program, "one.cpp", "two.cpp", folder=self.place)
        self.trace = self.folder / "run.drcov"
        guests.record(self.trace, "pie", self.program)

    def test_readers(self):
        """As many functions are found in the tracefile as there are: two by the name of helper, three
        instances of choose whose names differ behind the first comma."""
        info = self.folder / "cov.info"
        for format in ("1", "2.2"):
            self.covtool("lcov", "--elf", self.program, self.trace, "--lcov-format", format, "-o", info)
            _, functions, sums = reports.lcov(info.read_text())
            self.assertEqual(set(functions), {str(self.place / name) for name in self.SOURCES})
            found = functions[str(self.place / "twice.h")]
            self.assertEqual(sorted(line for line, _ in found.values()), [2, 5])
            self.assertEqual(sorted(hits > 0 for _, hits in found.values()), [False, True])
            found = functions[str(self.place / "one.cpp")]
            self.assertEqual({name.replace(";", ","): hits > 0 for name, (_, hits) in found.items()},
                             {"main": True, "_Z5neverl": False, "choose<int, char>": True,
                              "choose<int, long int>": False, "choose<long int, int>": False})
            if format == "1":
                done = run("lcov", "--summary", info)
                self.assertRegex(done.stdout + done.stderr, r"\(4 of 8 functions\)")
                done = run("genhtml", "-o", self.folder / "html", info)
                self.assertEqual(done.returncode, 0, done.stderr)
                page, = (self.folder / "html").rglob("one.cpp.func.html")
                self.assertIn("choose&lt;int; char&gt;", page.read_text())

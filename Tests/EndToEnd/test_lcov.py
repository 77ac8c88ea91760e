"""cov.info is taken by lcov's own tools, and all reports have the same totals."""

import json
import re

from Tests.EndToEnd import guests, reports
from Tests.EndToEnd.setting import Case, run


class Lcov(Case):
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

    def test_json_totals(self):
        totals = json.loads(self.covtool("json", *guests.elves()).stdout)["totals"]
        lines, functions = totals["lines"], totals["functions"]
        self.assertEqual(
            (lines["found"], lines["hit"], functions["found"], functions["hit"]), self.totals())

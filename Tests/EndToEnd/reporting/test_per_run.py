"""A tracefile with a test for each run: against gcov's counters of each, and what lcov and genhtml make of it."""

import re

from Tests.EndToEnd.commands.test_which import DEMO, counters
from Tests.EndToEnd.support import drcov, guests, reports
from Tests.EndToEnd.support.setting import Case, output, run


def tests(text):
    """{test's name: what reports.lcov gives} of a tracefile."""
    records = {}
    for record in text.split("end_of_record\n"):
        if record:
            name = re.match(r"TN:(.*)\n", record)[1]
            records.setdefault(name, []).append(record + "end_of_record\n")
    return {name: reports.lcov("".join(own)) for name, own in records.items()}


class PerRun(Case):
    def setUp(self):
        super().setUp()
        self.traces = guests.record_inputs(self.folder)

    def test_runs(self):
        found = tests(self.covtool("lcov", "--per-run", *self.traces, *guests.elves()).stdout)
        self.assertEqual(set(found), {input.stem for input in guests.INPUTS})
        both = same = 0
        for input in guests.INPUTS:
            # What covtool says of the run alone: the lines of files that it executed anything of.
            alone, functions, sums = reports.lcov(
                self.covtool("lcov", f"{input.stem}.drcov", *guests.elves()).stdout)
            lines, own, ownSums = found[input.stem]
            for path in alone:
                if any(alone[path].values()):
                    self.assertEqual(lines[path], alone[path])
                    self.assertEqual((own[path], ownSums[path]), (functions[path], sums[path]))
                elif path in lines:
                    self.assertFalse(any(lines[path].values()))
            theirs, _ = counters()[input.stem]
            for path, counts in theirs.items():
                for line, count in counts.items():
                    if path.startswith(DEMO) and line in lines.get(path, {}):
                        both += 1
                        same += bool(count) == bool(lines[path][line])
        self.assertGreater(both, 700)
        self.assertGreater(same, 0.99 * both)

    def test_readers(self):
        """lcov counts what it counts of the report of all together; genhtml shows the tests' names with each source."""
        self.covtool("lcov", "--per-run", *self.traces, *guests.elves(), "-o", "runs.info")
        self.covtool("lcov", *self.traces, *guests.elves(), "-o", "all.info")

        def summary(name):
            done = run("lcov", "--summary", name, folder=self.folder)
            return re.findall(r"(lines|functions)\.*: [\d.]+% \((\d+) of (\d+)", done.stdout + done.stderr)

        self.assertEqual(summary("runs.info"), summary("all.info"))
        self.assertEqual(len(summary("all.info")), 2)
        output("genhtml", "--show-details", "runs.info", "-o", "html", folder=self.folder)
        pages = "".join(path.read_text(errors="replace") for path in (self.folder / "html").rglob("*.html"))
        for input in guests.INPUTS:
            self.assertIn(input.stem, pages)

    def test_names(self):
        """Of letters, digits and underscores, each once; a file that no run reached is there all the same."""
        for name in ("a b", "a-b", "a.drcov"):
            (self.folder / name).write_bytes((self.folder / self.traces[0]).read_bytes())
        trace = drcov.load(self.folder / self.traces[0])
        (self.folder / "ä").write_bytes(drcov.write([(row.start, row.end, row.path) for row in trace.modules
                                                      if row.id == row.containing], []))
        found = tests(self.covtool("lcov", "--per-run", "a b", "a-b", "a.drcov", *guests.elves()).stdout)
        self.assertEqual(set(found), {"a_b", "a_b_2", "a"})
        none = tests(self.covtool("lcov", "--per-run", "ä", *guests.elves()).stdout)
        all, _, _ = reports.lcov(self.covtool("lcov", "ä", *guests.elves()).stdout)
        self.assertEqual({name: set(lines) for name, (lines, _, _) in none.items()}, {"_": set(all)})

    def test_usage(self):
        for words in (["--test-name", "x"], ["--tracefile", "x"]):
            self.covtool("lcov", "--per-run", *words, *self.traces, status=64)
        self.covtool("lcov", "--per-run", "-", status=64)

"""Hit lines and functions against gcov, for the demo's guest over all its inputs."""

import json

from Tests.EndToEnd import gcov, guests, reports
from Tests.EndToEnd.setting import ROOT, Case


class Gcov(Case):
    def setUp(self):
        super().setUp()
        traces = guests.record_demo(self.folder)
        self.covtool("merge", *traces)
        (self.folder / "gcov").mkdir()
        self.lines, self.functions = gcov.counts(self.folder / "gcov")

    def compare(self, what, ours, theirs, least):
        """Both are {(file, ...): hits}. Prints how many both know and where they differ."""
        both = sorted(ours.keys() & theirs.keys())
        differing = [key for key in both if bool(ours[key]) != bool(theirs[key])]
        for key in differing:
            print(f"  {':'.join(map(str, key))}: ours {ours[key]}, gcov {theirs[key]}")
        share = 100 * (len(both) - len(differing)) / max(1, len(both))
        print(f"{what}: gcov knows {len(theirs)}, both {len(both)}, agreed on "
              f"{len(both) - len(differing)} ({share:.3f} %)")
        # Few in common, or all of one kind, would be no comparison.
        self.assertGreater(len(both), len(theirs) * least)
        self.assertGreaterEqual(len({bool(theirs[key]) for key in both}), 2)
        self.assertGreaterEqual(share, 99.9)

    def test_lines(self):
        document = json.loads(self.covtool("json", *guests.elves()).stdout)
        ours = {(file["path"], line["line"]): line["hits"]
                for file in document["files"] for line in file["lines"]}
        theirs = {(path, line): count for path, lines in self.lines.items()
                  for line, count in lines.items()}
        # gcov also counts the line with a function's name, and case labels, which have no code.
        self.compare("lines", ours, theirs, 0.9)
        demo = str(ROOT / "Fixtures/guests/demo")
        self.compare("lines of the demo's own sources",
                     {key: hits for key, hits in ours.items() if key[0].startswith(demo)},
                     {key: count for key, count in theirs.items() if key[0].startswith(demo)}, 0.8)

    def test_lcov_says_the_same(self):
        document = json.loads(self.covtool("json", *guests.elves()).stdout)
        lines, functions, _ = reports.lcov(self.covtool("lcov", *guests.elves()).stdout)
        self.assertEqual({file["path"]: {line["line"]: line["hits"] for line in file["lines"]}
                          for file in document["files"] if file["lines"]}, dict(lines))
        self.assertEqual({file["path"]: {f["linkageName"]: (f["line"], f["hits"])
                                         for f in file["functions"]}
                          for file in document["files"] if file["functions"]}, dict(functions))

    def test_functions(self):
        """By the line that they begin on; where several do, they count as one."""
        document = json.loads(self.covtool("json", *guests.elves()).stdout)
        ours, theirs = {}, {}
        for file in document["files"]:
            for function in file["functions"]:
                key = file["path"], function["line"]
                ours[key] = max(ours.get(key, 0), function["hits"])
        for path, functions in self.functions.items():
            for (line, _), count in functions.items():
                theirs[path, line] = max(theirs.get((path, line), 0), count)
        self.compare("functions", ours, theirs, 0.9)

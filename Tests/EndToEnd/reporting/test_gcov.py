"""Hit lines and functions, and their counts, against gcov, for the demo's guest over all its inputs."""

import json

from Tests.EndToEnd.support import gcov, guests, reports
from Tests.EndToEnd.support.setting import ROOT, Case


class Gcov(Case):
    def setUp(self):
        super().setUp()
        traces = []
        for input in guests.INPUTS:
            traces.append(self.folder / f"{input.stem}.drcov")
            guests.qemu("pie", "calculator", input, plugin=f"counts=on,out={traces[-1]}")
        self.covtool("merge", "--counts", *traces)
        (self.folder / "gcov").mkdir()
        self.lines, self.functions = gcov.demo(self.folder / "gcov")

    def compare(self, what, ours, theirs, known, equal):
        """Both are {(file, ...): count}. Prints how many both know and where they differ; `known` and
        `equal` are percentages."""
        both = sorted(ours.keys() & theirs.keys())
        hit = [key for key in both if bool(ours[key]) == bool(theirs[key])]
        differing = [key for key in both if ours[key] != theirs[key]]
        for key in differing:
            print(f"  {':'.join(map(str, key))}: ours {ours[key]}, gcov {theirs[key]}")
        hit_share = 100 * len(hit) / max(1, len(both))
        share = 100 - 100 * len(differing) / max(1, len(both))
        print(f"{what}: gcov knows {len(theirs)}, both {len(both)}, hit or not agrees on {len(hit)} "
              f"({hit_share:.3f} %), counts on {len(both) - len(differing)} ({share:.3f} %)")
        # Few in common, or all of one kind, would be no comparison.
        self.assertGreater(100 * len(both), len(theirs) * known)
        self.assertGreaterEqual(len({theirs[key] for key in both}), 10)
        self.assertEqual(len(hit), len(both))
        self.assertGreaterEqual(share, equal)

    def test_lines(self):
        document = json.loads(self.covtool("json", *guests.elves()).stdout)
        ours = {(file["path"], line["line"]): line["hits"]
                for file in document["files"] for line in file["lines"]}
        theirs = {(path, line): count for path, lines in self.lines.items()
                  for line, count in lines.items()}
        # gcov also counts case labels, which have no code.
        self.compare("lines", ours, theirs, 95, 95)
        demo = str(ROOT / "Fixtures/guests/demo")
        self.compare("lines of the demo's own sources",
                     {key: hits for key, hits in ours.items() if key[0].startswith(demo)},
                     {key: count for key, count in theirs.items() if key[0].startswith(demo)}, 90, 93)

    def test_lcov_says_the_same(self):
        document = json.loads(self.covtool("json", *guests.elves()).stdout)
        lines, functions, _ = reports.lcov(self.covtool("lcov", *guests.elves()).stdout)
        self.assertEqual({file["path"]: {line["line"]: line["hits"] for line in file["lines"]}
                          for file in document["files"] if file["lines"]}, dict(lines))
        self.assertEqual({file["path"]: {f["linkageName"]: (f["line"], f["hits"])
                                         for f in file["functions"]}
                          for file in document["files"] if file["functions"]}, dict(functions))

    def test_functions(self):
        _, functions, _ = reports.lcov(self.covtool("lcov", *guests.elves()).stdout)
        ours, theirs = ({(path, line, name): count for path, known in which.items()
                         for name, (line, count) in known.items()}
                        for which in (functions, self.functions))
        self.compare("functions", ours, theirs, 95, 100)

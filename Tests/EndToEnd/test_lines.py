"""Which lines a report has: those that the line table knows, as another program reads it."""

import os
import re

from Tests.EndToEnd import guests, reports
from Tests.EndToEnd.setting import Case, output

FILE = re.compile(r"  (/.+) \(mtime: ")
ROW = re.compile(r" +(\d+):\d+ +S([ PBE]*)(\*?)")


def line_table(elf):
    """{file: set of lines} of the statements in an ELF file's line table."""
    found, path = {}, None
    for text in output("eu-readelf", "--debug-dump=decodedline", elf).splitlines():
        if match := FILE.match(text):
            path = os.path.normpath(match[1])
        elif (match := ROW.match(text)) and not match[3] and match[1] != "0":
            found.setdefault(path, set()).add(int(match[1]))
    return found


class LineTable(Case):
    def test_every_line_is_there(self):
        for kind in ("pie", "static", "arm", "s390x"):
            trace = self.folder / f"{kind}.drcov"
            guests.record(trace, kind, "calculator", guests.INPUTS[0])
            expected = {}
            for elf in guests.elves(kind)[1::2]:
                for path, lines in line_table(elf).items():
                    expected.setdefault(path, set()).update(lines)
            info = self.covtool("lcov", *guests.elves(kind), trace).stdout
            lines, _, sums = reports.lcov(info)
            self.assertIn(str(guests.DEMO / "parser.cpp"), expected)
            print(f"{kind}: {sum(map(len, expected.values()))} lines in {len(expected)} files")
            self.assertEqual({path: sorted(known) for path, known in lines.items()},
                             {path: sorted(known) for path, known in expected.items()})
            self.assertEqual({path: sums[path]["LF"] for path in expected},
                             {path: len(known) for path, known in expected.items()})

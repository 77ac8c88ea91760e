"""Inlined, template and exception-handling code: how often each line is executed, worked out by hand
and written behind the lines of the guest's source."""

import re

from Tests.EndToEnd.support import guests, reports
from Tests.EndToEnd.support.setting import ROOT, Case

SOURCE = ROOT / "Fixtures/guests/special/instances.cpp"


class Instances(Case):
    def expected(self):
        return {number: int(match[1])
                for number, text in enumerate(SOURCE.read_text().splitlines(), 1)
                if (match := re.search(r"// (\d+)$", text))}

    def lines(self, options):
        trace = self.folder / "run.drcov"
        done = guests.qemu("pie", "instances", plugin=f"{options}out={trace}")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines, functions, _ = reports.lcov(
            self.covtool("lcov", "--elf", guests.built("pie") / "instances", trace).stdout)
        return lines[str(SOURCE)], functions[str(SOURCE)]

    def test_executions(self):
        lines, functions = self.lines("counts=on,")
        self.assertEqual(lines, self.expected())
        self.assertEqual([count for name, (_, count) in sorted(functions.items())
                          if "doubled" in name], [5, 4])

    def test_one_run(self):
        lines, _ = self.lines("")
        self.assertEqual(lines, {line: min(1, hits) for line, hits in self.expected().items()})

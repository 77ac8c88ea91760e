"""Counts of lines whose statements are several blocks, or none, beside gcov: a switch's tree of comparisons, calls over
several lines, the ends of functions, the way over an else, a break without code, loops without a condition, calls
that always return, what is cleaned up where something was thrown."""

from Tests.EndToEnd.support import gcov, guests, reports
from Tests.EndToEnd.support.setting import ROOT, Case, output, run


class Statements(Case):
    def compare(self, name, compiler="gcc"):
        """All of gcov's lines that ours knows, too; of `case`, only the sources say."""
        source = ROOT / f"Fixtures/guests/special/{name}.{'c' if compiler == 'gcc' else 'cpp'}"
        guest, trace, other = self.folder / name, self.folder / f"{name}.drcov", self.folder / f"{name}-gcov"
        other.mkdir()
        output(compiler, "-g", "-O0", source, "-o", guest)
        output(compiler, "-g", "-O0", "--coverage", source, "-o", name, folder=other)
        ours = guests.qemu("pie", guest, plugin=f"out={trace},counts=on")
        theirs = run(other / name, folder=other)
        self.assertEqual((ours.returncode, ours.stdout), (theirs.returncode, theirs.stdout))
        expected = gcov.read(other)[0][str(source)]
        found = reports.lcov(self.covtool("lcov", "--elf", guest, trace).stdout)[0][str(source)]
        self.assertGreater(len(found), 15)
        self.assertGreater(len(set(found.values())), 5)
        self.assertEqual(found, {line: count for line, count in expected.items() if line in found})

    def test_trees(self):
        self.compare("trees")

    def test_statements(self):
        self.compare("statements")

    def test_loops(self):
        self.compare("loops")

    def test_throws(self):
        self.compare("throws", compiler="g++")

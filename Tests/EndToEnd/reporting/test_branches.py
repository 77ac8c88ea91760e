"""Branches of a program that was never instrumented: against counts worked out by hand in its source, for each
processor whose jumps are read; against gcov; and in every report."""

import collections
import json
import re
import shutil

from Tests.EndToEnd.support import guests
from Tests.EndToEnd.support.setting import ROOT, Case, output, run
from Tests.EndToEnd.reporting.test_processors import COMPILERS

SOURCE = ROOT / "Fixtures/guests/special/branches.c"


def expected():
    """{line: the counts of each condition's ways in ascending order; None for one never come to}"""
    found = {}
    for number, text in enumerate(SOURCE.read_text().splitlines(), 1):
        if "//= " in text:
            found[number] = [None if "-" in part else sorted(map(int, part.split()))
                             for part in text.split("//= ")[1].split("|")]
    return found


class Branches(Case):
    def recorded(self, kind="pie", flags=(), options="counts=on,"):
        """The program, and the trace of a run."""
        prefix, more = COMPILERS[kind]
        if not shutil.which(f"{prefix}gcc"):
            self.skipTest(f"not run: no {prefix}gcc")
        program, trace = self.folder / f"program-{kind}", self.folder / f"{kind}.drcov"
        output(f"{prefix}gcc", "-g", "-O0", *more, *flags, SOURCE, "-o", program)
        done = guests.qemu(kind, program, plugin=f"{options}out={trace}")
        self.assertEqual(done.returncode, 0, done.stderr)
        return program, trace

    def file(self, program, trace, *more):
        document = json.loads(self.covtool("json", "--branch-coverage", *more, "--elf", program, trace).stdout)
        file, = [file for file in document["files"] if file["path"] == str(SOURCE)]
        return file

    def branches(self, *arguments):
        found = collections.defaultdict(list)
        for branch in self.file(*arguments)["branches"]:
            counts = sorted(way["hits"] for way in branch["ways"]) if branch["reached"] else None
            found[branch["line"]].append(counts)
        return dict(found)


class Processors(Branches):
    def test_by_hand(self):
        for kind in COMPILERS:
            if kind == "s390x":
                continue
            with self.subTest(kind):
                self.assertEqual(self.branches(*self.recorded(kind)), expected())

    def test_fixed_addresses(self):
        self.assertEqual(
            self.branches(*self.recorded(flags=["-no-pie", "-fno-pie"])), expected())

    def test_stack_protector(self):
        """Its checks are no conditions of the source, but are there if all branches are asked for."""
        program, trace = self.recorded(flags=["-fstack-protector-all"])
        self.assertEqual(self.branches(program, trace), expected())
        every = self.branches(program, trace, "--all-branches")
        self.assertGreater(sum(map(len, every.values())), sum(map(len, expected().values())))

    def test_without_counts(self):
        """What is said of a way without counts is true; the rest is said not to be known."""
        program, trace = self.recorded(options="")
        file = self.file(program, trace)
        truth = {line: [ways and sorted(bool(count) for count in ways) for ways in points]
                 for line, points in expected().items()}
        known = unknown = 0
        for branch in file["branches"]:
            hits = [way.get("hits") for way in branch["ways"]]
            unknown += hits.count(None)
            known += len(hits) - hits.count(None)
            candidates = truth[branch["line"]]
            if not branch["reached"]:
                self.assertIn(None, candidates)
                continue
            self.assertTrue(any(
                ways and hits.count(0) <= ways.count(False)
                and sum(hit is not None and hit > 0 for hit in hits) <= ways.count(True)
                for ways in candidates), branch)
        self.assertEqual(file["summary"]["branches"]["unknown"], unknown)
        self.assertEqual(file["summary"]["branches"]["found"], known)
        self.assertGreater(known, 4 * unknown)

    def test_recorded_edges(self):
        """With branches=on, nothing is unknown, and all is as it was worked out by hand."""
        program, trace = self.recorded(options="branches=on,")
        file = self.file(program, trace)
        self.assertEqual(file["summary"]["branches"]["unknown"], 0)
        found = collections.defaultdict(list)
        for branch in file["branches"]:
            ways = sorted(way["hits"] > 0 for way in branch["ways"])
            found[branch["line"]].append(ways if branch["reached"] else None)
        self.assertEqual(found, {line: [ways and [count > 0 for count in ways] for ways in points]
                                 for line, points in expected().items()})

    def test_gcov(self):
        folder = self.folder / "gcov"
        folder.mkdir()
        output("gcc", "-g", "-O0", "--coverage", SOURCE, "-o", folder / "program", folder=folder)
        run(folder / "program", folder=folder)
        document = json.loads(output("gcov", "-b", "--json-format", "--stdout", *folder.glob("*.gcda"),
                                     folder=folder))
        theirs = {line["line_number"]: sorted(branch["count"] for branch in line["branches"])
                  for file in document["files"] for line in file["lines"] if line["branches"]}
        ours = {line: sorted(count for ways in points for count in ways or [0, 0])
                for line, points in self.branches(*self.recorded()).items()}
        self.assertEqual(ours, theirs)


# Of what -fsanitize=undefined has, those that check by one jump.
SANITIZERS = "-fsanitize=signed-integer-overflow,integer-divide-by-zero,null,alignment,"

# A line's branches that are conditions of the source stand behind "//=", as many as they are.
CHECKED = {
    "checked.c": """#include <stdlib.h>
int table[8];
int divide(int a, int b) { return a / b; }  //= 0
int pick(int i) { return table[i]; }  //= 0
int add(int a, int b) {
    if (a > b)  //= 2
        return a + b;  //= 0
    while (b > 10)  //= 2
        b -= a;  //= 0
    if (a > 0 && b < table[a & 7])  //= 4
        return 1;  //= 0
    return 0;
}
int main(int argc, char **argv) {
    int n = atoi(argv[argc - 1]);
    return (divide(n, 2) + pick(n) + add(n, 2) + add(2, 30)) & 1;  //= 0
}
""",
    "checked.rs": """fn pick(table: &[u32], i: usize) -> u32 {
    table[i] //= 0
}
fn part(table: &[u32], i: usize) -> &[u32] {
    &table[i..] //= 0
}
fn choose(table: &[u32], i: usize) -> u32 {
    if i > 2 { //= 2
        return table[i]; //= 0
    }
    let mut sum = 0;
    while sum < 40 { //= 2
        sum = table[i] | sum << 1 | 1; //= 0
    }
    sum
}
fn main() {
    let table = [3, 1, 4, 1, 5, 9, 2, 6];
    let i = std::env::args().count();
    println!("{}", pick(&table, i) ^ part(&table, i)[1] ^ choose(&table, i) ^ choose(&table, 3));
}
""",
}


class Added(Case):
    """What a compiler adds is no condition of the source, but is there if all branches are asked for."""

    def check(self, name, *command):
        source, program, trace = self.folder / name, self.folder / "checked", self.folder / "run.drcov"
        source.write_text(CHECKED[name])
        if not shutil.which(command[0]):
            self.skipTest(f"not run: no {command[0]}")
        output(*command, source, "-o", program)
        done = guests.qemu("pie", program, "5", plugin=f"counts=on,out={trace}")
        self.assertTrue(trace.exists(), done.stderr)
        expected = {number: int(text.split("//= ")[1]) for number, text in enumerate(CHECKED[name].splitlines(), 1)
                    if "//= " in text}
        own, every = (self.counted(source, program, trace, *more) for more in ([], ["--all-branches"]))
        self.assertEqual({line: own.get(line, 0) for line in expected}, expected)
        # The first function has a check, whatever else the compiler adds.
        first = min(expected)
        self.assertGreater(every.get(first, 0), own.get(first, 0))

    def counted(self, source, program, trace, *more):
        text = self.covtool("lcov", "--branch-coverage", *more, "--elf", program, "--include", f"*{source.name}", trace).stdout
        return collections.Counter(map(int, re.findall(r"^BRDA:(\d+),", text, re.M)))

    def test_undefined_behaviour(self):
        for compiler, bounds in (("gcc", "bounds"), ("clang", "array-bounds")):
            for more in ([], ["-fno-sanitize-recover=all"]):
                with self.subTest(f"{compiler} {more}"):
                    self.check("checked.c", compiler, "-g", "-O0", SANITIZERS + bounds, *more)

    def test_stack(self):
        self.check("checked.c", "gcc", "-g", "-O0", SANITIZERS + "bounds", "-fstack-protector-all")

    def test_rust(self):
        self.check("checked.rs", "/usr/bin/rustc", "-g")


class Reports(Branches):
    def setUp(self):
        super().setUp()
        self.program, self.trace = self.recorded()

    def report(self, command, *more):
        return self.covtool(command, *more, "--elf", self.program, self.trace).stdout

    def counts(self):
        """(found, taken), by hand."""
        ways = [count for points in expected().values() for ways in points for count in ways or [0, 0]]
        return len(ways), sum(map(bool, ways))

    def test_only_when_asked(self):
        for command in ["lcov", "json", "report", "show", "cobertura", "sonar", "codecov", "markdown"]:
            text = self.report(command).replace(SOURCE.name, "").replace(ROOT.name, "")
            for attribute in ("branch-rate", "branches-covered", "branches-valid"):
                text = text.replace(f'{attribute}="0"', "")
            self.assertNotRegex(text.lower(),
                                r"brda:|branch", command)

    def test_lcov(self):
        text = self.report("lcov", "--branch-coverage")
        records = re.findall(r"^BRDA:(\d+),(\d+),(\d+),(-|\d+)$", text, re.M)
        # Codecov splits a record into four at commas.
        self.assertEqual(len(records), text.count("BRDA:"))
        found = collections.defaultdict(lambda: collections.defaultdict(dict))
        for line, block, branch, taken in records:
            found[int(line)][int(block)][int(branch)] = taken
        for blocks in found.values():
            self.assertEqual(list(blocks), list(range(len(blocks))))
            for branches in blocks.values():
                self.assertEqual(list(branches), list(range(len(branches))))
        ours = {line: [None if "-" in ways.values() else sorted(map(int, ways.values()))
                       for ways in blocks.values()] for line, blocks in found.items()}
        self.assertEqual(ours, expected())
        sums = (sum(map(int, re.findall(rf"^{name}:(\d+)$", text, re.M))) for name in ("BRF", "BRH"))
        self.assertEqual(tuple(sums), self.counts())

    def test_lcov_reads_it(self):
        info = self.folder / "cov.info"
        info.write_text(self.report("lcov", "--branch-coverage"))
        done = run("lcov", "--rc", "lcov_branch_coverage=1", "--summary", info)
        self.assertEqual(done.returncode, 0, done.stderr)
        (taken, found), = re.findall(r"branches\.*: .*\((\d+) of (\d+) branches\)", done.stdout + done.stderr)
        self.assertEqual((int(found), int(taken)), self.counts())
        done = run("genhtml", "--branch-coverage", "-o", self.folder / "html", info)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"{self.counts()[0]}", (self.folder / "html/index.html").read_text())

    def test_report_and_gate(self):
        found, taken = self.counts()
        total, = (line.split() for line in self.report("report", "--branch-coverage").splitlines()
                  if line.startswith("TOTAL"))
        self.assertEqual(total[-4:-1], [str(found), str(taken), str(found - taken)])
        share = 100 * taken / found
        self.report("report", "--fail-under-branches", f"{share - 0.1:.4f}")
        failed = self.covtool("report", "--fail-under-branches", f"{share + 0.1:.4f}", "--elf", self.program,
                              self.trace, status=1)
        self.assertIn(f"{taken} of {found} branches", failed.stderr)

    def test_show(self):
        text = self.report("show", "--branch-coverage", "--source-root", SOURCE.parent)
        lines = text.splitlines()
        tree = next(place for place, line in enumerate(lines) if "switch (x) {  //= 0 1 1 2 3" in line)
        self.assertRegex(lines[tree + 1], r"^ +\| +\|\^ never went to line \d+$")
        where = int(lines[tree + 1].split()[-1])
        self.assertIn("case 500", SOURCE.read_text().splitlines()[where - 1])

    def test_services(self):
        found, taken = self.counts()
        xml = self.report("cobertura", "--branch-coverage")
        self.assertIn(f'branches-covered="{taken}" branches-valid="{found}"', xml)
        shares = re.findall(r'condition-coverage="\d+% \((\d+)/(\d+)\)"', xml)
        self.assertEqual((sum(int(all) for _, all in shares), sum(int(hit) for hit, _ in shares)), (found, taken))
        xml = self.report("sonar", "--branch-coverage")
        self.assertEqual(tuple(sum(map(int, re.findall(rf'{name}="(\d+)"', xml)))
                               for name in ("branchesToCover", "coveredBranches")), (found, taken))
        line = next(line for line, points in expected().items() if points == [[0, 1, 1, 2, 3]])
        codecov = json.loads(self.report("codecov", "--branch-coverage"))["coverage"]
        self.assertEqual({file[str(line)] for file in codecov.values() if str(line) in file}, {"4/5"})

    def test_tracefiles_add_up(self):
        """What lcov makes of two tracefiles, and what covtool makes of them."""
        info = self.folder / "cov.info"
        info.write_text(self.report("lcov", "--branch-coverage"))
        sum_ = self.folder / "sum.info"
        output("lcov", "--rc", "lcov_branch_coverage=1", "-a", info, "-a", info, "-o", sum_)
        text = self.covtool("lcov", "--branch-coverage", "--tracefile", info, "--tracefile", info).stdout
        record = re.compile(r"^BRDA:.*$", re.M)
        self.assertEqual(sorted(record.findall(text)), sorted(record.findall(sum_.read_text())))
        read = self.covtool("lcov", "--branch-coverage", "--tracefile", info).stdout
        self.assertEqual(record.findall(read), record.findall(info.read_text()))
        document = self.folder / "cov.json"
        document.write_text(self.report("json", "--branch-coverage"))
        read = self.covtool("lcov", "--branch-coverage", "--tracefile", document).stdout
        self.assertEqual(record.findall(read), record.findall(info.read_text()))

    def test_records_that_repeat(self):
        """In one record of a source, lcov adds up what stands there again."""
        info, sum_ = self.folder / "cov.info", self.folder / "sum.info"
        info.write_text("SF:/a.c\nDA:7,3\nDA:8,0\nBRDA:7,0,0,12\nBRDA:7,0,1,0\nBRDA:7,1,0,2\nBRDA:7,0,0,5\nBRDA:7,0,1,-\n"
                        "BRDA:7,1,1,1\nBRDA:8,0,0,-\nBRDA:8,0,1,-\nBRDA:8,0,0,-\nend_of_record\n")
        output("lcov", "--rc", "lcov_branch_coverage=1", "-a", info, "-o", sum_)
        text = self.covtool("lcov", "--branch-coverage", "--tracefile", info).stdout
        record = re.compile(r"^BRDA:.*$", re.M)
        self.assertEqual(sorted(record.findall(text)), sorted(record.findall(sum_.read_text())))
        self.assertEqual(len(record.findall(text)), 6)

    def test_marks_of_exceptions(self):
        """lcov 2 puts an e before the block of a branch that an exception takes (man page geninfo): no other condition."""
        info = self.folder / "cov.info"
        info.write_text("SF:/a.c\nDA:7,3\nBRDA:7,0,0,12\nBRDA:7,e0,1,0\nBRDA:7,1,0,3\nBRDA:7,e1,1,9\nend_of_record\n")
        file, = json.loads(self.covtool("json", "--branch-coverage", "--tracefile", info).stdout)["files"]
        self.assertEqual([[way["hits"] for way in branch["ways"]] for branch in file["branches"]], [[12, 0], [3, 9]])

    def test_markers(self):
        source = self.folder / "marked.c"
        text = SOURCE.read_text().replace("//= 2 3", "// LCOV_EXCL_BR_LINE", 1)
        text = text.replace("static int tree", "/* LCOV_EXCL_BR_START */ static int tree")
        source.write_text(text.replace("static int table", "/* LCOV_EXCL_BR_STOP */ static int table"))
        program = self.folder / "marked"
        output("gcc", "-g", "-O0", source, "-o", program)
        trace = self.folder / "marked.drcov"
        guests.qemu("pie", program, plugin=f"counts=on,out={trace}")
        document = json.loads(self.covtool("json", "--branch-coverage", "--source-root", self.folder,
                                           "--elf", program, trace).stdout)
        file, = [file for file in document["files"] if file["path"] == str(source)]
        gone = {line for line, points in expected().items()
                if points in ([[2, 3]], [[0, 1, 1, 2, 3]])} - {
                    number for number, line in enumerate(source.read_text().splitlines(), 1) if "do sum" in line}
        self.assertEqual({branch["line"] for branch in file["branches"]}, expected().keys() - gone)
        # The lines stay.
        self.assertTrue(gone <= {line["line"] for line in file["lines"]})

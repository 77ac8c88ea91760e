"""Branches of a program that was never instrumented: against counts worked out by hand in its source, for each
processor whose jumps are read; against gcov; and in every report."""

import collections
import json
import re
import shutil

import jsonschema

from Tests.EndToEnd.support import changes, guests
from Tests.EndToEnd.support.setting import PLUGIN, ROOT, Case, emulator, output, run
from Tests.EndToEnd.reporting.test_processors import COMPILERS
from Tests.Exactness.branches import without_throws

SOURCE = ROOT / "Fixtures/guests/special/branches.c"


def expected(text=None):
    """{line: the counts of each condition's ways in ascending order; None for one never come to}"""
    found = {}
    for number, text in enumerate((text or SOURCE.read_text()).splitlines(), 1):
        if "//= " in text:
            found[number] = [None if "-" in part else sorted(map(int, part.split()))
                             for part in text.split("//= ")[1].split("|")]
    return found


# Functions of a program that never come back, and one that does not always; a computed goto.
OWN_SOURCES = {
    "never": r"""#include <stdio.h>
#include <stdlib.h>
static void die(int code)
{
    if (code > 2)  //= 0 1
        puts("late");
    exit(code);
}
static int check(int a, int b)
{
    if (a || b)  //= 0 3 | 1 2
        die(a);
    return 7;
}
static void leave(int a)
{
    if (a > 1)  //= -
        return;
    die(a);
}
int main(void)
{
    int sum = check(0, 0) + check(0, 0);
    if (sum == 3 || sum == 14)  //= 0 1 | 0 1
        sum += check(0, 1);
    leave(sum);
    return 0;
}
""",
    "computed": r"""static int machine(const unsigned char *code)
{
    static const void *const places[] = { &&stop, &&add, &&twice, &&skip };
    int n = 0;
    goto *places[*code];
add:
    n++;
    if (n > 2)  //= 2 2
        n--;
    goto *places[*++code];
twice:
    n *= 2;
    if (n & 1)  //= 0 1
        n++;
    goto *places[*++code];
skip:
    if (n)  //= 0 1
        code++;
    goto *places[*++code];
stop:
    return n;
}
int main(void)
{
    static const unsigned char code[] = { 1, 1, 1, 2, 3, 2, 1, 0 };
    return machine(code) != 4;  //= 0
}
""",
    # A function that only some calls come back from is no such one.
    "sometimes": r"""#include <stdlib.h>
static int check(int a)
{
    if (a > 2)  //= 0 2
        exit(3);
    return a;
}
int main(void)
{
    int sum = 0;
    for (int i = 0; i < 2; i++)  //= 1 2
        if (i || sum == 0)  //= 1 1 | 0 1
            sum += check(i);
    return sum - 1;
}
""",
}


# What a program without a C library is entered by, and strcmp.
START = r"""
int main(int, char **);
int strcmp(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a - *b;
}
__attribute__((noreturn, force_align_arg_pointer)) void _start(void)
{
    int status = main(0, 0);
    __asm__ volatile("int $0x80" : : "a"(1), "b"(status));
    __builtin_unreachable();
}
"""


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

    def file(self, program, trace, *more, source=SOURCE):
        document = json.loads(self.covtool("json", "--branch-coverage", *more, "--elf", program, trace).stdout)
        file, = [file for file in document["files"] if file["path"] == str(source)]
        return file

    def branches(self, *arguments, **more):
        found = collections.defaultdict(list)
        for branch in self.file(*arguments, **more)["branches"]:
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

    def test_i386(self):
        """Without a C library, which need not be there for this processor."""
        for name, text in (("string.h", "int strcmp(const char *, const char *);\n"), ("start.c", START)):
            (self.folder / name).write_text(text)
        for level, flags in (("fixed", ["-fno-pie", "-no-pie"]), ("pie", ["-fpie", "-static-pie"])):
            with self.subTest(level):
                program, trace = self.folder / level, self.folder / f"{level}.drcov"
                output("gcc", "-m32", "-g", "-O0", *flags, "-isystem", self.folder, "-nostartfiles", "-nostdlib",
                       "-fno-stack-protector", SOURCE, self.folder / "start.c", "-o", program)
                done = run(*emulator("i386"), "-plugin", f"{PLUGIN},counts=on,out={trace}", program)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(self.branches(program, trace), expected())

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


# Conditions that go over several lines, of calls that may throw and of such that call nothing.
CXX = """#include <string>
#include <vector>
struct Thing {
    int kind, weight;
    Thing(int kind, int weight) : kind(kind), weight(weight) {}
    ~Thing() { kind = 0; }
    int type() const { return kind; }
    int own() const noexcept { return weight; }
};
static int choose(const Thing &a, const Thing &b)
{
    Thing copy(a);
    if (copy.type() != b.type() ||
        (copy.type() == 3 &&
         b.type() == 3))
        return 1;
    return 0;
}
static int walk(std::vector<Thing> &things, const std::string &text)
{
    int sum = 0;
    while (things.size() &&
           things.back().type() != 4 &&
           things.back().own() != 5)
    {
        sum += things.back().type();
        things.pop_back();
    }
    for (int i = 0; i < 4; i++)
        if (text.length() > 3 &&
            (i < 1 ||
             i > 2))
            sum++;
    int more = sum > 3 ? 2 : 1;
    while (more > 0)
        if (sum > 2) more--; else more -= 2;
    return sum;
}
int main()
{
    std::vector<Thing> things{{4, 1}, {3, 2}, {2, 5}, {3, 3}, {1, 9}};
    int sum = walk(things, "long");
    sum += walk(things, "index");
    return sum + choose(things[0], things[0]) + choose({3, 1}, {3, 2}) + choose({1, 1}, {2, 2}) == 0;
}
"""


class SeveralLines(Branches):
    def test_gcov(self):
        """The lines that gcov gives to the conditions of C++, and the counts."""
        source = self.folder / "lines.cpp"
        source.write_text(CXX)
        folder = self.folder / "gcov"
        folder.mkdir()
        output("g++", "-g", "-O0", "--coverage", source, "-o", folder / "program", folder=folder)
        run(folder / "program", folder=folder)
        document = json.loads(output("gcov", "-b", "--json-format", "--stdout", *folder.glob("*.gcda"), folder=folder))
        file, = [file for file in document["files"] if file["file"] == str(source)]
        theirs = {line["line_number"]: sorted(counts) for line in file["lines"]
                  if (counts := without_throws(line["branches"]))}
        output("g++", "-g", "-O0", source, "-o", self.folder / "program")
        trace = self.folder / "run.drcov"
        guests.qemu("pie", self.folder / "program", plugin=f"counts=on,out={trace}")
        ours = {line: sorted(count for ways in points for count in ways or [0, 0])
                for line, points in self.branches(self.folder / "program", trace, source=source).items()}
        self.assertEqual(ours, theirs)


class OwnFlow(Branches):
    """Where a call does not come back, and where a computed goto leads."""

    def check(self, name, kind, options):
        prefix, more = COMPILERS[kind]
        if not shutil.which(f"{prefix}gcc"):
            self.skipTest(f"not run: no {prefix}gcc")
        source, program, trace = (self.folder / f"{name}{end}" for end in (".c", "", ".drcov"))
        source.write_text(OWN_SOURCES[name])
        output(f"{prefix}gcc", "-g", "-O0", *more, source, "-o", program)
        done = guests.qemu(kind, program, plugin=f"{options}out={trace}")
        self.assertEqual(done.returncode, 0, done.stderr)
        found = collections.defaultdict(list)
        for branch in self.file(program, trace, source=source)["branches"]:
            counts = [way.get("hits") for way in branch["ways"]]
            counts.sort(key=lambda count: (count is not None, count))
            found[branch["line"]].append(counts if branch["reached"] else None)
        truth = {line: points for line, points in expected(OWN_SOURCES[name]).items() if points != [[0]]}
        if "counts" not in options:
            truth, found = ({line: [ways and [None if count is None else bool(count) for count in ways] for ways in points]
                             for line, points in lines.items()} for lines in (truth, found))
        return dict(found), truth

    def test_counts(self):
        for kind in COMPILERS:
            if kind == "s390x":
                continue
            for name in OWN_SOURCES:
                with self.subTest(f"{kind} {name}"):
                    self.assertEqual(*self.check(name, kind, "counts=on,"))

    def test_blocks(self):
        """Nothing that is said is wrong; of what leads to behind a call that never came back, it is known."""
        for name in OWN_SOURCES:
            with self.subTest(name):
                found, truth = self.check(name, "pie", "")
                if name == "never":
                    self.assertIn(True, found[11][1])
                for line, points in found.items():
                    for ways, right in zip(points, truth[line]):
                        if ways is None or right is None:
                            self.assertEqual(ways, right)
                            continue
                        known = [way for way in ways if way is not None]
                        self.assertLessEqual(known.count(True), right.count(True), line)
                        self.assertLessEqual(known.count(False), right.count(False), line)


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


# What line 7 works on is loaded before line 6 decides.
OPTIMISED = """#include <stdio.h>
struct { unsigned flags; unsigned long attributes; } g = {1, 0x12345};
__attribute__((noinline)) int look(int n)
{
    g.flags = n;
    if (g.flags & 4)
        g.attributes &= 0xff;
    if (g.attributes & 8)
        return puts("eight");
    return (g.attributes & 0xffff0000) != 0;
}
int main(int count, char **words)
{
    return look(count) == 7;
}
"""


class Optimised(Case):
    def test_lines_that_were_not_hit(self):
        """They have no branch that was come to, which lcov 2 checks."""
        source, program, trace = (self.folder / name for name in ("o.c", "o", "o.drcov"))
        source.write_text(OPTIMISED)
        output("gcc", "-g", "-O2", source, "-o", program)
        guests.qemu("pie", program, plugin=f"counts=on,out={trace}")
        info = self.folder / "o.info"
        self.covtool("lcov", "--branch-coverage", "--elf", program, trace, "-o", info)
        text = info.read_text()
        found = collections.defaultdict(list)
        for line, count in re.findall(r"^BRDA:(\d+),\d+,\d+,(.*)$", text, re.M):
            found[int(line)].append(count)
        self.assertEqual({line: sorted(counts) for line, counts in found.items()}, {6: ["0", "1"], 8: ["0", "1"]})
        self.assertIn("DA:7,0\n", text)
        if changes.GENHTML.exists():
            done = run(changes.GENHTML.with_name("lcov"), "--branch-coverage", "--summary", info)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("(2 of 4 branches)", done.stdout + done.stderr)


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


class Changes(Branches):
    """Branches in what two runs differ in, in what a diff changes, and in what became of a baseline."""

    TEXT = """#include <stdlib.h>
static int pick(int n)
{
    if (n > 1)
        return 5;
    return 6;
}
int main(int argc, char **argv)
{
    int sum = 0;
    for (int i = 1; i < argc; i++)
        sum += pick(atoi(argv[i]));
    return sum > 100;
}
"""

    def validated(self, name, *command):
        document = json.loads(self.covtool(*command).stdout)
        schema = json.loads((ROOT / f"Docs/{name}.schema.json").read_text())
        jsonschema.Draft202012Validator(schema).validate(document)
        return document

    def build(self, text, folder="."):
        """The program; `runs` records it with arguments."""
        (self.folder / folder).mkdir(exist_ok=True)
        source, program = self.folder / folder / "pick.c", self.folder / folder / "pick"
        source.write_text(text)
        output("gcc", "-g", "-O0", source, "-o", program)
        return program

    def runs(self, program, *arguments, options="counts=on,"):
        trace = program.parent / f"{'-'.join(arguments)}{len(options)}.drcov"
        done = guests.qemu("pie", program, *arguments, plugin=f"{options}out={trace}")
        self.assertTrue(trace.exists(), done.stderr)
        return trace

    def test_diff(self):
        """Line 4 went to line 6 before, and to line 5 after."""
        program = self.build(self.TEXT)
        for options in ("counts=on,", "branches=on,", ""):
            one, other = (self.runs(program, word, options=options) for word in ("1", "2"))
            command = ["diff", one, other, "--elf", program, "--module", "*pick"]
            text = self.covtool(*command, "--branch-coverage").stdout
            self.assertRegex(text, r"(?m)^  gone branch of line 4, to line 6$")
            self.assertRegex(text, r"(?m)^  new branch of line 4, to line 5$")
            self.assertEqual(text.count("branch"), 2)
            self.assertNotIn("branch", self.covtool(*command).stdout)
            file, = self.validated("diff", *command, "--branch-coverage", "--json")["files"]
            ways = {kind: [(way["line"], way["condition"], way["to"]) for way in file[kind]]
                    for kind in ("newBranches", "goneBranches")}
            self.assertEqual(ways, {"newBranches": [(4, 0, 5)], "goneBranches": [(4, 0, 6)]})
            self.assertNotIn("newBranches", self.validated("diff", *command, "--json")["files"][0])

    def test_diff_of_counts(self):
        """A function that was entered more often is neither new nor gone."""
        program = self.build(self.TEXT)
        one, other = self.runs(program, "1"), self.runs(program, "1", "1", "1")
        calls = [re.findall(r"(?m)^FNDA:(\d+),pick$", self.covtool("lcov", "--elf", program, trace).stdout)
                 for trace in (one, other)]
        self.assertEqual(calls, [["1"], ["3"]])
        command = ["diff", one, other, "--elf", program, "--branch-coverage"]
        self.assertNotIn("function", self.covtool(*command).stdout)
        for file in self.validated("diff", *command, "--json")["files"]:
            self.assertEqual((file["newFunctions"], file["goneFunctions"]), ([], []))

    def test_diff_lost(self):
        """A branch can be lost where no code is: line 4 goes to line 6 in either run."""
        program = self.build(self.TEXT.replace("        return 5;\n    return 6;", "        n = 5;\n    return n;"))
        both, one = self.runs(program, "1", "2"), self.runs(program, "2")
        command = ["diff", both, one, "--elf", program, "--module", "*pick", "--fail-on-lost"]
        self.covtool(*command)
        done = self.covtool(*command, "--branch-coverage", status=1)
        self.assertIn(f"lost: 1 branch in {self.folder}/pick.c", done.stderr)
        self.assertRegex(done.stdout, r"(?m)^  gone branch of line 4, to line 6$")

    def test_patch(self):
        """The counts of lines that a diff adds, by hand."""
        program, trace = self.recorded()
        text = SOURCE.read_text().splitlines()
        counts = expected()
        chosen = sorted(counts)[2:9]
        diff = self.folder / "change.diff"
        diff.write_text(f"--- a/{SOURCE.name}\n+++ b/{SOURCE.name}\n" + "".join(
            f"@@ -{line - 1 - index},0 +{line} @@\n+{text[line - 1]}\n" for index, line in enumerate(chosen)))
        command = ["patch", "--elf", program, trace, "--diff", diff]
        document = self.validated("patch", *command, "--branch-coverage", "--output", "json:-")
        ways = [count for line in chosen for ways in counts[line] for count in ways or [0, 0]]
        found, hit = len(ways), sum(map(bool, ways))
        self.assertGreater(found, hit)
        summary = document["totals"]["branches"]
        self.assertEqual((summary["found"], summary["hit"], summary["unknown"]), (found, hit, 0))
        file, = document["files"]
        self.assertEqual(file["summary"]["branches"], summary)
        self.assertEqual({branch["line"] for branch in file["branches"]}, set(chosen))
        table = self.covtool(*command, "--branch-coverage").stdout
        total = next(line for line in table.splitlines() if line.startswith("TOTAL")).split()
        self.assertEqual(total[-4:-1], [str(found), str(hit), str(found - hit)])
        self.assertRegex(table, r"(?m)^  line \d+: .*never went ")
        markdown = self.covtool(*command, "--branch-coverage", "--output", "markdown:-").stdout
        self.assertIn(f"| {found} | {found - hit} | {summary['percent']:.2f}% |", markdown)
        for share, status in ((100 * hit / found - 0.1, 0), (100 * hit / found + 0.1, 1)):
            done = self.covtool(*command, "--fail-under-branches", f"{share:.4f}", status=status)
            if status:
                self.assertIn(f"{hit} of {found} branches hit", done.stderr)
        self.assertNotIn("Branches", self.covtool(*command).stdout)
        # Lines without a condition.
        line = next(number for number, row in enumerate(text, 1) if "return -1;" in row)
        diff.write_text(f"--- a/{SOURCE.name}\n+++ b/{SOURCE.name}\n@@ -{line - 1},0 +{line} @@\n+{text[line - 1]}\n")
        done = self.covtool(*command, "--fail-under-branches", "100")
        self.assertIn("--fail-under-branches 100: passed, since no line with branches was changed", done.stderr)

    def test_differential(self):
        """By hand: of line 5, a line that was added before line 4, both ways were taken before and one is now; line 12's
        loop is as it was."""
        old = self.build(self.TEXT, "old")
        new = self.build(self.TEXT.replace("static int pick", "static int zero;\nstatic int pick"), "new")
        (self.folder / "change.diff").write_text(
            "--- a/new/pick.c\n+++ b/new/pick.c\n@@ -1,0 +2 @@\n+static int zero;\n")
        before, after = self.runs(old, "1", "2"), self.runs(new, "2")
        command = ["differential", "--elf", new, after, "--baseline", before, "--baseline-elf", old, "--path-equivalence",
                   f"{self.folder}/old,{self.folder}/new", "--baseline-diff", "change.diff", "--branch-coverage"]
        document = self.validated("differential", *command, "--json")
        file, = document["files"]
        ways = [(branch["line"], branch["oldLine"], sorted(way["category"] for way in branch["ways"]))
                for branch in file["branches"]]
        self.assertEqual(ways, [(5, 4, ["CBC", "LBC"]), (12, 11, ["CBC", "CBC"])])
        self.assertEqual({name: count for name, count in document["totals"]["branches"].items() if count},
                         {"CBC": 3, "LBC": 1})
        text = self.covtool(*command).stdout
        self.assertRegex(text, r"(?m)^LBC .* 1 +0 +1$")
        self.assertRegex(text, r"(?m)^  lost: branches of line 5$")
        done = self.covtool(*command, "--fail-on-lost", status=1)
        self.assertIn("lost: 1 branch of an unchanged line was taken before, and not after", done.stderr)
        pages = self.folder / "pages"
        self.covtool("html", *command[1:], "-o", pages)
        self.assertTrue(any("<th>Branches" in page.read_text() for page in pages.glob("*.html")))
        # Of a baseline that has no branches, all have become code.
        info = self.folder / "old.info"
        self.covtool("lcov", "--elf", old, before, "-o", info)
        document = self.validated("differential", "differential", "--elf", new, after, "--baseline", info, "--path-equivalence",
                                  f"{self.folder}/old,{self.folder}/new", "--baseline-diff", "change.diff",
                                  "--branch-coverage", "--json")
        self.assertEqual({name: count for name, count in document["totals"]["branches"].items() if count},
                         {"GIC": 3, "UIC": 1})

"""Binary traces of other programs, and perf's text: what is reported of them is what a reader of a few lines finds in them."""

import gzip
import json

from Tests.EndToEnd.support import drcov, edges, execlog, foreign, guests, reports
from Tests.EndToEnd.support.foreigncase import Comparing, logged
from Tests.EndToEnd.support.setting import llvm, output, run


class Recorded(Comparing):
    """Formats whose recorders are not here, written from a run's log; what is read must be the run."""

    def setUp(self):
        super().setUp()
        self.elf = guests.built("static") / "calculator"
        self.log = logged(self.folder, "static", "calculator", guests.INPUTS[1])
        self.order = execlog.in_order(self.log)
        self.blocks = set(self.order)
        self.extents = foreign.Extents(self.elf)

    def test_gnatcoverage(self):
        """Blocks of the program that the trace names, and the ways of jumps."""
        entries = []
        for (start, size), (following, _) in zip(self.order, self.order[1:]):
            way = 2 if following == start + size else 1
            entries.append((start, size, 0x10 | way))
        expected = {(start, size) for start, size, _ in entries}
        for name, options in (("flat", {}), ("history", {"history": True}), ("big", {"order": ">"}), ("small", {"size": 4})):
            trace = self.folder / name
            foreign.write_gnatcoverage(trace, self.elf, entries if "history" in options else sorted(set(entries)), **options)
            program, found = foreign.gnatcoverage(trace)
            self.assertEqual((program, {entry[:2] for entry in found}), (str(self.elf), expected))
            self.same(trace, expected, self.elf)
        self.assertIn("a GNATcoverage trace", self.covtool("info", trace).stdout)
        # The program is named in the trace, so nobody needs to.
        self.assertEqual(self.covtool("lcov", "flat").stdout, self.covtool("lcov", "flat", "--elf", self.elf).stdout)
        # The ways of each conditional jump that ends a block: what the entries say, by objdump.
        ways = {}
        for start, size, operation in entries:
            last = (self.extents.within(start, size) or [None])[-1]
            if last and last.kind == "conditional-jump" and last.address + len(last.bytes) // 2 == start + size:
                ways.setdefault(last.address, set()).add(operation & 3)
        self.covtool("merge", "flat", "-o", "merged")
        (recording,) = json.loads(self.covtool("info", "--json", "merged").stdout)["recordings"]
        self.assertEqual((recording["jumps"], recording["edges"]), (len(ways), sum(map(len, ways.values()))))
        # They are those that our own recorder sees.
        guests.qemu("static", "calculator", guests.INPUTS[1], plugin=f"out={self.folder / 'ways'},branches=on")
        own = drcov.load(self.folder / "ways")
        row, = (row.id for row in own.modules if row.path.endswith("/calculator"))
        self.assertEqual({edge[1:] for edge in edges.table(drcov.load(self.folder / "merged"))[0]},
                         {edge[1:] for edge in edges.table(own)[0] if edge[0] == row})
        self.assertIn("BRDA:", self.covtool("lcov", "flat", "--branch-coverage").stdout)

    def test_renode(self):
        for name, opcodes in (("with", True), ("without", False)):
            executed = [(one.address, bytes.fromhex(one.bytes)) for block in self.order[:40000]
                        for one in self.extents.within(*block)]
            blocks = {(address, len(code)) for address, code in executed}
            trace = self.folder / name
            foreign.write_renode(trace, executed, opcodes=opcodes)
            found = foreign.renode(trace.read_bytes())
            self.assertEqual({address for address, _ in found}, {address for address, _ in blocks})
            self.same(trace, found if opcodes else blocks, self.elf)
        (self.folder / "with.gz").write_bytes(gzip.compress((self.folder / "with").read_bytes()))
        self.assertEqual(self.covtool("lcov", "with.gz", "--elf", self.elf).stdout,
                         self.covtool("lcov", "with", "--elf", self.elf).stdout)
        self.assertIn("a Renode execution trace", self.covtool("info", "with.gz").stdout)

    def test_etrace(self):
        for bits in (32, 64):
            trace = self.folder / f"etrace{bits}"
            foreign.write_etrace(trace, self.order, bits)
            found = foreign.etrace(trace)
            self.assertEqual(set(found), self.blocks)
            self.same(trace, set(found), self.elf)
            document = json.loads(self.covtool("info", "--json", "--blocks", trace).stdout)["recordings"][0]
            self.assertEqual({(block["start"], block["size"]): block["count"] for block in document["blockList"]}, found)
        self.assertIn("a qemu-etrace file", self.covtool("info", trace).stdout)

    def test_branch_stacks(self):
        branches = []
        for (start, size), (following, _) in zip(self.order, self.order[1:]):
            one = (self.extents.within(start, size) or [None])[-1]
            if one and following != start + size:
                branches.append((one.address, following))
        trace = self.folder / "perf.txt"
        foreign.write_branch_stacks(trace, branches)
        runs, newest = foreign.branch_stacks(trace)
        blocks = {(address, 1) for address in newest}
        for start, last in runs:
            if last in self.extents.at and start <= last:
                run, place = self.extents.at[last]
                blocks.add((start, last + len(run[place].bytes) // 2 - start))
        self.same(trace, blocks, self.elf)
        self.assertIn("a perf branch-stack list", self.covtool("info", trace).stdout)
        self.assertIn("samples: more was executed", self.covtool("validate", trace).stdout)

    def test_damaged_branches(self):
        """A line with sound branches and a damaged one is named, and nothing is taken to lie between those around it."""
        for bad in ("0xzz/0x401010/P/-/-/1", "xx/0x401010/P/-/-/1", "0x401020/0x", "0x401020/0x401010", "0x401020"):
            line = f"{bad} 0x401040/0x401050/P/-/-/1" if bad == "0x401020" else \
                f"0x401030/0x401050/P/-/-/1 {bad} 0x401000/0x401008/P/-/-/1"
            (self.folder / "bad").write_text(f"0x401060/0x401070/P/-/-/1\n{line}\n")
            self.assertIn("bad: line 2: not a branch", self.covtool("info", "bad").stderr, bad)
            self.assertIn("bad: line 2: not a branch", self.covtool("info", "--strict", "bad", status=65).stderr)
            (recording,) = json.loads(self.covtool("info", "--json", "--blocks", "bad").stdout)["recordings"]
            self.assertNotIn((0x401008, 0x28), {(block["start"], block["size"]) for block in recording["blockList"]})
        (self.folder / "good").write_text("kworker/0:1 7 [000] 1.0: 0x401050 0x401060/0x401070/P/-/-/1\n")
        self.covtool("info", "--strict", "good")

    def test_record_that_is_not_whole(self):
        foreign.write_etrace(self.folder / "etrace", self.order)
        size = (self.folder / "etrace").stat().st_size
        with open(self.folder / "etrace", "ab") as file:
            file.write(b"\x01\0\0\0\x0d\0\0\0" + bytes(13))
        self.assertIn(f"etrace: byte {size}: a record that ends within an execution",
                      self.covtool("info", "--strict", "etrace", status=65).stderr)

    def test_cut(self):
        """The byte is named, and what is before it is used."""
        foreign.write_gnatcoverage(self.folder / "gnatcov", self.elf, [(start, size, 0x10) for start, size in self.order])
        foreign.write_etrace(self.folder / "etrace", self.order)
        instructions = [(one.address, bytes.fromhex(one.bytes)) for block in self.order[:9000]
                        for one in self.extents.within(*block)]
        foreign.write_renode(self.folder / "renode", instructions)
        for name in ("gnatcov", "etrace", "renode"):
            data = (self.folder / name).read_bytes()
            (self.folder / "cut").write_bytes(data[:-3])
            done = self.covtool("lcov", "cut", "--elf", self.elf)
            self.assertRegex(done.stderr, r"cut: byte \d+: the file ends within an entry")
            self.assertIn("DA:", done.stdout)
            self.covtool("lcov", "cut", "--elf", self.elf, "--strict", status=65)
            self.covtool("validate", "cut", status=1)
            (self.folder / "head").write_bytes(data[:9])
            self.assertRegex(self.covtool("info", "head", status=65).stderr, r"head: (byte|line) \d+: ")


SANITIZED = """\
#include <stdio.h>
#include <stdlib.h>

static int kind(int number)
{
    switch (number % 5) {
    case 0:
        number += 2;
    case 1:
        number *= 3;
        break;
    case 2:
        return -1;
    default:
        number--;
    }
    return number;
}

static int sum(int from, int to)
{
    int total = 0;
    for (int number = from; number < to; number++)
        if (number % 3)
            total += kind(number);
        else if (number > 100)
            total = 0;
    return total;
}

static void never(void)
{
    puts("never");
}

int main(int count, char **arguments)
{
    int number = count > 1 ? atoi(arguments[1]) : 7;
    if (number < 0) {
        never();
        exit(1);
    }
    while (number > 20 && count > 1)
        number -= 3;
    printf("%d\\n", sum(1, number));
    return number == 7 ? 0 : 3;
}
"""


# What a call at a block's end, or a check of AddressSanitizer's, leads to has no call of the compiler's own.
JOINS = """\
#include <stdio.h>
#include <stdlib.h>
static void stop(void)
{
    puts("stop");
    exit(3);
}
int f(int n, int *numbers)
{
    if (n > 3)
        n *= 2;
    else {
        n++;
        puts("x");
    }
    n += numbers[1];
    n *= numbers[2];
    if (n > 100) {
        puts("large");
        stop();
    }
    n--;
    return n;
}
int main(int argc, char **argv)
{
    int numbers[3] = {argc, 2, 3};
    return f(argc < 2 ? 1 : atoi(argv[1]), numbers) == 77;
}
"""


class Sancov(Comparing):
    def test_calls_at_ends(self):
        """Calls come back, unless it is known that they do not; failed checks were not executed. By hand, for each argument."""
        (self.folder / "j.c").write_text(JOINS)
        missed = {"1": {3, 5, 6, 11, 19, 20}, "4": {3, 5, 6, 13, 14, 19, 20}, "50": {13, 14, 22, 23}}
        for kind in ("leak", "address", "undefined"):
            for option in ("-fno-sanitize-recover=all", "-fsanitize-recover=all"):
                output(llvm("clang"), "-g", "-O0", option, f"-fsanitize={kind}",
                       "-fsanitize-coverage=trace-pc-guard", "j.c", "-o", "joins", folder=self.folder)
                for argument, lines in missed.items():
                    with self.subTest(kind=kind, option=option, argument=argument):
                        options = f"coverage=1:detect_leaks=0:coverage_dir={self.folder}"
                        run(self.folder / "joins", argument, folder=self.folder, environment={
                            f"{name}_OPTIONS": options for name in ("LSAN", "ASAN", "UBSAN")})
                        (trace,) = self.folder.glob("joins.*.sancov")
                        found = reports.lcov(self.covtool("lcov", trace, "--elf", "joins").stdout)[0][str(self.folder / "j.c")]
                        trace.unlink()
                        # clang puts no call into a function of one block that never returns, so nothing says that it ran.
                        hidden = {3, 5, 6} if argument == "50" and kind != "undefined" else set()
                        self.assertEqual({line for line, hits in found.items() if not hits}, lines | hidden)

    def test_lines(self):
        """Of a real run: its lines are those that QEMU says the same program has executed."""
        (self.folder / "s.c").write_text(SANITIZED)
        for level in ("-O0", "-O1"):
            for pie in ("-pie", "-no-pie"):
                flags = ["-g", level, pie, "-fPIE" if pie == "-pie" else "-fno-PIE"]
                output(llvm("clang"), *flags, "-fsanitize=undefined", "-fno-sanitize=unreachable", "-fsanitize-coverage=trace-pc-guard",
                       "s.c", "-o", "program", folder=self.folder)
                for argument in ("7", "-1", "30"):
                    with self.subTest(level=level, pie=pie, argument=argument):
                        self.check(argument)

    def check(self, argument):
        program = self.folder / "program"
        run(program, argument, folder=self.folder,
            environment={"UBSAN_OPTIONS": f"coverage=1:coverage_dir={self.folder}"})
        (trace,) = self.folder.glob("program.*.sancov")
        self.assertGreater(len(foreign.sancov(trace)), 2)
        guests.record(self.folder / "own", "pie", program, argument)
        ours, theirs = [
            {line: bool(hits) for line, hits in
             reports.lcov(self.covtool("lcov", name, "--elf", program).stdout)[0][str(self.folder / "s.c")].items()}
            for name in (trace, "own")]
        self.assertEqual(ours, theirs)
        functions = [{name: bool(hits) for name, (_, hits) in
                      reports.lcov(self.covtool("lcov", name, "--elf", program).stdout)[1][str(self.folder / "s.c")].items()}
                     for name in (trace, "own")]
        self.assertEqual(*functions)
        # By its content, whatever it is called: then its addresses are those of the file that is named.
        renamed = trace.rename(self.folder / "renamed")
        again = reports.lcov(self.covtool("lcov", renamed, "--elf", program).stdout)[0][str(self.folder / "s.c")]
        self.assertEqual({line: bool(hits) for line, hits in again.items()}, ours)
        renamed.unlink()

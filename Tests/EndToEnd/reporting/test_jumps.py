"""Conditional jumps of programs without sources: which ways each went, against QEMU's own log of the run, which has the
blocks in their order and so every edge; and their sums, by hand."""

import collections
import json
import re
import shutil

from Tests.EndToEnd.reporting.test_stripped import C, CXX, PREFIXES, symbols
from Tests.EndToEnd.support import drcov, edges, execlog, guests
from Tests.EndToEnd.support.setting import ROOT, Case, output

BRANCHES = (ROOT / "Fixtures/guests/special/branches.c").read_text()
# Each jump goes as its name says. Without optimisation, a condition is one jump.
BY_HAND = r"""
__attribute__((noinline)) int both(int n) { if (n > 2) return 5; return 6; }
__attribute__((noinline)) int larger(int n) { if (n > 2) return 5; return 6; }
__attribute__((noinline)) int smaller(int n) { if (n > 2) return 5; return 6; }
__attribute__((noinline)) int never(int n) { if (n > 2) return 5; return 6; }
int main(int count, char **words)
{
    int sum = 0;
    for (int n = 0; n < 5; ++n) sum += both(n) + larger(n + 3) + smaller(n - 3);
    return count > 1 ? never(sum) : 0;
}
"""

# A call that never returns stands before what a jump leads to.
LAST_CALL = """
#include <stdio.h>
#include <stdlib.h>
__attribute__((noinline)) void finish(int one, int other, int loud)
{
    if (one != other) {
        int failed = ferror(stdout);
        if (fclose(stdout) || failed) {
            if (loud) puts("failed");
            one = other;
        }
    }
    exit(one);
}
int main(void) { finish(0, 1, 1); }
"""
# The same with functions of the program: one that ends it, and one that calls that.
OWN_EXIT = LAST_CALL.replace("    exit(one);", "    leave(one);").replace("__attribute__((noinline)) void finish", """
__attribute__((noipa, noreturn)) void quit(int code) { if (code > 2) puts("late"); exit(code); }
__attribute__((noipa, noreturn)) void leave(int code) { if (code != 5) puts("leaving"); quit(code); }
__attribute__((noinline)) void finish""")

# Jumps whose targets stand in a table of addresses, which a loader writes; loops behind a condition that leads past them; a
# switch whose value was compared with something else before, in a register that had an address.
INDIRECT = r"""
#include <stdio.h>
__attribute__((noinline)) long run(const unsigned char *code, long value)
{
    static const void *const places[] = {&&add, &&twice, &&minus, &&done};
    goto *places[*code];
add:
    if (value > 50) value -= 7; else value += 3;
    goto *places[*++code];
twice:
    if (value & 1) value *= 3;
    value *= 2;
    goto *places[*++code];
minus:
    if (value > 1000000) puts("never");
    value -= 5;
    goto *places[*++code];
done:
    return value;
}
__attribute__((noinline)) int loop(int first, int count)
{
    int sum = 0;
    if (first) do sum += count; while (--count > 0);
    return sum;
}
__attribute__((noinline)) int choose(const char *text)
{
    int sum = 0;
    for (; *text; ++text) {
        if (text[1] == '-') continue;
        switch (*text) {
        case 'a': sum += 1; break;
        case 'b': if (sum > 4) sum -= 2; break;
        case 'c': sum *= 3; break;
        case 'd': sum ^= 5; break;
        case 'e': if (sum < 9) { sum += 11; break; }  // else on
        case 'f': sum -= 1; break;
        case 'g': putchar(sum); break;
        }
    }
    return sum;
}
int main(void)
{
    long value = run((const unsigned char[]){0, 1, 2, 0, 0, 1, 1, 2, 3}, 5);
    for (int n = 0; n < 4; ++n) value += loop(n & 1, 3 * n);
    return (value + choose("abcdebbf-eg") + choose("aab")) & 1 ? 0 : 0;
}
"""

# What is seldom done stands apart from the rest of its function, behind another function's such part.
COLD = """
#include <stdio.h>
static int warnings;
__attribute__((cold, noinline)) void warn(const char *s) { warnings++; if (!*s) puts("empty"); }
__attribute__((noinline)) int f(int x) { if (x > 4) { warn("f"); x -= 3; } return x * 2; }
__attribute__((noinline)) int g(int x) { if (x > 4) { warn("g"); x += 2; } return x + 1; }
int main(void) { int s = 0; for (int i = 0; i < 10; i++) { s += f(i); s += g(i); } return s != 130; }
"""

# The condition is looked at three times, the loop runs ten times.
LOOP = """
__attribute__((noinline)) int loop(int first, int count)
{
    int sum = 0;
    if (first) do sum += count; while (--count > 0);
    return sum;
}
int main(void) { return loop(1, 4) + loop(1, 6) + loop(0, 1) == 9; }
"""


class Jumps(Case):
    def built(self, kind, text, *flags, language="c"):
        """The program, stripped, and with symbols."""
        compiler = PREFIXES[kind] + {"c": "gcc", "cpp": "g++"}[language]
        if not shutil.which(compiler):
            self.skipTest(f"not run: no {compiler}")
        # Each in a folder of its own: what is known of a path is remembered.
        folder = self.folder / "".join([kind, *flags])
        folder.mkdir(exist_ok=True)
        source, whole, bare = (folder / name for name in (f"program.{language}", "whole", "bare"))
        source.write_text(text)
        output(compiler, *flags, source, "-o", whole)
        output(f"{PREFIXES[kind]}strip", "--strip-all", whole, "-o", bare)
        return bare, whole

    def functions(self, *arguments):
        """The program's functions with their jumps."""
        document = json.loads(self.covtool("report", "--by", "jump", "--json", *arguments).stdout)
        return document["modules"][0]["functions"]

    def jumps(self, *arguments):
        """{address: jump}"""
        found = {jump["address"]: jump for function in self.functions(*arguments) for jump in function["jumps"]}
        self.assertGreater(len(found), 0)
        return found


class Logged(Jumps):
    def compare(self, name, kind, program, least, share=0.9, most=None):
        """Verdicts by edges, by counts and by blocks alone against the log. `most`: so many may be unknown by counts."""
        trace, log = self.folder / "edges.drcov", self.folder / "log"
        done = guests.qemu(kind, program, plugin=f"out={trace},branches=on", options=[*execlog.OPTIONS, log])
        self.assertTrue(trace.exists(), done.stderr)
        ways = collections.defaultdict(set)
        for address, _, way in edges.logged(log, guests.KINDS[kind][0]):
            ways[address].add(way)
        low, high = guests.segments(program)
        # A file for any place is somewhere else in memory.
        base = min(module.start for module in drcov.load(trace).modules if module.path == str(program)) if low == 0 else 0
        ways = {address - base: way for address, way in ways.items() if low <= address - base < high}
        verdicts = {frozenset([True, False]): "both", frozenset([True]): "taken",
                    frozenset([False]): "fell"}
        traces = {"edges": trace, "counts": self.folder / "counts.drcov", "blocks": self.folder / "blocks.drcov"}
        guests.qemu(kind, program, plugin=f"out={traces['counts']},counts=on")
        guests.qemu(kind, program, plugin=f"out={traces['blocks']}")
        traces["both"] = self.folder / "both.drcov"
        guests.qemu(kind, program, plugin=f"out={traces['both']},counts=on,branches=on")
        for form, trace in traces.items():
            found = self.jumps("--elf", program, trace)
            known = {address: jump for address, jump in found.items() if jump["verdict"] != "unknown"}
            wrong = {hex(address): (jump["verdict"], ways.get(address, set())) for address, jump in known.items()
                     if jump["verdict"] != verdicts.get(frozenset(ways.get(address, ())), "never")}
            reached = [address for address in found if address in ways]
            unknown = [address for address in reached if address not in known]
            print(f"{name}, {form}: {len(found)} jumps, {len(reached)} reached of {len(ways)} in the log, "
                  f"{len(unknown)} unknown, {len(wrong)} wrong")
            self.assertEqual(wrong, {}, form)
            self.assertGreater(len(reached), least)
            # Code that no table says anything of is in no function.
            self.assertGreater(len(reached), len(ways) * share)
            if form in ("edges", "both"):
                self.assertEqual(unknown, [])
            if form == "counts" and most is not None:
                self.assertLessEqual(len(unknown), most, list(map(hex, unknown)))

    def test_indirect(self):
        """Of the loop behind a condition, one jump is not known: counts have one equation too few."""
        for level in ("-O0", "-O1", "-O2"):
            with self.subTest(level):
                program, _ = self.built("pie", INDIRECT, level)
                self.compare(f"indirect {level}", "pie", program, 8, share=0.5, most=1)

    def test_cold_parts(self):
        for level in ("-O2", "-O3"):
            with self.subTest(level):
                _, program = self.built("pie", COLD, level)
                self.compare(f"cold {level}", "pie", program, 4, share=0.5)
                counts = self.jumps("--elf", program, self.folder / "counts.drcov").values()
                # The two conditions: five times of ten.
                self.assertEqual(sum((jump["taken"], jump["fellThrough"]) == (5, 5) for jump in counts), 2)

    def test_call_that_never_returns(self):
        for level in ("-O1", "-O2"):
            with self.subTest(level):
                _, program = self.built("static", LAST_CALL, "-static", level)
                self.compare(f"exit {level}", "static", program, 100)
                program, _ = self.built("pie", LAST_CALL, "-no-pie", level)
                # Most of the others are in the code that the C library adds.
                self.compare(f"exit@plt {level}", "pie", program, 2, share=0.5)

    def test_own_function_that_never_returns(self):
        for level in ("-O0", "-O1", "-O2"):
            with self.subTest(level):
                bare, whole = self.built("static", OWN_EXIT, "-static", level)
                for program in (bare, whole):
                    self.compare(f"own exit {level}", "static", program, 100)

    def test_c(self):
        for kind in ("static", "aarch64", "arm"):
            for level in ("-O0", "-O2"):
                with self.subTest(kind=kind, level=level):
                    program, _ = self.built(kind, C, "-static", level)
                    self.compare(f"C {kind} {level}", kind, program, 300)

    def test_conditions(self):
        program, _ = self.built("static", BRANCHES, "-static", "-O2")
        self.compare("conditions", "static", program, 300)

    def test_exceptions(self):
        program, _ = self.built("static", CXX, "-static", "-O2", language="cpp")
        self.compare("C++", "static", program, 1000)


class ByHand(Jumps):
    def record(self, options="counts=on,"):
        program, whole = self.built("pie", BY_HAND, "-O0", "-fcf-protection=none")
        trace = self.folder / "run.drcov"
        guests.qemu("pie", program, plugin=f"{options}out={trace}")
        names = {address: names[0] for address, (_, names) in symbols(whole).items()}
        return program, trace, names

    def test_counts(self):
        """`if (n > 2)` jumps past its `return 5` where n is not larger."""
        for options in ("counts=on,", "counts=on,branches=on,"):
            program, trace, names = self.record(options)
            found = {names.get(function["address"]): function["jumps"]
                     for function in self.functions("--elf", program, trace)}
            expected = {"both": (3, 2, "both"), "larger": (0, 5, "fell"), "smaller": (5, 0, "taken"),
                        "never": (0, 0, "never")}
            for name, counts in expected.items():
                jump, = found[name]
                self.assertEqual((jump["taken"], jump["fellThrough"], jump["verdict"]), counts, name)
            document = json.loads(
                self.covtool("report", "--by", "jump", "--json", "--elf", program, trace).stdout)
            sums = collections.Counter(jump["verdict"] for function in document["modules"][0]["functions"]
                                       for jump in function["jumps"])
            self.assertEqual({name: count for name, count in document["totals"]["jumps"].items() if count}, sums)

    def test_bounds(self):
        """The loop was come to twice, which no count says, but it ran, and more often than the condition before it."""
        program, _ = self.built("pie", LOOP, "-O0")
        trace = self.folder / "run.drcov"
        guests.qemu("pie", program, plugin=f"counts=on,out={trace}")
        text = self.covtool("report", "--by", "jump", "--elf", program, trace).stdout
        self.assertRegex(text, r"(?m)^bare .* \? +>=1 +unknown  ")
        self.assertRegex(text, r"(?m)^bare .* >=7 +>=1 +both  ")
        found = [jump for function in self.functions("--elf", program, trace) for jump in function["jumps"]
                 if "fellThroughIsLeast" in jump]
        self.assertEqual([(jump["taken"], jump["fellThrough"], jump.get("takenIsLeast")) for jump in found],
                         [(None, 1, None), (7, 1, True)])
        guests.qemu("pie", program, plugin=f"counts=on,branches=on,out={trace}")
        text = self.covtool("report", "--by", "jump", "--elf", program, trace).stdout
        self.assertRegex(text, r"(?m)^bare .* >=1 +>=1 +both  ")
        # At most two of the ten came in by it.
        self.assertRegex(text, r"(?m)^bare .* >=8 +>=1 +both  ")

    def test_blocks_and_bytes(self):
        """Three blocks in each function, of which those are hit whose bytes are."""
        program, trace, names = self.record()
        found = {names.get(function["address"]): function for function in self.functions("--elf", program, trace)}
        for name, hit in (("both", 4), ("larger", 3), ("smaller", 3), ("never", 0)):
            function = found[name]
            # The condition, each return's value, and the way out that both go.
            self.assertEqual((function["blocks"]["found"], function["blocks"]["hit"]), (4, hit), name)
            whole = function["bytes"]["found"] == function["bytes"]["hit"]
            self.assertEqual(whole, name == "both")
        self.assertEqual(found["both"]["hits"], 5)
        self.assertEqual(found["never"]["bytes"]["hit"], 0)

    def test_tables(self):
        program, trace, names = self.record()
        addresses = {name: address for address, name in names.items()}
        text = self.covtool("report", "--by", "jump", "--elf", program, trace).stdout
        self.assertRegex(text, rf"(?m)^bare +0x[0-9a-f]+ +0x[0-9a-f]+ +3 +2 +both +sub_{addresses['both']:x}\+0x")
        self.assertRegex(text, r"(?m)^[0-9]+ conditional jumps: [0-9]+ both ways, [0-9]+ only taken, ")
        text = self.covtool("report", "--by", "function", "--branch-coverage", "--elf", program, trace).stdout
        row = re.search(rf"(?m)^bare +{addresses['smaller']:#x} .*$", text)[0].split()
        self.assertEqual(row[2:5] + row[8:14], ["5", "4", "3", "1", "0", "1", "0", "0", "0"])

    def test_gate(self):
        """Both ways of a jump count, as with branches of sources."""
        program, trace, _ = self.record()
        sums = json.loads(self.covtool("report", "--by", "jump", "--json", "--elf", program, trace).stdout)
        counts = sums["totals"]["jumps"]
        self.assertEqual(counts["unknown"], 0)
        ways = 2 * sum(counts.values())
        taken = 2 * counts["both"] + counts["taken"] + counts["fell"]
        failed = self.covtool("report", "--by", "function", "--fail-under-branches", "100", "--elf", program, trace,
                              status=1)
        self.assertIn(f"{taken} of {ways} branches hit", failed.stderr)
        self.covtool("report", "--by", "function", "--fail-under-branches", "1", "--elf", program, trace)


class WithSources(Jumps):
    def test_places(self):
        """With debug information, functions have their file and line; each is the report's."""
        _, whole = self.built("pie", BY_HAND, "-g", "-O0")
        trace = self.folder / "run.drcov"
        guests.qemu("pie", whole, plugin=f"counts=on,out={trace}")
        found = {function["name"]: function for function in self.functions("--elf", whole, trace)}
        document = json.loads(self.covtool("json", "--elf", whole, trace).stdout)
        file, = document["files"]
        self.assertEqual({name: (function["file"], function["line"], function["hits"])
                          for name, function in found.items()},
                         {one["name"]: (file["path"], one["line"], one["hits"]) for one in file["functions"]})
        text = self.covtool("report", "--by", "function", "--elf", whole, trace).stdout
        self.assertRegex(text, r"(?m)^whole .* never \(program.c:5\)$")

    def test_wrong_use(self):
        _, whole = self.built("pie", BY_HAND, "-g", "-O0")
        trace = self.folder / "run.drcov"
        guests.record(trace, "pie", whole)
        self.covtool("lcov", "--elf", whole, trace, "-o", self.folder / "cov.info")
        for arguments in (["--json"], ["--by", "jump", "--sort", "name"], ["--by", "function", "--sort", "lines"],
                          ["--by", "function", "--show-missing-lines"]):
            self.covtool("report", *arguments, trace, status=64)
        self.covtool("report", "--by", "function", "--tracefile", self.folder / "cov.info", status=64)

"""Lists and logs as traces: what is reported of them is what a reader of a few lines finds in them."""

import gzip
import json
import os

from Tests.EndToEnd.support import drcov, execlog, foreign, guests, reports
from Tests.EndToEnd.support.foreigncase import Comparing, logged
from Tests.EndToEnd.support.setting import output, run


class QEMULogs(Comparing):
    def test_with_sizes(self):
        for kind, program, arguments in (("static", "phases", [1]), ("no-pie", "calculator", [guests.INPUTS[0]]),
                                         ("aarch64", "calculator", [guests.INPUTS[0]]),
                                         ("riscv64", "calculator", [guests.INPUTS[1]]),
                                         ("arm", "calculator", [guests.INPUTS[1]]),
                                         ("s390x", "calculator", [guests.INPUTS[1]])):
            with self.subTest(kind):
                log = logged(self.folder, kind, program, *arguments, name=kind)
                elf = guests.built(kind) / program
                blocks = execlog.executed(log)
                text = self.covtool("info", "--blocks", log).stdout
                self.assertIn("a QEMU log", text)
                listed = {(int(words[1], 16), int(words[2])) for words in map(str.split, text.splitlines())
                          if words[0] == "-"}
                self.assertEqual(listed, {(address & 0xFFFFFFFF, size) for address, size in blocks})
                base = None
                if guests.segments(elf)[0] == 0:
                    base = self.base(log, elf)
                self.same(log, blocks, elf, base)
                # The names of functions in the log say where the program was.
                if base is not None:
                    self.assertEqual(self.covtool("lcov", log, "--elf", elf).stdout,
                                     self.covtool("lcov", log, "--elf", f"{elf}@{base:#x}").stdout)

    def base(self, log, elf):
        """Where a program was loaded, by a symbol that the log has: the lowest address of `main`."""
        named = {int(line.split("/")[1], 16) for line in log.read_text().splitlines()
                 if line.startswith("Trace ") and line.endswith("] main")}
        self.assertTrue(named)
        return min(named) - guests.place_of(elf, "main")

    def test_counts(self):
        log = logged(self.folder, "static", "calculator", guests.INPUTS[0])
        order = execlog.in_order(log)
        document = json.loads(self.covtool("info", "--json", "--blocks", log).stdout)["recordings"][0]
        counts = {}
        for block in order:
            counts[block] = counts.get(block, 0) + 1
        self.assertEqual({(block["start"], block["size"]): block["count"] for block in document["blockList"]},
                         {(start & 0xFFFFFFFF, size): count for (start, size), count in counts.items()})
        # The same counts as a drcov file with hits.
        elf = guests.built("static") / "calculator"
        self.same(log, set(order), elf)
        named = {}
        low = guests.segments(elf)[0] & ~0xFFF
        for (start, size), count in counts.items():
            named[start, size] = count
        trace = self.folder / "hits"
        rows = [(low, low + (1 << 24), str(elf))]
        listed = sorted(named)
        data = drcov.write(rows, [(0, start - low, size) for start, size in listed], flavor="drcov-hits")
        data += b"Hit Count Table: version 1, count %d\n" % len(listed)
        data += b"".join(min(named[block], 0xFFFFFFFF).to_bytes(4, "little") for block in listed)
        trace.write_bytes(data)
        self.assertEqual(self.covtool("lcov", log, "--elf", elf).stdout, self.covtool("lcov", trace, "--elf", elf).stdout)

    def test_executions_alone(self):
        """Sizes come from the program's code."""
        elf = guests.built("static") / "calculator"
        log = logged(self.folder, "static", "calculator", guests.INPUTS[0], what="exec,nochain")
        starts = {address for address, _ in
                  execlog.executed(logged(self.folder, "static", "calculator", guests.INPUTS[0], name="whole"))}
        self.same(log, foreign.Extents(elf).blocks(starts), elf)
        self.assertIn("have no size", self.covtool("validate", log).stdout)
        # With chaining, each block is there, and none is counted.
        log = logged(self.folder, "static", "calculator", guests.INPUTS[0], what="exec", name="chained")
        self.same(log, foreign.Extents(elf).blocks(starts), elf)
        self.assertIn("no hit counts", self.covtool("info", log).stdout)

    def test_translations_alone(self):
        elf = guests.built("static") / "calculator"
        log = logged(self.folder, "static", "calculator", guests.INPUTS[0], what="in_asm")
        self.same(log, execlog.executed(logged(self.folder, "static", "calculator", guests.INPUTS[0], name="whole")),
                  elf)
        self.assertIn("taken for executed", self.covtool("validate", log).stdout)

    def test_among_other_items(self):
        """With whatever else QEMU logs, and from a pipe that is not whole at once."""
        whole = execlog.executed(logged(self.folder, "static", "phases", 1))
        elf = guests.built("static") / "phases"
        for what in ("page,exec,nochain,in_asm", "exec,nochain,in_asm,out_asm,op,cpu"):
            log = logged(self.folder, "static", "phases", 1, what=what, name="more")
            self.same(log, whole, elf)
        expected = self.covtool("lcov", self.folder / "log", "--elf", elf).stdout
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            for line in (self.folder / "log").read_bytes().splitlines(True)[:60]:
                os.write(writing, line)
            with open(writing, "wb") as file:
                file.write(b"".join((self.folder / "log").read_bytes().splitlines(True)[60:]))
            os._exit(0)
        os.close(writing)
        with open(reading, "rb") as pipe:
            self.assertEqual(self.covtool("lcov", "-", "--elf", elf, stdin=pipe).stdout, expected)
        os.waitpid(child, 0)
        (self.folder / "log.gz").write_bytes(gzip.compress((self.folder / "log").read_bytes()))
        self.assertEqual(self.covtool("lcov", "log.gz", "--elf", elf).stdout, expected)

    def test_cut(self):
        """A log that ends early is used as far as it goes; the line is named."""
        elf = guests.built("static") / "phases"
        log = logged(self.folder, "static", "phases", 1)
        lines = log.read_bytes().splitlines(True)
        number = next(number for number in range(len(lines) - 1, 0, -1) if lines[number].startswith(b"Trace"))
        cut = self.folder / "cut"
        cut.write_bytes(b"".join(lines[:number]) + lines[number][:30])
        done = self.covtool("lcov", "cut", "--elf", elf)
        self.assertIn(f"cut: line {number + 1}: not an execution", done.stderr)
        self.assertIn("DA:", done.stdout)
        strict = self.covtool("lcov", "cut", "--elf", elf, "--strict", status=65)
        self.assertIn(f"cut: line {number + 1}: not an execution", strict.stderr)
        self.covtool("validate", "cut", status=1)


# A block of QEMU's that begins at the function's head runs on over `check`, and one that begins at `body`, too.
RUNNING_ON = """\
#include <stdio.h>
int main(int count, char **arguments)
{
    int sum = 0, number = 0;
    goto check;
body:
    sum += number;
    number++;
check:
    sum ^= 3;
    if (number < 100)
        goto body;
    printf("%d\\n", sum);
    return 0;
}
"""


class OverlappingBlocks(Comparing):
    def test_counts(self):
        """Where it is known in which order blocks were executed, each counts to its end, as gcov counts."""
        (self.folder / "on.c").write_text(RUNNING_ON)
        output("gcc", "-g", "-O0", "--coverage", "on.c", "-o", "gcov", folder=self.folder)
        run(self.folder / "gcov", folder=self.folder)
        text = output("gcov", "-t", "gcov-on.gcda", folder=self.folder)
        counts = {int(number): int(count) for count, number, *_ in (line.split(":", 2) for line in text.splitlines())
                  if count.strip().isdigit()}
        self.assertEqual((counts[10], counts[7]), (101, 100))
        elf = self.folder / "on"
        output("gcc", "-g", "-O0", "-static", "-no-pie", "on.c", "-o", "on", folder=self.folder)
        for what, name in (("exec,nochain", "executions"), ("exec,nochain,in_asm", "whole")):
            guests.qemu("static", elf, options=("-d", what, "-D", self.folder / name))
        order = execlog.in_order(self.folder / "whole")
        low = guests.segments(elf)[0] & ~0xFFF
        extents = foreign.Extents(elf)
        lists = {"addresses": [f"{start:#x}" for start, _ in order],
                 "offsets": [f"on+{start - low:x}" for start, _ in order],
                 "instructions": [f"{one.address:#x}" for block in order for one in extents.within(*block)]}
        for name, lines in lists.items():
            (self.folder / name).write_text("\n".join(lines) + "\n")
        for name in ("executions", "whole", *lists):
            with self.subTest(name):
                lines = reports.lcov(self.covtool("lcov", name, "--elf", elf).stdout)[0][str(self.folder / "on.c")]
                self.assertEqual({line: lines[line] for line in counts if line in lines and counts[line] > 1},
                                 {line: count for line, count in counts.items() if count > 1})


class Lists(Comparing):
    def setUp(self):
        super().setUp()
        self.elf = guests.built("static") / "calculator"
        self.low = guests.segments(self.elf)[0] & ~0xFFF
        self.order = execlog.in_order(logged(self.folder, "static", "calculator", guests.INPUTS[0]))
        self.starts = {address for address, _ in self.order}

    def test_module_offsets(self):
        trace = self.folder / "run.modoff"
        trace.write_text("; a comment\n" + "".join(f"calculator+{address - self.low:x}\n" for address, _ in self.order))
        found = foreign.module_offsets(trace)
        self.assertEqual({offset + self.low for _, offset in found}, self.starts)
        self.same(trace, foreign.Extents(self.elf).blocks(self.starts), self.elf)
        text = self.covtool("info", trace).stdout
        self.assertIn("a module+offset list", text)
        self.assertIn(f"{len(self.order)} hits", text)
        self.assertIn("1 modules are names without a size", self.covtool("validate", trace).stdout)

    def test_addresses(self):
        for form in ("{:#x}\n", "{:016x}\n", "{:#x}\r\n"):
            trace = self.folder / "run.txt"
            trace.write_text("".join(form.format(address) for address, _ in self.order), newline="")
            self.assertEqual(set(foreign.addresses(trace)), self.starts)
            self.same(trace, foreign.Extents(self.elf).blocks(self.starts), self.elf)
        self.assertIn("a list of addresses", self.covtool("info", trace).stdout)
        self.assertIn("without a module", self.covtool("validate", trace).stdout)

    def test_every_instruction(self):
        """A list of all instructions gives what a list of blocks does, where each block was executed to its end."""
        extents = foreign.Extents(self.elf)
        listed = []
        for start, size in sorted(set(self.order)):
            listed += [one.address for one in extents.within(start, size)]
        trace = self.folder / "instructions"
        trace.write_text("".join(f"{address:#x}\n" for address in listed))
        self.same(trace, set(self.order), self.elf)

    def test_compilers_calls(self):
        """Where all places are calls of one function, or behind them, other calls do not end a block."""
        elf = self.folder / "calculator"
        # With symbols, or tables for exceptions, more is known of functions.
        output("strip", "--remove-section=.eh_frame", "-o", elf, self.elf)
        extents = foreign.Extents(elf)
        called = {}
        for run in extents.runs:
            for instruction in run:
                if instruction.kind == "call" and instruction.target != "-":
                    called.setdefault(instruction.target, []).append(instruction)
        instructions = max(called.values(), key=len)
        for shift in (0, 5):
            starts = {instruction.address + shift for instruction in instructions}
            trace = self.folder / "calls"
            trace.write_text("".join(f"{start:#x}\n" for start in sorted(starts)))
            merged = self.folder / "merged"
            self.covtool("drcov", trace, "--elf", elf, "-o", merged)
            self.assertEqual(drcov.load(merged).located(), extents.blocks(starts, passes_calls=True))

    def test_merging(self):
        """With another program's trace of the same file, wherever that is, it is one module."""
        trace = self.folder / "run.modoff"
        trace.write_text("".join(f"calculator+{start - self.low:x}\n" for start in self.starts))
        guests.record(self.folder / "own", "static", "calculator", guests.INPUTS[1])
        both = self.covtool("lcov", trace, "own", "--elf", self.elf).stdout
        self.covtool("merge", trace, "own", "--elf", self.elf, "-o", "merged")
        merged = reports.lcov(self.covtool("lcov", "merged", "--elf", self.elf).stdout)[0]
        for path, lines in reports.lcov(both)[0].items():
            self.assertEqual({line for line, hits in lines.items() if hits},
                             {line for line, hits in merged[path].items() if hits})
        rows = [row for row in drcov.load(self.folder / "merged").modules if row.path.endswith("calculator")]
        self.assertEqual(len(rows), 1)
        # Where the file that ran is not there any more.
        moved = drcov.load(self.folder / "own")
        (self.folder / "moved").write_bytes(drcov.write(
            [(row.start, row.end, "/nowhere/calculator" if row.path.endswith("calculator") else row.path)
             for row in moved.modules], moved.blocks))
        self.assertEqual(self.covtool("lcov", trace, "moved", "--elf", self.elf).stdout, both)
        # The program's own blocks are more than those of either.
        alone = [reports.lcov(self.covtool("lcov", name, "--elf", self.elf).stdout)[0] for name in (trace, "own")]
        for path, lines in reports.lcov(both)[0].items():
            for line, hits in lines.items():
                self.assertEqual(bool(hits), any(report[path][line] for report in alone))

    def test_every_command(self):
        trace = self.folder / "run.txt"
        trace.write_text("".join(f"{start:#x}\n" for start in sorted(self.starts)))
        for command in (["info"], ["validate"], ["report", "--elf", self.elf], ["symbolise", "--elf", self.elf],
                        ["show", "--elf", self.elf], ["drcov", "--elf", self.elf], ["drcov", "--for", "cutter"],
                        ["json", "--elf", self.elf], ["repair"], ["minimise"], ["intersect"], ["cobertura", "--elf", self.elf]):
            self.covtool(command[0], trace, *command[1:], "-o", "result")
            self.assertGreater((self.folder / "result").stat().st_size, 15)
        done = self.covtool("drcov", trace, "-o", "result")
        self.assertIn("no size: the first byte counts", done.stderr)
        self.covtool("subtract", trace, trace, "--elf", self.elf)
        self.covtool("diff", trace, trace, "--elf", self.elf)

    def test_without_the_file(self):
        """Where nobody says what is there, a report says what would."""
        trace = self.folder / "run.modoff"
        trace.write_text("calculator+10\n")
        self.assertIn("--elf", self.covtool("lcov", trace, status=65).stderr)
        done = self.covtool("lcov", trace, "--elf", guests.built("static") / "phases", status=65)
        self.assertIn("belongs to no module of the trace, which has calculator", done.stderr)
        done = self.covtool("merge", trace, "--elf", "/nowhere/calculator", "-o", "merged", status=66)
        self.assertFalse((self.folder / "merged").exists())
        (self.folder / "list").write_text("0x10\n")
        done = self.covtool("lcov", "list", "--elf", f"{self.elf}@0x123000", status=65)
        self.assertIn("no block outside all modules is at its addresses", done.stderr)

    def test_places_of_their_own(self):
        """A place is looked for by the list's own name and offset, though no file says how large the module is."""
        lists = {"one.txt": ["program+0x10", "lib.so+5"], "two.txt": ["program+0x10", "program+0xffffff"], "three.txt": ["lib.so+6"]}
        for name, lines in lists.items():
            (self.folder / name).write_text("".join(line + "\n" for line in lines))
        for place in ("program+0x10", "program+0xffffff", "lib.so+5", "lib.so+6", "lib.so+7"):
            found = self.covtool("which", place, "--names", *lists).stdout.splitlines()
            self.assertEqual(found, [name for name, lines in lists.items() if place in lines], place)

    def test_damage(self):
        """The line is named; the rest is used."""
        trace = self.folder / "run.modoff"
        lines = [f"calculator+{start - self.low:x}" for start in sorted(self.starts)]
        trace.write_text("\n".join(lines[:40] + ["nothing"] + lines[40:]) + "\n")
        done = self.covtool("lcov", trace, "--elf", self.elf)
        self.assertIn("run.modoff: line 41: not 'MODULE+OFFSET'", done.stderr)
        self.covtool("lcov", trace, "--elf", self.elf, "--strict", status=65)
        self.covtool("validate", trace, status=1)

    def test_more_modules_than_a_trace_can_have(self):
        """What is read can be merged."""
        path = self.folder / "list"
        path.write_text("".join(f"lib{number}.so+{number + 16:#x}\n" for number in range(65_600)))
        said = self.covtool("merge", "-o", "merged.drcov", path).stderr
        self.assertIn("line 65534: the first of 67 lines behind 65533 modules", said)
        self.assertEqual(len(drcov.load(self.folder / "merged.drcov").modules), 65_533)

    def test_strangers(self):
        """Text that is none stays an error, alone and in a folder."""
        folder = self.folder / "runs"
        folder.mkdir()
        for name, text in (("words", "hello\nworld\n"), ("numbers", "1\n2\n3\n"), ("date", "20261128\n"),
                           ("source.c", "int f(int a) { return a+1; }\n"), ("script", "#!/bin/sh\nexit 0\n"),
                           ("sum", "1+x\n"), ("page.md", "# QEMU\n\nTrace 0: 0x1 [0/401000/0/0] main\n")):
            (folder / name).write_text(text)
            done = self.covtool("info", folder / name, status=65)
            self.assertIn(f"{name}: line 1: not a drcov file", done.stderr)
        self.assertIn("no trace is in this folder", self.covtool("merge", folder, status=66).stderr)
        (folder / "run.modoff").write_text("calculator+10\n")
        self.assertIn("7 files in folders are not traces", self.covtool("merge", folder, "-o", "m").stderr)

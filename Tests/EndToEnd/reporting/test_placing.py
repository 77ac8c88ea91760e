"""Blocks of no module that --elf places, and what there is where no file says anything."""

import json

from Tests.EndToEnd.support import drcov, guests, reports
from Tests.EndToEnd.support.setting import Case, output


class Placing(Case):
    def loose(self, kind, program, *arguments):
        """A trace of one run, and one with the program's blocks in no module; gives the program's row."""
        trace = self.folder / "whole"
        guests.record(trace, kind, program, *arguments)
        whole = drcov.load(trace)
        row, = (row for row in whole.modules if row.path.endswith(f"/{program}"))
        rows = [(row.start, row.end, row.path)]
        blocks = [(0, start, size) for id, start, size in whole.blocks if id == row.id]
        trace.write_bytes(drcov.write(rows, blocks))
        (self.folder / "loose").write_bytes(drcov.write([], [
            (drcov.NO_MODULE, (row.start + start) & 0xFFFFFFFF, size) for _, start, size in blocks]))
        return row, guests.built(kind) / program

    def check(self, elf, *names):
        for command in (["lcov"], ["report"], ["report", "--functions"], ["show"], ["symbolise"]):
            expected = self.covtool(*command, "whole", "--elf", elf).stdout
            self.assertGreater(len(expected), 300)
            for name in names:
                self.assertEqual(self.covtool(*command, "loose", "--elf", name).stdout, expected, command)

    def test_own_addresses(self):
        row, elf = self.loose("static", "phases", "phases", 1)
        self.check(elf, elf, f"{elf}@{row.start:#x}", f"{elf}@{row.start}")

    def test_base(self):
        """Of a base above 4 GiB those bits count that the blocks have."""
        row, elf = self.loose("pie", "calculator", guests.INPUTS[0])
        self.assertGreater(row.start, 1 << 32)
        self.check(elf, f"{elf}@{row.start:#x}", f"{elf}@{row.start & 0xFFFFFFFF:#x}")
        done = self.covtool("lcov", "loose", "--elf", f"{elf}@{row.start + (1 << 24):#x}", status=65)
        self.assertIn("no block", done.stderr)

    def test_file_with_that_name(self):
        """A file that is called so is that file."""
        row, elf = self.loose("pie", "calculator", guests.INPUTS[0])
        copy = self.folder / "calculator@0x1000"
        copy.write_bytes(elf.read_bytes())
        (self.folder / "named").write_bytes(drcov.write(
            [(row.start, row.end, "/nowhere/calculator@0x1000")], drcov.load(self.folder / "whole").blocks))
        self.assertEqual(self.covtool("lcov", "named", "--elf", copy).stdout,
                         self.covtool("lcov", "whole", "--elf", elf).stdout)

    def test_diff(self):
        row, elf = self.loose("static", "phases", "phases", 1)
        (self.folder / "empty").write_bytes(drcov.write([], []))
        for names in (["empty", "loose"], ["loose", "empty"]):
            document = json.loads(self.covtool("diff", "--json", *names, "--elf", elf).stdout)
            self.assertEqual([part["path"] for part in document["modules"]], [str(elf)])
            file, = (file for file in document["files"] if file["path"].endswith("/phases.c"))
            self.assertTrue(file["newLines" if names[0] == "empty" else "goneLines"])


class Nothing(Case):
    def test_symbolise(self):
        """Of modules that are not there, or say nothing, all blocks are there."""
        (self.folder / "script").write_text("#!/bin/sh\n")
        (self.folder / "run").write_bytes(drcov.write(
            [(0x1000, 0x2000, "/nowhere/a"), (0x8000, 0x9000, str(self.folder / "script")),
             (0xA000, 0xB000, "[jit]")], [(0, 0x10, 4), (0, 0x20, 5), (1, 0x30, 6), (2, 0x40, 7)]))
        done = self.covtool("symbolise", "run")
        self.assertEqual(done.stdout, "a+0x10\t4\t??\t??:0\na+0x20\t5\t??\t??:0\n"
                                      "script+0x30\t6\t??\t??:0\n[jit]+0x40\t7\t??\t??:0\n")
        modules = json.loads(self.covtool("symbolise", "--json", "run").stdout)["modules"]
        self.assertEqual([len(module["blocks"]) for module in modules], [2, 1, 1])

    def test_diff_by_symbol(self):
        """As `report` has them."""
        program = self.folder / "endings"
        output("strip", "--strip-debug", "-o", program, guests.built("pie") / "endings")
        for name, how in (("one", "exit_group"), ("two", "last-thread")):
            guests.record(self.folder / name, "pie", program, how)
        functions = {}
        for name in ("one", "two"):
            _, found, _ = reports.lcov(self.covtool("lcov", name).stdout)
            functions[name] = {function for function, (_, hits) in found[str(program)].items() if hits}
        done = self.covtool("diff", "--json", "one", "two")
        self.assertIn("coverage by function", done.stderr)
        file, = json.loads(done.stdout)["files"]
        self.assertEqual({function["linkageName"] for function in file["newFunctions"]},
                         functions["two"] - functions["one"])
        self.assertEqual({function["linkageName"] for function in file["goneFunctions"]},
                         functions["one"] - functions["two"])

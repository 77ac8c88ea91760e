"""Functions that compilers inline, take apart, name themselves or make of their own accord: their names, lines and
calls, beside gcov."""

import json

from Tests.EndToEnd.support import gcov, guests
from Tests.EndToEnd.support.setting import ROOT, Case, output, run

SOURCE = ROOT / "Fixtures/guests/special/calls.cpp"


class Functions(Case):
    def both(self, *flags):
        """What covtool and gcov say of the guest, each {name: (line, calls)} and {line: count}."""
        guest, trace, other = self.folder / "calls", self.folder / "run.drcov", self.folder / "gcov"
        other.mkdir()
        output("g++", "-g", *flags, SOURCE, "-o", guest)
        output("g++", "-g", *flags, "--coverage", SOURCE, "-o", "calls", folder=other)
        ours, theirs = guests.qemu("pie", guest, plugin=f"out={trace},counts=on"), run(other / "calls", folder=other)
        self.assertEqual((ours.returncode, ours.stdout), (theirs.returncode, theirs.stdout))
        document = json.loads(self.covtool("json", "--no-demangle", "--elf", guest, trace).stdout)
        file, = (file for file in document["files"] if file["path"] == str(SOURCE))
        self.assertEqual(len({one["linkageName"] for one in file["functions"]}), len(file["functions"]))
        lines, functions = gcov.read(other)
        return ({one["linkageName"]: (one["line"], one["hits"]) for one in file["functions"]},
                {one["line"]: one["hits"] for one in file["lines"]}, functions[str(SOURCE)], lines[str(SOURCE)])

    def test_not_optimised(self):
        """Names of lambdas and of templates over them; nothing of what nobody wrote, and none of its lines."""
        functions, lines, gcov_functions, gcov_lines = self.both("-O0")
        self.assertEqual(functions, gcov_functions)
        # The structures of which the compiler has made members, and what runs before main.
        text = SOURCE.read_text().splitlines()
        for number in (number for number, line in enumerate(text, 1)
                       if line.startswith(("struct Whole", "static int first", "static Base global"))):
            self.assertNotIn(number, gcov_lines)
            self.assertNotIn(number, lines)

    def test_optimised(self):
        """What ran where it was inlined; the part of a function that is left counts for no call."""
        functions, _, gcov_functions, _ = self.both("-O2")
        symbols = output("nm", self.folder / "calls")
        self.assertIn("_Z6partlyi.part.0", symbols)
        self.assertNotIn("4onceEi", symbols)
        # A function that no other unit can call has no name for the linker where it is inlined alone.
        for name, own in {"_ZN4madeL4onceEi": "once", "_Z6partlyi": "_Z6partlyi", "main": "main"}.items():
            self.assertEqual(functions[own], gcov_functions[name])
        # gcov does not count calls that were inlined before it counts: by hand, as gcov counts them at -O0.
        self.assertEqual(functions["_ZN4made4BaseD2Ev"][1], 5)
        self.assertFalse([name for name in functions if "GLOBAL__sub_I" in name or "initialization" in name])
        # What was inlined into what runs before main was written by people.
        self.assertEqual(functions["_ZN4made4BaseC2Ei"][1], 4)


class DemangledNames(Case):
    def test_lambda(self):
        """Of a lambda's body, and of a template over it, as binutils has them."""
        guest, trace = self.folder / "calls", self.folder / "run.drcov"
        output("g++", "-g", "-O0", SOURCE, "-o", guest)
        guests.record(trace, "pie", guest)
        document = json.loads(self.covtool("json", "--elf", guest, trace).stdout)
        names = {one["linkageName"]: one["name"] for file in document["files"] for one in file["functions"]}
        lambdas = [name for name in names if "mainEUl" in name or "mainENKUl" in name]
        symbols = {line.split()[-1] for line in output("nm", guest).splitlines()}
        self.assertEqual(set(lambdas), {name for name in symbols if "mainEUl" in name or "mainENKUl" in name})
        self.assertGreater(len(lambdas), 5)
        for name in lambdas:
            self.assertEqual(names[name], output("c++filt", name).strip())

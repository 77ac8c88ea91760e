"""Which runs reached a place: each run's own gcov, QEMU's log of each, and files read here say so, too."""

import functools
import gzip
import json
import random
import tempfile
from pathlib import Path

from Tests.EndToEnd.support import drcov, execlog, gcov, guests, reports
from Tests.EndToEnd.support.setting import ROOT, Case, output

SEED = 23
DEMO = str(ROOT / "Fixtures/guests/demo")


def answer(text):
    """{name: hits} of the lines that `which` prints; None where they are not known."""
    rows = [line.split("\t") for line in text.splitlines()]
    found = {name: None if hits == "-" else int(hits) for hits, name in rows}
    assert len(found) == len(rows), text
    return found


@functools.cache
def counters():
    """What gcov says of the demo, input by input."""
    with tempfile.TemporaryDirectory(prefix="covtool-gcov-") as folder:
        found = {}
        for input in guests.INPUTS:
            own = Path(folder) / input.stem
            own.mkdir()
            found[input.stem] = gcov.demo(own, [input])
        return found


class Templates(Case):
    SOURCE = """
#include <type_traits>
namespace ns {
template <class T> T largest(T a, T b) { return a < b ? b : a; }
template <class T> typename std::enable_if<(sizeof(T) > 2), unsigned long>::type wide(T a) { return sizeof a; }
struct Number {
    int value;
    template <class T> operator T() const { return value; }
    template <class T> bool operator<(T other) const { return value < other; }
    template <class T> Number &operator=(T other) { value = other; return *this; }
};
}
int main() { ns::Number n{3}; n = 4; long x = n; return ns::largest<int>(1, 2) + ns::wide(3) + x + (n < 2) > 100; }
"""

    def test_names(self):
        """A template's function is found by its name with and without what it returns, and its parameters."""
        (self.folder / "a.cpp").write_text(self.SOURCE)
        output("g++", "-g", "-O0", "a.cpp", "-o", "a", folder=self.folder)
        guests.record(self.folder / "run.drcov", "pie", self.folder / "a")
        readable = output("nm", "-C", self.folder / "a")
        for name in ("ns::largest<int>", "((sizeof (int))>(2)), unsigned long>::type ns::wide<int>", "ns::Number::operator long<long>",
                     "bool ns::Number::operator< <int>", "ns::Number& ns::Number::operator=<int>"):
            self.assertIn(f"{name}(", readable)
        for name in ("ns::largest<int>", "int ns::largest<int>", "ns::largest<int>(int, int)", "int ns::largest<int>(int, int)",
                     "ns::wide<int>", "ns::wide<int>(int)", "ns::Number::operator long<long>", "ns::Number::operator< <int>",
                     "ns::Number::operator< <int>(int) const", "ns::Number::operator=<int>", "main"):
            with self.subTest(name=name):
                self.assertEqual(list(answer(self.covtool("which", name, "--elf", "a", "run.drcov").stdout)), ["run.drcov"])
        self.covtool("which", "largest<int>", "--elf", "a", "run.drcov", status=65)


class Gcov(Case):
    """Lines and functions of the demo, in C and C++ at -O0, with hit counts."""

    def setUp(self):
        super().setUp()
        self.traces = guests.record_inputs(self.folder)

    def which(self, place, *options):
        return answer(self.covtool("which", place, *options, *self.traces, *guests.elves()).stdout)

    def compare(self, what, known, alike=1):
        """`known` gives for each place {input: count} by gcov. Hit or not must be alike for so many of all runs and
        places, counts for most."""
        states = same = counts = equal = partial = 0
        for place, theirs in known.items():
            ours = self.which(place)
            hit = {f"{stem}.drcov" for stem, count in theirs.items() if count}
            self.assertEqual(list(ours), [trace for trace in self.traces if trace in ours])
            states += len(self.traces)
            same += len(self.traces) - len(hit ^ set(ours))
            partial += 0 < len(hit) < len(self.traces)
            for name in hit & set(ours):
                counts += 1
                equal += ours[name] == theirs[name.removesuffix(".drcov")]
        print(f"[{len(known)} {what}, {partial} of some of the {len(self.traces)} runs: hit or not alike for {same} of "
              f"{states}, counts for {equal} of {counts}] ", end="")
        self.assertGreater(partial, 20)
        self.assertGreaterEqual(same, alike * states)
        self.assertGreater(equal, 0.93 * counts)

    def known_lines(self):
        """{FILE:LINE: {input: count}} of lines that both covtool's report of all runs and gcov know."""
        self.covtool("merge", "--counts", *self.traces)
        listed, _, _ = reports.lcov(self.covtool("lcov", *guests.elves()).stdout)
        by_line = {}
        for stem, (lines, _) in counters().items():
            for path, counts in lines.items():
                for line, count in counts.items():
                    if path.startswith(DEMO) and line in listed.get(path, {}):
                        by_line.setdefault((path, line), {})[stem] = count
        return by_line

    def test_lines(self):
        lines = self.known_lines()
        chosen = random.Random(SEED).sample(sorted(lines), 120)
        self.compare("lines", {f"{Path(path).name}:{line}": lines[path, line] for path, line in chosen}, 0.99)

    def test_functions(self):
        """By the linker's names."""
        known = {}
        for stem, (_, functions) in counters().items():
            for path, found in functions.items():
                for name, (_, count) in found.items():
                    if path.startswith(DEMO):
                        known.setdefault(name, {})[stem] = count
        own = {line.split()[-1] for elf in guests.elves()[1::2]
               for line in output("nm", elf).splitlines() if line.split()[-2] in "TtWw"}
        self.compare("functions", {name: counts for name, counts in known.items() if name in own})

    def test_not(self):
        lines = self.known_lines()
        for path, line in random.Random(SEED + 1).sample(sorted(lines), 5):
            place = f"{path}:{line}"
            theirs = [f"{stem}.drcov" for stem, count in lines[path, line].items() if not count]
            done = self.covtool("which", place, "--not", *self.traces, *guests.elves())
            self.assertEqual(list(answer(done.stdout)), sorted(theirs, key=self.traces.index))
            self.assertIn(f"{len(theirs)} of {len(self.traces)} runs did not reach {place}", done.stderr)

    def test_names_of_functions(self):
        """Those of people, with and without parameters."""
        names = [line.split(" ", 2)[2] for line in output("nm", "-C", guests.elves()[1]).splitlines() if " T " in line]
        readable = [name for name in names if "(" in name and "::" in name and "[" not in name]
        self.assertTrue(readable)
        for name in random.Random(SEED).sample(readable, min(5, len(readable))):
            whole = self.which(name)
            self.assertEqual(self.which(name.partition("(")[0]), whole, name)

    def test_messages(self):
        for place, message in (("main.cpp:100000", "has no code"), ("nosuch.c:1", "no source with code is called"),
                               ("nosuchfunction", "no function is called 'nosuchfunction'"),
                               ("nosuch+0x10", "no module is called 'nosuch'"),
                               ("calculator+0xffffffffff", "is behind the module's end")):
            done = self.covtool("which", place, *self.traces, status=65)
            self.assertIn(message, done.stderr)
            self.assertEqual(done.stdout, "")
        for words in (["main.cpp:0", "x"], ["", "x"], ["main"], ["main", "-"], ["main", "x", "--json", "--names"]):
            self.covtool("which", *words, status=64)
        self.covtool("which", "main", "nosuchtrace", status=66)


class Logged(Case):
    def test_offsets(self):
        """Instructions, against QEMU's own log of each run."""
        logs, names = {}, []
        for input in guests.INPUTS:
            name, log = f"{input.stem}.drcov", self.folder / "log"
            guests.record(self.folder / name, "pie", "calculator", input, options=[*execlog.OPTIONS, log])
            trace = drcov.load(self.folder / name)
            names.append(name)
            rows = {Path(row.path).name: row for row in trace.modules if row.id == row.containing}
            logs[name] = {(module, address - row.start, size) for address, size in execlog.executed(log)
                          for module, row in rows.items() if row.start <= address < row.end}
        chance = random.Random(SEED)
        every = sorted(set().union(*logs.values()))
        rare = [block for block in every if not all(block in blocks for blocks in logs.values())]
        partial = 0
        for module, start, size in [*chance.sample(every, 20), *chance.sample(rare, 60)]:
            offset = start + chance.randrange(size)
            theirs = [name for name in names
                      if any(module == own and low <= offset < low + length for own, low, length in logs[name])]
            place = f"{module}+{offset:#x}" if chance.random() < 0.5 else f"{module}+{offset}"
            ours = answer(self.covtool("which", place, *names).stdout)
            self.assertEqual(ours, dict.fromkeys(theirs), place)
            self.assertEqual(list(ours), theirs)
            partial += len(theirs) < len(names)
        self.assertGreater(partial, 40)


INLINED = {
    "shared.h": "static inline __attribute__((always_inline)) int shared(int n) {\n"
                "    if (n > 100)\n        n -= 7;\n    return n * 3;\n}\n",
    "other.c": '#include "shared.h"\nint other(int n) {\n    return shared(n) + 1;\n}\n',
    "main.c": '#include <stdlib.h>\n#include "shared.h"\nint other(int);\n'
              "int main(int count, char **words) {\n    int n = count > 1 ? atoi(words[1]) : 0;\n"
              "    switch (count) {\n    case 3: return shared(n) & 63;\n    case 4: return other(n) & 63;\n"
              "    default: return n & 63;\n    }\n}\n",
}


class Inlined(Case):
    def test_copies(self):
        """A function that is nowhere but inlined, in two units: by what the sources say."""
        for name, text in INLINED.items():
            (self.folder / name).write_text(text)
        output("gcc", "-g", "-O2", "main.c", "other.c", "-o", "program", folder=self.folder)
        runs = {"none": ("5",), "main": ("5", "x"), "other": ("5", "x", "y"), "large": ("500", "x"),
                "both": ("500", "x", "y")}
        for name, words in runs.items():
            guests.record(self.folder / f"{name}.drcov", "pie", self.folder / "program", *words)
        names = [f"{name}.drcov" for name in runs]

        def which(place):
            return list(answer(self.covtool("which", place, *names).stdout))

        copies = ["main.drcov", "other.drcov", "large.drcov", "both.drcov"]
        self.assertEqual(which("shared"), copies)
        self.assertEqual(which("shared.h:1"), copies)
        self.assertEqual(which("shared.h:2"), copies)
        self.assertEqual(which("other"), ["other.drcov", "both.drcov"])
        self.assertEqual(which("main"), names)

    def test_as_the_report_of_each_run(self):
        """Of optimised C++ every line is as in the report of that run alone, hit counts too."""
        folder = self.folder / "optimised"
        folder.mkdir()
        sources = sorted(str(path) for path in Path(DEMO).glob("*.c*"))
        output("g++", "-x", "c++", "-fpermissive", "-w", "-g", "-O2", *[s for s in sources if s.endswith(".cpp")],
               "-x", "c", *[s for s in sources if s.endswith(".c")], "-o", folder / "calculator", "-ldl")
        names, lines = [], {}
        for number, input in enumerate(guests.INPUTS):
            names.append(f"{input.stem}.drcov")
            options = ",counts=on" if number % 2 else ""
            guests.qemu("pie", folder / "calculator", input, plugin=f"out={self.folder / names[-1]}{options}")
            found, _, _ = reports.lcov(self.covtool("lcov", names[-1]).stdout)
            for path, counts in found.items():
                for line, hits in counts.items():
                    lines.setdefault((path, line), {})[names[-1]] = hits
        chosen = random.Random(SEED).sample(sorted(key for key in lines if key[0].startswith(DEMO)), 100)
        for path, line in chosen:
            ours = answer(self.covtool("which", f"{path}:{line}", *names).stdout)
            theirs = {name: hits if names.index(name) % 2 else None
                      for name, hits in lines[path, line].items() if hits}
            self.assertEqual(ours, theirs, f"{path}:{line}")


MODULES = [("/nowhere/program", 0x40000), ("/nowhere/lib/first.so", 0x80000), ("/nowhere/lib/second.so", 0x20000)]


class MadeUp(Case):
    """Traces of no program, in several forms, read here."""

    def setUp(self):
        super().setUp()
        chance = random.Random(SEED)
        pool = [(module, chance.randrange(0, MODULES[module][1] - 70), chance.randrange(0, 60))
                for module in range(3) for _ in range(400)]
        self.names, self.blocks = [], {}
        for number in range(150):
            order = chance.sample(range(3), 3)
            base = chance.randrange(1, 1000) << 24
            rows, ids = [], {}
            for id, module in enumerate(order):
                path, size = MODULES[module]
                rows.append((base + (id << 20), base + (id << 20) + size, path))
                ids[module] = id
            own = chance.sample(pool, chance.randrange(1, 300))
            name = f"{number:03}.drcov"
            data = drcov.write(rows, [(ids[m], start, size) for m, start, size in own + own[:3]])
            (self.folder / name).write_bytes(gzip.compress(data) if number % 5 == 1 else data)
            self.names.append(name)
            self.blocks[name] = {(MODULES[m][0], start, size) for m, start, size in own}
            self.assertEqual(drcov.read(data).offsets(), self.blocks[name])
        self.chance = chance

    def reached(self, path, offset):
        return [name for name in self.names
                if any(own == path and start <= offset < start + size for own, start, size in self.blocks[name])]

    def test_offsets(self):
        partial = 0
        for _ in range(60):
            path, start, size = self.chance.choice(sorted(self.blocks[self.chance.choice(self.names)]))
            offset = start + self.chance.randrange(-1, size + 1)
            if offset < 0:
                continue
            module = self.chance.choice([path, Path(path).name])
            ours = answer(self.covtool("which", f"{module}+{offset:#x}", *self.names).stdout)
            self.assertEqual(list(ours), self.reached(path, offset))
            self.assertEqual(set(ours.values()) - {None}, set())
            partial += bool(ours)
        self.assertGreater(partial, 40)

    def test_forms(self):
        path, start, size = sorted(self.blocks[self.names[7]])[40]
        place, theirs = f"{path}+{start:#x}", self.reached(path, start + 0)
        self.assertTrue(theirs)
        done = self.covtool("which", place, "--names", "-o", "list", ".")
        self.assertEqual((self.folder / "list").read_text().splitlines(), [f"./{name}" for name in theirs])
        # What it prints is a list of traces.
        self.assertEqual(answer(self.covtool("which", place, "@list").stdout), dict.fromkeys(
            f"./{name}" for name in theirs))
        fewest = min(theirs, key=lambda name: (len(drcov.read(self.data(name)).blocks), name))
        self.assertIn(f"{len(theirs)} of {len(self.names)} runs reached {place}; the first: ./{theirs[0]}; "
                      f"the smallest: ./{fewest} (", done.stderr)
        document = json.loads(self.covtool("which", place, "--json", *self.names).stdout)
        self.assertEqual((document["format"], document["version"], document["kind"]), ("covtool-which", 1, "offset"))
        self.assertEqual([run["path"] for run in document["runs"]], theirs)
        self.assertEqual((document["first"], document["smallest"]), (theirs[0], fewest))
        others = json.loads(self.covtool("which", place, "--json", "--not", *self.names).stdout)
        self.assertEqual([run["path"] for run in others["runs"]], [n for n in self.names if n not in theirs])
        # Inputs by their names: then their size decides.
        (self.folder / "inputs").mkdir()
        sizes = {name: self.chance.randrange(1, 5000) for name in self.names}
        for name, count in sizes.items():
            (self.folder / "inputs" / name.removesuffix(".drcov")).write_bytes(b"x" * count)
        document = json.loads(self.covtool("which", place, "--json", "--corpus", "inputs", *self.names).stdout)
        self.assertEqual(document["smallest"], min(theirs, key=lambda name: sizes[name]))
        self.assertEqual({run["path"]: run["inputSize"] for run in document["runs"]},
                         {name: sizes[name] for name in theirs})

    def data(self, name):
        data = (self.folder / name).read_bytes()
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data

    def test_rare_modules(self):
        """A module that one of many runs has, alone or beside another of its name."""
        rows = [(0x10000, 0x50000, "/nowhere/program"), (0x60000, 0x70000, "/nowhere/rare.so"),
                (0x80000, 0x90000, "/elsewhere/program")]
        at = 100
        (self.folder / "rare.drcov").write_bytes(drcov.write(rows, [(1, 0x10, 4), (2, 0x777, 4)]))
        names = [*self.names[:at], "rare.drcov", *self.names[at:]]
        self.assertEqual(answer(self.covtool("which", "rare.so+0x12", *names).stdout), {"rare.drcov": None})
        for name in ("program", "/elsewhere/program"):
            ours = answer(self.covtool("which", f"{name}+0x778", *names).stdout)
            theirs = self.reached("/nowhere/program", 0x778) if name == "program" else []
            self.assertEqual(list(ours), sorted([*theirs, "rare.drcov"], key=names.index))
        done = self.covtool("which", "nosuch+0x12", *names, status=65)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_nobody(self):
        done = self.covtool("which", "program+0x3ffff", *self.names)
        self.assertEqual(done.stdout, "")
        self.assertIn(f"0 of {len(self.names)} runs reached program+0x3ffff", done.stderr)

    def test_damage(self):
        """A block of a row that is not there is said; with --strict it is an error."""
        (self.folder / "bad").write_bytes(
            drcov.write([(0x1000, 0x9000, "/nowhere/program")], [(0, 0x10, 4), (7, 0x20, 4)]))
        done = self.covtool("which", "program+0x11", "bad")
        self.assertEqual(done.stdout, "-\tbad\n")
        self.assertIn("name a module that is not in the table", done.stderr)
        self.covtool("which", "program+0x11", "bad", "--strict", status=65)
        (self.folder / "none").write_text("no trace")
        self.covtool("which", "program+0x11", "none", "bad", status=65)
        done = self.covtool("which", "program+0x11", "none", "bad", "--failure-mode", "warn")
        self.assertEqual(done.stdout, "-\tbad\n")
        self.assertEqual(done.stderr.count("none: "), 1)

    def test_outside(self):
        """Blocks in no module belong to the file that --elf says is there."""
        output("gcc", "-g", "-O0", "-x", "c", "-", "-o", "program", folder=self.folder,
               stdin=None, input="int f(int n) { return n; }\nint main(void) { return f(0); }\n")
        entry, = (int(line.split()[0], 16) for line in output("nm", self.folder / "program").splitlines()
                  if line.endswith(" T f"))
        base = 0x7000_0000
        for name, address in (("in", base + entry), ("out", base + 0x100000)):
            (self.folder / name).write_bytes(
                drcov.write([(0x1000, 0x2000, "/nowhere/other")], [(0xFFFF, address, 4)]))
        done = self.covtool("which", "f", "in", "out", "--elf", f"program@{base:#x}")
        self.assertEqual(answer(done.stdout), {"in": None})

"""Frames of inlined code: by hand, and beside eu-addr2line over every block of a run."""

import collections
import json
import os
import re

from Tests.EndToEnd.support import drcov, guests
from Tests.EndToEnd.support.setting import COVTOOL, ROOT, Case, output, run

SOURCE = ROOT / "Fixtures/guests/frames/frames.cpp"

# Debug information has no name of it for the linker; the symbol has.
LAMBDA = "main::{lambda(int)#1}::operator()(int) const"

# What the marks' addresses belong to, worked out by hand from the source: frames from the innermost
# out, each a function and the words in brackets that stand on its line.
BY_HAND = {
    "mark_innermost": [
        [("shapes::innermost(int)", "innermost"), ("shapes::middle(int)", "middle calls innermost"),
         ("shapes::outer(int)", "outer calls middle")],
        [("shapes::innermost(int)", "innermost"), ("shapes::outer(int)", "outer calls innermost")],
        [("shapes::innermost(int)", "innermost"), (LAMBDA, "lambda calls innermost")]],
    "mark_middle": [[("shapes::middle(int)", "middle"), ("shapes::outer(int)", "outer calls middle")]],
    "mark_outer": [[("shapes::outer(int)", "outer")]],
    "mark_doubled": [[("shapes::Box<int>::doubled() const", "doubled")],
                     [("shapes::Box<long>::doubled() const", "doubled")]],
    "mark_scaled": [
        [("int shapes::Box<int>::scaled<5>() const", "scaled"),
         ("shapes::boxes(int)", "boxes scales an int")],
        [("long shapes::Box<long>::scaled<7>() const", "scaled"),
         ("shapes::boxes(int)", "boxes scales a long")]],
    "mark_thrown": [[("shapes::check(int)", "check throws"), ("shapes::guarded(int)", "guarded checks")]],
    "mark_checked": [[("shapes::check(int)", "check"), ("shapes::guarded(int)", "guarded checks")]],
    "mark_passed": [[("shapes::guarded(int)", "guarded passed")]],
    "mark_caught": [[("shapes::guarded(int)", "guarded caught")]],
    "mark_lambda": [[(LAMBDA, "lambda")]],
}

FORMS = (("-gdwarf-2",), ("-gdwarf-3",), ("-gdwarf-4",), ("-gdwarf-5",), ("-gdwarf64",),
         ("-gdwarf-4", "-gsplit-dwarf"), ("-gdwarf-5", "-gsplit-dwarf"),
         ("-gdwarf-5", "-gz", "-fdebug-types-section"))


def frames(text):
    """covtool's lines -> by address, [(function, file, line)]."""
    found = {}
    for line in text.splitlines():
        address, function, place = line.split("\t")
        if address:
            current = found[int(address, 16)] = []
        path, _, number = place.rpartition(":")
        current.append((function, path, int(number)))
    return found


def addr2line_frames(text):
    """What addr2line -a -f -i writes -> by address, [(function, file, line)]."""
    found, current, function = {}, None, None
    for line in text.splitlines():
        if re.fullmatch(r"0x[0-9a-f]+", line):
            current = found[int(line, 16)] = []
        elif function is None:
            function = line.partition(" inlined at ")[0]
        else:
            path, number = re.match(r"(.*?):(\d+|\?)(?::\d+)?(?: \(.*)?$", line).groups()
            path = None if path.startswith("?") else os.path.normpath(path)
            current.append((function, path, int(number) if path and number != "?" else 0))
            function = None
    return found


class ByHand(Case):
    def check(self, *flags):
        guest = self.folder / "frames"
        output("g++", "-g", *flags, SOURCE, "-o", guest, folder=self.folder)
        tags = {tag: number for number, line in enumerate(SOURCE.read_text().splitlines(), 1)
                for tag in re.findall(r"// \[(.*)\]", line)}
        marks = collections.defaultdict(list)
        for line in output("nm", guest).splitlines():
            address, _, name = line.partition(" ")[0], None, line.split()[-1]
            if name.startswith("mark_"):
                marks[re.sub(r"_\d+$", "", name)].append(int(address, 16))
        addresses = sorted(address for group in marks.values() for address in group)
        found = frames(self.covtool("symbolise", "--elf", guest, *map(hex, addresses)).stdout)
        for name, expected in BY_HAND.items():
            with self.subTest(name, flags=flags):
                self.assertCountEqual(
                    [found[address] for address in marks[name]],
                    [[(function, str(SOURCE), tags[tag]) for function, tag in one] for one in expected])
        self.assertEqual(set(marks), set(BY_HAND))

    def test_optimised(self):
        self.check("-O2")

    def test_not_optimised(self):
        self.check("-O0")

    def test_forms(self):
        for form in FORMS:
            self.check("-O2", *form)


class InlinedFunctions(Case):
    def test_counts(self):
        """Of functions that are nowhere but inlined, by hand from the source."""
        guest, trace = self.folder / "frames", self.folder / "run.drcov"
        output("g++", "-g", "-O2", SOURCE, "-o", guest)
        guests.qemu("pie", guest, plugin=f"out={trace},counts=on")
        expected = {"shapes::innermost(int)": 3, "shapes::middle(int)": 1, "shapes::check(int)": 2,
                    "int shapes::Box<int>::scaled<5>() const": 1,
                    "long shapes::Box<long>::scaled<7>() const": 1}

        def functions(*options, name="name"):
            files = json.loads(self.covtool("json", "--elf", guest, *options, trace).stdout)["files"]
            found, = (file for file in files if file["path"] == str(SOURCE))
            return {one[name]: one["hits"] for one in found["functions"]}

        found = functions()
        self.assertEqual({name: found[name] for name in expected}, expected)
        self.assertEqual(found["shapes::guarded(int)"], 2)
        self.assertEqual(functions("--no-demangle")["_ZN6shapes7guardedEi"], 2)
        tracefile = self.covtool("lcov", "--elf", guest, trace).stdout
        self.assertIn("\nFNDA:3,_ZN6shapes9innermostEi\n", tracefile)
        # From the declaration to the last statement.
        text = SOURCE.read_text().splitlines()
        for name, linkage_name, last in (("innermost", "_ZN6shapes9innermostEi", "return value * 3;"),
                                         ("check", "_ZN6shapes5checkEi", "// [check]")):
            first, = (number for number, line in enumerate(text) if line.startswith("INLINED")
                      and f" {name}(" in line)
            end, = (number for number, line in enumerate(text) if line.endswith(last))
            show = ["show", "--elf", guest, "--source-root", ROOT, trace, "--function"]
            for options in ((f"shapes::{name}",), (linkage_name, "--no-demangle")):
                shown = self.covtool(*show, *options).stdout.splitlines()[2:]
                self.assertEqual([line.split("|", 2)[2] for line in shown], text[first:end + 1])
            self.covtool(*show, f"shapes::{name}", "--no-demangle", status=65)


class BesideElfutils(Case):
    def test_every_block(self):
        """Of the calculator, optimised, over all that it executes of itself."""
        guest, trace = self.folder / "calculator", self.folder / "run.drcov"
        sources = [guests.DEMO / f"{name}.cpp" for name in ("main", "value", "parser")]
        objects = []
        for name in ("objects", "tokens", "functions"):
            objects.append(self.folder / f"{name}.o")
            output("gcc", "-g", "-O2", "-DLINKED_IN", "-c", guests.DEMO / f"{name}.c",
                   "-o", objects[-1])
        output("g++", "-g", "-O2", "-std=c++17", "-DLINKED_IN", *sources, *objects, "-o", guest)
        guests.record(trace, "pie", guest, guests.DEMO / "inputs/functions.txt")
        low = guests.segments(guest)[0] // 4096 * 4096
        addresses = sorted({low + offset for path, offset, _ in drcov.load(trace).offsets()
                            if path and path.endswith("/calculator")})
        words = "\n".join(map(hex, addresses)) + "\n"
        (self.folder / "words").write_text(words)

        def read(*command):
            with open(self.folder / "words") as stream:
                # eu-addr2line ends with status 1 where it does not know an address.
                done = run(*command, "-e", guest, "-a", "-f", "-i", stdin=stream)
            self.assertGreater(len(done.stdout), 1000, done.stderr)
            return addr2line_frames(done.stdout)

        ours = read(COVTOOL, "symbolise", "--addr2line")
        self.assertEqual(sorted(ours), addresses)
        others = {"eu-addr2line": read("eu-addr2line", "-A"), "addr2line": read("addr2line")}
        for name, theirs in others.items():
            kinds = collections.Counter()
            for address in addresses:
                kind = self.difference(ours[address], theirs[address])
                if kind is None and any(self.difference(ours[address], other[address])
                                        for other in others.values()):
                    # eu-addr2line names calls that the compiler gave an entry, but no range with
                    # this address, and does not see what is inlined into a lambda.
                    kind = "the other program and we are of one mind"
                if kind is None:
                    self.fail(f"{name}, {address:#x}:\n{ours[address]}\n{theirs[address]}")
                kinds[kind] += 1
            print(f"{name}: {len(addresses)} blocks: {dict(kinds)}")
            self.assertGreater(kinds["same"], len(addresses) * 0.8)
        self.assertGreater(sum(len(one) > 1 for one in ours.values()), 50, "no inlined code")

    @staticmethod
    def difference(ours, theirs):
        """Why two answers are not the same; None where that is not known."""
        if ours == theirs:
            return "same"
        places = [frame[1:] for frame in ours]
        if places == [frame[1:] for frame in theirs]:
            # They ask the symbol table where the debug information has no name for the linker.
            if ours[-1][0] == "??":
                return "named after the symbol table: no function there"
            if all(one[0] == other[0] or not one[0].startswith("_Z") for one, other in zip(ours, theirs)):
                return "named after the symbol table: static functions"
        return None

"""Functions of programs that were stripped of all symbols, against the symbols of the same programs before, as readelf
reads them, and against the tables by which exceptions find their way, as readelf reads these."""

import json
import os
import re
import shutil
import subprocess

from Tests.EndToEnd.support import guests
from Tests.EndToEnd.support.setting import ENVIRONMENT, Case, output

C = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int order(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
__attribute__((constructor)) static void before(void) { puts("before"); }
__attribute__((noipa)) static int never(int n) { return printf("%d\n", n * 3); }
int main(int count, char **words)
{
    int numbers[] = {3, 1, 2};
    qsort(numbers, 3, sizeof *numbers, order);
    char *copy = strdup(words[0]);
    if (count > 5) never(count);
    printf("%d %zu\n", numbers[0], strlen(copy) > 0);
    free(copy);
    return 0;
}
"""
CXX = r"""
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
struct Shape { virtual ~Shape() {} virtual int area() const = 0; };
struct Square : Shape { int side; Square(int s) : side(s) {} int area() const override { return side * side; } };
__attribute__((noinline)) int check(int n) { if (n > 3) throw std::runtime_error("large"); return n; }
int main()
{
    std::map<std::string, int> sums;
    for (int n = 0; n < 6; ++n) {
        try { sums[std::to_string(n % 2)] += check(n); } catch (const std::exception &e) { std::cout << e.what() << "\n"; }
    }
    Shape *shape = new Square(3);
    std::cout << sums["1"] + shape->area() << std::endl;
    delete shape;
}
"""
RUST = r"""
use std::collections::HashMap;
fn main() {
    let mut sums: HashMap<String, usize> = HashMap::new();
    for word in "a b a c".split(' ') { *sums.entry(word.to_string()).or_default() += 1; }
    let mut found: Vec<_> = sums.into_iter().collect();
    found.sort();
    println!("{:?}", found);
}
"""
GO = r"""
package main

import (
	"fmt"
	"sort"
	"strings"
)

type shape interface{ area() int }
type square struct{ side int }

func (s square) area() int { return s.side * s.side }

func main() {
	words := strings.Fields("b a c")
	sort.Strings(words)
	var one shape = square{3}
	fmt.Println(words, one.area())
}
"""
# The kinds of guests by what their compilers' names begin with.
PREFIXES = {"static": "", "pie": "", "aarch64": "aarch64-linux-gnu-", "arm": "arm-linux-gnueabihf-"}
MACHINES = {"pie": "amd64", "aarch64": "arm64", "arm": "arm"}
TABLE = re.compile(r"(?m)^[0-9a-f]+ [0-9a-f]+ [0-9a-f]+ FDE cie=[0-9a-f]+ pc=([0-9a-f]+)\.\.([0-9a-f]+)$")
INDEX = re.compile(r"(?m)^0x([0-9a-f]+)(?: <[^>]*>)?: ")
STUB = re.compile(r"(?m)^([0-9a-f]+) <([^>]+@plt)>:$")


def symbols(program):
    """{address: (size, names)} of the functions in the symbol table."""
    found = {}
    has_thumb_bit = machine(program) == "ARM"
    for line in output("readelf", "-sW", program).splitlines():
        words = line.split()
        if len(words) >= 8 and words[3] in ("FUNC", "IFUNC") and words[6] != "UND":
            address = int(words[1], 16)
            if has_thumb_bit:
                address &= ~1
            size, names = found.get(address, (0, []))
            found[address] = max(size, int(words[2], 0)), [*names, words[7]]
    return found


def machine(program):
    return re.search(r"Machine: +(.*)", output("readelf", "-hW", program))[1]


def stub_sections(program):
    """Where linkers' stubs are."""
    lines = [line.split("]")[1].split() for line in output("readelf", "-SW", program).splitlines() if " .plt" in line]
    return [range(int(words[2], 16), int(words[2], 16) + int(words[4], 16)) for words in lines]


def unwound(program):
    """{address: end, or None} of the functions that the tables for exceptions have."""
    found = {}
    for start, end in TABLE.findall(output("readelf", "--debug-dump=frames", program)):
        found[int(start, 16)] = int(end, 16)
    if machine(program) == "ARM":
        # The lowest bit is not the address's.
        for start in INDEX.findall(output("readelf", "-uW", program)):
            found.setdefault(int(start, 16) & ~1, None)
    return found


class Programs(Case):
    def compiler(self, name):
        if not shutil.which(name):
            self.skipTest(f"not run: no {name}")
        return name

    def built(self, kind, text, *flags, language="c"):
        """The program, with symbols, and stripped."""
        compiler = self.compiler(PREFIXES[kind] + {"c": "gcc", "cpp": "g++"}[language])
        source, whole = self.folder / f"program.{language}", self.folder / "whole"
        source.write_text(text)
        output(compiler, "-O2", *flags, source, "-o", whole)
        return self.stripped(kind, whole)

    def stripped(self, kind, whole):
        bare = self.folder / "bare"
        output(f"{PREFIXES[kind]}strip", "--strip-all", whole, "-o", bare)
        self.assertEqual(set(symbols(bare)) - set(symbols(whole)), set())
        return whole, bare


class Functions(Programs):
    def found(self, kind, bare):
        """{address: function} of the stripped program, after a run of it, and what was said."""
        trace = self.folder / "run.drcov"
        guests.record(trace, kind, bare)
        done = self.covtool("report", "--by", "function", "--json", "--elf", bare, trace)
        module, = json.loads(done.stdout)["modules"]
        self.assertEqual(module["path"], str(bare))
        functions = {function["address"]: function for function in module["functions"]}
        self.assertEqual(len(functions), len(module["functions"]))
        return functions, done.stderr

    def check(self, name, kind, whole, bare, least):
        """At least 99 % of the symbols' functions that have unwinding information, and none that is nothing."""
        found, said = self.found(kind, bare)
        self.assertIn("coverage by function", said)
        self.assertNotIn("left out", said)
        known, table = symbols(whole), unwound(whole)
        expected = {address for address, (size, _) in known.items() if size > 0} & set(table)
        stubs = self.stubs(kind, bare)
        missed = expected - set(found)
        everywhere = {address for address, (size, _) in known.items() if size > 0}
        print(f"{name}: {len(found)} found, of {len(expected)} with unwinding information "
              f"{len(expected) - len(missed)}, of all {len(everywhere)} {len(everywhere & set(found))}")
        self.assertGreater(len(expected), least)
        self.assertLessEqual(len(missed) * 100, len(expected), sorted(map(hex, missed))[:20])
        for address in expected - missed:
            if (end := table[address]) and not found[address]["name"].startswith("_"):
                self.assertEqual(found[address]["bytes"]["found"], end - address, hex(address))
        # A signal handler's way back is in the table with the byte before it.
        extra = set(found) - set(known) - set(table) - set(stubs) - {start + 1 for start in table}
        # Those of a static program lead to functions that are chosen when it starts, and have no names.
        nameless = {address for address in extra if any(address in part for part in stub_sections(bare))}
        chosen = output("readelf", "-rW", bare).count("_IRELATIV")
        self.assertLessEqual(len(nameless), chosen)
        if kind == "static":
            self.assertEqual(len(nameless), chosen)
        extra -= nameless
        stubs = {address: name for address, name in stubs.items() if not name.startswith("*ABS*")}
        self.assertLess(len(extra), 12, sorted(map(hex, extra)))
        self.assertEqual({address: found[address]["linkageName"] for address in stubs if address in found}, stubs)
        self.assertEqual(set(stubs) - set(found), set())
        named = symbols(bare)
        for address, function in found.items():
            if address not in stubs and address not in named:
                self.assertEqual(function["linkageName"], f"sub_{address:x}")
        return found, known

    def stubs(self, kind, bare):
        """{address: name}, as objdump has them."""
        return {int(address, 16): name for address, name in STUB.findall(
            output(f"{PREFIXES[kind]}objdump", "-d", bare))}

    def entered(self, found, known, **expected):
        """Whether functions were entered, by their names before."""
        for address, (_, names) in known.items():
            for name in names:
                if name in expected:
                    self.assertEqual(found[address]["hits"] > 0, expected.pop(name), name)
        self.assertEqual(expected, {})

    def test_c(self):
        for kind, flags in (("pie", []), ("static", ["-static"]), ("aarch64", []), ("aarch64", ["-static"]),
                            ("arm", ["-funwind-tables"]), ("arm", ["-funwind-tables", "-static"])):
            with self.subTest(kind=kind, flags=flags):
                whole, bare = self.built(kind, C, *flags)
                found, known = self.check(f"C {kind} {' '.join(flags)}", kind, whole, bare,
                                          100 if "-static" in flags else 2)
                # On ARM, what is unwound as the function before it has no entry of its own.
                if kind != "arm":
                    self.entered(found, known, main=True, before=True, order=True, never=False)

    def test_cxx(self):
        for kind, flags in (("static", ["-static"]), ("aarch64", ["-static"]), ("arm", ["-static"]), ("pie", [])):
            with self.subTest(kind=kind):
                whole, bare = self.built(kind, CXX, *flags, language="cpp")
                found, known = self.check(f"C++ {kind} {' '.join(flags)}", kind, whole, bare,
                                          1000 if flags else 5)
                self.entered(found, known, _Z5checki=True)

    def test_readable_stubs(self):
        """Stubs of C++ have the names that people read."""
        whole, bare = self.built("pie", CXX, language="cpp")
        names = {function["linkageName"]: function["name"] for function in self.found("pie", bare)[0].values()}
        linked = [name for name in names if name.startswith("_Z") and name.endswith("@plt")]
        self.assertGreater(len(linked), 3)
        for name in linked:
            readable = output("c++filt", name.removesuffix("@plt")).strip()
            # c++filt writes out what has a shorter name, too.
            if "std::basic_" not in readable:
                self.assertEqual(names[name], readable + "@plt")
        self.assertEqual(names["_ZdlPvm@plt"], "operator delete(void*, unsigned long)@plt")

    def test_stubs_of_mold(self):
        """They begin where calls come to, at a mark, and have a number for the loader before the jump."""
        self.compiler("mold")
        _, bare = self.built("pie", CXX, "-fuse-ld=mold", "-Wl,-z,lazy", language="cpp")
        found = {address for address, function in self.found("pie", bare)[0].items()
                 if function["linkageName"].endswith("@plt")}
        marks = {int(address, 16) for address in
                 re.findall(r"(?m)^ *([0-9a-f]+):.*\bendbr64", output("objdump", "-d", "-j", ".plt", "-j", ".plt.got", bare))}
        self.assertGreater(len(found), 3)
        self.assertEqual(found - marks, set())

    def test_rust(self):
        source, whole = self.folder / "program.rs", self.folder / "whole"
        source.write_text(RUST)
        environment = {name: os.environ[name] for name in ("HOME", "RUSTUP_HOME", "CARGO_HOME")
                       if name in os.environ}
        output(self.compiler("rustc"), "-O", source, "-o", whole, environment=environment)
        found, known = self.check("Rust pie", "pie", *self.stripped("pie", whole), 300)
        self.entered(found, known, main=True)

    def test_go(self):
        """Its own table has all functions, with their names."""
        go = self.compiler("go")
        (self.folder / "program.go").write_text(GO)
        for kind, processor in MACHINES.items():
            with self.subTest(kind=kind):
                whole = self.folder / "whole"
                environment = {"GOARCH": processor, "GOCACHE": str(self.folder / "cache"), "GO111MODULE": "off",
                               "CGO_ENABLED": "0", "HOME": str(self.folder), "PATH": os.environ["PATH"]}
                subprocess.run([go, "build", "-o", whole, "program.go"], cwd=self.folder, check=True,
                               env={**ENVIRONMENT, **environment})
                found, said = self.found(kind, self.stripped(kind, whole)[1])
                known = {address: names for address, (size, names) in symbols(whole).items() if size > 0}
                missed = set(known) - set(found)
                print(f"Go {processor}: {len(found)} found, of {len(known)} {len(known) - len(missed)}")
                self.assertGreater(len(known), 1000)
                self.assertLessEqual(len(missed) * 100, len(known), sorted(map(hex, missed))[:20])
                # The linker says of code in assembly which convention it has; the table shortens types.
                wrong = [(found[address]["name"], names) for address, names in known.items()
                         if address in found and found[address]["name"].split("[")[0] not in
                         {name.removesuffix(".abi0").split("[")[0] for name in names}]
                self.assertLessEqual(len(wrong) * 100, len(known), wrong[:20])
                hits = {function["name"]: function["hits"] > 0 for function in found.values()}
                self.assertTrue(hits["main.main"] and hits["main.square.area"])

    def test_debian(self):
        """Programs as Debian strips them: each table's range is a function."""
        for program in ("/usr/bin/xz", "/usr/bin/openssl", "/bin/ls"):
            with self.subTest(program):
                if not shutil.which(program):
                    self.skipTest(f"not run: no {program}")
                trace = self.folder / "run.drcov"
                guests.record(trace, "pie", program, "--version" if "openssl" not in program else "version")
                said = self.covtool("report", "--by", "function", "--json", "--strict", "--elf", program, trace)
                module, = json.loads(said.stdout)["modules"]
                found = {function["address"] for function in module["functions"]}
                stubs = stub_sections(program)
                table = {start for start in unwound(program) if not any(start in part for part in stubs)}
                print(f"{program}: {len(table)} in .eh_frame, {len(found)} found")
                self.assertGreater(len(table), 100)
                self.assertEqual(table - found, set())


def part(program, name):
    """Where a section stands in the file, and its bytes."""
    for line in output("readelf", "-SW", program).splitlines():
        words = line.partition("]")[2].split()
        if words[:1] == [name]:
            return int(words[3], 16), int(words[4], 16)
    raise AssertionError(f"no {name}")


class Damaged(Programs):
    """A table that is damaged is said, with the place; what is behind that is not left out without a word."""

    def refused(self, kind, bare, section, place, reason, changes):
        """`changes` are {offset in the section: bytes}."""
        trace, whole = self.folder / "run.drcov", bare.read_bytes()
        guests.record(trace, kind, bare)
        self.covtool("report", "--by", "function", "--strict", "--elf", bare, trace)
        before = self.covtool("report", "--by", "function", "--json", "--elf", bare, trace)
        self.assertNotIn("left out", before.stderr)
        data, (start, _) = bytearray(whole), part(bare, section)
        for offset, new in changes.items():
            data[start + offset:start + offset + len(new)] = new
        bare.write_bytes(data)
        for command in (["report", "--by", "function"], ["which", "sub_0"]):
            with self.subTest(section=section, reason=reason, command=command):
                done = self.covtool(*command, "--elf", bare, trace, status=65 if command[0] == "which" else 0)
                self.assertIn(f"covtool: warning: {bare}: {section}, byte {place}: {reason}", done.stderr)
                done = self.covtool(*command, "--strict", "--elf", bare, trace, status=65)
                self.assertIn(f"covtool: error: {bare}: {section}, byte {place}: {reason}", done.stderr)
                self.assertEqual(done.stdout, "")
        bare.write_bytes(whole)

    def test_frames(self):
        _, bare = self.built("pie", C)
        dump = output("readelf", "--debug-dump=frames", bare)
        entries = [int(offset, 16) for offset in re.findall(r"(?m)^([0-9a-f]{8}) [0-9a-f]+ [0-9a-f]+ FDE", dump)]
        _, size = part(bare, ".eh_frame")
        self.assertGreater(len(entries), 5)
        entry = entries[3]
        self.refused("pie", bare, ".eh_frame", entry, "an entry goes on behind the section's end",
                     {entry: size.to_bytes(4, "little")})
        self.refused("pie", bare, ".eh_frame", entry, "an entry refers to none that can be read",
                     {entry + 4: (0x7FFFFFFF).to_bytes(4, "little")})
        self.refused("pie", bare, ".eh_frame", entry, "an entry is of an address that has no code",
                     {entry + 8: (0x70000000).to_bytes(4, "little")})

    def test_relocations(self):
        """One of the symbol that is called through a stub."""
        _, bare = self.built("pie", C)
        self.refused("pie", bare, ".rela.plt", 0, "an entry's symbol cannot be read",
                     {12: (0x7FFFFF).to_bytes(4, "little")})

    def test_index_of_exceptions(self):
        _, bare = self.built("arm", C, "-funwind-tables")
        self.refused("arm", bare, ".ARM.exidx", 8, "an entry is of an address that has no code",
                     {8: (0x3000_0000).to_bytes(4, "little")})

    def test_go(self):
        go = self.compiler("go")
        (self.folder / "program.go").write_text(GO)
        whole = self.folder / "whole"
        environment = {"GOCACHE": str(self.folder / "cache"), "GO111MODULE": "off", "CGO_ENABLED": "0",
                       "HOME": str(self.folder), "PATH": os.environ["PATH"]}
        subprocess.run([go, "build", "-o", whole, "program.go"], cwd=self.folder, check=True,
                       env={**ENVIRONMENT, **environment})
        _, bare = self.stripped("pie", whole)
        self.refused("pie", bare, ".gopclntab", 0, "it is of a version of Go that is not known", {0: b"\1\2\3\4"})
        self.refused("pie", bare, ".gopclntab", 8, "its lists go on behind the section's end", {8: b"\xff\xff\xff\x7f"})


class Aliases(Case):
    """One function under several names: with debug information, with symbols alone, and with those for the loader alone."""

    TEXT = r"""
int first(int n) { return n * 3; }
__attribute__((alias("first"))) int second(int n);
__attribute__((weak, alias("first"))) int _third(int n);
int other(int n) { return n; }
int main(int count, char **words) { return count > 1 ? second(count) & 1 : other(0); }
"""

    def test_every_name(self):
        (self.folder / "program.c").write_text(self.TEXT)
        for flags, tool in ((["-g"], None), (["-s", "-rdynamic"], "-D"), ([], None)):
            program = self.folder / "program"
            output("gcc", "-O1", "-fno-inline", *flags, "program.c", "-o", program, folder=self.folder)
            names = {}
            for line in output("nm", *([tool] if tool else []), program).splitlines():
                words = line.split()
                if len(words) == 3:
                    names.setdefault(int(words[0], 16), []).append(words[2])
            same, = (group for group in names.values() if "first" in group)
            self.assertEqual(sorted(same), ["_third", "first", "second"])
            for name, words in (("one", ["x"]), ("none", [])):
                guests.record(self.folder / name, "pie", program, *words)
            shown = set()
            for name in same:
                with self.subTest(flags=flags, name=name):
                    self.assertEqual(self.covtool("which", name, "--names", "one", "none").stdout, "one\n")
                    document = json.loads(self.covtool("disassemble", "--json", name, "one").stdout)
                    code, = (code for module in document["modules"] for code in module["code"])
                    shown.add(min(line["address"] for line in code["lines"]))
            address, = (address for address, group in names.items() if group is same)
            self.assertEqual(shown, {address})
            self.covtool("which", "fourth", "one", status=65)


class Commands(Case):
    """What works with functions works without symbols."""

    def setUp(self):
        super().setUp()
        folder = guests.built("no-pie")
        self.program = self.folder / "calculator"
        output("strip", "--strip-all", folder / "calculator", "-o", self.program)
        shutil.copy(folder / "libtokens.so", self.folder)
        shutil.copy(folder / "functions.so", self.folder)
        self.known = {name: address for address, (_, names) in symbols(folder / "calculator").items()
                      for name in names}
        self.traces = []
        for input in guests.INPUTS[:3]:
            self.traces.append(self.folder / f"{input.stem}.drcov")
            guests.record(self.traces[-1], "no-pie", self.program, input)

    def name(self, function):
        return f"sub_{self.known[function]:x}"

    def test_which(self):
        done = self.covtool("which", self.name("main"), *self.traces)
        self.assertEqual([line.split("\t")[1] for line in done.stdout.splitlines()], list(map(str, self.traces)))
        failed = self.covtool("which", "sub_0", *self.traces, status=65)
        self.assertIn("no function is called 'sub_0'", failed.stderr)

    def test_symbolise(self):
        text = self.covtool("symbolise", "--elf", self.program, hex(self.known["main"] + 4)).stdout
        self.assertEqual(text.split("\t")[1], self.name("main"))
        text = self.covtool("symbolise", self.traces[0]).stdout
        self.assertIn(f"\t{self.name('main')}\t", text)

    def test_report_and_gates(self):
        text = self.covtool("report", "--by", "function", self.traces[0]).stdout
        self.assertRegex(text, rf"(?m)^calculator +{self.known['main']:#x} +1 .* {self.name('main')}$")
        self.covtool("report", "--functions", "--fail-under-functions", "100", self.traces[0], status=1)
        self.covtool("report", "--by", "function", "--fail-under-functions", "100", self.traces[0], status=1)
        self.covtool("report", "--by", "function", "--fail-under-functions", "1", self.traces[0])
        # Without lines, a gate of lines has nothing to pass on.
        for form in ([], ["--functions"], ["--by", "function"], ["--by", "jump"]):
            for gate in (["--fail-under-lines", "0"], ["--fail-uncovered-lines", "1000"]):
                done = self.covtool("report", *form, *gate, "--module", "calculator", self.traces[0], status=1)
                self.assertIn("no lines found", done.stderr)

    def test_gates_of_lines(self):
        """They look at the sources' lines, whatever the rows are of."""
        program, trace = guests.built("pie") / "calculator", self.folder / "lines.drcov"
        guests.record(trace, "pie", program, guests.INPUTS[0])
        said = self.covtool("report", "--fail-under-lines", "100", "--elf", program, trace, status=1).stderr
        found = re.search(r"(\d+) of (\d+) lines hit", said)
        hit, all = int(found[1]), int(found[2])
        self.assertTrue(0 < hit < all)
        for form in ([], ["--by", "folder"], ["--functions"], ["--by", "function"], ["--by", "jump"], ["--by", "function", "--json"]):
            with self.subTest(form=form):
                done = self.covtool("report", *form, "--fail-under-lines", "100", "--elf", program, trace, status=1)
                self.assertIn(f"{hit} of {all} lines hit", done.stderr)
                self.covtool("report", *form, "--fail-under-lines", hit * 100 // all, "--elf", program, trace)
                self.covtool("report", *form, "--fail-uncovered-lines", all - hit, "--elf", program, trace)
                self.covtool("report", *form, "--fail-uncovered-lines", all - hit - 1, "--elf", program, trace, status=1)

    def test_diff(self):
        """What one run entered and another did not, by name."""
        entered = []
        for trace in self.traces:
            document = json.loads(self.covtool("report", "--by", "function", "--json", trace).stdout)
            entered.append({function["name"] for module in document["modules"] for function in module["functions"]
                            if function["hits"] > 0})
        pairs = [(i, j) for i in range(3) for j in range(3) if entered[i] - entered[j]]
        self.assertTrue(pairs)
        first, second = pairs[0]
        text = self.covtool("diff", self.traces[first], self.traces[second]).stdout
        for name in entered[first] - entered[second]:
            self.assertIn(name, text)

    def test_fork_place(self):
        """A function without a name is a place like another."""
        (self.folder / "in").mkdir()
        shutil.copy(guests.INPUTS[0], self.folder / "in")
        self.covtool("run", "--corpus", self.folder / "in", "--fork-at", self.name("main"), "-o",
                     self.folder / "merged.drcov", "--", self.program, "@@")

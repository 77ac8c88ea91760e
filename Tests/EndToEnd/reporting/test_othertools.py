"""Debug information as compilers and linkers beside GCC and GNU ld write it, and what was done to a program
after it was linked. Truth: gcov, nm, the line table as another program reads it, and the same program
without the option."""

import shutil
import unittest

from Tests.EndToEnd.support import debugforms as forms
from Tests.EndToEnd.support import drcov, gcov, guests, reports
from Tests.EndToEnd.support.setting import COVTOOL, Case, llvm, output, run
from Tests.EndToEnd.reporting.test_debugforms import differences
from Tests.EndToEnd.reporting.test_lines import rows

# Of gold and mold not every Debian has a package that comes with what the tests need.
LINKERS = [name for name in ("bfd", "gold", "lld", "mold") if shutil.which(f"ld.{name}")]


class Case(Case):
    def write(self, name, text):
        """A source file of the test's own, which compilers are given by its name alone."""
        (self.folder / name).write_text(text)
        return str(self.folder / name)

    def run_program(self, name, processor, options):
        """Records a program that was built in the test's folder."""
        trace = self.folder / "run.drcov"
        kind = {"x86_64": "pie"}.get(processor, processor)
        done = guests.qemu(kind, self.folder / name, plugin=f"{options}out={trace}")
        self.assertTrue(trace.exists(), f"{name}, {processor}: {done.returncode} {done.stderr}")
        return trace

    def lcov(self, name="program", processor="x86_64", *, options="", elf=None):
        """The lines and functions of a run, by file."""
        trace = self.run_program(name, processor, options)
        done = self.covtool("lcov", "--elf", elf or name, trace)
        lines, functions, _ = reports.lcov(done.stdout)
        return lines, functions

    def symbols(self, name="program"):
        table = output("nm", "--defined-only", self.folder / name)
        return {words[2]: int(words[0], 16) for words in map(str.split, table.splitlines())}


class SplitUnits(Case):
    """Sources that are named by the folder that the compiler ran in, which the skeleton alone knows."""

    def check(self, sources):
        trace = self.folder / "forms.drcov"
        forms.Guest(self.folder / "forms", "x86_64").record(trace)
        lines, functions, _ = reports.lcov(self.covtool("lcov", "--elf", "forms", trace).stdout)
        self.assertEqual([path for path in lines if not path.startswith("/")], [])
        return differences(sources, lines, functions)

    def test_c(self):
        names = ("main.c", "steps.c", "steps.h")
        for name in names:
            shutil.copy(forms.SOURCES / name, self.folder)
        for compiler in (llvm("clang"), "gcc"):
            for version in (4, 5):
                output(compiler, "-O0", f"-gdwarf-{version}", "-gsplit-dwarf", "-c", "main.c", "steps.c",
                       folder=self.folder)
                output("gcc", "main.o", "steps.o", "-o", "forms", folder=self.folder)
                sources = [self.folder / name for name in names]
                with self.subTest(compiler=compiler, version=version):
                    self.assertEqual(self.check(sources), [])
                    output(llvm("llvm-dwp"), "-e", "forms", "-o", "forms.dwp", folder=self.folder)
                    for unit in self.folder.glob("*.dwo"):
                        unit.unlink()
                    self.assertEqual(self.check(sources), [])
                (self.folder / "forms.dwp").unlink()

    def test_rust(self):
        shutil.copy(forms.SOURCES / "main.rs", self.folder)
        hit, _, free = forms.expected(forms.SOURCES / "main.rs")
        for kind in ("packed", "unpacked"):
            # Of Debian 12's rustc the option is not stable yet.
            output("rustc", "-g", "-C", f"split-debuginfo={kind}", "-Z", "unstable-options", "main.rs", "-o", "forms",
                   folder=self.folder, environment={"RUSTC_BOOTSTRAP": "1"})
            trace = self.folder / "forms.drcov"
            forms.Guest(self.folder / "forms", "x86_64").record(trace)
            lines, _, _ = reports.lcov(self.covtool("lcov", "--elf", "forms", trace).stdout)
            self.assertEqual([path for path in lines if not path.startswith("/")], [])
            self.assertEqual({line: count > 0 for line, count in
                              lines[str(self.folder / "main.rs")].items() if line not in free}, hit)


    def test_not_in_objects(self):
        """Where the objects are gone, or are of another build, that is said."""
        for name in ("main.c", "steps.c", "steps.h"):
            shutil.copy(forms.SOURCES / name, self.folder)
        for version in (4, 5):
            compile = [llvm("clang"), "-O0", f"-gdwarf-{version}", "-gsplit-dwarf=single", "-c"]
            output(*compile, "main.c", "steps.c", folder=self.folder)
            output("gcc", "main.o", "steps.o", "-o", "forms", folder=self.folder)
            trace = self.folder / "forms.drcov"
            forms.Guest(self.folder / "forms", "x86_64").record(trace)
            self.assertNotIn("not found", self.covtool("lcov", trace).stderr)
            output(*compile, "-Dkind=sort", "steps.c", folder=self.folder)
            self.assertIn("forms: steps.o, which has a part of its debug information, is not found",
                          self.covtool("lcov", trace).stderr)
            (self.folder / "main.o").unlink()
            self.assertIn("forms: main.o, steps.o, which have a part of its debug information, are not found",
                          self.covtool("lcov", trace).stderr)

    def test_more_objects_than_open_files(self):
        names = [f"unit{number}" for number in range(80)]
        for name in names:
            self.write(f"{name}.c", f"int {name}(void)\n{{\n  return {len(name)};\n}}\n")
        calls = " + ".join(f"{name}()" for name in names)
        self.write("main.c", "".join(f"int {name}(void);\n" for name in names)
                   + f"int main(void)\n{{\n  return ({calls}) == 0;\n}}\n")
        output(llvm("clang"), "-O0", "-g", "-gsplit-dwarf=single", "-c", "main.c", *(f"{name}.c" for name in names),
               folder=self.folder)
        output("gcc", "main.o", *(f"{name}.o" for name in names), "-o", "program", folder=self.folder)
        trace = self.run_program("program", "x86_64", "")
        done = run("sh", "-c", 'ulimit -n 40; exec "$@"', "sh", COVTOOL, "lcov", trace, folder=self.folder)
        _, functions, _ = reports.lcov(done.stdout)
        self.assertEqual(done.stderr.count("not found"), 0, done.stderr)
        for name in names:
            self.assertEqual(functions[str(self.folder / f"{name}.c")], {name: (1, 1)})


class LinkTime(Case):
    """GCC's link-time optimiser writes the units of code, by a name that is the same for all languages."""

    SOURCE = """\
static int unused(int a)
{
  return a * 3;
}
int never(int a)
{
  int s = 0;
  for (int i = 0; i < a; i++)
    s += i;
  return s;
}
int twice(int x)
{
  if (x > 10)
    return x * 2;
  return x;
}
int main(int argc, char **argv)
{
  int r = 0;
  for (int i = 0; i < 3; i++)
    r += twice(argc);
  if (argc > 5)
    r = unused(r);
  return r == 0;
}
"""

    def test_closing_braces(self):
        for compiler, name in (("gcc", "a.c"), ("g++", "a.cc")):
            with self.subTest(compiler):
                source = self.write(name, self.SOURCE)
                output(compiler, "-g", "-O0", "-flto", "-c", name, "-o", "a.o", folder=self.folder)
                output(compiler, "-g", "-O0", "-flto", "a.o", "-o", "program", folder=self.folder)
                units = output("readelf", "--debug-dump=info", "--dwarf-depth=1", "program", folder=self.folder)
                self.assertIn("GNU GIMPLE", units)
                lines, _ = self.lcov()
                counted = self.folder / compiler
                counted.mkdir()
                shutil.copy(source, counted)
                output(compiler, "-O0", "--coverage", name, "-o", "counted", folder=counted)
                output(counted / "counted", folder=counted)
                theirs, _ = gcov.read(counted)
                self.assertEqual({line: count > 0 for line, count in lines[source].items()},
                                 {line: count > 0 for line, count in theirs[name].items()})


class ThrownAway(Case):
    """Code that the linker has left out, and whose debug information it has left in."""

    STATEMENTS = 400
    LIVE = """\
__attribute__((noinline)) int live(int x)
{
  v[1] = x;
  return v[2] + 1;
}
int main(void)
{
  return live(3) - 1;
}
"""

    def setUp(self):
        super().setUp()
        inner = "static inline __attribute__((always_inline)) int twice(int x)\n{\n  return x * v[5];\n}\n"
        body = "".join(f"  v[{n}] += x * {n};\n" for n in range(self.STATEMENTS))
        dead = f"volatile int v[400];\n{inner}int dead(int x)\n{{\n{body}  return twice(x);\n}}\n"
        self.first = dead.count("\n") + 1
        self.source = self.write("gc.c", dead + self.LIVE)

    def build(self, *command):
        output(*command, "-O0", "-ffunction-sections", "-Wl,--gc-sections", "gc.c", "-o", "program",
               folder=self.folder)
        self.assertNotIn("dead", self.symbols())

    def check(self, processor="x86_64"):
        lines, functions = self.lcov(processor=processor)
        found = lines[self.source]
        self.assertEqual([line for line in found if line < self.first], [])
        for line in (0, 2, 3, 5, 7):
            self.assertGreaterEqual(found[self.first + line], 1)
        self.assertEqual(functions[self.source], {"live": (self.first, 1), "main": (self.first + 5, 1)})
        # What runs where the other function's rows would be.
        live = self.symbols()["live"]
        for address in range(live, live + 8):
            said = self.covtool("symbolise", "--elf", "program", hex(address)).stdout
            self.assertRegex(said, r"\blive\b")
            self.assertNotRegex(said, r"\b(dead|twice)\b")

    def test_linkers(self):
        self.assertLessEqual({"bfd", "lld"}, set(LINKERS))
        for linker in LINKERS:
            for compiler in ("gcc", llvm("clang")):
                with self.subTest(linker=linker, compiler=compiler):
                    self.build(compiler, "-g", "-fPIE", "-pie", f"-fuse-ld={linker}")
                    self.check()

    def test_segment_from_the_headers_on(self):
        for version in (2, 3, 4, 5):
            with self.subTest(version=version):
                self.build("gcc", f"-gdwarf-{version}", "-fPIE", "-pie", "-Wl,-z,noseparate-code")
                self.check()

    def test_other_processors(self):
        for processor in ("arm", "aarch64", "riscv64", "s390x"):
            with self.subTest(processor=processor):
                self.build(f"{forms.TRIPLETS[processor]}-gcc", "-g", "-fPIE", "-pie")
                self.check(processor)

    def test_other_values(self):
        """In the place of an address, which then wraps around."""
        for value in ("0xffffffffffffffff", "0xfffffffffffffffe", "1"):
            with self.subTest(value=value):
                self.build(llvm("clang"), "-g", "-fPIE", "-pie", "-fuse-ld=lld",
                           f"-Wl,-z,dead-reloc-in-nonalloc=.debug_*={value}")
                self.check()

    def test_code_at_zero_stays(self):
        """Firmware that is linked there."""
        source = self.write("zero.c", "int\nlow(int x)\n{\n  return x + 1;\n}\n")
        output("gcc", "-g", "-O0", "-fno-pic", "-no-pie", "-static", "-nostdlib", "-Wl,-Ttext=0",
               "-Wl,-e,low", "-Wl,--build-id=none", "zero.c", "-o", "program", folder=self.folder)
        self.assertEqual(self.symbols()["low"], 0)
        trace = self.folder / "zero.drcov"
        trace.write_bytes(drcov.write([(0, 0x1000, str(self.folder / "program"))], [(0, 0, 4)]))
        lines, functions, _ = reports.lcov(self.covtool("lcov", "--elf", "program", trace).stdout)
        self.assertEqual(lines[source], {2: 1, 4: 0})
        self.assertEqual(functions[source], {"low": (2, 1)})

    FIRMWARE = """\
volatile int v[9];
%s
static inline __attribute__((always_inline)) int twice(int x)
{
  return x * v[5];
}
int dead(int x)
{
  v[0] += x;
  v[1] += x;
  v[2] += x;
  v[3] += x;
  v[4] += x;
  v[5] += x;
  return twice(x);
}
int tiny(int x)
{
  return x;
}
int live(int x)
{
  v[1] = x;
  v[2] = x;
  return v[2] + 1;
}
int start(void)
{
  return live(3) - 1;
}
"""
    VECTORS = '__attribute__((used, section(".vectors"))) int (*const vectors[])() = {0, 0, 0, 0, 0, 0};'
    SCRIPT = """\
ENTRY(start)
SECTIONS {
  .text 0 : { KEEP(*(.vectors)) *(.text*) }
  .data 0x20000000 : { *(.data*) *(.bss*) }
  /DISCARD/ : { *(.eh_frame) *(.note*) }
}
"""

    def test_beside_code_at_zero(self):
        """A function at the address that stands for those that are gone, or a table of addresses."""
        self.write("firmware.ld", self.SCRIPT)
        gone = {"dead", "tiny", "twice"}
        for kind, at_zero, first in (("function", "", "live"), ("table", self.VECTORS, "vectors")):
            source = self.write("firmware.c", self.FIRMWARE % at_zero)
            for version, compiler in ((2, "gcc"), (4, "gcc"), (5, "gcc"), (5, llvm("clang"))):
                with self.subTest(kind=kind, version=version, compiler=compiler):
                    output(compiler, f"-gdwarf-{version}", "-O0", "-fno-pic", "-ffunction-sections", "-c",
                           "firmware.c", folder=self.folder)
                    output("ld", "--gc-sections", "-T", "firmware.ld", "firmware.o", "-o", "program",
                           folder=self.folder)
                    symbols = self.symbols()
                    self.assertEqual(symbols[first], 0)
                    self.assertEqual(gone & symbols.keys(), set())
                    self.check_firmware(source, symbols)

    def check_firmware(self, source, symbols):
        trace = self.folder / "zero.drcov"
        trace.write_bytes(drcov.write([(0, 0x1000, str(self.folder / "program"))],
                                      [(0, symbols[name], 4) for name in ("live", "start")]))
        lines, functions, _ = reports.lcov(self.covtool("lcov", "--elf", "program", trace).stdout)
        self.assertEqual(functions[source], {"live": (21, 1), "start": (27, 1)})
        self.assertEqual([line for line in lines[source] if line < 21], [])
        self.assertLessEqual({21, 23, 24, 25, 27, 29}, lines[source].keys())
        for address in range(0, symbols["start"]):
            said = self.covtool("symbolise", "--elf", "program", hex(address)).stdout
            self.assertNotRegex(said, r"\b(dead|tiny|twice)\b")


class InPieces(Case):
    """Functions whose code stands in several places, of which the first is not where they are entered."""

    SOURCE = """\
#include <stdlib.h>
#include <stdio.h>
__attribute__((noinline)) int f(int x)
{
  if (x > 5) {
    puts("big");
    exit(9);
  }
  return x;
}
int main(int argc, char **argv)
{
  return f(argc - 1);
}
"""

    def test_sections_for_blocks(self):
        source = self.write("blocks.c", self.SOURCE)
        found = {}
        for name, options in (("plain", []), ("pieces", ["-fbasic-block-sections=all", "-fuse-ld=lld"])):
            output(llvm("clang"), "-g", "-O0", *options, "blocks.c", "-o", name, folder=self.folder)
            lines, functions = self.lcov(name, options="counts=on,")
            found[name] = lines[source], functions[source]
        self.assertIn("f.__part.1", self.symbols("pieces"))
        self.assertEqual(found["pieces"], found["plain"])
        self.assertEqual(found["plain"][1]["f"], (3, 1))

    def test_cold_parts(self):
        source = self.write("cold.c", """\
#include <stdlib.h>
__attribute__((cold, noinline)) void complain(int x)
{
  exit(x);
}
__attribute__((noinline)) int f(int x)
{
  if (x > 5)
    complain(x * 3);
  return x * 7;
}
int main(int argc, char **argv)
{
  return f(argc - 1);
}
""")
        for compiler in ("gcc", llvm("clang")):
            flags = (["-freorder-blocks-and-partition"] if compiler == "gcc"
                     else ["-fbasic-block-sections=all", "-fuse-ld=lld"])
            output(compiler, "-g", "-O2", *flags, "cold.c", "-o", "program", folder=self.folder)
            parts = [name for name in self.symbols() if name.startswith("f.")]
            self.assertNotEqual(parts, [])
            lines, functions = self.lcov(options="counts=on,")
            self.assertEqual(functions[source]["f"], (6, 1))
            self.assertEqual(functions[source]["complain"], (2, 0))
            self.assertEqual((lines[source][8], lines[source][10]), (1, 1))


class WithoutDeclarations(Case):
    """Functions of which it is not said where they are written: they are where their code begins."""

    C = """\
#include <stdio.h>
__attribute__((noinline)) static int inner(int a)
{
  return a * 3;
}
__attribute__((noinline)) int
outer(int a,
      int b)
{
  if (a > b)
    return inner(a);
  return b + inner(b);
}
int main(int argc, char **argv)
{
  printf("%d\\n", outer(argc, 2));
  return 0;
}
"""

    def check(self, source, program="program"):
        """All that the line table has, and functions at the line of their first row."""
        lines, functions = self.lcov(program)
        own = [row for row in rows(self.folder / program) if row[1] == source]
        self.assertEqual(set(lines[source]), {line for _, _, line, is_statement in own if is_statement})
        symbols = self.symbols(program)
        for name, (line, _) in functions[source].items():
            first = next(line for address, _, line, _ in own if address == symbols[name])
            self.assertEqual(line, first, name)
        return functions[source]

    def test_line_tables_only(self):
        source = self.write("tables.c", self.C)
        for level in ("-O0", "-O1", "-O2"):
            output(llvm("clang"), "-gline-tables-only", level, "tables.c", "-o", "program", folder=self.folder)
            self.assertLessEqual({"main", "outer", "inner"}, self.check(source).keys())

    def test_beside_others(self):
        """One unit of a program alone is so."""
        source = self.write("tables.c", self.C.replace("int main", "int other").replace(
            "static int inner", "int inner"))
        self.write("main.c", "int other(int, char **);\nint main(int n, char **v)\n{\n  return other(n, v);\n}\n")
        output(llvm("clang"), "-gline-tables-only", "-O2", "-c", "tables.c", folder=self.folder)
        output("gcc", "-g", "main.c", "tables.o", "-o", "program", folder=self.folder)
        self.assertLessEqual({"other", "outer", "inner"}, self.check(source).keys())

    def test_assembler(self):
        """As OCaml's compiler writes it: lines in assembly code, of which the assembler knows names."""
        self.write("lines.ml", "\n" * 20)
        self.write("lines.s", """\
    .file 1 "lines.ml"
    .text
    .globl outer
    .type outer, @function
outer:
    .loc 1 3
    .loc 1 4
    nop
    .loc 1 5
    ret
    .size outer, .-outer
    .globl main
    .type main, @function
main:
    .loc 1 9
    sub $8, %rsp
    .loc 1 10
    call outer
    xor %eax, %eax
    add $8, %rsp
    ret
    .size main, .-main
    .section .note.GNU-stack,"",@progbits
""")
        output("gcc", "-no-pie", "lines.s", "-o", "program", folder=self.folder)
        lines, functions = self.lcov()
        source = str(self.folder / "lines.ml")
        self.assertEqual(lines[source], {3: 1, 4: 1, 5: 1, 9: 1, 10: 1})
        self.assertEqual(functions[source], {"outer": (3, 1), "main": (9, 1)})

    @unittest.skipUnless(shutil.which("go"), "no go here")
    def test_go(self):
        source = self.write("main.go", "package main\n\nfunc add(x int) int {\n\treturn x + 1\n}\n\n"
                            "func main() {\n\tprintln(add(2))\n}\n")
        output("go", "build", "-gcflags=all=-N -l", "-o", "program", "main.go", folder=self.folder,
               environment={"HOME": str(self.folder), "GOCACHE": str(self.folder / "cache"),
                            "GOFLAGS": "-buildvcs=false"})
        _, functions = self.lcov()
        self.assertEqual(functions[source], {"main.add": (3, 1), "main.main": (7, 1)})
        self.assertEqual([name for known in functions.values() for name, (line, _) in known.items()
                          if line == 0], [])


class Thunks(Case):
    SOURCE = """\
#include <cstdio>
struct Base {
  virtual ~Base() {}
  int b = 0;
};
struct A {
  virtual int fa() { return 1; }
  int a;
};
struct B {
  virtual int fb() = 0;
  virtual B *self() { return this; }
  int b;
};
struct V {
  virtual int fv() = 0;
  int v;
};
struct C : A, B, virtual V {
  int n = 0;
  int fb() override
  {
    n++;
    return n;
  }
  C *self() override
  {
    return this;
  }
  int fv() override
  {
    return n;
  }
};
__attribute__((noinline)) int call(B *b, V *v)
{
  return b->self()->fb() + v->fv();
}
int main()
{
  C c;
  int t = 0;
  for (int i = 0; i < 5; i++)
    t += call(&c, &c);
  printf("%d\\n", t);
  return 0;
}
"""

    def test_lines_count_once(self):
        source = self.write("thunk.cc", self.SOURCE)
        output("g++", "-g", "-O0", "thunk.cc", "-o", "program", folder=self.folder)
        thunks = [name[:4] for name in self.symbols() if name.startswith(("_ZTh", "_ZTv", "_ZTc"))]
        self.assertEqual(set(thunks), {"_ZTh", "_ZTv", "_ZTc"})
        lines, functions = self.lcov(options="counts=on,")
        (self.folder / "gcov").mkdir()
        output("g++", "-O0", "--coverage", source, "-o", "counted", folder=self.folder / "gcov")
        output(self.folder / "gcov/counted", folder=self.folder / "gcov")
        theirs, named = gcov.read(self.folder / "gcov")
        for line in (21, 23, 24, 26, 28, 30, 32):
            self.assertEqual(lines[source][line], theirs[source][line], line)
        both = functions[source].keys() & named[source].keys()
        self.assertLessEqual({"_ZN1C2fbEv", "_ZN1C4selfEv", "_ZN1C2fvEv", "main"}, both)
        self.assertEqual({name: functions[source][name] for name in both},
                         {name: named[source][name] for name in both})
        self.assertEqual([name for name in functions[source] if name.startswith("_ZT")], [])


class WorkedOver(Case):
    """A program that patchelf went over, which may give it a segment below all others."""

    SOURCE = "int f(int x)\n{\n  return x + 1;\n}\nint main(int n, char **v)\n{\n  return f(n) - 2;\n}\n"

    def test_separate_debug_file(self):
        source = self.write("program.c", self.SOURCE)
        for kind in ("-no-pie", "-pie"):
            with self.subTest(kind=kind):
                output("gcc", "-g", "-O0", kind, "program.c", "-o", "program", folder=self.folder)
                plain = [known[source] for known in self.lcov()]
                before = guests.segments(self.folder / "program")
                output("objcopy", "--only-keep-debug", "program", "program.debug", folder=self.folder)
                output("objcopy", "--strip-all", "--add-gnu-debuglink=program.debug", "program",
                       folder=self.folder)
                output("patchelf", "--set-rpath", "/nowhere/" + 300 * "x", "program", folder=self.folder)
                guests.segments.cache_clear()
                self.assertNotEqual(guests.segments(self.folder / "program"), before)
                guests.segments.cache_clear()
                for named in ("program", "program.debug"):
                    self.assertEqual([known[source] for known in self.lcov(elf=named)], plain)
                    # Nor is it said to be of another build.
                    self.covtool("lcov", "--strict", "--elf", named, "run.drcov")
                # Its symbols, too, where nothing else is left.
                output("strip", "--strip-debug", "program.debug", folder=self.folder)
                output("objcopy", "--remove-section=.gnu_debuglink", "program", folder=self.folder)
                output("objcopy", "--add-gnu-debuglink=program.debug", "program", folder=self.folder)
                _, functions = self.lcov()
                own, = functions.values()
                self.assertEqual((own["f"][1], own["main"][1]), (1, 1))

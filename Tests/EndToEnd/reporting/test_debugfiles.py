"""Where debug information is looked for, what is said where it is of another file, and what stands in
for it where there is none."""

import atexit
import contextlib
import functools
import json
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from Tests.EndToEnd.support import debugforms as forms
from Tests.EndToEnd.support import drcov, guests, reports
from Tests.EndToEnd.support.setting import ENVIRONMENT, Case, llvm, output


@functools.cache
def compiled(flags="-g"):
    """A guest that is built once; tests take copies of it."""
    folder = Path(tempfile.mkdtemp(prefix="covtool-test-"))
    atexit.register(shutil.rmtree, folder)
    return forms.build(forms.Form("", flags), "gcc", "x86_64", folder / "once")


class Case(Case):
    def setUp(self):
        super().setUp()
        self.guest = forms.Guest(self.folder / "bin/forms", "x86_64")
        self.guest.folder.mkdir()
        shutil.copy(compiled().program, self.guest.program)
        self.trace = self.folder / "forms.drcov"

    def record(self):
        self.guest.record(self.trace)

    def assert_right(self, *options, **more):
        """The report says what the sources' comments say; gives what was written beside it."""
        done = self.covtool("lcov", *options, self.trace, **more)
        lines, functions, _ = reports.lcov(done.stdout)
        for name in ("main.c", "steps.c", "steps.h"):
            hit, named, free = forms.expected(forms.SOURCES / name)
            path = str(forms.SOURCES / name)
            self.assertEqual({line: count > 0 for line, count in lines[path].items()
                              if line not in free}, hit)
            self.assertLessEqual({(name, line, is_hit) for name, (line, is_hit) in named.items()},
                                 {(name, line, count > 0)
                                  for name, (line, count) in functions[path].items()})
        return done.stderr


class Sysroot(Case):
    def setUp(self):
        super().setUp()
        self.record()
        # The machine that it ran on: there is nothing at the trace's paths any more.
        self.root = self.folder / "root"
        self.inside = Path(f"{self.root}{self.guest.folder}")
        self.inside.parent.mkdir(parents=True)
        shutil.move(self.guest.folder, self.inside)

    def test_file(self):
        self.assertIn("bin/forms", self.covtool("report", self.trace, status=65).stderr)
        self.assert_right("--sysroot", self.root)
        self.assert_right("--sysroot", "root/")

    def test_links(self):
        """Links lead where they would lead on the other machine."""
        shutil.move(self.inside, self.root / "real")
        for target in ("/real", "../" * 30 + "real", "/hop"):
            (self.root / "hop").unlink(missing_ok=True)
            (self.root / "hop").symlink_to("real")
            self.inside.symlink_to(target)
            self.assert_right("--sysroot", self.root)
            self.inside.unlink()
        # One that goes round leads nowhere.
        self.inside.symlink_to(self.guest.folder)
        self.assertIn(
            "bin/forms", self.covtool("report", "--sysroot", self.root, self.trace, status=65).stderr)

    def test_debug_file(self):
        guest = forms.Guest(self.inside / "forms", "x86_64")
        forms.by_build_id(guest)
        (self.root / "usr/lib").mkdir(parents=True)
        shutil.move(guest.options[1], self.root / "usr/lib/debug")
        self.assert_right("--sysroot", self.root)


class Servers(Case):
    def setUp(self):
        super().setUp()
        self.record()
        self.id = forms.build_id(self.guest.program)
        self.debug = forms.separate(self.guest, link=False)
        self.environment = {"DEBUGINFOD_CACHE_PATH": str(self.folder / "cache")}

    def test_debuginfod(self):
        """Debian's own server."""
        files = self.folder / "files"
        files.mkdir()
        self.debug.rename(files / "forms.debug")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        with subprocess.Popen(["debuginfod", "-p", str(port), "-d", ":memory:", "-F", files],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              env={"PATH": ENVIRONMENT["PATH"]}) as server:
            self.addCleanup(server.kill)
            for _ in range(300):
                with contextlib.suppress(OSError), urllib.request.urlopen(
                        f"{url}/buildid/{self.id}/debuginfo") as answer:
                    if answer.status == 200:
                        break
                time.sleep(0.1)
            self.assert_right(environment={**self.environment, "DEBUGINFOD_URLS": url})
            server.kill()
        # Without it nothing is asked for.
        said = self.covtool("report", "--elf", self.guest.program, self.trace,
                            environment={"DEBUGINFOD_CACHE_PATH": str(self.folder / "none")}).stderr
        self.assertIn("no debug information", said)


class Differences(Case):
    def warned(self, *options, says):
        done = self.covtool("lcov", *options, self.trace)
        self.assertIn("warning: ", done.stderr)
        failed = self.covtool("lcov", "--strict", *options, self.trace, status=65)
        self.assertEqual(failed.stdout, "")
        for word in says:
            self.assertIn(str(word), done.stderr)
            self.assertIn(str(word), failed.stderr)

    def test_none(self):
        self.record()
        self.assertNotIn("warning", self.assert_right("--strict"))
        self.assertNotIn("warning", self.assert_right("--strict", "--elf", self.guest.program))

    def test_size(self):
        self.record()
        other = self.folder / "forms"
        output("gcc", "-g", "-DMORE", "-include", "stdio.h", *forms.SOURCES.glob("*.c"), "-static",
               "-o", other)
        self.warned("--elf", other, says=[other, self.guest.program, "bytes of memory"])

    def test_entry(self):
        self.record()
        other = self.folder / "forms"
        data = bytearray(self.guest.program.read_bytes())
        data[24] += 4
        other.write_bytes(data)
        self.warned("--elf", other, says=[other, self.guest.program, "is entered at"])

    def test_build_id(self):
        self.record()
        other = self.folder / "forms"
        id = forms.build_id(self.guest.program)
        data = self.guest.program.read_bytes()
        self.assertEqual(data.count(bytes.fromhex(id)), 1)
        other.write_bytes(data.replace(bytes.fromhex(id), bytes(20)))
        self.warned("--elf", other, says=[other, self.guest.program, id, "0" * 40])

    def test_debug_file_of_another(self):
        """It is not taken, and that is said."""
        forms.separate(self.guest)
        debug = self.guest.folder / "forms.debug"
        id = bytes.fromhex(forms.build_id(self.guest.program))
        debug.write_bytes(debug.read_bytes().replace(id, bytes(20)))
        self.record()
        self.warned(says=[debug, self.guest.program])


class Compressed(Case):
    def test_zstd(self):
        """Refused in clear words where libelf does not know it, that is before elfutils 0.189."""
        self.guest.tool("objcopy", "--compress-debug-sections=zstd", "forms")
        self.record()
        version = re.search(r"0\.(\d+)", output("eu-readelf", "--version"))[1]
        if int(version) >= 189:
            self.assert_right("--elf", self.guest.program)
        else:
            failed = self.covtool("lcov", "--elf", self.guest.program, self.trace, status=65)
            self.assertIn("zstd", failed.stderr)
            self.assertEqual(failed.stdout, "")


class NoDebugInformation(Case):
    def symbols(self, program, dynamic=False):
        """{name: address} of the functions, in nm's words."""
        table = output("nm", *(["-D"] if dynamic else []), "--defined-only", program)
        return {words[2]: int(words[0], 16) for words in map(str.split, table.splitlines())
                if words[1] in "tTwW"}

    def executed(self):
        """The ELF addresses of all bytes that were executed of the program."""
        offsets = [(start, size) for path, start, size in drcov.load(self.trace).offsets()
                   if path == str(self.guest.program)]
        return {start + i for start, size in offsets for i in range(size)}

    def functions(self, *options):
        """{name: hits} of the program's functions in the JSON report, and what was said."""
        done = self.covtool("json", *options, self.trace)
        file, = json.loads(done.stdout)["files"]
        self.assertEqual(file["path"], str(self.guest.program))
        self.assertEqual(file["lines"], [])
        return {function["linkageName"]: function["hits"] for function in file["functions"]}, done.stderr

    def test_symbols(self):
        self.guest.tool("strip", "--strip-debug", "forms")
        self.record()
        found, said = self.functions("--elf", self.guest.program)
        self.assertIn("coverage by function", said)
        executed = self.executed()
        names = self.symbols(self.guest.program)
        self.assertLessEqual({"main", "kind", "note", "never"}, found.keys())
        stubs = {name for name in found if name.endswith("@plt")}
        self.assertIn("__cxa_finalize@plt", stubs)
        found = {name: hits for name, hits in found.items() if name not in stubs}
        self.assertLessEqual(found.keys(), names.keys())
        self.assertEqual({name: hits > 0 for name, hits in found.items()},
                         {name: names[name] in executed for name in found})
        for name in ("main", "kind", "never", "unused"):
            self.assertEqual(found[name] > 0, name in ("main", "kind"))

    def test_table(self):
        self.guest.tool("strip", "--strip-debug", "forms")
        self.record()
        rows = reports.table(self.covtool("report", "--elf", self.guest.program, self.trace).stdout)
        self.assertGreater(rows["TOTAL"][3], 5)

    def test_minidebuginfo(self):
        """Compressed symbols in .gnu_debugdata, as Fedora has them."""
        self.guest.tool("objcopy", "--strip-debug", "forms", "mini")
        self.guest.tool("objcopy", "--only-keep-debug", "mini", "mini.debug")
        output("xz", "mini.debug", folder=self.guest.folder)
        self.guest.tool("strip", "--strip-all", "forms")
        self.guest.tool("objcopy", "--add-section=.gnu_debugdata=mini.debug.xz", "forms")
        self.record()
        found, said = self.functions("--elf", self.guest.program)
        self.assertIn("coverage by function", said)
        for name in ("main", "kind", "never", "unused"):
            self.assertEqual(found[name] > 0, name in ("main", "kind"))

    def test_stripped(self):
        """Functions by what is left."""
        address = self.symbols(self.guest.program)["kind"]
        self.guest.tool("strip", "--strip-all", "forms")
        self.record()
        found, said = self.functions("--elf", self.guest.program)
        self.assertIn("coverage by function", said)
        self.assertEqual(found[f"sub_{address:x}"] > 0, address in self.executed())

    def test_nothing_left(self):
        """Nothing but sections: each that was executed in is hit."""
        self.guest.tool("strip", "--strip-all", "--remove-section=.eh_frame", "forms")
        self.record()
        found, said = self.functions("--elf", self.guest.program)
        self.assertIn("coverage by section", said)
        self.assertEqual(found[".text"], 1)
        self.assertIn(".plt", found)

    def test_no_lines(self):
        """Functions are there, but not where they are."""
        self.guest.tool("objcopy", "--remove-section=.debug_line", "forms")
        self.record()
        for options in ((), ("--elf", self.guest.program)):
            found, said = self.functions(*options)
            self.assertIn("no lines (.debug_line) in the debug information of forms: coverage by function", said)
            for name in ("main", "kind", "never", "unused"):
                self.assertEqual(found[name] > 0, name in ("main", "kind"))

    def test_no_code(self):
        """There is debug information, and it is not said that there is none."""
        self.guest.tool("objcopy", "--set-section-flags", ".text=alloc,readonly,data", "forms")
        self.record()
        for options in ((), ("--elf", self.guest.program)):
            _, said = self.functions(*options)
            self.assertIn("no executable section has the addresses in the debug information of forms", said)
            self.assertNotIn("build with -g", said)

    def library(self, compiler, flags):
        """A program with debug information, and a library that it calls."""
        (self.folder / "half.c").write_text("int half(int a)\n{\n  return a / 2;\n}\n")
        (self.folder / "main.c").write_text(
            "int half(int);\nint main(void)\n{\n  return half(1);\n}\n")
        output(compiler, *flags, "-shared", "-fPIC", "half.c", "-o", "libhalf.so", folder=self.folder)
        output("gcc", "-g", "-O0", "main.c", "-o", "main", "-L.", "-lhalf", "-Wl,-rpath,$ORIGIN", folder=self.folder)

    def check_program(self, *options):
        """The report has the program's lines and no other; gives what is said."""
        done = self.covtool("lcov", *options, self.trace)
        lines, _, _ = reports.lcov(done.stdout)
        self.assertEqual({path: set(found.values()) for path, found in lines.items()},
                         {str(self.folder / "main.c"): {1}})
        self.assertIn(4, lines[str(self.folder / "main.c")])
        return done.stderr

    def test_library_of_lines_alone(self):
        """Lines of which no unit says where they belong are no reason to have no report of all else."""
        for compiler, flags, removed in ((llvm("clang"), ["-gline-directives-only"], []),
                                         ("gcc", ["-g"], ["--remove-section=.debug_info"])):
            with self.subTest(compiler):
                self.library(compiler, flags)
                output("objcopy", *removed, "libhalf.so", folder=self.folder)
                self.assertNotIn(" .debug_info", output("readelf", "-SW", "libhalf.so", folder=self.folder))
                guests.record(self.trace, "pie", self.folder / "main")
                self.assertIn("no debug information in libhalf.so: left out", self.check_program())
                said = self.covtool("lcov", "--elf", "libhalf.so", self.trace).stderr
                self.assertIn("no debug information in libhalf.so: coverage by function", said)

    def test_broken_library(self):
        """An error with the file, the place, and the way to a report without it."""
        self.library("gcc", ["-g"])
        (self.folder / "zeros").write_bytes(bytes(16))
        output("objcopy", "--update-section", ".debug_abbrev=zeros", "libhalf.so", folder=self.folder)
        guests.record(self.trace, "pie", self.folder / "main")
        said = self.covtool("lcov", self.trace, status=65).stderr
        for word in (self.folder / "libhalf.so", "broken debug information", "of .debug_info",
                     "--exclude-module libhalf.so"):
            self.assertIn(str(word), said)
        self.check_program("--exclude-module", "libhalf.so")

    def test_base_that_is_none(self):
        self.record()
        for base in ("zzz", "0x", "-1"):
            said = self.covtool("lcov", "--elf", f"{self.guest.program}@{base}", self.trace, status=66).stderr
            self.assertIn(f"'{base}' is no address for {self.guest.program}", said)

    def test_beside_others(self):
        """Modules without debug information are named, and are not among the sources, where others
        have it."""
        for path in guests.built("pie").iterdir():
            shutil.copy(path, self.folder)
        for name in ("libtokens.so", "functions.so"):
            output("strip", "--strip-debug", self.folder / name)
        guests.record(self.trace, "pie", self.folder / "calculator", guests.INPUTS[0])
        done = self.covtool("json", self.trace)
        self.assertRegex(done.stderr, r"(?m)^covtool: no debug information in (.*, )?libtokens\.so")
        paths = [file["path"] for file in json.loads(done.stdout)["files"]]
        self.assertIn(str(guests.DEMO / "parser.cpp"), paths)
        self.assertFalse([path for path in paths if "libtokens" in path])


class Relocatable(Case):
    """A file that is not linked yet, as kernel modules are: addresses count from its first section
    with code."""

    def test_lines(self):
        output("gcc", "-g", "-O0", "-c", forms.SOURCES / "steps.c", "-o", "steps.o", folder=self.folder)
        object = self.folder / "steps.o"
        symbols = {words[2]: int(words[0], 16)
                   for words in map(str.split, output("nm", "--defined-only", object).splitlines())}
        kind, twice = symbols["kind"], symbols["twice"]
        self.trace.write_bytes(drcov.write([(0x400000, 0x401000, "/nowhere/steps.o")],
                                           [(0, kind, 4), (0, twice, 4)]))
        lines, functions, _ = reports.lcov(self.covtool("lcov", "--elf", object, self.trace).stdout)
        self.assertEqual(lines[str(forms.SOURCES / "steps.c")][3], 1)
        self.assertEqual(functions[str(forms.SOURCES / "steps.c")], {"kind": (3, 1), "unused": (9, 0)})
        self.assertEqual(functions[str(forms.SOURCES / "steps.h")]["twice"], (11, 1))
        shown = self.covtool("symbolise", "--elf", object, hex(kind), hex(twice)).stdout
        self.assertIn("steps.c:3", shown)
        self.assertIn("steps.h:11", shown)

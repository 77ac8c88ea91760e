"""What a report is of where nobody names modules: the user's code, whatever else is installed."""

import json
import re

from Tests.EndToEnd.support import drcov, guests, reports
from Tests.EndToEnd.support.setting import Case, output
from Tests.EndToEnd.support.sources import SourceCase

LIBC = "int never(int n) {\n    return n + 1;\n}\n"


def build_id(path):
    for line in output("readelf", "-nW", path).splitlines():
        if "Build ID:" in line:
            return line.split()[-1]
    raise AssertionError(f"{path}: no build-id")


class Installed(SourceCase):
    """Beside the traces' own modules stands what a package with debug information would bring."""

    def setUp(self):
        super().setUp()
        self.trace = self.project / "merged.drcov"
        rows = drcov.load(self.trace).modules
        libc, = (row.path for row in rows if row.path.rpartition("/")[2] == "libc.so.6")
        self.count = sum(row.path.startswith("/usr/lib/") for row in rows)
        id = build_id(libc)
        self.debug = self.folder / "debug"
        file = self.debug / ".build-id" / id[:2] / f"{id[2:]}.debug"
        file.parent.mkdir(parents=True)
        (self.folder / "libc.c").write_text(LIBC)
        output("gcc", "-g", "-shared", "-fPIC", "-nostdlib", f"-Wl,--build-id=0x{id}", "libc.c",
               "-o", file, folder=self.folder)

    def said(self, command, *words):
        done = self.covtool(command, *words, folder=self.project)
        return done.stdout, [line for line in done.stderr.splitlines() if "system librar" in line]

    def test_reports(self):
        """With its debug information at hand, none of them says a thing more of libc."""
        for command in (["lcov"], ["json"], ["report"], ["report", "--functions"], ["show"],
                        ["diff", self.trace]):
            found = [self.said(*command, self.trace, *words)
                     for words in ([], ["--debug-dir", self.debug])]
            self.assertEqual(found[0], found[1], command)
            text, lines = found[0]
            self.assertIn("project", text)
            self.assertNotIn("libc.", text)
            line, = lines
            self.assertIn(f"{self.count} system libraries", line)
            self.assertIn("--system-libraries", line)

    def test_who_names_them_has_them(self):
        def paths(*words):
            text, lines = self.said("json", self.trace, "--debug-dir", self.debug, *words)
            document = json.loads(text)
            return ({file["path"].rpartition("/")[2] for file in document["files"]},
                    {module["path"].rpartition("/")[2] for module in document["modules"]}, lines)

        own, modules, lines = paths()
        self.assertEqual(modules, {"program", "libwide.so"})
        self.assertEqual(len(lines), 1)
        for words in (["--system-libraries"], ["--module", "*"]):
            files, modules, lines = paths(*words)
            self.assertTrue(own | {"libc.c"} <= files, files)
            self.assertLessEqual({"program", "libwide.so", "libc.so.6"}, modules)
            self.assertEqual(lines, [])
        files, modules, _ = paths("--module", "libc.so.*")
        self.assertEqual((files & own, modules), (set(), {"libc.so.6"}))
        (self.project / ".covtool").write_text("system-libraries = true\n")
        self.assertIn("libc.c", paths()[0])

    def test_nothing_else(self):
        """Where nothing but libraries of the system ran, the report is of them."""
        self.covtool("merge", self.trace, "--module", "lib[cm].so.*", "-o", "alone")
        text, lines = self.said("json", self.folder / "alone", "--debug-dir", self.debug)
        self.assertIn("libc.c", text)
        self.assertEqual(lines, [])

    def test_stripped_program(self):
        """It is in its own report, whatever else has debug information."""
        output("strip", "--strip-debug", self.project / "program")
        main = int(re.search(r"(?m)^(\w+) T main$", output("nm", self.project / "program"))[1], 16)
        rows = reports.table(self.said("report", self.trace)[0])
        self.assertEqual(rows["program"][0], 0)
        self.assertGreater(rows["program"][3], 3)
        self.assertGreater(rows["src/wide.c"][0], 0)
        output("strip", "--strip-all", self.project / "program")
        _, functions, _ = reports.lcov(self.said("lcov", self.trace)[0])
        self.assertEqual(functions[str(self.project / "program")][f"sub_{main:x}"], (0, 1))


class Places(Case):
    def modules(self, trace, *words):
        done = self.covtool("json", trace, *words)
        return {module["path"] for module in json.loads(done.stdout)["modules"]}

    def test_program_in_a_library_folder(self):
        """A program counts wherever it lies, and whichever number a merge has given it."""
        root = self.folder / "root"
        paths = ["/usr/bin/other", "/usr/lib/tool/tool", "/usr/lib/tool/libown.so.1", "/lib64/ld-2.31.so",
                 "/usr/local/lib/libmine.so"]
        for path in paths:
            (root / path[1:]).parent.mkdir(parents=True, exist_ok=True)
            # Files of one build-id would be one module.
            output("objcopy", "--remove-section=.note.gnu.build-id", guests.built("pie") / "phases",
                   root / path[1:])
        low, high = guests.segments(guests.built("pie") / "phases")
        size = (high - low // 4096 * 4096 + 4095) // 4096 * 4096
        (self.folder / "run").write_bytes(drcov.write(
            [(0x10000000 * (n + 1), 0x10000000 * (n + 1) + size, path) for n, path in enumerate(paths)],
            [(n, 0x1000, 4) for n in range(len(paths))]))
        expected = {"/usr/bin/other", "/usr/lib/tool/tool", "/usr/local/lib/libmine.so"}
        self.assertEqual(self.modules("run", "--sysroot", root), expected)
        # The same in a folder that --sysroot, or QEMU's -L, has named.
        (self.folder / "inside").write_bytes(drcov.write(
            [(0x10000000 * (n + 1), 0x10000000 * (n + 1) + size, f"{root}{path}")
             for n, path in enumerate(paths)], [(n, 0x1000, 4) for n in range(len(paths))]))
        for words in ([], ["--sysroot", root]):
            self.assertEqual(
                self.modules("inside", *words), {f"{root}{path}" for path in expected})

    def test_two_builds_of_what_is_left_out(self):
        """A path that stands for two files is no matter to a report that neither of them is in."""
        program = guests.built("static") / "phases"
        low, high = guests.segments(program)
        start, end = low & ~0xFFF, high + 0xFFF & ~0xFFF
        for number, size in enumerate((0x100000, 0x180000)):
            (self.folder / f"run{number}").write_bytes(drcov.write(
                [(start, end, str(program)), (0x7F0000000000, 0x7F0000000000 + size, "/usr/lib/libnosuch.so.1")],
                [(0, 0x1000 + number, 4), (1, 0x2000, 4)]))
        runs = ["run0", "run1"]
        for command in ("lcov", "report", "json", "show"):
            self.covtool(command, *runs)
            self.assertIn("libnosuch.so.1 is not one file",
                          self.covtool(command, *runs, "--system-libraries", status=65).stderr)
        self.covtool("diff", *runs)
        for command in ("lcov", "report", "show"):
            self.covtool(command, *runs, "--elf", program)
        # What lists all modules, or merges them, has both.
        self.covtool("json", *runs, "--elf", program, status=65)
        self.covtool("merge", *runs, "-o", "merged", status=65)
        # The program itself is what a report is of.
        (self.folder / "run1").write_bytes(drcov.write([(start, end + 0x5000, str(program))], [(0, 0x1000, 4)]))
        for words in ([], ["--elf", program]):
            self.assertIn("is not one file", self.covtool("lcov", *runs, *words, status=65).stderr)

    def test_other_processors(self):
        """Their libraries lie in the folder that QEMU's -L names."""
        for kind in ("aarch64", "arm"):
            trace = self.folder / f"{kind}.drcov"
            guests.record(trace, kind, "calculator", guests.INPUTS[0])
            folder = guests.built(kind)
            self.assertEqual(self.modules(trace), {
                str(folder / name) for name in ("calculator", "libtokens.so", "functions.so")})

"""Exit statuses, messages, and where results go."""

import json
import os
import shutil
import subprocess

from Tests.EndToEnd.support import drcov, guests
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, Case, output, run

MODULES = [(0x400000, 0x401000, "/nowhere/a")]


class ExitStatus(Case):
    def setUp(self):
        super().setUp()
        (self.folder / "run.drcov").write_bytes(drcov.write(MODULES, [(0, 0x10, 4)]))
        (self.folder / "text").write_text("this is no drcov\n")
        calculator = guests.built("pie") / "calculator"
        shutil.copy(calculator, self.folder)
        output("strip", "-o", self.folder / "stripped", calculator)

    def fails(self, status, *arguments, says=(), **options):
        """No result, no file, and a message with the names in `says`."""
        before = sorted(os.listdir(self.folder))
        done = self.covtool(*arguments, status=status, **options)
        self.assertFalse(done.stdout, arguments)
        self.assertTrue(done.stderr.strip(), arguments)
        for word in says:
            self.assertIn(word, done.stderr, arguments)
        self.assertNotIn("Fatal error", done.stderr)
        self.assertEqual(sorted(os.listdir(self.folder)), before, arguments)

    def test_usage(self):
        for arguments in (["colour"], ["merge"], ["lcov", "--colour"], ["lcov", "--elf"],
                          ["merge", "run.drcov", "-o"], ["symbolise", "0x10"],
                          ["symbolise", "--elf", "calculator", "0x10", "text"],
                          ["install", "--prefix"], ["plugin-path", "more"]):
            self.fails(64, *arguments)

    def test_bad_data(self):
        for command in ("merge", "lcov", "json", "drcov", "report", "symbolise"):
            self.fails(65, command, "run.drcov", "text", says=["text"])
        for name, data in {
            "empty": b"",
            "cut": drcov.write(MODULES, [])[:90],
        }.items():
            (self.folder / name).write_bytes(data)
            self.fails(65, "merge", name, says=[name])

    def test_damaged(self):
        """Used as far as it is sound and named; an error with --strict."""
        sound = drcov.write(MODULES, [(0, 0x10, 4), (0, 0x20, 4)])
        binary = len(sound) - 16
        for name, data, place in (
                ("unknown-module", drcov.write(MODULES, [(0, 0x10, 4), (7, 0x10, 4)]), binary + 8),
                ("cut", sound[:-3], binary + 8),
                ("long", drcov.write(MODULES, [(0, 0x10, 4)]) + b"\n", binary + 8)):
            (self.folder / name).write_bytes(data)
            done = self.covtool("merge", name, "-o", "out")
            self.assertIn(f"warning: {name}: byte {place}: ", done.stderr)
            self.assertEqual(drcov.load(self.folder / "out").blocks, [(0, 0x10, 4)])
            for command in ("merge", "lcov", "json", "drcov", "report", "symbolise"):
                self.fails(65, command, name, "--strict", says=[f"{name}: byte {place}: "])

    def test_bad_elf(self):
        (self.folder / "calculator.drcov").write_bytes(
            drcov.write([(0x400000, 0x40B000, "/nowhere/calculator"),
                         (0x800000, 0x80B000, "/nowhere/stripped"),
                         (0xC00000, 0xC0B000, "/nowhere/text")], [(0, 0x2000, 4)]))
        for command in ("lcov", "json", "report", "symbolise"):
            self.fails(65, command, "calculator.drcov", "--elf", "text", says=["text", "ELF"])
            # Something stands in for debug information, and that is said.
            done = self.covtool(command, "calculator.drcov", "--elf", "stripped")
            self.assertIn("no debug information in stripped", done.stderr)
            # Sound, with debug information, but of another program than the trace.
            self.fails(65, command, "run.drcov", "--elf", "calculator", says=["calculator"])
        # Of no module is there a file with debug information.
        self.fails(65, "lcov", "run.drcov", says=["can be read: name it with --elf"])

    def test_missing(self):
        for command in ("merge", "lcov", "json", "drcov", "report", "symbolise"):
            self.fails(66, command, "run.drcov", "missing.drcov", says=["missing.drcov"])
        for command in ("lcov", "json", "drcov", "report", "symbolise"):
            self.fails(66, command, says=["merged.drcov"])
        for command in ("lcov", "json", "report", "symbolise"):
            self.fails(66, command, "run.drcov", "--elf", "missing", says=["missing"])
        (self.folder / "nothing").mkdir()
        self.fails(66, "merge", "nothing", says=["nothing"])

    def test_output(self):
        for command in (["merge", "run.drcov"], ["drcov", "run.drcov"]):
            self.fails(74, *command, "-o", "missing/out", says=["missing/out"])
            self.fails(74, *command, "-o", "/dev/full", says=["/dev/full"])
            self.fails(74, *command, "-o", ".", says=["."])
        trace = self.folder / "real.drcov"
        guests.record(trace, "pie", "special", "exit", "0")
        for command in ("lcov", "json", "report", "symbolise"):
            self.fails(74, command, trace, "-o", "missing/out", says=["missing/out"])
            with open("/dev/full", "wb") as full:
                self.fails(74, command, trace, stdout=full)

    def test_no_color_or_noise_on_success(self):
        done = self.covtool("drcov", "run.drcov", "--text")
        self.assertEqual(done.stderr, "")
        self.assertNotIn("\x1b", done.stdout)


class Results(Case):
    def setUp(self):
        super().setUp()
        guests.record_demo(self.folder)
        self.names = sorted(path.name for path in self.folder.glob("*.drcov"))

    def test_output_option(self):
        """-o FILE, -o - and standard output hold the same bytes."""
        self.covtool("merge", *self.names)
        for command in (["json"], ["lcov"], ["report"], ["symbolise"], ["drcov", "--text"],
                        ["drcov"], ["merge", *self.names]):
            self.covtool(*command, "-o", "out")
            written = (self.folder / "out").read_bytes()
            self.assertGreater(len(written), 500)
            self.assertEqual(self.covtool(*command, "-o", "-", text=False).stdout, written)
            if command[0] != "merge":
                self.assertEqual(self.covtool(*command, text=False).stdout, written)

    def test_default_input(self):
        self.covtool("merge", self.names[0])
        for command in ("json", "lcov", "report", "symbolise", "drcov"):
            named = self.covtool(command, self.names[0], text=False).stdout
            self.assertEqual(self.covtool(command, text=False).stdout, named)
            self.assertNotEqual(self.covtool(command, self.names[-1], text=False).stdout, named)

    def test_standard_input(self):
        named = self.covtool("lcov", self.names[0]).stdout
        with open(self.folder / self.names[0], "rb") as trace:
            self.assertEqual(self.covtool("lcov", "-", stdin=trace).stdout, named)

    def test_elf(self):
        """Files that a module's debug information names appear with that module."""
        self.covtool("merge", *self.names)
        built = guests.built("pie")

        def files(*elves):
            options = [word for elf in elves for word in ("--elf", built / elf)]
            document = json.loads(self.covtool("json", *options).stdout)
            return {file["path"]: file for file in document["files"]}

        demo = str(guests.DEMO)
        program, tokens = files("calculator"), files("libtokens.so")
        self.assertIn(f"{demo}/parser.cpp", program)
        self.assertNotIn(f"{demo}/tokens.c", program)
        self.assertEqual(list(tokens), [f"{demo}/tokens.c"])
        self.assertEqual(files("calculator", "libtokens.so"), program | tokens)
        everything = files("calculator", "libtokens.so", "functions.so")
        self.assertIn(f"{demo}/functions.c", everything)
        # Without it, the modules' own files are read (and libc's debug information, if there).
        own = files()
        self.assertEqual({path: own.get(path) for path in everything if path.startswith(demo)},
                         {path: everything[path] for path in everything if path.startswith(demo)})

    def test_broken_pipe(self):
        """`covtool ... | head`: no crash, and no endless run."""
        done = run("bash", "-c", '"$0" symbolise "$1" | head -n 1', COVTOOL, self.names[0],
                   folder=self.folder)
        self.assertEqual(len(done.stdout.splitlines()), 1)
        self.assertNotIn("Fatal error", done.stderr)

    def test_nobody_reads_messages(self):
        """The result is written all the same."""
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run([COVTOOL, "merge", "--exclude-module", "nosuch", "-o", "merged.drcov", self.names[0]],
                              cwd=self.folder, env=ENVIRONMENT, stderr=writing, timeout=60)
        os.close(writing)
        self.assertEqual(done.returncode, 0)
        self.assertTrue((self.folder / "merged.drcov").exists())

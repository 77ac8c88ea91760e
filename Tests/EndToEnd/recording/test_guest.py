"""The guest does not notice the plugin; the trace is there whole, or not at all."""

import os
import re

from Tests.EndToEnd.support import drcov, guests
from Tests.EndToEnd.support.setting import PLUGIN, Case, output

QEMU = "user"


class Unnoticed(Case):
    def compare(self, kind, program, *arguments):
        without = guests.qemu(kind, program, *arguments)
        trace = self.folder / "run.drcov"
        trace.unlink(missing_ok=True)
        with_it = guests.record(trace, kind, program, *arguments)
        for what in ("returncode", "stdout", "stderr"):
            self.assertEqual(getattr(with_it, what), getattr(without, what), (kind, arguments))
        self.assertGreater(len(drcov.load(trace).blocks), 100)
        return without

    def test_output_and_status(self):
        for kind in guests.KINDS:
            for input in guests.INPUTS[:2] if kind in guests.STATIC else guests.INPUTS:
                self.compare(kind, "calculator", input)
            self.assertEqual(self.compare(kind, "calculator", "nowhere").returncode, 2)
            self.assertEqual(self.compare(kind, "special", "exit", "42").returncode, 42)

    def test_descriptor_numbers(self):
        for kind in guests.KINDS:
            self.assertEqual(self.compare(kind, "special", "descriptors").stdout, "3 4 100 5 6\n")

    def test_closes_all_descriptors(self):
        self.compare("pie", "special", "closeall")


class Shared(Case):
    """What the guest's process has once, for the guest and the plugin alike."""

    def setUp(self):
        super().setUp()
        self.guest = self.folder / "shared"
        output("gcc", "-O1", "-Wall", "-Wextra", "-Werror", guests.ROOT / "Fixtures/guests/special/shared.c", "-o", self.guest,
               "-pthread", "-ldl")
        # Of one page, and without a function that runs when it is loaded.
        self.library = self.folder / "library.so"
        source = self.folder / "library.c"
        source.write_text("int early(void) { return 7; }\nint late(void) { return 8; }\n")
        output("gcc", "-g", "-O1", "-shared", "-fPIC", "-nostdlib", source, "-o", self.library)
        self.trace = self.folder / "run.drcov"

    def test_descriptors_of_threads(self):
        """While one thread executes new code, another one's descriptors are its own."""
        done = guests.record(self.trace, "pie", self.guest, "opens")
        self.assertEqual(done.stdout, "0 other numbers, 0 failures\n")

    def test_full_table(self):
        """A library that is called while no file can be opened more is a module all the same."""
        done = guests.record(self.trace, "pie", self.guest, "full", self.library)
        self.assertEqual((done.stdout, done.stderr), ("63 7\n", ""))
        self.assertIn(str(self.library), {block[0] for block in drcov.load(self.trace).offsets()})

    def test_other_code_over_a_library(self):
        """It is not the library's, whichever call has put it there."""
        for way in ("mmap", "mremap", "shmat"):
            with self.subTest(way):
                self.trace.unlink(missing_ok=True)
                done = guests.qemu("pie", self.guest, "over", self.library, way, plugin=None)
                if done.returncode != 0:
                    print(f"{way}: not run, this QEMU cannot do it ({done.returncode})")
                    continue
                guests.record(self.trace, "pie", self.guest, "over", self.library, way)
                said = self.covtool("lcov", "--elf", self.library, self.trace).stdout
                self.assertEqual(re.findall(r"^FNDA:(\d+),(\w+)$", said, re.M), [("1", "early"), ("0", "late")])

    def test_umask(self):
        """The trace's rights are those that QEMU's user has chosen."""
        for mask, mode in ((0o022, 0o644), (0o077, 0o600)):
            guests.record(self.trace, "pie", self.guest, "mask", preexec_fn=lambda mask=mask: os.umask(mask))
            self.assertEqual(self.trace.stat().st_mode & 0o777, mode)
            self.trace.unlink()


class Written(Case):
    def left(self):
        return sorted(os.listdir(self.folder))

    def test_forked_child(self):
        for kind in ("pie", "arm"):
            with self.subTest(kind):
                trace = self.folder / "run.drcov"
                child = guests.record(trace, kind, "special", "fork").stdout.strip()
                self.assertEqual(self.left(), [f"run.{child}.drcov", "run.drcov"])
                parents = drcov.load(trace).offsets()
                childs = drcov.load(self.folder / f"run.{child}.drcov").offsets()
                # Each has something that the other has not: waitpid there, exit(3) here.
                self.assertTrue(parents - childs)
                self.assertTrue(parents & childs)
                for name in self.left():
                    (self.folder / name).unlink()

    def test_relative_out_and_chdir(self):
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        run = guests.qemu("pie", "special", "chdir", elsewhere, plugin="out=run.drcov",
                          folder=self.folder)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(self.left(), ["elsewhere", "run.drcov"])
        self.assertEqual(os.listdir(elsewhere), [])

    def test_default_name(self):
        """Without `out` the trace has some name of its own, or QEMU does not start: never silence."""
        run = guests.qemu("pie", "special", "exit", "0", plugin="", folder=self.folder)
        if run.returncode == 0:
            (name,) = self.left()
            drcov.load(self.folder / name)
        else:
            self.assertIn("out", run.stderr)
            self.assertEqual(self.left(), [])

    def test_overwrites(self):
        trace = self.folder / "run.drcov"
        trace.write_text("old " * 100_000)
        guests.record(trace, "pie", "special", "exit", "0")
        self.assertEqual(drcov.load(trace).rest, b"")
        self.assertEqual(self.left(), ["run.drcov"])

    def test_folder_removed_during_the_run(self):
        gone = self.folder / "gone"
        gone.mkdir()
        run = guests.qemu("pie", "special", "rmdir", gone, plugin=f"out={gone}/run.drcov,journal=off")
        self.assertEqual(self.left(), [])
        self.assertIn("run.drcov", run.stderr, "it must be said that there is no trace")
        self.assertEqual(run.returncode, 0)

    def test_no_room(self):
        """The guest forbids itself larger files than some bytes, and with that the plugin too."""
        trace = self.folder / "run.drcov"
        run = guests.qemu("pie", "special", "filesize", "1000", plugin=f"out={trace}")
        self.assertEqual(run.returncode, 0)
        (journal,) = self.left()
        self.assertRegex(journal, r"^run\.drcov\.[0-9]+\.journal$", "a part of a trace")
        self.assertIn(journal, run.stderr, "it must be said where the blocks are")
        self.assertGreater(self.recovered(journal), 100)
        run = guests.qemu("pie", "special", "filesize", "1000", plugin=f"out={trace},journal=off")
        self.assertEqual(self.left(), ["run.drcov"])
        self.assertRegex(run.stderr, r"run\.drcov: .*; [0-9]+ recorded blocks are lost")

    def recovered(self, journal):
        """How many blocks covtool finds in a journal."""
        self.covtool("recover", journal)
        return len(drcov.load(self.folder / "run.drcov").blocks)


class Options(Case):
    def refused(self, plugin, *words):
        """QEMU must not start the guest, which would print, and must leave no file."""
        before = sorted(self.folder.rglob("*"))
        run = guests.qemu("pie", "special", "descriptors", plugin=plugin, folder=self.folder)
        self.assertNotEqual(run.returncode, 0, plugin)
        self.assertEqual(run.stdout, "", plugin)
        (said,) = (line for line in run.stderr.splitlines() if line.startswith("libcov: "))
        for word in words:
            self.assertIn(word, said, plugin)
        self.assertEqual(sorted(self.folder.rglob("*")), before, plugin)

    def test_unknown(self):
        """All options are listed, or the one that it may have been meant for; nothing else is said."""
        self.refused("out=run.drcov,colour=red", "unknown option 'colour'", "options: out=PATH", "elf=")
        for wrong, right in (("output", "out"), ("cuonts", "counts"), ("rnage", "range"),
                             ("excluded", "exclude"), ("Engine", "engine"), ("filname", "filename")):
            self.refused(f"{wrong}=1", f"unknown option '{wrong}'; the nearest is '{right}'; options: ")

    def test_two_traces(self):
        """QEMU makes one plugin of two of one path."""
        self.refused("out=one.drcov,counts=on,out=two.drcov", "out= is given twice")
        self.refused("out=one.drcov,filename=two.drcov", "out= is given twice")

    def test_wrong_value(self):
        """What is wrong comes first, then what the option takes; the others are not listed."""
        for plugin, said in (
                ("version=9", "option 'version' does not take '9'; it takes 2|3 "),
                ("counts=", "option 'counts' needs a value; it takes on|off "),
                ("start=here", "option 'start' does not take 'here'; it takes PLACE "),
                ("elf=a.out", "option 'elf' is for qemu-system; "),
                ("engine=nothing", "option 'engine' does not take 'nothing'; it takes auto|")):
            self.refused(plugin, said)
            run = guests.qemu("pie", "special", "descriptors", plugin=plugin, folder=self.folder)
            self.assertNotIn("out=PATH", run.stderr)

    def test_comma(self):
        """As in the names that afl-fuzz gives its inputs: what to write is said, and is right."""
        for name in ("id:000001,src:000000,op:havoc", "id:000000,time:0,execs:0,orig:a.txt", "a,b", "a,b=c,d"):
            doubled = f"out={name}".replace(",", ",,")
            self.refused(f"out={name},counts=on", "unknown option",
                         f"a comma in a value is written twice: {doubled}")
            run = guests.qemu("pie", "special", "exit", "0", plugin=f"{doubled},counts=on",
                              folder=self.folder)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            drcov.load(self.folder / name)
            (self.folder / name).unlink()

    def test_out_that_cannot_be_written(self):
        (self.folder / "file").write_text("")
        self.refused("out=missing/run.drcov", "missing/run.drcov")
        self.refused(f"out={self.folder}", str(self.folder))
        self.refused("out=file/run.drcov", "file/run.drcov")
        self.refused("out=", "out")

    def test_qemus_own_names(self):
        for number, plugin in enumerate(("filename={}", "arg=filename={}", "arg=out={}")):
            trace = self.folder / f"{number}.drcov"
            run = guests.qemu("pie", "special", "exit", "0", plugin=plugin.format(trace))
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertGreater(len(drcov.load(trace).blocks), 100)

    def test_comma_in_the_name(self):
        trace = self.folder / "a,b.drcov"
        run = guests.qemu("pie", "special", "exit", "0", plugin=f"out={self.folder}/a,,b.drcov")
        self.assertEqual(run.returncode, 0, run.stderr)
        drcov.load(trace)


class Library(Case):
    def test_needs_little(self):
        """libc, libm and what they bring along: nothing of Swift, which QEMU's host may not have."""
        needed = re.findall(r"\(NEEDED\).*\[(.+)\]", output("readelf", "-dW", PLUGIN))
        self.assertLessEqual(set(needed), {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"})
        self.assertIn("libc.so.6", needed)

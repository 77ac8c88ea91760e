"""The file that dwz makes of what two programs have, where that is strings alone: libdw takes none without
units, and knows nothing of `.debug_sup`."""

import os
import shutil

from Tests.EndToEnd.support import reports
from Tests.EndToEnd.support.setting import PLUGIN, Case, emulator, llvm, output, run

# What the comments say of lines, gcov says too.
SOURCE = """\
int function_of_both(int argument_of_it) { return argument_of_it * 2; }           // hit
int never_called_of_both(int argument_of_it) { return argument_of_it * 3; }       // missed
int main(int count, char **words)
{
    (void)words;
    return count > LIMIT ? never_called_of_both(LIMIT) : function_of_both(2) - 4; // hit
}
"""
NAMES = {"function_of_both": (1, True), "never_called_of_both": (2, False), "main": (3, True)}
# (compiler, its flags, dwz's): dwz knows nothing of clang's .debug_addr.
FORMS = [("gcc", "-gdwarf-4", ()), ("gcc", "-gdwarf-5", ()), ("gcc", "-gdwarf-5", ("--dwarf-5",)),
         ("clang", "-gdwarf-4", ()), ("clang", "-gdwarf-4", ("--dwarf-5",))]


class SharedFile(Case):
    def build(self, folder, compiler, flag, options):
        """Two programs, and what they share; gives what shows that there is no unit in it."""
        folder.mkdir()
        (folder / "source.c").write_text(SOURCE)
        for name, limit in (("one", 5), ("other", 6)):
            output(llvm("clang") if compiler == "clang" else compiler, flag, f"-DLIMIT={limit}", "-c", "source.c",
                   "-o", f"{name}.o", folder=folder)
            output("gcc", f"{name}.o", "-o", name, folder=folder)
        output("dwz", "-m", "shared", *options, "one", "other", folder=folder)
        sections = output("readelf", "-SW", folder / "shared")
        self.assertIn(".debug_str", sections)
        self.assertNotIn(".debug_info", sections)
        self.assertIn(".debug_sup" if options else ".gnu_debugaltlink", output("readelf", "-SW", folder / "one"))

    def record(self, program):
        trace = program.parent / f"{program.name}.drcov"
        run(*emulator("x86_64"), "-plugin", f"{PLUGIN},out={trace}", program, check=True)
        return trace

    def report(self, trace, source):
        done = self.covtool("lcov", trace)
        lines, functions, _ = reports.lcov(done.stdout)
        return lines[str(source)], functions[str(source)], done.stderr

    def test_strings_alone(self):
        for number, form in enumerate(FORMS):
            with self.subTest(form):
                folder = self.folder / str(number)
                self.build(folder, *form)
                for name in ("one", "other"):
                    lines, functions, said = self.report(self.record(folder / name), folder / "source.c")
                    self.assertEqual({name: (line, count > 0) for name, (line, count) in functions.items()}, NAMES)
                    self.assertEqual((lines[1] > 0, lines[2], lines[6] > 0), (True, 0, True))
                    self.assertNotIn("shared", said)

    def test_missing(self):
        for number, form in enumerate((FORMS[1], FORMS[2])):
            with self.subTest(form):
                folder = self.folder / str(number)
                self.build(folder, *form)
                trace = self.record(folder / "one")
                (folder / "shared").unlink()
                _, _, said = self.report(trace, folder / "source.c")
                self.assertIn("one: shared, which has a part of its debug information, is not found: functions are taken from symbols",
                              said)

    def test_pipe_in_its_place(self):
        """Which nobody waits for."""
        folder = self.folder / "one"
        self.build(folder, *FORMS[0])
        trace = self.record(folder / "one")
        (folder / "shared").unlink()
        os.mkfifo(folder / "shared")
        self.assertIn("one: shared, which has a part", self.report(trace, folder / "source.c")[2])

    def test_units_of_another_build(self):
        """That libdw would take them, whose build-ids it does not look at."""
        folder = self.folder / "one"
        self.build(folder, *FORMS[0])
        trace = self.record(folder / "one")
        shutil.copy(folder / "other.o", folder / "shared")
        self.assertIn("shared: is not the file that", self.report(trace, folder / "source.c")[2])

    def test_of_another_build(self):
        for number, form in enumerate((FORMS[1], FORMS[2])):
            with self.subTest(form):
                folder, other = self.folder / str(number), self.folder / f"other-{number}"
                self.build(folder, *form)
                trace = self.record(folder / "one")
                self.build(other, *form[:2], form[2])
                text = (other / "source.c").read_text().replace("of_both", "of_the_two")
                (other / "source.c").write_text(text)
                for name in ("one", "other"):
                    output("gcc", form[1], "-DLIMIT=3", "-c", "source.c", "-o", f"{name}.o", folder=other)
                    output("gcc", f"{name}.o", "-o", name, folder=other)
                output("dwz", "-m", "shared", *form[2], "one", "other", folder=other)
                shutil.copy(other / "shared", folder / "shared")
                _, functions, said = self.report(trace, folder / "source.c")
                self.assertIn(f"{folder}/shared: is not the file that {folder}/one shares with others: "
                              "its build-id is ", said)
                self.assertNotIn("is not found", said)
                self.assertEqual(set(functions), set(NAMES))
                self.covtool("lcov", "--strict", trace, status=65)

"""What the user is told: of a wrong command line, of what a result leaves out, and by which option."""

import re
import shutil
import signal

from Tests.EndToEnd.support import drcov, guests, terminals
from Tests.EndToEnd.support.setting import COVTOOL, Case, output
from Tests.EndToEnd.support.sources import SourceCase

MODULES = [(0x400000, 0x401000, "/nowhere/a")]


class Usage(Case):
    def said(self, *words):
        done = self.covtool(*words, status=64)
        self.assertEqual(done.stdout, "")
        self.assertTrue(done.stderr.startswith("covtool: error: "), done.stderr)
        return done.stderr

    def test_commands(self):
        self.said()
        self.said("help", "nosuch")
        for wrong, right in (("mrege", "merge"), ("repot", "report"), ("symbolize2", "symbolise"),
                             ("minimse", "minimise"), ("lcvo", "lcov")):
            for words in ([wrong, "x"], ["help", wrong], ["config", wrong]):
                self.assertRegex(self.said(*words), f"'{right[:6]}[a-z]*'")
        self.assertNotIn("did you mean", self.said("zzzzzz"))
        self.assertIn("USAGE", self.covtool("help").stdout)
        self.assertEqual(self.covtool("help", "symbolize").stdout, self.covtool("symbolise", "-h").stdout)

    def test_options(self):
        for words, right in ((["report", "--show-missing"], "--show-missing-lines"),
                             (["lcov", "--elff", "x"], "--elf"), (["merge", "x", "--stric"], "--strict"),
                             (["report", "--fail-under-line", "1"], "--fail-under-lines"),
                             # Said before that something else is missing.
                             (["merge", "--cuonts"], "--counts"), (["diff", "x", "--fail-on-los"], "--fail-on-lost"),
                             (["--versoin"], "--version")):
            self.assertIn(f"'{right}'", self.said(*words))
        self.assertIn("'-z'", self.said("merge", "-z"))
        self.assertIn("missing", self.said("merge", "--counts"))
        (self.folder / ".covtool").write_text("fail-under-line = 1\n")
        self.assertIn("'fail-under-lines'", self.said("report"))
        (self.folder / ".covtool").write_text("[reprot]\n")
        self.assertIn("'report'", self.said("report"))

    def test_what_is_empty(self):
        """As a variable that is not set, or a list of nothing, leaves it."""
        (self.folder / "list").write_text("\n")
        self.assertIn("list: no name", self.covtool("merge", "@list", status=66).stderr)
        self.assertIn("'': cannot be read", self.covtool("merge", "", status=66).stderr)
        (self.folder / "run.drcov").write_bytes(drcov.write(MODULES, [(0, 0x10, 4)]))
        self.assertIn("'': cannot be written", self.covtool("merge", "run.drcov", "-o", "", status=74).stderr)
        self.assertIn("--prefix", self.said("uninstall", "--prefix", ""))  # would be the root folder

    def test_ranges_and_choices(self):
        for words, expected in (
                (["report", "--fail-under-lines", "101"], ["0 to 100", "101"]),
                (["report", "--fail-under-functions", "-1"], ["0 to 100", "-1"]),
                (["report", "--fail-uncovered-lines", "-1"], ["from 0"]),
                (["report", "--fail-uncovered-lines", "1.5"], ["from 0"]),
                (["drcov", "--drcov-version", "4"], ["2", "3"]),
                (["drcov", "--table", "1"], ["2", "3", "4", "5"]),
                (["drcov", "--for", "ghidra"], ["lighthouse", "lightkeeper", "libafl"]),
                (["report", "--by", "line"], ["file", "folder"]),
                (["report", "--sort", "size"], ["missed", "cover"]),
                (["report", "--functions", "--sort", "size"], ["place", "calls"]),
                (["lcov", "--lcov-format", "3"], ["1", "2.2"]),
                (["merge", "--mixed", "x"], ["refuse", "keep-apart", "by-name"]),
                (["merge", "--failure-mode", "x"], ["any", "all", "warn"]),
                (["report", "--colour", "x"], ["auto", "always", "never"]),
                (["merge", "--module-map", "x"], ["FROM,TO"]),
                (["lcov", "--path-equivalence", "x"], ["FROM,TO"])):
            said = self.said(*words, "x")
            for word in expected:
                self.assertIn(word, said)
            # What is wrong stands in one line.
            self.assertEqual(len(said.splitlines()), 2, said)

    def test_every_error_begins_alike(self):
        (self.folder / "text").write_text("text\n")
        for words, status in ((["merge", "text"], 65), (["lcov", "missing"], 66), (["merge", "--x"], 64),
                              (["recover", "text"], 65), (["info", "missing"], 66)):
            self.assertRegex(self.covtool(*words, status=status).stderr, r"\Acovtool: error: ")

    def test_a_terminal_gets_no_trace(self):
        (self.folder / "run.drcov").write_bytes(drcov.write(MODULES, [(0, 0x10, 4)]))
        for words in (["merge", "run.drcov", "-o", "-"], ["drcov", "run.drcov"], ["intersect", "run.drcov"],
                      ["subtract", "run.drcov", "run.drcov"], ["repair", "run.drcov"],
                      ["drcov", "--text", "--counts", "run.drcov"]):
            text, status, said = terminals.run([COVTOOL, *words], self.folder)
            self.assertEqual((text, status), ("", 64), words)
            self.assertIn("-o FILE", said)
        text, status, _ = terminals.run([COVTOOL, "drcov", "--text", "run.drcov"], self.folder)
        self.assertEqual(status, 0)
        self.assertIn("DRCOV VERSION", text)


class Inputs(Case):
    """info, validate, repair and recover take what the others take."""

    def setUp(self):
        super().setUp()
        (self.folder / "many").mkdir()
        for name in "ab":
            (self.folder / "many" / name).write_bytes(drcov.write(MODULES, [(0, 0x10, 4), (7, 1, 1)]))
        (self.folder / "many/text").write_text("no trace\n")
        (self.folder / "list").write_text("many/b\nmany/a\n")

    def test_info_and_validate(self):
        for command, status in (("info", 0), ("validate", 1)):
            for words, names in ((["many"], ["many/a", "many/b"]), (["@list"], ["many/b", "many/a"]),
                                 (["@list", "many/a"], ["many/b", "many/a", "many/a"])):
                text = self.covtool(command, *words, status=status).stdout
                self.assertEqual(re.findall(r"(?m)^many/\w", text), names)
            with open(self.folder / "many/a", "rb") as trace:
                self.assertIn("-: ", self.covtool(command, "-", stdin=trace, status=status).stdout)
        self.assertRegex(self.covtool("info", "many/a").stdout, r"; 1 module; ")

    def test_repair(self):
        self.covtool("repair", "many/a", "-o", "alone")
        sound = (self.folder / "alone").read_bytes()
        self.assertEqual(drcov.read(sound).blocks, [(0, 0x10, 4)])
        self.assertIn("-o FOLDER", self.covtool("repair", "many", status=64).stderr)
        (self.folder / "out").mkdir()
        for words in (["many"], ["@list"]):
            self.covtool("repair", *words, "-o", "out")
            self.assertEqual({path.name: path.read_bytes() for path in (self.folder / "out").iterdir()},
                             {"a": sound, "b": sound})
            shutil.rmtree(self.folder / "out")
            (self.folder / "out").mkdir()
        with open(self.folder / "many/a", "rb") as trace:
            self.assertEqual(self.covtool("repair", "-", stdin=trace, text=False).stdout, sound)

    def test_recover(self):
        (self.folder / "left").mkdir()
        for name in "ab":
            done = guests.qemu("pie", "endings", "killed", plugin=f"out={self.folder}/left/{name}")
            self.assertEqual(done.returncode, -signal.SIGKILL)
        journals = sorted((self.folder / "left").glob("*.journal"))
        self.assertEqual(len(journals), 2)
        (self.folder / "left/other").write_text("no journal\n")
        with open(journals[0], "rb") as journal:
            piped = self.covtool("recover", "-", stdin=journal, text=False).stdout
        (self.folder / "journals").write_text("".join(f"{journal}\n" for journal in journals))
        self.covtool("recover", "--keep", "@journals", "--module", "endings")
        cut = drcov.load(self.folder / "left/a")
        self.assertEqual({block for block in drcov.read(piped).offsets() if block[0].endswith("/endings")},
                         cut.offsets())
        (self.folder / "left/a").unlink()
        (self.folder / "left/b").unlink()
        self.covtool("recover", "left")
        self.assertEqual((self.folder / "left/a").read_bytes(), piped)
        self.assertEqual(sorted(path.name for path in (self.folder / "left").iterdir()),
                         ["a", "b", "other"])


class LeftOut(SourceCase):
    def test_counts(self):
        """Hit counts that a result has no place for, and the option that keeps them."""
        counted = self.folder / "counted"
        guests.qemu("pie", self.project / "program", plugin=f"out={counted},counts=on")
        plain = self.project / "merged.drcov"
        for command in ("merge", "drcov"):
            said = self.covtool(command, counted, plain, "-o", "out").stderr
            self.assertRegex(said, r"(?m)^covtool: hit counts of 1 trace .*--counts")
            self.assertEqual(self.covtool(command, counted, plain, "--counts", "-o", "out").stderr, "")
            self.assertEqual(self.covtool(command, plain, "-o", "out").stderr, "")
        for command in ("intersect", "subtract"):
            self.assertIn("hit counts", self.covtool(command, counted, plain, "-o", "out").stderr)

    def test_markers(self):
        """Where sources have some and are not read for them, that is said; who does not want them says so."""
        self.assertNotIn("markers", self.report("lcov").stderr)
        source = self.project / "src/wide.c"
        source.write_text(source.read_text() + "// LCOV_EXCL_LINE\n")
        for command in (["lcov"], ["json"], ["report"], ["show"], ["diff", self.project / "merged.drcov"]):
            line, = (line for line in self.report(*command).stderr.splitlines() if "markers" in line)
            for word in ("src/wide.c", "--source-root", "--no-markers"):
                self.assertIn(word, line)
            for words in (["--no-markers"], ["--source-root", "."], ["--exclude", "wide.c"]):
                self.assertNotIn("exclusion markers", self.report(*command, *words).stderr)

    def test_sources(self):
        self.assertRegex(self.report("show").stderr, r"without text: .*--source-root")

    def test_program_without_lines(self):
        """That lines need -g is said, and what there is in their place."""
        for option, word in (("--strip-debug", "function"), ("--strip-all", "function"),
                             ("--remove-section=.eh_frame", "section")):
            for name in ("program", "libwide.so"):
                output("strip", option, self.project / name)
            for command in ("lcov", "json", "report", "show"):
                # There is nothing to show: no line of any source is known.
                status = 65 if command == "show" else 0
                said = self.covtool(command, "merged.drcov", folder=self.project, status=status).stderr
                line, = (line for line in said.splitlines() if "no debug information in program" in line)
                for part in (word, "-g"):
                    self.assertIn(part, line)

    def test_blocks_in_no_module(self):
        (self.folder / "loose").write_bytes(drcov.write(
            [(0x400000, 0x400000 + 0x10000, str(self.project / "program"))],
            [(0, 0x1000, 4), (drcov.NO_MODULE, 0x10, 4)]))
        done = self.covtool("report", "loose")
        self.assertRegex(done.stderr, r"(?m)^covtool: 1 block is in no module.*--elf FILE@BASE")


class Journals(Case):
    def test_merge(self):
        """How many inputs are journals, and that one is beside the trace of the same run tried again."""
        for out in ("one", "two"):
            guests.qemu("pie", "endings", "killed", plugin=f"out={self.folder}/{out}")
        guests.record(self.folder / "one", "pie", "endings", "exit_group")
        guests.record(self.folder / "three", "pie", "endings", "exit_group")
        names = sorted(path.name for path in self.folder.iterdir())
        self.assertEqual(len(names), 4)
        lines = self.covtool("merge", *names, "-o", "out").stderr.splitlines()
        self.assertIn("covtool: 2 of 4 traces are journals of processes that ended before the trace was "
                      "written", lines)
        warning, = (line for line in lines if line.startswith("covtool: warning: "))
        for name in ("one", "one."):
            self.assertIn(name, warning)
        self.assertNotIn("two", warning)
        self.assertEqual(self.covtool("merge", "three", "-o", "out").stderr, "")
        # Another program's is no second try.
        guests.record(self.folder / "one", "pie", "calculator", guests.INPUTS[0])
        self.assertNotIn("warning", self.covtool("merge", *names, "-o", "out").stderr)

"""A project's .covtool file: what it sets, and what wins over it."""

import json
import os
import re

from Tests.EndToEnd.support import reports
from Tests.EndToEnd.support.sources import SOURCES, SourceCase

ELVES = "elf = program\nelf = libwide.so\n"


class Config(SourceCase):
    def configure(self, text, folder=None):
        path = (folder or self.project) / ".covtool"
        path.write_text(text)
        return path

    def lcov(self, *arguments, folder=None, **more):
        return self.covtool("lcov", self.project / "merged.drcov", *arguments,
                            folder=folder or self.project, **more)

    def files(self, *arguments, **more):
        lines, _, _ = reports.lcov(self.lcov(*arguments, **more).stdout)
        return {os.path.relpath(path, self.project) for path in lines}

    def test_as_on_the_command_line(self):
        expected = self.report("lcov", "--include", "src/*", "--exclude", "main.c").stdout
        self.configure(f"# For all reports.\n\n{ELVES}include = src/*\n  exclude\t=   main.c  \r\n")
        self.assertEqual(self.lcov().stdout, expected)
        # From folders below too: paths in the file are seen from the file's own folder.
        self.assertEqual(self.lcov(folder=self.project / "src/deep").stdout, expected)
        # Commands without these options are not concerned.
        self.covtool("info", "merged.drcov", folder=self.project)

    def test_nearest_file(self):
        self.configure("include = */used.c\n")
        self.configure("include = main.c\n", self.project / "src")
        self.assertEqual(self.files(folder=self.project / "src/deep/er"), {"src/main.c"})
        self.assertEqual(self.files(folder=self.project / "tests"), {"src/deep/er/used.c", "tests/used.c"})
        (self.project / "src/deep/.covtool").mkdir()  # no file, and looked over
        self.assertEqual(self.files(folder=self.project / "src/deep/er"), {"src/main.c"})

    def test_named_file(self):
        self.configure("include = main.c\n")
        other = self.folder / "other"
        other.write_text(f"include = {self.project}/src/wide.c\n")
        for value, expected in (("", set(SOURCES)), (str(other), {"src/wide.c"}),
                                ("../other", {"src/wide.c"})):
            files = self.files(environment={"COVTOOL_CONFIG": value})
            self.assertEqual(files & set(SOURCES), expected, value)
        done = self.lcov(environment={"COVTOOL_CONFIG": "missing"}, status=66)
        self.assertIn("missing", done.stderr)

    def test_the_nearer_wins(self):
        self.configure(f"{ELVES}include = main.c\ninclude = wide.c\nmixed = refuse\n"
                       "[lcov]\ninclude = used.c\n[report]\ninclude = *.h\n[symbolise]\nelf = program\n")
        self.assertEqual(self.files(), {"src/deep/er/used.c", "tests/used.c"})
        for words in (["--include", "main.c"], ["--include=main.c"]):
            self.assertEqual(self.files(*words), {"src/main.c"})
        self.assertEqual(self.files("--elf", self.project / "program", "--include", "shared.h"),
                         {"include/shared.h"})
        document = json.loads(self.covtool("json", folder=self.project).stdout)
        self.assertEqual({os.path.basename(file["path"]) for file in document["files"]},
                         {"main.c", "wide.c"})
        rows = reports.table(self.covtool("report", folder=self.project).stdout)
        self.assertEqual(set(rows), {"shared.h", "TOTAL"})
        # An option behind '--' is a name.
        self.lcov("--", "--include", status=66)

    def test_flags(self):
        damaged = self.project / "merged.drcov"
        damaged.write_bytes(damaged.read_bytes()[:-3])
        self.lcov("--elf", "program", "--module", "program")
        self.configure("strict = true\n")
        self.lcov("--elf", "program", "--module", "program", status=65)
        self.configure("strict = true\n[lcov]\nstrict = false\n")
        self.lcov("--elf", "program", "--module", "program")

    def test_wrong(self):
        for text, line, words in (
                ("\ninclud = x\n", 2, "includ"), ("output = x\n", 1, "output"), ("o = x\n", 1, "'o'"),
                ("help = true\n", 1, "help"), ("include\n", 1, "option = value"),
                ("include = \n", 1, "include"), ("[lcow]\n", 1, "lcow"), ("[lcov\n", 1, "option = value"),
                ("[merge]\ninclude = x\n", 2, "merge"), ("strict = yes\n", 1, "true"),
                ("mixed = refuse\n\nmixed = refuse\n", 3, "line 1"),
                ("# x\nmixed = sometimes\n", 2, "sometimes"),
                ("ignore-filename-regex = a\nignore-filename-regex = a(b\n", 2, "a(b"),
                ("path-equivalence = /a\n", 1, "/a"),
                ("source-root = ..\n", 1, "below"), ("source-root = /\n", 1, "below"),
                ("source-root = link\n", 1, "below")):
            if not (self.project / "link").is_symlink():
                (self.project / "link").symlink_to("/usr")
            path = self.configure(text)
            done = self.lcov(status=64)
            self.assertEqual(done.stdout, "")
            self.assertIn(f"{path}:{line}: ", done.stderr)
            self.assertIn(words, done.stderr)
            # Not a hindrance to those who want to know what would be right.
            for question in (["lcov", "--help"], ["help", "lcov"], ["--version"],
                             ["--generate-completion-script", "bash"]):
                self.covtool(*question, folder=self.project)
        (self.project / ".covtool").write_bytes(b"include = \xff\n")
        self.lcov(status=64)
        # Errors begin alike, whoever found them.
        for text in ("fail-under-lines = 101\n", "fail-under-line = 1\n"):
            path = self.configure(text)
            said = self.covtool("report", folder=self.project, status=64).stderr
            self.assertRegex(said, rf"\Acovtool: error: {re.escape(str(path))}:1: ['a-z]")
        # Read as far as such a file may be long.
        self.assertIn("1 MiB", self.lcov(status=64, environment={"COVTOOL_CONFIG": "/dev/zero"}).stderr)
        # The user's own mistakes are said to be the user's.
        path = self.configure("mixed = refuse\n")
        done = self.lcov("--colour-of-the-bikeshed", status=64)
        self.assertNotIn(".covtool", done.stderr)

    def test_source_root_below(self):
        """Through the file too, markers are followed; only in the project itself."""
        main = self.project / "src/main.c"
        main.write_text(main.read_text().replace("? 0 : 1;", "? 0 : 1; // LCOV_EXCL_LINE"))
        self.configure(f"{ELVES}source-root = .\ninclude = main.c\n")
        for folder in (self.project, self.project / "src"):
            lines, _, _ = reports.lcov(self.lcov(folder=folder).stdout)
            self.assertEqual((4 in lines[str(main)], 6 in lines[str(main)]), (True, False))
        lines, _, _ = reports.lcov(self.lcov("--no-markers").stdout)
        self.assertIn(6, lines[str(main)])

    def test_many_traces(self):
        """A long command line keeps its names."""
        self.configure(f"{ELVES}include = main.c\n")
        names = [self.project / "merged.drcov"] * 100
        done = self.covtool("lcov", *names, folder=self.project)
        self.assertEqual(list(reports.lcov(done.stdout)[0]), [f"{self.project}/src/main.c"])

    def test_config(self):
        path = self.configure(f"{ELVES}exclude = tests/\nstrict = false\n[report]\nexclude = *.h\n")
        lines = self.covtool("config", folder=self.project / "src").stdout.splitlines()
        self.assertEqual([line.partition(" (")[0] for line in lines], [
            f"{path}:1: elf = {self.project}/program", f"{path}:2: elf = {self.project}/libwide.so",
            f"{path}:3: exclude = {self.project}/tests/", f"{path}:4: strict = false",
            f"{path}:6: exclude = *.h"])
        document = json.loads(self.covtool("config", "--json", folder=self.project).stdout)
        self.assertEqual(document["file"], str(path))
        commands = {setting["line"]: setting["commands"] for setting in document["settings"]}
        self.assertEqual(commands[6], ["report"])
        self.assertNotIn("report", commands[3])
        self.assertIn("lcov", commands[3])
        self.assertIn("merge", commands[4])
        self.assertNotIn("info", commands[1])
        lines = self.covtool("config", "report", folder=self.project).stdout.splitlines()
        self.assertEqual([int(re.match(r".*?:(\d+): ", line)[1]) for line in lines], [1, 2, 4, 6])
        self.covtool("config", "repot", folder=self.project, status=64)
        self.configure("[report\n")
        self.covtool("config", folder=self.project, status=64)
        path.unlink()
        done = self.covtool("config", folder=self.project)
        self.assertEqual(done.stdout, "")
        self.assertIn(".covtool", done.stderr)
        done = self.covtool("config", "--json", folder=self.project)
        self.assertEqual(json.loads(done.stdout), {"format": "covtool-config", "version": 1, "file": None,
                                                   "settings": []})

    def test_every_option_is_some_command_s(self):
        """The list of what can be set has no name that no command knows, and none that writes."""
        names = self.covtool("config", "--help").stdout.partition("can be set:")[2]
        names = re.match(r"([^.]*)\.", names)[1].replace("\n", " ").split(",")
        names = {name.strip() for name in names}
        self.assertLess({"elf", "include"}, names)
        help = "".join(self.covtool(command, "--help").stdout
                       for command in ("lcov", "report", "patch", "json", "diff", "symbolise", "merge"))
        for name in names:
            self.assertRegex(help, rf"--{name}[ ,/<\n]")
        self.assertFalse(names & {"output", "copy-to", "prefix", "help", "json"})

"""Which modules and source files reports are of, and what they are called there."""

import json
import os
import re

from Tests.EndToEnd.support import guests, reports
from Tests.EndToEnd.support.setting import Case, output, run
from Tests.EndToEnd.support.sources import SOURCES, SourceCase


class Patterns(SourceCase):
    def test_as_lcov_has_them(self):
        """lcov's --extract and --remove of the whole tracefile leave the same."""
        whole = self.folder / "whole.info"
        whole.write_text(self.report("lcov").stdout)
        self.assertEqual(self.files(), set(SOURCES))
        for patterns in (["*/src/*"], ["*.h"], [f"{self.project}/src/*.c"], ["*/use?.c"],
                         ["*/tests/*", "*/include/*"], [f"{self.project}/src/main.c"], ["*"]):
            for option, lcov in (("--include", "--extract"), ("--exclude", "--remove")):
                words = [word for pattern in patterns for word in (option, pattern)]
                expected = output("lcov", "--quiet", lcov, whole, *patterns, "-o", "-")
                self.assertEqual(reports.lcov(self.report("lcov", *words).stdout),
                                 reports.lcov(expected), words)

    def test_exclude_wins(self):
        self.assertEqual(self.files("--include", "*/src/*", "--exclude", "*/deep/*"),
                         {"src/main.c", "src/wide.c"})

    def test_relative(self):
        """Seen from the working folder; without a slash, the file's name."""
        for pattern, expected in {
            "src/*.c": {"src/main.c", "src/wide.c", "src/deep/er/used.c"},
            "src/": {"src/main.c", "src/wide.c", "src/deep/er/used.c"},
            "./tests/../src/main.c": {"src/main.c"},
            "used.c": {"src/deep/er/used.c", "tests/used.c"},
            "*used.c": {"src/deep/er/used.c", "tests/used.c"},
            "src/**/used.c": {"src/deep/er/used.c"},
            "src/**/main.c": {"src/main.c"},
            "**/er/*.c": {"src/deep/er/used.c"},
            "[!a-v]*.c": {"src/wide.c"},
        }.items():
            self.assertEqual(self.files("--include", pattern), expected, pattern)
        self.assertEqual(self.files("--include", "er/*", folder=self.project / "src/deep"),
                         {"src/deep/er/used.c"})
        (self.project / "x").symlink_to(self.project)
        self.assertEqual(self.files("--include", "src/main.c", folder=self.project / "x"), {"src/main.c"})

    def test_regular_expression(self):
        """As grep -E finds them in the paths."""
        paths = "".join(f"{self.project}/{name}\n" for name in SOURCES)
        (self.folder / "paths").write_text(paths)
        for regex in ("deep|tests", "/src/[^/]*$", r"\.h$", "u(sed|x)[.]c", "^/", "e{2}"):
            left = run("grep", "-v", "-E", regex, self.folder / "paths").stdout.splitlines()
            expected = {path.removeprefix(f"{self.project}/") for path in left}
            self.assertEqual(self.files("--ignore-filename-regex", regex), expected, regex)
        done = self.report("lcov", "--ignore-filename-regex", "a(b", status=64)
        self.assertIn("a(b", done.stderr)

    def test_everything_goes_by_it(self):
        """Totals of all reports, and diff."""
        words = ["--include", "src/", "--exclude", "main.c"]
        lines, functions, sums = reports.lcov(self.report("lcov", *words).stdout)
        found = sum(sum_["LF"] for sum_ in sums.values())
        hit = sum(sum_["LH"] for sum_ in sums.values())
        self.assertEqual((found, hit), (6, 5))  # as gcov has it; used.c's first return is not reached
        totals = json.loads(self.report("json", *words).stdout)["totals"]
        self.assertEqual((totals["lines"]["found"], totals["lines"]["hit"]), (found, hit))
        rows = reports.table(self.report("report", *words).stdout)
        self.assertEqual(rows["TOTAL"][:2], [found, hit])
        (self.folder / "nothing").mkdir()
        again = self.project / "merged.drcov"
        trace = again.read_bytes()
        empty = self.folder / "empty.drcov"
        head, _, _ = trace.partition(b"BB Table")
        empty.write_bytes(head + b"BB Table: 0 bbs\n")
        done = json.loads(self.covtool(
            "diff", "--json", empty, again, "--elf", self.project / "program", "--include",
            "src/main.c", folder=self.project).stdout)
        self.assertEqual([file["path"] for file in done["files"]], [f"{self.project}/src/main.c"])

    def test_nothing_matches(self):
        for words in (["--include", "scr/*"], ["--exclude", "*/test/*"], ["--module", "progam", "--module", "program"],
                      ["--ignore-filename-regex", "^src"], ["--path-equivalence", "/nowhere,/x"]):
            done = self.report("lcov", *words)
            self.assertRegex(done.stderr, "warning: " + re.escape(words[0]))
            self.assertIn(words[1].partition(",")[0], done.stderr)
            done = self.report("lcov", *words, "--strict", status=65)
            self.assertEqual(done.stdout, "")
        done = self.report("lcov", "--include", "src/*", "--exclude", "*.h", "--strict")
        self.assertEqual(done.stderr, "")


class Modules(SourceCase):
    def test_modules(self):
        for words, expected in (
                (["--module", "program"], set(SOURCES) - {"src/wide.c"}),
                (["--module", "lib*.so"], {"src/wide.c", "include/shared.h"}),
                (["--module", "*/libwide.so"], {"src/wide.c", "include/shared.h"}),
                (["--module", f"{self.project}/program", "--module", "libwide.so"], set(SOURCES))):
            self.assertEqual(self.files(*words), expected)
            self.assertEqual(self.files(*words, elves=["program", "libwide.so"]), expected)
        document = json.loads(self.report("json", "--module", "libwide.so").stdout)
        self.assertEqual([module["path"] for module in document["modules"]],
                         [f"{self.project}/libwide.so"])

    def test_no_module(self):
        done = self.report("lcov", "--module", "progam", status=65)
        self.assertIn("libwide.so", done.stderr)

    def test_module_that_no_elf_names(self):
        """Then its own path is looked at."""
        self.assertEqual(self.files("--module", "libwide.so", elves=["program"]),
                         {"src/wide.c", "include/shared.h"})


class Equivalence(SourceCase):
    def test_whole_components(self):
        parent = self.project.parent
        for mapping, expected in {
            f"{self.project},/src": {f"/src/{name}" for name in SOURCES},
            f"{self.project}/,/src/": {f"/src/{name}" for name in SOURCES},
            f"{self.project}/src/../,/src": {f"/src/{name}" for name in SOURCES},
            f"{parent}/proj,/src": set(SOURCES),
            f"{self.project}/src/main.c,/a.c": set(SOURCES) - {"src/main.c"} | {"/a.c"},
            f"{self.project},.": set(SOURCES),
        }.items():
            self.assertEqual(self.files("--path-equivalence", mapping), expected, mapping)
        for wrong in ("/a", "/a,", ",/a", "/a,/b,/c", ""):
            self.report("lcov", "--path-equivalence", wrong, status=64)

    def test_first_fits(self):
        words = ["--path-equivalence", f"{self.project}/src,/one", "--path-equivalence",
                 f"{self.project},/two"]
        expected = {re.sub("^src/", "/one/", name) for name in SOURCES}
        self.assertEqual(self.files(*words),
                         {path if path[0] == "/" else f"/two/{path}" for path in expected})

    def test_patterns_see_the_new_path(self):
        self.assertEqual(self.files("--path-equivalence", f"{self.project},/moved", "--include",
                                    "/moved/src/*", "--exclude", "*/deep/*"),
                         {"/moved/src/main.c", "/moved/src/wide.c"})

    def test_relative_in_the_debug_information(self):
        """As builds that want to be reproducible have it."""
        self.build(self.project, f"-ffile-prefix-map={self.project}=.")
        self.assertEqual(self.files(), set(SOURCES))
        self.assertEqual(self.files("--include", "src/*.c", "--exclude", "deep"),
                         {"src/main.c", "src/wide.c", "src/deep/er/used.c"})
        self.assertEqual(self.files("--path-equivalence", ".,/here"),
                         {f"/here/{name}" for name in SOURCES})

    def test_two_folders_become_one(self):
        """The same file built in two places is one, with what either executed."""
        copy = self.folder / "copy"
        self.build(copy)
        both = self.folder / "both.drcov"
        self.covtool("merge", self.project / "merged.drcov", "-o", both)
        words = ["--elf", self.project / "program", "--elf", copy / "libwide.so",
                 "--path-equivalence", f"{copy},{self.project}"]
        done = self.covtool("lcov", both, *words, folder=self.project)
        lines, _, _ = reports.lcov(done.stdout)
        self.assertEqual(set(lines), {f"{self.project}/{name}" for name in SOURCES})
        # That it is another build of it is said, and nothing else.
        said, = done.stderr.splitlines()
        self.assertIn("has the build-id", said)


class NoText(Case):
    """Paths that are no UTF-8, beside some that are: cut short, of a script's last characters, of more bytes."""

    NAMES = [b"caf\xe8.c", b"caf\xe9.c", b"cut\xe2\x82.c", "\xe4\u20ac\U0001f600.c".encode(),
             "\U0010ff80.c".encode(), b"\xf4\x8f\xbe.c", b"\xed\xa0\x80.c", b"a\xc0\xaf\xff.c"]

    def setUp(self):
        super().setUp()
        folder = os.fsencode(self.folder) + b"/sources\xff"
        os.mkdir(folder)
        self.sources = [folder + b"/" + name for name in self.NAMES]
        for number, path in enumerate(self.sources):
            with open(path, "w", encoding="ascii") as source:
                source.write(f"int function{number}(void)\n{{\n    return {number};\n}}\n")
        main = self.folder / "main.c"
        names = [f"function{number}" for number in range(len(self.sources))]
        main.write_text(f"int {'(void), '.join(names)}(void);\n"
                        f"int main(void) {{ return {'() + '.join(names)}() == 0; }}\n")
        output("gcc", "-g", "-O0", "-o", self.folder / "program", main, *map(os.fsdecode, self.sources))
        guests.record(self.folder / "run.drcov", "pie", self.folder / "program")
        self.trace = ["run.drcov", "--elf", "program", "--exclude", "main.c"]

    def test_tracefile(self):
        done = self.covtool("lcov", *self.trace, text=False)
        paths = [line.removeprefix(b"SF:") for line in done.stdout.split(b"\n") if line.startswith(b"SF:")]
        self.assertEqual(sorted(paths), sorted(self.sources))
        info = self.folder / "run.info"
        info.write_bytes(done.stdout)
        listed = run("lcov", "--list-full-path", "--list", info, text=False).stdout
        for path in self.sources:
            self.assertIn(path, listed)

    def test_others(self):
        expected = sorted(path.decode(errors="replace") for path in self.sources)
        document = json.loads(self.covtool("json", *self.trace, text=False).stdout.decode())
        found = [file["path"] for file in document["files"]]
        self.assertEqual(sorted(found), expected)
        shown = self.covtool("show", *self.trace, "--source-root", ".")
        self.assertEqual(shown.stderr, "")
        for number in range(len(self.sources)):
            self.assertIn(f"    3|    1|    return {number};\n", shown.stdout)
        self.assertIn("/sources<?>/caf<?>.c: 2 of 2 lines", shown.stdout)  # the brace is none of gcov's
        found = self.covtool("lcov", *self.trace, "--include", "caf?.c", text=False).stdout
        self.assertEqual(found.count(b"SF:"), 2)
        said = self.covtool("show", *self.trace, "--file", "caf?.c").stderr
        shown = [path.decode(errors="replace").replace("\ufffd", "<?>") for path in self.sources[:2]]
        self.assertIn(f"without text: {', '.join(shown)}: no folder", said)

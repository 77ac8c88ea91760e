"""What was executed of the lines that a diff adds: against diff-cover, and on repositories and diffs of all kinds."""

import gzip
import json
import os
import random
import shutil
import subprocess
from fractions import Fraction

import jsonschema

from Tests.EndToEnd.support import changes, environments, guests
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, ROOT, Case, output


class Patch(Case):
    def patch(self, *options, **more):
        document = json.loads(self.covtool("patch", "--output", "json:-", *options, **more).stdout)
        schema = json.loads((ROOT / "Docs/patch.schema.json").read_text())
        jsonschema.Draft202012Validator(schema).validate(document)
        return document

    def lines(self, document, root=None):
        """Of each file that has such: (lines that were hit, lines that were missed)."""
        root = root or self.folder
        return {file["path"].removeprefix(f"{root}/"): tuple([line["line"] for line in file["lines"]
                                                              if (line["hits"] > 0) == hit] for hit in (True, False))
                for file in document["files"] if file["lines"]}


class DiffCover(Patch):
    """The same files, lines and sums as diff-cover's, of the same repository and tracefile."""

    def setUp(self):
        super().setUp()
        if not environments.environment_of("diffcover", changes.DIFF_COVER):
            self.skipTest("PyPI's diff-cover cannot be had: not run")

    def versions(self, number):
        versions = changes.Versions(random.Random(number), self.folder)
        # It does not know quoted names.
        changes.git(self.folder, "config", "core.quotePath", "false")
        return versions

    def check(self, versions, ours, *theirs):
        theirs = changes.diff_cover(self.folder, versions.info, *theirs)
        document = self.patch("--tracefile", versions.info, *ours)
        self.assertEqual(self.lines(document), {
            path: (stats["covered_lines"], stats["violation_lines"]) for path, stats in theirs["src_stats"].items()})
        found, missed = theirs["total_num_lines"], theirs["total_num_violations"]
        self.assertGreater(found, missed)
        count = document["totals"]["lines"]
        self.assertEqual((count["found"], count["hit"]), (found, found - missed))
        # Its share is a whole number, cut.
        self.assertEqual(int(count["percent"]), theirs["total_percent_covered"])
        self.assertEqual(document["totals"]["withoutCode"],
                         sum(len(file["withoutCode"]) for file in document["files"]))

    def test_branch(self):
        """Committed, staged and other changes."""
        for number in range(3):
            versions = self.versions(number)
            git = ["--compare-branch", versions.old]
            self.check(versions, git, *git)
            changes.git(self.folder, "reset", "--quiet", "--soft", versions.old)
            self.check(versions, git, *git)
            # New files are not known to git then.
            changes.git(self.folder, "reset", "--quiet", versions.old)
            self.check(versions, git, *git)
            self.check(versions, [*git, "--include-untracked"], *git, "--include-untracked")
            shutil.rmtree(self.folder / ".git")

    def test_parted(self):
        """What was done on the branch meanwhile is no change of this one, but with `..`."""
        versions = self.versions(5)
        changes.git(self.folder, "branch", "here")
        changes.git(self.folder, "reset", "--quiet", "--hard", versions.old)
        (self.folder / "one.d").write_text("".join(f"{line}\n" for line in range(100)))
        changes.commit(self.folder)
        changes.git(self.folder, "checkout", "--quiet", "here")
        for notation in ("...", ".."):
            words = ["--compare-branch", "main", "--diff-range-notation", notation]
            self.check(versions, words, *words)
        whole = self.patch("--tracefile", versions.info, "--compare-branch", "main", "--diff-range-notation", "..")
        self.assertNotEqual(whole, self.patch("--tracefile", versions.info, "--compare-branch", "main"))

    def test_file(self):
        versions = self.versions(8)
        for text in (versions.diff, changes.git(self.folder, "diff", "--unified=0", versions.old, versions.new)):
            versions.diff_file.write_text(text)
            self.check(versions, ["--diff", versions.diff_file], "--diff-file", versions.diff_file)
            with open(versions.diff_file) as stream:
                done = self.covtool("patch", "--diff", "-", "--tracefile", versions.info, stdin=stream)
            self.assertEqual(done.stdout, self.covtool(
                "patch", "--diff", versions.diff_file, "--tracefile", versions.info).stdout)


class Programs(Patch):
    """A program that is compiled and run."""

    OLD = """\
#include <string.h>

static int add(int a, int b)
{
    return a + b;
}

int main(int count, char **arguments)
{
    int values[] = { 1, 2 };
    int sum = add(
        values[0],
        (int)sizeof(int)
    );
    if (count > 3 ||
        count > 4)
        sum = add(
            1,
            2
        );
    return sum == 0;
}
"""
    # In a new line of a statement there is often nothing that has code.
    NEW = OLD.replace("(int)sizeof(int)", "(int)sizeof(long) /* ; */").replace("            2\n", "            3\n") \
        .replace("{ 1, 2 }", "{\n        3,\n        4,\n    }").replace("    return sum", "\n    // done\n    return sum")

    def setUp(self):
        super().setUp()
        self.repository = self.folder / "re po"
        self.repository.mkdir()
        changes.git(self.repository, "init", "--quiet", "--initial-branch", "main")
        source = self.repository / "src/main.c"
        source.parent.mkdir()
        source.write_text(self.OLD)
        changes.commit(self.repository)
        source.write_text(self.NEW)
        output("gcc", "-g", "-O0", "-o", self.folder / "program", source)
        self.trace = self.folder / "run.drcov"
        guests.record(self.trace, "pie", self.folder / "program")
        self.options = ["--elf", self.folder / "program", self.trace]
        self.diff = self.folder / "change.diff"
        self.diff.write_text(changes.git(self.repository, "diff"))

    def rows(self):
        """The lines that have code."""
        document = json.loads(self.covtool("json", *self.options).stdout)
        return {line["line"]: line["hits"] for line in document["files"][0]["lines"]}

    def statement(self, text, behind=0):
        """The line with code that a line belongs to: the last one before it in its statement, which begins `behind`
        lines before it."""
        place = self.NEW.split("\n").index(text) + 1
        return max(line for line in self.rows() if place - behind <= line <= place)

    def test_statements(self):
        rows = self.rows()
        size = self.statement("        (int)sizeof(long) /* ; */", 2)
        three = self.statement("            3", 2)
        values = self.statement("        4,", 2)
        returned = self.NEW.split("\n").index("    return sum == 0;") + 1
        self.assertNotIn(returned, changes.changed(self.diff.read_text()))
        added = changes.changed(self.diff.read_text())["src/main.c"][1]
        plain = {line for line in added if line in rows}
        for options in (["--diff", self.diff, "--source-root", self.repository], ["--compare-branch", "HEAD"]):
            document = self.patch(*self.options, *options, folder=self.repository)
            hit, missed = self.lines(document, self.repository)["src/main.c"]
            self.assertEqual(set(hit) | set(missed), plain | {size, three, values})
            self.assertIn(three, missed)
            self.assertLessEqual({size, values}, set(hit))
            file, = document["files"]
            texts = [self.NEW.split("\n")[line - 1].strip() for line in file["withoutCode"]]
            self.assertEqual([text for text in texts if text != "};"], ["", "// done"])
        # Without the source there are the lines alone that have code.
        file, = self.patch(*self.options, "--diff", self.diff)["files"]
        self.assertEqual({line["line"] for line in file["lines"]}, plain)
        self.assertEqual(set(file["withoutCode"]), added - plain)
        self.assertLess(len(plain), len(hit) + len(missed))

    def test_table(self):
        text = self.covtool("patch", *self.options, "--diff", self.diff, "--source-root", self.repository).stdout
        document = self.patch(*self.options, "--diff", self.diff, "--source-root", self.repository)
        count = document["totals"]["lines"]
        cells = [str(number) for number in (count["found"], count["hit"], count["found"] - count["hit"])]
        share = Fraction(100 * count["hit"], count["found"])
        cells += [f"{int(share * 100) / 100:.2f}%", str(document["totals"]["withoutCode"])]
        rows = {words[0]: words[1:] for words in map(str.split, text.splitlines()) if words}
        self.assertEqual(rows["TOTAL"], cells)
        missed, = self.lines(document, self.repository)["src/main.c"][1]
        self.assertEqual(rows["main.c"], [*cells, str(missed)])
        done = self.covtool("patch", *self.options, "--diff", self.diff, "--source-root", self.repository, "-o", "table",
                            "--output", "json:patch.json")
        self.assertEqual((done.stdout, (self.folder / "table").read_text()), ("", text))
        self.assertEqual(json.loads((self.folder / "patch.json").read_text()), document)

    def test_forms(self):
        """Markdown and annotations say what the document says, by the diff's paths."""
        command = [*self.options, "--diff", self.diff, "--source-root", self.repository]
        document = self.patch(*command)
        count = document["totals"]["lines"]
        missed, = self.lines(document, self.repository)["src/main.c"][1]
        text = self.covtool("patch", *command, "--output", "markdown:-").stdout
        numbers = f"{count['found']} | 1 | {count['percent']}%"
        self.assertTrue(text.startswith(f"### Coverage of the change: {count['percent']}%\n"), text)
        self.assertIn(f"| **Total** | {numbers} |  |\n| `src/main.c` | {numbers} | {missed} |\n", text)
        for folder in (self.folder, self.repository / "src"):
            done = self.covtool("patch", *command, "-o", "/dev/null", "--annotations", "github", "--fail-under-patch", "100",
                                status=1, folder=folder)
            self.assertEqual(done.stdout.splitlines(), [
                f"::warning file=src/main.c,line={missed},endLine={missed},title=Missed lines::Line {missed} was not executed.",
                "::error title=Coverage::" + done.stderr.strip().removeprefix("covtool: gate: ").replace("%", "%25")])
        names = [f"src/{number}|.c" for number in range(30)]
        info = self.folder / "many.info"
        info.write_text(changes.tracefile({f"/build/{name}": {2: 0, 3: 1} for name in names}))
        self.diff.write_text("".join(f"--- a/{name}\n+++ b/{name}\n@@ -1,0 +2,2 @@\n+a\n+b\n" for name in names))
        text = self.covtool("patch", "--tracefile", info, "--diff", self.diff, "--output", "markdown:-").stdout
        self.assertEqual(text.count("| 2 | 1 | 50.00% | 2 |\n"), 30)
        self.assertEqual((text.count("<details>"), text.count("<7C>"), text.count("</details>")), (1, 30, 1))
        self.assertIn("| **Total** | 60 | 30 | 50.00% |  |\n", text)

    def test_gate(self):
        command = ["patch", *self.options, "--diff", self.diff, "--source-root", self.repository]
        count = self.patch(*command[1:])["totals"]["lines"]
        millionths = Fraction(count["hit"], count["found"]) * 10**8
        for number, passes in ((int(millionths), True), (int(millionths) + 1, False)):
            share = f"{number // 10**6}.{number % 10**6:06}"
            done = self.covtool(*command, "--fail-under-patch", share, status=0 if passes else 1)
            self.assertEqual(done.stdout, self.covtool(*command).stdout)
            self.assertEqual(done.stderr, "" if passes else
                             f"covtool: gate: --fail-under-patch {share}: {count['hit']} of {count['found']} lines hit "
                             f"({count['percent']}%), {count['hit'] + 1} needed: 1 too few\n")
        # Nothing that could be hit: a change of comments, or of other files.
        for change in ("--- a/README\n+++ b/README\n@@ -1 +1 @@\n-a\n+b\n", "",
                       "--- a/src/main.c\n+++ b/src/main.c\n@@ -1,0 +2 @@\n+// new\n"):
            (self.folder / "none.diff").write_text(change)
            done = self.covtool("patch", *self.options, "--diff", "none.diff", "--fail-under-patch", "100")
            self.assertEqual(done.stderr,
                             "covtool: gate: --fail-under-patch 100: passed, since no line of code was changed\n")
        for value in ("101", "-1", "80%", "1e1", ""):
            self.covtool(*command, "--fail-under-patch", value, status=64)

    def test_places(self):
        """Where the diff's paths begin, and what is said if that is not clear."""
        expected = self.patch(*self.options, "--diff", self.diff)
        self.assertEqual(expected["files"][0]["path"], str(self.repository / "src/main.c"))
        for folder in (self.folder, self.repository, self.repository / "src"):
            self.assertEqual(self.patch(*self.options, "--diff", self.diff, folder=folder), expected)
        # A link to the folder is the folder.
        (self.folder / "link").symlink_to(self.repository)
        linked = self.folder / "link/src"
        compared = self.patch(*self.options, "--compare-branch", "HEAD", folder=linked, environment={"PWD": str(linked)})
        self.assertEqual(compared["files"][0]["path"], expected["files"][0]["path"])
        # Relative paths in the report, as of a reproducible build.
        relative = self.patch(*self.options, "--diff", self.diff, "--path-equivalence", f"{self.repository},.")
        self.assertEqual(relative["files"][0]["path"], "src/main.c")
        text = self.diff.read_text()
        for old, new in (("src/main.c", "test/main.c"), ("src/main.c", "src/main.cc")):
            self.diff.write_text(text.replace(old, new))
            done = self.covtool("patch", *self.options, "--diff", self.diff)
            self.assertIn(f"warning: {new}: is changed, and in no module that was recorded", done.stderr)
            self.covtool("patch", *self.options, "--diff", self.diff, "--strict", status=65)
            self.assertEqual(self.covtool("patch", *self.options, "--diff", self.diff, "--exclude", f"**/{new}").stderr
                             .count("is changed"), 0)
            self.assertEqual(self.patch(*self.options, "--diff", self.diff)["notReported"],
                             [{"diffPath": new, "candidates": []}])
        self.diff.write_text(text.replace("src/main.c", "main.h"))
        self.assertEqual(self.covtool("patch", *self.options, "--diff", self.diff).stderr, "")
        info = self.folder / "two.info"
        info.write_text(changes.tracefile({"/a/src/main.c": {1: 1}, "/b/src/main.c": {1: 0}}))
        self.diff.write_text(text)
        done = self.covtool("patch", "--tracefile", info, "--diff", self.diff)
        self.assertIn("src/main.c: is changed, and could be any of /a/src/main.c, /b/src/main.c", done.stderr)


class SameNames(Patch):
    """Files of one name in a repository: a change of one of them is none of another."""

    TEXT = "".join(f"int v{n};\n" for n in range(1, 9))
    FILES = ("main.c", "src/main.c", "include/z.h", "vendor/z/include/z.h", "tests/app.c", "app.c")

    def setUp(self):
        super().setUp()
        changes.git(self.folder, "init", "--quiet", "--initial-branch", "main")
        for name in self.FILES:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(self.TEXT)
        changes.commit(self.folder)
        self.info = self.folder / ".git/run.info"
        self.diff = self.folder / ".git/change.diff"

    def change(self, name):
        changes.git(self.folder, "checkout", "--quiet", ".")
        (self.folder / name).write_text(self.TEXT.replace("v3", "w3"))
        self.diff.write_text(changes.git(self.folder, "diff"))
        self.assertEqual(list(changes.changed(self.diff.read_text())), [name])

    def check(self, changed, reported, is_found):
        """`reported`: the path in the tracefile, in which line 3 is missed."""
        self.change(changed)
        self.info.write_text(changes.tracefile({str(reported): {3: 0, 4: 1}}))
        for options in (["--compare-branch", "main"], ["--diff", self.diff], ["--diff", self.diff, "--source-root", "."]):
            command = ["--tracefile", self.info, *options]
            document = self.patch(*command)
            self.assertEqual(list(self.lines(document).values()), [([], [3])] if is_found else [], command)
            if not is_found:
                self.assertEqual(document["notReported"], [{"diffPath": changed, "candidates": []}])
            done = self.covtool("patch", *command, "--strict", "--fail-under-patch", "80",
                                status=1 if is_found else 0 if changed.endswith(".h") else 65)
            if not is_found and not changed.endswith(".h"):
                self.assertIn(f"{changed}: is changed, and in no module that was recorded", done.stderr)

    def test_below_root(self):
        self.check("main.c", self.folder / "src/main.c", False)
        self.check("src/main.c", self.folder / "src/main.c", True)
        self.check("include/z.h", self.folder / "vendor/z/include/z.h", False)
        self.check("include/z.h", self.folder / "include/z.h", True)

    def test_relative(self):
        self.check("tests/app.c", "app.c", False)
        self.check("app.c", "app.c", True)
        self.check("main.c", "src/main.c", False)

    def test_built_elsewhere(self):
        """Of two files whose names fit, the one with the longer name was built."""
        self.check("main.c", "/build/src/main.c", False)
        self.check("src/main.c", "/build/src/main.c", True)
        self.check("main.c", "/build/main.c", True)
        # A relative path from a folder that nothing says.
        (self.folder / "app.c").unlink()
        changes.commit(self.folder)
        self.check("tests/app.c", "app.c", True)

    def test_from_inside(self):
        """Where covtool runs makes no difference to what git compares."""
        self.change("main.c")
        self.info.write_text(changes.tracefile({f"{self.folder}/src/main.c": {3: 0, 4: 1}}))
        done = self.covtool("patch", "--tracefile", self.info, "--compare-branch", "main", "--strict", status=65,
                            folder=self.folder / "src")
        self.assertIn("main.c: is changed, and in no module", done.stderr)

    def test_differential(self):
        self.change("main.c")
        self.info.write_text(changes.tracefile({f"{self.folder}/src/main.c": {3: 0, 4: 1}}))
        command = ["--json", "--tracefile", self.info, "--baseline", self.info, "--baseline-diff", self.diff]
        file, = json.loads(self.covtool("differential", *command).stdout)["files"]
        self.assertEqual([(line["line"], line["category"]) for line in file["lines"]], [(3, "UBC"), (4, "CBC")])
        done = self.covtool("html", "--tracefile", self.info, "--baseline", self.info, "--baseline-diff", self.diff,
                            "--strict", "-o", self.folder / ".git/pages", status=65)
        self.assertIn("main.c: is changed, and in no module", done.stderr)


class Series(Patch):
    """Patches one behind the other, of which each has the lines that the one before left."""

    def setUp(self):
        super().setUp()
        changes.git(self.folder, "init", "--quiet", "--initial-branch", "main")
        self.text = "".join(f"int v{n};\n" for n in range(1, 41))
        (self.folder / "a.c").write_text(self.text)
        (self.folder / "z.c").write_text(self.text.replace("int", "char *"))
        changes.commit(self.folder)
        self.diff = self.folder / ".git/series.diff"
        self.info = self.folder / ".git/run.info"
        self.info.write_text(changes.tracefile({f"{self.folder}/b.c": {1: 0, 2: 1}}))

    def step(self, *words):
        if words:
            changes.git(self.folder, *words)
        changes.commit(self.folder)

    def fails(self, text):
        """That it is refused, with the lines of both heads of the file."""
        self.diff.write_text(text)
        done = self.covtool("patch", "--tracefile", self.info, "--diff", self.diff, status=65)
        heads = [number for number, line in enumerate(text.splitlines(), 1) if line.startswith("diff --git ")]
        self.assertIn(f"series.diff: line {heads[-1]}: the same file as on line {heads[0]}: make one diff", done.stderr)

    def check(self):
        """The same as patches of mails, as git's log, and one behind the other with nothing between."""
        range_ = "HEAD~2..HEAD"
        self.fails(changes.git(self.folder, "format-patch", "--stdout", "-M", range_))
        self.fails(changes.git(self.folder, "log", "-p", "--reverse", "-M", range_))
        self.fails("".join(changes.git(self.folder, "diff", "-M", *pair)
                           for pair in (("HEAD~2", "HEAD~1"), ("HEAD~1", "HEAD"))))

    def test_changed_then_renamed(self):
        (self.folder / "a.c").write_text("int new;\n" + self.text)
        self.step()
        changes.git(self.folder, "mv", "a.c", "b.c")
        (self.folder / "b.c").write_text("int new;\n" + self.text + "int more;\n")
        self.step()
        self.check()

    def test_new_then_renamed(self):
        (self.folder / "y.c").write_text("".join(f"long y{n};\n" for n in range(20)))
        self.step()
        self.step("mv", "y.c", "b.c")
        self.check()

    def test_changed_then_deleted(self):
        (self.folder / "a.c").write_text("int new;\n" + self.text)
        self.step()
        self.step("rm", "--quiet", "a.c")
        self.check()

    def test_renamed_twice(self):
        self.step("mv", "a.c", "c.c")
        self.step("mv", "c.c", "b.c")
        self.fails(changes.git(self.folder, "format-patch", "--stdout", "-M", "HEAD~2..HEAD"))

    def test_one_diff(self):
        """What git says in one diff is taken: files that change places, or whose old place has a new file."""
        moved = "int new;\n" + self.text
        (self.folder / "b.c").write_text(moved)
        (self.folder / "a.c").write_text((self.folder / "z.c").read_text())
        (self.folder / "z.c").write_text("".join(f"double z{n};\n" for n in range(50)))
        changes.git(self.folder, "add", "--all")
        for words in (["-B", "-M"], ["-C", "-C"], ["-M"], ["--no-renames"]):
            text = changes.git(self.folder, "diff", "--cached", *words)
            self.diff.write_text(text)
            hit, missed = self.lines(self.patch("--tracefile", self.info, "--diff", self.diff)).get("b.c", ([], []))
            self.assertEqual(set(hit) | set(missed), changes.changed(text)["b.c"][1] & {1, 2}, words)
            self.assertEqual(missed, [1])
        changes.git(self.folder, "reset", "--quiet", "--hard")
        for old, new in (("a.c", "t.c"), ("z.c", "a.c"), ("t.c", "z.c")):
            changes.git(self.folder, "mv", old, new)
        text = changes.git(self.folder, "diff", "--cached", "-B", "-M")
        self.assertEqual(text.count("rename from"), 2)
        self.diff.write_text(text)
        self.patch("--tracefile", self.info, "--diff", self.diff)


class Odd(Patch):
    """Diffs of which a part is not read as it was meant, or not there."""

    HUNK = "@@ -3 +3 @@\n-line 3;\n+changed;\n"

    def setUp(self):
        super().setUp()
        self.info = self.folder / "run.info"
        self.info.write_text(changes.tracefile({f"{self.folder}/src/{name}": {1: 1, 3: 0} for name in ("a.c", "n.c", "new/x.c")}))

    def said(self, text, status=0, *more):
        (self.folder / "odd.diff").write_text(text)
        return self.covtool("patch", "--tracefile", self.info, "--diff", "odd.diff", *more, status=status).stderr

    def test_tabs_lost(self):
        """What stands behind a name without a tab before it does not make a source a file of no account."""
        for ends in (("   (revision 10)", "   (working copy)"), (" 1 Jan 2020 00:00:00 -0000", " 2 Jan 2020 00:00:00 -0000")):
            for name in ("src/a.c", "src/a.h"):
                text = f"Index: {name}\n--- {name}{ends[0]}\n+++ {name}{ends[1]}\n{self.HUNK}"
                self.assertIn(f"warning: {name}{ends[1]}: is changed, and in no module", self.said(text))
                self.said(text, 65, "--strict")
        self.assertEqual(self.said(f"--- a/read me\n+++ b/read me\n{self.HUNK}"), "")

    def test_only_in(self):
        """diff -r without -N does not show new files; what it names so is looked for in the report."""
        for folder in ("old/src", "new/src/new", "new/doc"):
            (self.folder / folder).mkdir(parents=True)
        lines = "".join(f"line {n};\n" for n in range(1, 9))
        (self.folder / "old/src/a.c").write_text(lines)
        (self.folder / "old/src/gone.c").write_text(lines)
        (self.folder / "new/src/a.c").write_text(lines.replace("line 3", "changed"))
        (self.folder / "new/doc/n.c.txt").write_text(lines)
        (self.folder / "new/src/new/x.c").write_text(lines)
        diff = ["diff", "-ru", "old", "new"]
        quiet = changes.run(*diff, folder=self.folder).stdout
        self.assertEqual(quiet.count("Only in"), 3)
        self.assertIn("warning: src/new: is new, and not a line of that is in the diff (make it with 'diff -ruN')",
                      self.said(quiet))
        (self.folder / "new/src/n.c").write_text(lines)
        text = changes.run(*diff, folder=self.folder).stdout
        self.assertIn("warning: src/n.c, src/new: are new, ", self.said(text))
        self.said(text, 65, "--strict")
        shutil.rmtree(self.folder / "new/src/new")
        self.assertIn("warning: src/n.c: is new, ", self.said(changes.run(*diff, folder=self.folder).stdout))
        (self.folder / "new/src/n.c").unlink()
        self.assertEqual(self.said(changes.run(*diff, folder=self.folder).stdout), "")
        whole = changes.run("diff", "-ruN", "old", "new", folder=self.folder).stdout
        self.assertEqual(self.said(whole), "")

    def test_signature(self):
        """A mail's signature, with and without the blank at its end."""
        text = f"Subject: x\n---\n\n--- a/src/a.c\n+++ b/src/a.c\n{self.HUNK}"
        expected = self.patch("--tracefile", self.info, "--diff", self.written(text))
        self.assertEqual(self.lines(expected), {"src/a.c": ([], [3])})
        for end in ("-- \n2.39.2\n", "--\n2.39.2\n", "--\r\n2.39.2\r\n", "--"):
            self.assertEqual(self.patch("--tracefile", self.info, "--diff", self.written(text + end)), expected, end)
        self.assertIn("the hunk has more lines than its head says", self.said(text + "-more\n", 65))

    def written(self, text):
        (self.folder / "odd.diff").write_text(text)
        return "odd.diff"


class Large(Patch):
    """What a change of a large project is."""

    def seconds(self, name, diff, paths):
        (self.folder / f"{name}.diff").write_text(diff)
        (self.folder / f"{name}.info").write_text(changes.tracefile({path: {1: 1} for path in paths}))
        process = subprocess.Popen(
            [COVTOOL, "patch", "--tracefile", f"{name}.info", "--diff", f"{name}.diff", "-o", "/dev/null"], cwd=self.folder,
            env=ENVIRONMENT, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        return usage.ru_utime + usage.ru_stime

    def test_names(self):
        """Files of one name, and new files beside others with beginnings of their own, take as long as any."""
        def diff(old, new, lines="-1"):
            return f"--- {old}\n+++ {new}\n@@ {lines} +1 @@\n{'' if lines[-1] == '0' else '-a' + chr(10)}+b\n"

        count = 4000
        plain = self.seconds("plain", "".join(diff(f"a/d/{n}.c", f"b/d/{n}.c") for n in range(count)),
                             [f"/r/d/{n}.c" for n in range(count)])
        same = self.seconds("same", "".join(diff(f"a/{n}/x.c", f"b/{n}/x.c") for n in range(count)),
                            [f"/r/{n}/x.c" for n in range(count)])
        new = self.seconds("new", "".join(diff(f"o{n}/x{n}.c", f"n{n}/x{n}.c") + diff("/dev/null", f"new/y{n}.c", "-0,0")
                                          for n in range(count)), [f"/r/x{n}.c" for n in range(count)])
        self.assertLess(max(same, new), 12 * plain)

    def test_hunks(self):
        """The time grows with the number of hunks."""
        def taken(count):
            text = "".join(f"@@ -{10 * n + 1} +{10 * n + 1} @@\n-a\n+b\n" for n in range(count))
            return self.seconds("hunks", f"--- a/x.c\n+++ b/x.c\n{text}", ["/r/x.c"])

        self.assertLess(taken(400_000), 24 * taken(50_000))


class Git(Patch):
    """What git is asked, and what is said if it cannot answer."""

    def setUp(self):
        super().setUp()
        self.versions = changes.Versions(random.Random(1), self.folder)
        self.options = ["--tracefile", self.versions.info, "--compare-branch", self.versions.old]

    def test_settings(self):
        """What the user has set for git changes nothing, and runs nothing."""
        expected = self.patch(*self.options)
        self.assertGreater(len(expected["files"]), 4)
        ran = self.folder / ".git/ran"
        program = self.folder / ".git/program"
        program.write_text(f"#!/bin/sh\ntouch {ran}\n")
        program.chmod(0o755)
        for setting in ("diff.noprefix=true", "diff.mnemonicPrefix=true", "color.ui=always", "color.diff=always",
                        f"diff.external={program}", "core.quotePath=false", "diff.relative=true", "diff.renames=false",
                        "diff.context=0", "diff.interHunkContext=30", "diff.suppressBlankEmpty=true",
                        f"core.pager={program}", "diff.wsErrorHighlight=all", "diff.colorMoved=zebra",
                        "diff.submodule=log", "diff.wordRegex=.", "diff.noprefix=true"):
            name, _, value = setting.partition("=")
            changes.git(self.folder, "config", name, value)
            for folder in (self.folder, self.folder / "deep"):
                self.assertEqual(self.patch(*self.options, folder=folder), expected, setting)
            changes.git(self.folder, "config", "--unset", name)
        (self.folder / ".git/info").mkdir(exist_ok=True)
        (self.folder / ".git/info/attributes").write_text("* diff=x\n")
        changes.git(self.folder, "config", "diff.x.textconv", str(program))
        changes.git(self.folder, "config", "diff.x.command", str(program))
        self.assertEqual(self.patch(*self.options), expected)
        self.assertFalse(ran.exists())
        # A source is no binary file, whatever attributes make of it.
        (self.folder / ".git/info/attributes").write_text("* -diff\n")
        self.assertIn("Binary files", changes.git(self.folder, "diff", self.versions.old))
        self.assertEqual(self.patch(*self.options), expected)

    def test_failures(self):
        def fails(status, text, *options, **more):
            done = self.covtool("patch", "--tracefile", self.versions.info, *options, status=status, **more)
            self.assertIn(text, done.stderr)
            self.assertEqual((done.stdout, len(done.stderr.splitlines())), ("", 1 if status != 64 else 2), done.stderr)

        fails(66, "nowhere: git knows no such branch or commit", "--compare-branch", "nowhere")
        fails(66, "--all: git knows no such branch or commit", "--compare-branch=--all")
        fails(66, "git: is not on the PATH; give the changes with --diff", "--compare-branch", "main",
              environment={"PATH": "/nowhere"})
        outside = self.folder / ".git"
        fails(66, "git: ", "--compare-branch", "main", folder=outside)
        fails(66, "not a git repository", "--compare-branch", "main", folder="/",
              environment={"GIT_CEILING_DIRECTORIES": "/"})
        changes.git(self.folder, "checkout", "--quiet", "--orphan", "other")
        changes.commit(self.folder)
        fails(66, "main: has no commit in common with what is checked out", "--compare-branch", "main")
        fails(64, "--diff or --compare-branch")
        fails(64, "--diff or --compare-branch", "--diff", "x", "--compare-branch", "main")
        fails(64, "need --compare-branch", "--diff", "x", "--include-untracked")
        fails(64, "standard input", "--diff", "-", "-")
        for options in (["--tracefile", "-", "--diff", "-"], ["--diff", "-", "@-"], ["--diff", "x", "-", "--tracefile", "-"]):
            fails(64, "two inputs are to be read from standard input", *options)
        fails(64, "FORM:FILE", "--diff", "x", "--output", "xml:x")
        fails(66, "nothing.diff", "--diff", "nothing.diff")

    def test_advice(self):
        """Of what git cannot do, git's own advice is told."""
        if os.getuid() != 0:
            self.skipTest("only root can give a repository to another user: not run")
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, 12345, 12345)
        done = self.covtool(*["patch", *self.options], status=66,
                            environment={"HOME": str(self.folder / "nowhere"), "GIT_CONFIG_NOSYSTEM": "1"})
        self.assertIn("dubious ownership", done.stderr)
        self.assertIn(f"git config --global --add safe.directory {self.folder}\n", done.stderr)

    def test_shallow_clone(self):
        """What is not there is said with what brings it there."""
        place = self.folder / ".git/shallow clone"
        changes.git(self.folder, "clone", "--quiet", "--depth", "1", f"file://{self.folder}", place)
        for name in (self.versions.old, "origin/other"):
            done = self.covtool("patch", "--tracefile", self.versions.info, "--compare-branch", name, folder=place, status=66)
            self.assertIn(f"{name}: git knows no such branch or commit (get it with 'git fetch'", done.stderr)
            self.assertIn("fetch-depth: 0", done.stderr)
        changes.git(place, "fetch", "--quiet", "--depth", "1", "origin", self.versions.old)
        done = self.covtool("patch", "--tracefile", self.versions.info, "--compare-branch", "FETCH_HEAD", folder=place,
                            status=66)
        self.assertIn("git fetch --unshallow", done.stderr)
        changes.git(place, "fetch", "--quiet", "--unshallow")
        self.assertEqual(self.patch("--tracefile", self.versions.info, "--compare-branch", self.versions.old, folder=place)
                         ["totals"], self.patch(*self.options)["totals"])

    def test_untracked_headers(self):
        for name in ("new.c", "new.hpp", "new.txt"):
            (self.folder / name).write_text("int x;\nint y;\n")
        info = self.folder / ".git/new.info"
        info.write_text(changes.tracefile({str(self.folder / name): {2: 0} for name in ("new.c", "new.hpp", "new.txt")}))
        document = self.patch("--tracefile", info, "--compare-branch", "HEAD", "--include-untracked")
        self.assertEqual([file["diffPath"] for file in document["files"]], ["new.c", "new.hpp"])

    def test_damaged_gzip(self):
        """A part of a diff is not taken for the whole."""
        data = gzip.compress(self.versions.diff.encode())
        path = self.folder / ".git/change.gz"
        path.write_bytes(data)
        command = ["--tracefile", self.versions.info, "--diff"]
        self.assertEqual(self.patch(*command, path), self.patch(*command, self.versions.diff_file))
        for damaged in (data[:-9], data[:len(data) // 2], data[:12], data[:40] + b"\xff" * 40 + data[80:]):
            path.write_bytes(damaged)
            done = self.covtool("patch", *command, path, "--fail-under-patch", "0", status=65)
            self.assertRegex(done.stderr, r"change\.gz: byte \d+: the gzip stream is damaged or ends early\n$")
            self.assertEqual(done.stdout, "")

    def test_encodings(self):
        """What Windows' programs write, and what is made for a terminal."""
        path = self.folder / ".git/odd.diff"
        expected = self.patch("--tracefile", self.versions.info, "--diff", self.versions.diff_file)
        path.write_bytes(self.versions.diff.encode("utf-8-sig"))
        self.assertEqual(self.patch("--tracefile", self.versions.info, "--diff", path), expected)
        path.write_text(self.versions.diff.partition("\n--- ")[2].join(["\ufeff--- ", ""]), encoding="utf-8")
        self.patch("--tracefile", self.versions.info, "--diff", path)
        coloured = changes.git(self.folder, "diff", "--color=always", self.versions.old, self.versions.new)
        for data, reason in ((self.versions.diff.encode("utf-16"), "is UTF-16"), (coloured.encode(), "has a terminal's colours")):
            path.write_bytes(data)
            done = self.covtool("patch", "--tracefile", self.versions.info, "--diff", path, status=65)
            self.assertIn(f"odd.diff: line 1: {reason}", done.stderr)

    def test_damaged_diff(self):
        for text, reason in (("hello\n", "line 1: not a unified diff"),
                             ("--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n a\n", "line 4: the diff ends inside a hunk"),
                             ("diff --cc x.c\n", "line 1: a combined diff")):
            (self.folder / "bad.diff").write_text(text)
            done = self.covtool("patch", "--tracefile", self.versions.info, "--diff", "bad.diff", status=65)
            self.assertIn(f"bad.diff: {reason}", done.stderr)
            with open(self.folder / "bad.diff") as stream:
                done = self.covtool("patch", "--tracefile", self.versions.info, "--diff", "-", status=65, stdin=stream)
            self.assertIn(f"standard input: {reason}", done.stderr)

    def test_names(self):
        """Names that git writes in quotation marks, bytes that are not UTF-8 among them."""
        names = [b"q\"uo\\te.c", b"ta\tb.c", b"li\nne.c", b" blank .c", b"\xff\xfe.c", "m\u00e4 n.c".encode(), b"a/a/a.c"]
        for name in names:
            path = os.fsencode(self.folder) + b"/" + name
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as stream:
                stream.write("one\ntwo\n")
        changes.commit(self.folder)
        for name in names:
            with open(os.fsencode(self.folder) + b"/" + name, "w") as stream:
                stream.write("one\nchanged\n")
        known = [name for name in names if b"\n" not in name]
        info = self.folder / ".git/names.info"
        info.write_bytes(b"".join(b"SF:" + os.fsencode(self.folder) + b"/" + name + b"\nDA:1,1\nDA:2,0\nend_of_record\n"
                                  for name in known))
        document = self.patch("--tracefile", info, "--compare-branch", "HEAD")
        self.assertEqual({file["path"] for file in document["files"]},
                         {f"{self.folder}/{name.decode(errors='replace')}" for name in known})
        for file in document["files"]:
            self.assertEqual(file["lines"], [{"line": 2, "hits": 0}])

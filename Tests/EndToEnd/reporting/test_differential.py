"""What became of a baseline's coverage: by genhtml's categories, against genhtml itself and against what they mean."""

import gzip
import json
import random
import re
import shutil
import unittest
from collections import Counter

import jsonschema

from Tests.EndToEnd.support import browser, changes, guests
from Tests.EndToEnd.support.setting import ROOT, Case, output

NEW = {True: "GNC", False: "UNC"}
DELETED = {True: "DCB", False: "DUB"}
INCLUDED = {True: "GIC", False: "UIC"}
EXCLUDED = {True: "ECB", False: "EUB"}
KEPT = {(False, False): "UBC", (False, True): "GBC", (True, False): "LBC", (True, True): "CBC"}


def expected(old, new, added, removed):
    """What the categories mean, line by line; `added` and `removed` are lines."""
    found = set()
    lines = iter(line for line in range(1, 10**6) if line not in added)
    mapped = {line: next(lines) for line in range(1, max([*old, *new, 0]) + len(removed) + 1) if line not in removed}
    back = {after: before for before, after in mapped.items()}
    for line, hits in new.items():
        before = back.get(line)
        if line in added:
            found.add((NEW[hits > 0], line, None))
        elif before in old:
            found.add((KEPT[old[before] > 0, hits > 0], line, None))
        else:
            found.add((INCLUDED[hits > 0], line, None))
    for line, hits in old.items():
        if line in removed:
            found.add((DELETED[hits > 0], None, line))
        elif mapped[line] not in new:
            found.add((EXCLUDED[hits > 0], mapped[line], None))
    return found


class Differential(Case):
    def document(self, baseline, info, *options, kinds=("lines", "functions"), **more):
        text = self.covtool("differential", "--json", "--tracefile", info, "--baseline", baseline, *options, **more).stdout
        document = json.loads(text)
        schema = json.loads((ROOT / "Docs/differential.schema.json").read_text())
        jsonschema.Draft202012Validator(schema).validate(document)
        for kind in kinds:
            for file in document["files"]:
                things = file[kind] if kind != "branches" else [way for branch in file[kind] for way in branch["ways"]]
                counts = Counter(thing["category"] for thing in things)
                self.assertEqual({name: n for name, n in file["summary"][kind].items() if n}, counts)
            total = sum((Counter(file["summary"][kind]) for file in document["files"]), Counter())
            self.assertEqual(+Counter(document["totals"][kind]), +total)
        return document


class Categories(Differential):
    def versions(self, number, **options):
        return changes.Versions(random.Random(number), self.folder, **options)

    def test_meaning(self):
        """Each line, of files that were renamed, deleted and added too; with context and without."""
        for number, context in enumerate(("--unified=3", "--unified=0", "--unified=3", "--unified=9")):
            versions = self.versions(number)
            versions.diff_file.write_text(
                changes.git(self.folder, "-c", "core.quotePath=false", "diff", context, "--find-renames", versions.old,
                            versions.new))
            document = self.document(versions.baseline_info, versions.info, "--baseline-diff", versions.diff_file)
            moved = changes.changed(versions.diff_file.read_text())
            self.assertGreater(len(moved), 3)
            wanted, old = {}, dict(versions.baseline)
            for path, hits in versions.current.items():
                name = path.removeprefix(f"{self.folder}/")
                before, added, removed = moved.get(name, (name, set(), set()))
                baseline = old.pop(f"{self.folder}/{before}", {})
                wanted[path] = expected(baseline, hits, added, removed)
            self.assertEqual(changes.ours(document), wanted)
            # What is left was deleted.
            self.assertEqual(list(old), [f"{self.folder}/gone.d"])
            gone, = (file for file in document["files"] if not file["path"])
            self.assertEqual({(line["category"], line["oldLine"]) for line in gone["lines"]},
                             {(DELETED[hits > 0], line) for line, hits in old.popitem()[1].items()})
            every = {line["category"] for file in document["files"] for line in file["lines"]}
            self.assertEqual(len(every), 12)
            shutil.rmtree(self.folder / ".git")

    def test_texts(self):
        """Lines that are the same in both versions have the same text."""
        versions = self.versions(99)
        document = self.document(versions.baseline_info, versions.info, "--baseline-diff", versions.diff_file)
        count = 0
        for file in document["files"]:
            sides = [changes.git(self.folder, "show", f"{commit}:{path.removeprefix(f'{self.folder}/')}").split("\n")
                     if path else [] for commit, path in ((versions.new, file["path"]), (versions.old, file["oldPath"]))]
            for line in file["lines"]:
                if line["line"] and line["oldLine"]:
                    self.assertEqual(sides[0][line["line"] - 1], sides[1][line["oldLine"] - 1])
                    count += 1
        self.assertGreater(count, 100)

    @unittest.skipUnless(changes.GENHTML.exists(), "no genhtml 2 here (Tests/Scripts/readers): not run")
    def test_genhtml(self):
        for number in range(3):
            # It does not know quoted names and those with blanks, and takes lines like `++ z` for heads.
            versions = self.versions(number, hostile=False)
            versions.diff_file.write_text(
                changes.git(self.folder, "diff", "--find-renames", "--no-prefix", versions.old, versions.new))
            document = self.document(versions.baseline_info, versions.info, "--baseline-diff", versions.diff_file)
            theirs = changes.genhtml(self.folder, self.folder / "genhtml", versions.baseline_info, versions.info,
                                     versions.diff_file)
            self.assertEqual(changes.ours(document), theirs)
            shutil.rmtree(self.folder / ".git")
            shutil.rmtree(self.folder / "genhtml")

    @unittest.skipUnless(changes.GENHTML.exists(), "no genhtml 2 here (Tests/Scripts/readers): not run")
    def test_functions_of_genhtml(self):
        """Functions that stay, come, go, move, share a line or are changed inside: as many of each category in each file
        as genhtml has, whether their ends are known or not."""
        every = Counter()
        for number, has_ends in enumerate((True, False) * 3):
            versions = self.versions(number, hostile=False)
            versions.diff_file.write_text(
                changes.git(self.folder, "diff", "--find-renames", "--no-prefix", versions.old, versions.new))
            changes.add_functions(random.Random(number), versions, has_ends)
            document = self.document(versions.baseline_info, versions.info, "--baseline-diff", versions.diff_file)
            theirs = changes.genhtml_sums("function", self.folder, self.folder / "genhtml", versions.baseline_info,
                                          versions.info, versions.diff_file)
            ours = {file["path"]: +Counter(file["summary"]["functions"]) for file in document["files"] if file["path"]}
            self.assertEqual({path: counts for path, counts in ours.items() if counts}, theirs)
            every += sum(ours.values(), Counter())
            for name in (".git", "genhtml"):
                shutil.rmtree(self.folder / name)
        self.assertEqual(len(every), 12)

    @unittest.skipUnless(changes.GENHTML.exists(), "no genhtml 2 here (Tests/Scripts/readers): not run")
    def test_branches_of_genhtml(self):
        """Conditions of lines that stay, come and go, some of them others than before: as many ways of each category in
        each file as genhtml has."""
        every = Counter()
        for number in range(4):
            versions = self.versions(number, hostile=False)
            versions.diff_file.write_text(
                changes.git(self.folder, "diff", "--find-renames", "--no-prefix", versions.old, versions.new))
            changes.add_branches(random.Random(number), versions)
            document = self.document(versions.baseline_info, versions.info, "--baseline-diff", versions.diff_file,
                                     "--branch-coverage", kinds=("lines", "functions", "branches"))
            theirs = changes.genhtml_sums("branch", self.folder, self.folder / "genhtml", versions.baseline_info,
                                          versions.info, versions.diff_file)
            ours = {file["path"]: +Counter(file["summary"]["branches"]) for file in document["files"] if file["path"]}
            self.assertEqual({path: counts for path, counts in ours.items() if counts}, theirs)
            every += sum(ours.values(), Counter())
            for name in (".git", "genhtml"):
                shutil.rmtree(self.folder / name)
        # What a line has not any more was removed; what has no code any more is not there.
        self.assertEqual(set(every), {"UNC", "LBC", "UIC", "UBC", "GBC", "GIC", "GNC", "CBC", "DUB", "DCB"})

    def test_other_diffs(self):
        """The same change, as other programs and settings write it."""
        versions = self.versions(7, moves=False)
        options = [versions.baseline_info, versions.info, "--baseline-diff", versions.diff_file]
        expected = self.document(*options)
        for words in (["--no-prefix"], ["--src-prefix=x/y/", "--dst-prefix=z/"], ["-c", "diff.mnemonicPrefix=true"],
                      ["--full-index", "--binary"], ["--function-context"], ["--unified=0"]):
            settings = words if words[0] == "-c" else []
            text = changes.git(self.folder, *settings, "diff", *([] if settings else words), versions.old, versions.new)
            for end in ("\n", "\r\n"):
                versions.diff_file.write_bytes(text.replace("\n", end).encode())
                self.assertEqual(self.document(*options), expected, words)
        for version in ("old", "new"):
            changes.git(self.folder, "worktree", "add", "--quiet", "--detach", self.folder / ".git" / version,
                        getattr(versions, version))
        for words in (["-ruN"], ["-ruN", "--minimal"], ["-rU0", "-N"]):
            # It ends with status 1 if there is a difference.
            text = changes.run("diff", "-x", ".git", *words, "old", "new", folder=self.folder / ".git").stdout
            versions.diff_file.write_text(text)
            document = self.document(*options)
            self.assertEqual({file["path"] for file in document["files"]},
                             {file["path"] for file in expected["files"]})
            moved = changes.changed(text)
            for file in document["files"]:
                if file["path"]:
                    name = file["path"].removeprefix(f"{self.folder}/")
                    _, added, removed = next((found for path, found in moved.items()
                                              if path.split("\t")[0].strip('"').endswith(f"new/{name}")), (0, set(), set()))
                    if name.isascii():
                        old = versions.baseline.get(file["path"], {})
                        self.assertEqual(changes.ours({"files": [file]})[file["path"]],
                                         expected_of(old, versions.current[file["path"]], added, removed))

    def test_without_diff(self):
        versions = self.versions(3, moves=False)
        document = self.document(versions.baseline_info, versions.info)
        self.assertEqual(
            changes.ours(document),
            {path: expected(versions.baseline.get(path, {}), hits, set(), set())
             for path, hits in versions.current.items()})


expected_of = expected


class Markers(Differential):
    def test_of_the_newer_sources(self):
        """A marker is for a line of the newer version: what the baseline has at that number is another line."""
        new = ["int zero;", "int one(void) { return 1; }", "int two(void) { return 2; } // LCOV_EXCL_LINE",
               "int three(void) { return 3; }", "int four(void) { return 4; }"]
        old = new[1:]  # What is line 3 now was line 2; line 3 was what is line 4 now.
        (self.folder / "a.c").write_text("\n".join(new) + "\n")
        for name, lines in (("old", old), ("new", new)):
            code = [number for number, text in enumerate(lines, 1) if "return" in text]
            (self.folder / f"{name}.info").write_text(
                f"SF:{self.folder}/a.c\n" + "".join(f"DA:{number},1\n" for number in code) + "end_of_record\n")
        (self.folder / "a.diff").write_text("--- a/a.c\n+++ b/a.c\n@@ -0,0 +1 @@\n+int zero;\n")
        document = self.document("old.info", "new.info", "--baseline-diff", "a.diff", "--source-root", ".")
        (file,) = document["files"]
        # Line 3 had its marker before, too.
        self.assertEqual([(line["line"], line["category"]) for line in file["lines"]],
                         [(2, "CBC"), (4, "CBC"), (5, "CBC")])

    # Markers of branches: one on a line that is the same, and a part whose markers were added.
    NEW = ["int zero;", "int a(int x) {", "  if (x) // LCOV_EXCL_BR_LINE", "    return 1;", "  /* LCOV_EXCL_BR_START */",
           "  if (x > 2)", "    return 2;", "  /* LCOV_EXCL_BR_STOP */", "  if (x > 3)", "    return 3;", "  return 0;", "}"]

    @unittest.skipUnless(changes.GENHTML.exists(), "no genhtml 2 here (Tests/Scripts/readers): not run")
    def test_branches_of_genhtml(self):
        """genhtml follows markers in both versions if it is asked to; the baseline's source it makes of the diff."""
        path = self.folder / "a.c"
        old = [text for text in self.NEW if "zero" not in text and "BR_ST" not in text]
        for text in (old, self.NEW):
            path.write_text("\n".join(text) + "\n")
            (self.folder / ("old.c" if text is old else "new.c")).write_text(path.read_text())
        diff = changes.run("diff", "-u", "--label", "a.c", "--label", "a.c", "old.c", "new.c", folder=self.folder).stdout
        (self.folder / "a.diff").write_text(diff)
        # Of the baseline, with the branches of the line that is marked, and without.
        for marked in ([2], []):
            for name, lines, conditions in (("old", range(1, 9), [*marked, 4, 6]), ("new", (2, 3, 4, 6, 7, 9, 10, 11), (3, 6, 9))):
                (self.folder / f"{name}.info").write_text(changes.tracefile(
                    {str(path): dict.fromkeys(lines, 1)}, branches={str(path): {line: [[1, 0]] for line in conditions}}))
            for filters, options, expected in (([], [], None), (["--filter", "region,branch_region"], ["--source-root", "."],
                                                                {"CBC": 1, "UBC": 1, "DCB": 1, "DUB": 1})):
                document = self.document("old.info", "new.info", "--baseline-diff", "a.diff", "--branch-coverage", *options,
                                         kinds=("lines", "branches"))
                ours = +Counter(document["totals"]["branches"])
                theirs = changes.genhtml_sums("branch", self.folder, self.folder / "genhtml", self.folder / "old.info",
                                              self.folder / "new.info", self.folder / "a.diff", *filters)
                self.assertEqual({str(path): ours}, theirs, (marked, filters))
                if expected:
                    self.assertEqual(ours, expected)


class RelativePaths(Differential):
    """A file is one in both versions, also if one of them has its path from the project's root."""

    def setUp(self):
        super().setUp()
        self.project = self.folder / "p"
        self.build = self.project / "build"
        self.build.mkdir(parents=True)
        for name, start in (("whole", f"{self.project}/"), ("relative", "")):
            for version, hits in (("old", 1), ("new", 0)):
                counts = {f"{start}src/a.c": {1: hits, 2: 1}, f"{start}src/b.c": {1: 1}, "/usr/include/c.h": {1: 1}}
                (self.folder / f"{version}-{name}.info").write_text(changes.tracefile(counts))
        self.forms = [[self.folder / f"old-{old}.info", self.folder / f"new-{new}.info"]
                      for old, new in (("relative", "whole"), ("whole", "relative"), ("relative", "relative"))]

    def test_pairs(self):
        expected = {("a.c", "LBC", 1), ("a.c", "CBC", 2), ("b.c", "CBC", 1), ("c.h", "CBC", 1)}
        for files in self.forms:
            for folder, options in ((self.project, []), (self.build, ["--source-root", ".."]),
                                    (self.folder, ["--source-root", "p"])):
                with self.subTest(files=files, folder=folder):
                    document = self.document(*files, *options, folder=folder)
                    self.assertEqual({(file["path"].rpartition("/")[2], line["category"], line["line"])
                                      for file in document["files"] for line in file["lines"]}, expected)
                    words = ["--baseline", files[0], "--tracefile", files[1], *options]
                    done = self.covtool("differential", *words, "--fail-on-lost", folder=folder, status=1)
                    self.assertRegex(done.stderr, r"\Acovtool: lost: 1 unchanged line was[^\n]*\n\Z")
                    text = self.covtool("markdown", *words, folder=folder).stdout
                    self.assertRegex(text, r"src/a\.c` \|.* -50\.00% \|")

    def test_said(self):
        """How many files have no partner, though the report has one of that name, if others have one."""
        words = ["--baseline", self.forms[0][0], "--tracefile", self.forms[0][1]]
        said = (f"warning: 2 of the baseline's 3 source files (66.66%) have another path in the report: src/a.c there, "
                f"{self.project}/src/a.c here (use --path-equivalence")
        for command, status in (("differential", 65), ("markdown", 0)):
            self.assertIn(said, self.covtool(command, *words, folder=self.build).stderr)
            self.covtool(command, *words, "--strict", folder=self.build, status=status)
        # What a diff deletes is meant to be gone.
        (self.build / "gone.diff").write_text("--- a/src/a.c\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n")
        done = self.covtool("differential", *words, "--baseline-diff", "gone.diff", folder=self.build)
        self.assertIn("1 of the baseline's 3 source files (33.33%) has another path in the report: src/b.c there", done.stderr)


class Inputs(Differential):
    """Baselines in each form; files that are elsewhere."""

    SOURCE = """\
int unused(int x)
{
    return x + 1;
}

static int twice(int x)
{
    if (x > 3)
        return 7;
    return 2 * x;
}

int main(int count, char **arguments)
{
    return twice(count) - 2 * count;
}
"""

    def build(self, name, text):
        folder = self.folder / name
        folder.mkdir()
        (folder / "main.c").write_text(text)
        output("gcc", "-g", "-O0", "-o", "program", "main.c", folder=folder)
        trace = self.folder / f"{name}.drcov"
        guests.record(trace, "pie", folder / "program")
        return folder / "program", trace

    def setUp(self):
        super().setUp()
        self.old = self.build("old", self.SOURCE)
        text = self.SOURCE.replace("x > 3", "x < 3").replace("int main", "int added(int x)\n{\n    return x;\n}\n\nint main")
        self.new = self.build("new", text.replace("int unused(int x)\n{\n    return x + 1;\n}\n\n", ""))
        diff = changes.run("diff", "-u", "old/main.c", "new/main.c", folder=self.folder).stdout
        (self.folder / "change.diff").write_text(diff)
        self.options = ["--path-equivalence", f"{self.folder}/old,{self.folder}/new", "--baseline-diff", "change.diff"]

    def check(self, *options):
        text = self.covtool("differential", "--json", "--elf", self.new[0], self.new[1], *options, *self.options).stdout
        file, = json.loads(text)["files"]
        self.assertEqual(file["path"], str(self.folder / "new/main.c"))
        # Lines of old/main.c and of new/main.c, by hand.
        self.assertEqual(
            {(line["category"], line["line"], line["oldLine"]) for line in file["lines"]},
            {("DUB", None, 1), ("DUB", None, 3), ("CBC", 1, 6), ("DCB", None, 8), ("GNC", 3, None), ("GBC", 4, 9),
             ("LBC", 5, 10), ("UNC", 8, None), ("UNC", 10, None), ("CBC", 13, 13), ("CBC", 15, 15)})
        return file["functions"]

    def test_traces(self):
        functions = self.check("--baseline", self.old[1], "--baseline-elf", self.old[0])
        # The condition in `twice` is another one.
        self.assertEqual({(function["category"], function["name"]) for function in functions},
                         {("DUB", "unused"), ("GNC", "twice"), ("UNC", "added"), ("CBC", "main")})

    def test_baseline_without_branches(self):
        self.covtool("lcov", "--elf", self.old[0], self.old[1], "-o", "old.info")
        command = ["differential", "--elf", self.new[0], self.new[1], "--baseline", "old.info", *self.options]
        self.assertNotIn("branches", self.covtool(*command).stderr)
        self.assertIn("the baseline has no branches", self.covtool(*command, "--branch-coverage").stderr)
        self.covtool("lcov", "--branch-coverage", "--elf", self.old[0], self.old[1], "-o", "old.info")
        self.assertNotIn("the baseline has no branches", self.covtool(*command, "--branch-coverage").stderr)

    def test_documents(self):
        for command, name in (("lcov", "old.info"), ("json", "old.json")):
            self.covtool(command, "--elf", self.old[0], self.old[1], "-o", name)
            self.check("--baseline", name)
            (self.folder / f"{name}.gz").write_bytes(gzip.compress((self.folder / name).read_bytes()))
            self.check("--baseline", f"{name}.gz")

    def test_standard_input(self):
        """A baseline of any kind can come from there."""
        for command, words in (("lcov", []), ("json", []), (None, ["--baseline-elf", self.old[0]])):
            path = self.old[1]
            if command:
                path = self.folder / command
                self.covtool(command, "--elf", self.old[0], self.old[1], "-o", path)
            for data in (path.read_bytes(), gzip.compress(path.read_bytes())):
                text = self.covtool("differential", "--elf", self.new[0], self.new[1], *self.options, "--baseline", path, *words).stdout
                path.with_suffix(".in").write_bytes(data)
                with open(path.with_suffix(".in"), "rb") as stream:
                    done = self.covtool("differential", "--elf", self.new[0], self.new[1], *self.options, "--baseline", "-", *words,
                                        stdin=stream)
                self.assertEqual(done.stdout, text)

    def test_rebuilt_in_place(self):
        """Traces of the older version name a file that the newer version is in by now: nobody is told wrong lines without
        a word."""
        program = self.folder / "new/program"
        trace = self.folder / "in-place.drcov"
        kept = program.read_bytes()
        program.write_bytes(self.old[0].read_bytes())
        guests.record(trace, "pie", program)
        program.write_bytes(kept)
        command = ["differential", self.new[1], "--baseline", trace, "--baseline-diff", "change.diff"]
        said = f"{program}: both versions are read from this file, which has one of them (use --baseline-elf"
        self.assertIn(said, self.covtool(*command).stderr)
        self.assertIn(said, self.covtool(*command, "--strict", status=65).stderr)
        self.assertIn(said, self.covtool(*command, "--elf", program).stderr)
        # The same program on other inputs is what it seems.
        for words in (command[:-2], [*command, "--baseline-elf", self.old[0]]):
            self.assertNotIn("both versions", self.covtool(*words).stderr)

    def test_tracefile(self):
        """What `json` wrote is as good as a tracefile where one is taken."""
        self.covtool("json", "--no-demangle", "--elf", self.old[0], self.old[1], "-o", "old.json")
        self.assertEqual(self.covtool("lcov", "--tracefile", "old.json").stdout,
                         self.covtool("lcov", "--elf", self.old[0], self.old[1]).stdout)

    def test_text(self):
        options = ["--elf", self.new[0], self.new[1], "--baseline", self.old[1], "--baseline-elf", self.old[0],
                   *self.options]
        text = self.covtool("differential", *options).stdout
        for line in ("  lost: line 5", "  new and missed: function added (line 8)", "  new and missed: lines 8, 10"):
            self.assertIn(f"{line}\n", text)
        document = json.loads(self.covtool("differential", "--json", "--summary-only", *options).stdout)
        rows = {words[0]: [int(word) for word in words[-2:]]
                for words in map(str.split, text.splitlines()[2:14])}
        self.assertEqual(rows, {name: [document["totals"][kind][name] for kind in ("lines", "functions")]
                                for name in document["totals"]["lines"]})
        self.assertNotIn("lines", document["files"][0])
        done = self.covtool("differential", *options, "--fail-on-lost", "-o", "out.txt", status=1)
        self.assertEqual((self.folder / "out.txt").read_text(), text)
        self.assertIn("lost: 1 unchanged line was executed before", done.stderr)

    def pages(self, *options):
        self.covtool("html", "--elf", self.new[0], self.new[1], "--source-root", "new", *options)
        return [self.folder / "pages", *sorted((self.folder / "pages/pages").glob("main.c-*.html"))]

    def compared(self):
        return ["--baseline", self.old[1], "--baseline-elf", self.old[0], *self.options]

    def test_pages(self):
        """Each line that is not as it was has its category, and lost lines come first. Without a baseline, nothing of it
        is left."""
        text = self.covtool("differential", "--json", "--elf", self.new[0], self.new[1], *self.compared()).stdout
        document, = json.loads(text)["files"]
        expected = {line["line"]: line["category"] for line in document["lines"]
                    if line["line"] and line["category"] not in ("CBC", "UBC")}
        folder, page = self.pages("-o", "pages", *self.compared())
        one = self.folder / "one.html"
        self.pages("-o", one, "--single-file", *self.compared())
        for text in (page.read_text(), one.read_text()):
            lines = re.search(r"<div class=\"code.*?</ol></div></div>", text, re.S)[0].split("<li")[1:]
            found = {number: label[1] for number, line in enumerate(lines, 1)
                     if (label := re.search(r"<abbr [^>]*>(\w+)</abbr>", line))}
            self.assertEqual(found, expected)
            # What is linked has an anchor.
            for link in re.findall(r"href=#((?:main\.c-\w+\.)?L\d+)", text):
                self.assertIn(f" id={link}>", text)
        changed = (folder / "pages/changes.html").read_text()
        lists = re.findall(r"<caption>([^<]*)</caption>.*?</table>", changed, re.S)
        self.assertEqual(lists, ["Lost coverage", "New code, missed", "By category", "By source"])
        lost = re.findall(rf"href={page.name}#L(\d+)", changed.partition("Lost coverage")[2].partition("</table>")[0])
        self.assertEqual(lost, ["5"])
        self.assertIn("href=pages/changes.html>Since the baseline</a>: 1 line lost coverage, 2 new lines missed, 2 lines",
                      (folder / "index.html").read_text())
        self.pages("-o", "pages")
        self.assertFalse((folder / "pages/changes.html").exists())
        self.assertNotIn("baseline", (folder / "index.html").read_text() + page.read_text())

    @browser.needed
    def test_in_a_browser(self):
        """axe-core finds nothing on these pages; nothing is wider than a phone; letters and counts do not overlap."""
        folder, page = self.pages("-o", "pages", *self.compared())
        one = self.folder / "one.html"
        self.pages("-o", one, "--single-file", *self.compared())
        with browser.browser() as started:
            for scheme, width in (("light", 1280), ("dark", 360)):
                window = browser.Window(started, color_scheme=scheme, viewport={"width": width, "height": 800})
                for path in (folder / "index.html", folder / "pages/changes.html", page, one):
                    shown = window.open(path)
                    shown.wait_for_timeout(200)
                    self.assertEqual(window.violations(), [], path)
                    self.assertLessEqual(shown.evaluate("document.documentElement.scrollWidth"), width, path)
                shown = window.open(page)
                for line in shown.locator(".code ol > li:has(> abbr):has(> u, > a)").all():
                    count, label = (line.locator(part).first.bounding_box() for part in ("> u, > a", "> abbr"))
                    self.assertLessEqual(count["x"] + count["width"], label["x"] + 1)
                window.open(folder / "pages/changes.html").locator("a[href$='#L5']").first.click()
                self.assertEqual(shown.evaluate("location.hash"), "#L5")
                self.assertEqual(window.faults, [])

    def test_errors(self):
        common = ["differential", "--elf", self.new[0], self.new[1]]
        self.assertIn("--baseline", self.covtool(*common, status=64).stderr)
        self.covtool(*common, "--baseline", "old.info", "--summary-only", status=64)
        self.covtool("html", "-o", "pages", "--elf", self.new[0], self.new[1], "--baseline-diff", "x", status=64)
        self.assertIn("nothing.info", self.covtool(*common, "--baseline", "nothing.info", status=66).stderr)
        (self.folder / "text").write_text("hello\n")
        self.assertIn("text: ", self.covtool(*common, "--baseline", "text", status=65).stderr)
        (self.folder / "old.info").write_text("SF:/a.c\nDA:1,1\nend_of_record\n")
        self.assertIn("--baseline-elf is for traces", self.covtool(
            *common, "--baseline", "old.info", "--baseline-elf", self.old[0], status=64).stderr)
        line = '{"format": "covtool-coverage", "version": 2, "files": [{"path": "x", "functions": [], "lines": [{"line": %s, "hits": 1}]}]}'
        for text, reason in ((line.replace('"line": %s, ', ""), "byte 106"), (line.replace(', "hits": 1', "") % 1, "byte 106"),
                             (line.replace('"path": "x", ', "") % 1, "byte 106"), (line % 0, f"byte {line.index('%s')}"), (line % (1 << 31), f"byte {line.index('%s') + 9}"), ("{", "byte 1"), ('{"format": "covtool-diff", "version": 1}', "covtool json"),
                             ('{"format": "covtool-coverage", "version": 3, "files": []}', "version 3"),
                             ('{"format": "covtool-coverage", "version": 2, "files": [{"path": "x"}]}', "--summary-only"),
                             ('{"files": [{"lines": [{"line": -1}]}]}', "byte 31"), ("[" * 10000, "text: ")):
            (self.folder / "text").write_text(text)
            self.assertIn(reason, self.covtool(*common, "--baseline", "text", status=65).stderr)
        self.assertIn("nothing.diff", self.covtool(
            *common, "--baseline", self.old[1], "--baseline-diff", "nothing.diff", status=66).stderr)
        done = self.covtool(*common, "--baseline", self.old[1], "--baseline-elf", self.old[0])
        self.assertIn("the baseline has no source file of the report", done.stderr)
        self.covtool(*common, "--baseline", self.old[1], "--baseline-elf", self.old[0], "--strict", status=65)

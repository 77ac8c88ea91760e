"""The forms that services read: each is what it must be by its own rules, and says what the tracefile and the table say,
of a program of C++ with templates, a library of C, one that is loaded, and headers of the system."""

import json
import re
import shutil
import unittest
from collections import Counter

from Tests.EndToEnd.reporting.test_lcov import READERS
from Tests.EndToEnd.support import guests, reports, services
from Tests.EndToEnd.support.setting import Case, llvm, output, run

DEMO = str(guests.DEMO)


class Demo(Case):
    """Has `merged.drcov` of the demo in the test's folder."""

    def setUp(self):
        super().setUp()
        self.covtool("merge", *guests.record_demo(self.folder))
        self.words = [*guests.elves(), "--source-root", DEMO]

    def said(self, command, *more):
        return self.covtool(command, *self.words, *more).stdout

    def lines(self):
        """The tracefile's lines: file, as services know it -> {line: hits}; hits of a line that is hit are 1 where
        hits are not known."""
        lines, _, _ = reports.lcov(self.said("lcov"))
        found = {path.removeprefix(f"{DEMO}/"): hits for path, hits in lines.items()}
        self.assertTrue(any(path[0] == "/" for path in found) and any(path[0] != "/" for path in found))
        self.assertTrue(any(0 in hits.values() for path, hits in found.items() if path[0] != "/"))
        return found

    def functions(self):
        """(file, name, line) -> hits of json."""
        document = json.loads(self.said("json"))
        return [(file["path"], function) for file in document["files"] for function in file["functions"]]

    def totals(self):
        """Lines found, hit, functions found, hit, of the table."""
        found, hit, _, functions, called, _ = reports.table(self.said("report"))["TOTAL"]
        self.assertTrue(0 < hit < found and 0 < called < functions)
        return found, hit, functions, called


class Forms(Demo):
    def test_outputs_are_what_commands_write(self):
        """Each form that --output names has a command of that name, which writes the same."""
        forms = re.findall(r"'([a-z-]+)'", re.search(r"Also write a report: [^;]*", self.covtool("report", "--help").stdout)[0])
        self.assertLess({"lcov", "html", "llvm-json"}, set(forms))
        words = [*self.words, "merged.drcov"]
        for folder in ("output", "command"):
            (self.folder / folder).mkdir()
        date = {"SOURCE_DATE_EPOCH": "1700000000"}
        self.covtool("report", *words, *(word for form in forms for word in ("--output", f"{form}:output/{form}")), environment=date)
        for form in forms:
            self.covtool(form, *words, "-o", f"command/{form}", environment=date)
        written = [{path.relative_to(self.folder / kind): path.read_bytes()
                    for path in (self.folder / kind).rglob("*") if path.is_file()} for kind in ("output", "command")]
        self.assertEqual({path.parts[0] for path in written[0]}, set(forms))
        self.assertEqual(*written)


class Services(Demo):
    def test_cobertura(self):
        lines, functions, sources = services.cobertura(self.said("cobertura"))
        self.assertEqual(lines, self.lines())
        self.assertEqual(sources, {DEMO})
        expected = Counter((path.removeprefix(f"{DEMO}/"), function["line"], function["hits"] > 0)
                           for path, function in self.functions())
        self.assertEqual(Counter((path, line, is_hit) for path, found in functions.items()
                                 for (_, line, is_hit), count in found.items() for _ in range(count)), expected)
        self.assertTrue(all(count == 1 for found in functions.values() for count in found.values()))
        names = [name for found in functions.values() for name, _, _ in found]
        self.assertTrue(any("<" in name for name in names), "no template")
        every = [hits for found in lines.values() for hits in found.values()]
        self.assertEqual((len(every), sum(hits > 0 for hits in every), len(names), sum(
            is_hit for found in functions.values() for _, _, is_hit in found)), self.totals())

    def test_sonar(self):
        self.assertEqual(services.sonar(self.said("sonar")), {
            path: {line: hits > 0 for line, hits in found.items()} for path, found in self.lines().items()})

    def test_codecov(self):
        self.assertEqual(services.codecov(self.said("codecov")), self.lines())

    def test_llvm_json(self):
        lines, functions, totals = services.llvm(self.said("llvm-json"))
        whole, _, _ = reports.lcov(self.said("lcov"))
        self.assertEqual(lines, whole)
        self.assertEqual(functions, {(path, function["linkageName"], function["line"]): function["hits"]
                                     for path, function in self.functions()})
        found, hit, known, called = self.totals()
        for kind, expected in {"lines": (found, hit), "regions": (found, hit), "functions": (known, called),
                               "instantiations": (known, called), "branches": (0, 0)}.items():
            self.assertEqual((totals[kind]["count"], totals[kind]["covered"]), expected)
            self.assertEqual(totals[kind]["percent"], 100 * expected[1] / expected[0] if expected[0] else 0)

    def test_shape_of_llvm_json(self):
        """As llvm-cov writes it of a program that clang has instrumented: the same members, of the same kinds."""
        (self.folder / "a.c").write_text("int main(int n, char **v)\n{\n  if (n > 1)\n    return 2;\n  return 0;\n}\n")
        output(llvm("clang"), "-fprofile-instr-generate", "-fcoverage-mapping", "a.c", "-o", "a.out", folder=self.folder)
        output(self.folder / "a.out", environment={"LLVM_PROFILE_FILE": str(self.folder / "raw")})
        output(llvm("llvm-profdata"), "merge", "raw", "-o", "data", folder=self.folder)
        theirs = json.loads(output(llvm("llvm-cov"), "export", "-instr-profile=data", "a.out", folder=self.folder))

        def shape(value):
            if isinstance(value, dict):
                return {name: shape(member) for name, member in value.items()}
            if isinstance(value, list):
                return [shape(value[0])] if value and isinstance(value[0], (dict, list)) else [
                    type(member).__name__ for member in value]
            return "number" if isinstance(value, float) else type(value).__name__

        def known(shaped):
            """Without branches and expansions, of which only the places are there."""
            if isinstance(shaped, dict):
                return {name: [] if name in ("branches", "expansions") and isinstance(member, list) else known(member)
                        for name, member in shaped.items()}
            return [known(member) for member in shaped] if isinstance(shaped, list) else (
                "number" if shaped == "int" else shaped)

        ours = json.loads(self.said("llvm-json"))
        self.assertEqual(known(shape(ours)), known(shape(theirs)))
        self.assertEqual((ours["type"], ours["version"]), (theirs["type"], theirs["version"]))

    def test_markdown(self):
        page = services.Tables(output("cmark-gfm", "-e", "table", "--unsafe", self.markdown()))
        total, = [row for row in page.rows if row[0] == "Total"]
        found, hit, functions, called = self.totals()
        self.assertEqual(total[1:3] + total[4:6], [str(n) for n in (found, found - hit, functions, functions - called)])
        table = reports.table(self.said("report", "--source-root", DEMO))
        rows = {row[0]: row for row in page.rows if row[0] not in ("File", "Total")}
        missed = {path: sum(hits == 0 for hits in lines.values()) for path, lines in self.lines().items()}
        self.assertEqual({path: int(row[2]) for path, row in rows.items() if row[2] != "0"},
                         {path: count for path, count in missed.items() if count})
        order = [int(row[2]) for row in page.rows if row[0] in rows]
        self.assertEqual(order, sorted(order, reverse=True))
        self.assertGreater(len(table), len(rows))

    def markdown(self):
        path = self.folder / "summary.md"
        path.write_text(self.said("markdown"))
        return path

    def test_several_at_once(self):
        """What `--output` writes beside a report is what the form's own command writes."""
        forms = ("lcov", "json", "cobertura", "sonar", "codecov", "llvm-json", "markdown")
        targets = [word for form in forms for word in ("--output", f"{form}:all.{form}")]
        self.assertEqual(self.said("report", *targets), self.said("report"))
        for form in forms:
            self.assertEqual((self.folder / f"all.{form}").read_text(), self.said(form), form)


    def test_large_counts(self):
        """Readers of XML in Java and C# have 32 bits; the others have the whole count."""
        (self.folder / "large.info").write_text(
            f"SF:{self.folder}/a.c\nFN:1,f\nFNDA:{1 << 40},f\nDA:1,{1 << 40}\nDA:2,{(1 << 31) - 1}\nend_of_record\n")
        words = ["--tracefile", "large.info"]
        lines, _, _ = services.cobertura(self.covtool("cobertura", *words).stdout)
        self.assertEqual(lines, {"a.c": {1: (1 << 31) - 1, 2: (1 << 31) - 1}})
        self.assertEqual(services.codecov(self.covtool("codecov", *words).stdout), {"a.c": {1: 1 << 40, 2: (1 << 31) - 1}})
        lines, functions, _ = services.llvm(self.covtool("llvm-json", *words).stdout)
        self.assertEqual((lines[f"{self.folder}/a.c"][1], set(functions.values())), (1 << 40, {1 << 40}))


class RelativePaths(Case):
    """A relative path is a file of the project, wherever it comes from: a compiler's option, ours, a tracefile."""

    def setUp(self):
        super().setUp()
        self.project = self.folder / "p"
        for name in ("src", "build"):
            (self.project / name).mkdir(parents=True)
        (self.project / "src/main.c").write_text(
            "int main(int n, char **v)\n{\n    if (n > 9)\n        return 1;\n    return 0;\n}\n")
        self.inputs = []
        for name, built, read in (("mapped", [f"-ffile-prefix-map={self.project}=."], []),
                                  ("plain", [], ["--path-equivalence", f"{self.project},."])):
            program, trace = self.project / "build" / name, self.folder / f"{name}.drcov"
            output("gcc", "-g", "-O0", *built, "src/main.c", "-o", program, folder=self.project)
            guests.record(trace, "pie", program)
            self.inputs.append([trace, "--elf", program, *read])
        (self.folder / "unit.info").write_text("SF:src/main.c\nDA:3,1\nDA:4,0\nend_of_record\n")
        self.inputs.append(["--tracefile", self.folder / "unit.info"])

    def test_services(self):
        for folder, options, name, source in (
                (self.project, [], "src/main.c", self.project),
                (self.project, ["--source-root", "."], "src/main.c", self.project),
                (self.project, ["--source-root", ".."], "p/src/main.c", self.folder),
                (self.project / "build", ["--source-root", ".."], "src/main.c", self.project),
                (self.project / "build", ["--source-root", self.folder, "--source-root", self.project], "p/src/main.c",
                 self.folder)):
            for words in self.inputs:
                with self.subTest(folder=folder, options=options, words=words):
                    def said(command):
                        return self.covtool(command, *words, *options, folder=folder).stdout

                    lines, _, sources = services.cobertura(said("cobertura"))
                    self.assertEqual((set(lines), sources), ({name}, {str(source)}))
                    self.assertEqual(set(services.sonar(said("sonar"))), {name})
                    self.assertEqual(set(services.codecov(said("codecov"))), {name})
                    self.assertIn(f"| `{name}` |", said("markdown"))

    def test_annotations(self):
        link = self.folder / "a link"
        link.symlink_to(self.project)
        workspace = {"GITHUB_WORKSPACE": str(self.folder.resolve())}
        for words in self.inputs:
            for folder, options in ((self.project, []), (self.project, ["--source-root", "."]), (link, []),
                                    (self.project / "build", ["--source-root", ".."])):
                with self.subTest(folder=folder, options=options, words=words):
                    done = self.covtool("report", *words, *options, "--annotations", "github", folder=folder,
                                        environment={"PWD": str(folder), **workspace})
                    found = [(place["file"], place["line"]) for _, place, _ in services.annotations(done.stdout)]
                    self.assertEqual(found, [("p/src/main.c", "4")])


class Readers(Demo):
    """Programs that others have written."""

    def test_cobertura_is_valid(self):
        """By the format's own definition, where it is at hand."""
        if not (READERS / "coverage-04.dtd").exists():
            self.skipTest("no coverage-04.dtd here (Tests/Scripts/readers): not run")
        (self.folder / "cov.xml").write_text(self.said("cobertura"))
        done = run("xmllint", "--noout", "--dtdvalid", READERS / "coverage-04.dtd", self.folder / "cov.xml")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_gcovr(self):
        """It reads the lines; its missed lines are written as the report's are."""
        if not (READERS / "whole").exists():
            self.skipTest("no gcovr here (Tests/Scripts/readers): not run")
        words = ["--include", f"{DEMO}/"]
        (self.folder / "cov.xml").write_text(self.said("cobertura", *words))
        shown = output(READERS / "bin/gcovr", "--cobertura-add-tracefile", self.folder / "cov.xml", "-r", DEMO, folder=DEMO)
        rows = re.findall(r"^(\S+) +(\d+) +(\d+) +\d+%(?: +([\d,-]+))?$", shown, re.M)
        expected = []
        for line in self.said("report", *words, "--show-missing-lines").splitlines():
            cells = line.split()
            if len(cells) >= 9 and cells[1].isdigit():
                expected.append((*cells[:3], cells[9] if len(cells) > 9 else ""))
        self.assertGreater(len(expected), 5)
        self.assertEqual(rows, expected)

    @unittest.skipUnless(shutil.which("diff-cover"), "no diff-cover here: not run")
    def test_diff_cover(self):
        """Of a change that touches each line, the lines that it misses are those of the tracefile."""
        project = self.folder / "project"
        shutil.copytree(DEMO, project)
        git = ["git", "-c", "user.name=n", "-c", "user.email=e", "-C", project]
        output(*git, "init", "-q", "-b", "main")
        output(*git, "commit", "-q", "--allow-empty", "-m", "none")
        output(*git, "branch", "old")
        output(*git, "add", ".")
        output(*git, "commit", "-q", "-m", "all")
        self.covtool("cobertura", self.folder / "merged.drcov", *guests.elves(), "--path-equivalence",
                     f"{DEMO},{project}", "--source-root", ".", "-o", "cov.xml", folder=project)
        output("diff-cover", "cov.xml", "--compare-branch=old", "--json-report", "found.json", folder=project)
        theirs = json.loads((project / "found.json").read_text())["src_stats"]
        found = {path: set(stats["violation_lines"]) for path, stats in theirs.items() if stats["violation_lines"]}
        expected = {path: {line for line, hits in lines.items() if not hits}
                    for path, lines in self.lines().items() if path[0] != "/"}
        self.assertEqual(found, {path: lines for path, lines in expected.items() if lines})


class Baseline(Case):
    """What a summary says has changed, of tracefiles that are written here."""

    def summary(self, now, before, *words):
        for name, files in (("now", now), ("before", before)):
            text = "".join(f"SF:{self.folder}/{path}\n" + "".join(f"DA:{n + 1},{hits}\n" for n, hits in enumerate(lines))
                           + "end_of_record\n" for path, lines in files.items())
            (self.folder / f"{name}.info").write_text(text)
        self.covtool("markdown", "--tracefile", "now.info", "--baseline", "before.info", "-o", "summary.md", *words)
        text = (self.folder / "summary.md").read_text()
        return text, services.Tables(output("cmark-gfm", "-e", "table", "--unsafe", self.folder / "summary.md"))

    def test_changes(self):
        text, page = self.summary(
            {"same.c": [0] * 50 + [1] * 50, "worse.c": [1, 0, 0, 1], "better.c": [1, 1, 1, 0], "new.c": [0], "whole.c": [1]},
            {"same.c": [0] * 50 + [1] * 50, "worse.c": [1, 1, 0, 1], "better.c": [1, 0, 0, 0], "gone.c": [1], "whole.c": [1]})
        changes = [(row[0], row[4]) for row in page.rows if row[0] != "File"]
        # 56 of 110 lines are hit, 56 of 110 were.
        self.assertEqual(changes, [("Total", "0.00%"), ("worse.c", "-25.00%"), ("new.c", "new"), ("same.c", "0.00%"),
                                   ("better.c", "+50.00%")])
        self.assertRegex(text, r"^### Coverage of lines: 50\.90% \(0\.00%\)\n")

    def test_selection(self):
        """Both are seen by the same rules."""
        _, page = self.summary({"a.c": [1, 0], "b.c": [0]}, {"a.c": [0, 0], "b.c": [0]}, "--exclude", "b.c")
        self.assertEqual([(row[0], row[4]) for row in page.rows if row[0] != "File"],
                         [("Total", "+50.00%"), ("a.c", "+50.00%")])

    def test_places(self):
        """A file is the same by its place, and what has nothing in common is said."""
        for name, path in (("now", f"{self.folder}/src/a.c"), ("before", "./src/b/../a.c"), ("other", "/elsewhere/a.c")):
            (self.folder / f"{name}.info").write_text(f"SF:{path}\nDA:1,{int(name == 'now')}\nDA:2,0\nend_of_record\n")
        for now, before in (("now", "before"), ("before", "now")):
            done = self.covtool("markdown", "--tracefile", f"{now}.info", "--baseline", f"{before}.info")
            change = "+50.00%" if now == "now" else "-50.00%"
            self.assertRegex(done.stdout, rf"\| `src/a\.c` \|.* {re.escape(change)} \|")
            self.assertEqual(done.stderr, "")
        done = self.covtool("markdown", "--tracefile", "now.info", "--baseline", "other.info")
        expected = self.covtool("differential", "--tracefile", "now.info", "--baseline", "other.info").stderr
        self.assertIn("the baseline has no source file of the report: /elsewhere/a.c there", done.stderr)
        self.assertEqual(done.stderr, expected)

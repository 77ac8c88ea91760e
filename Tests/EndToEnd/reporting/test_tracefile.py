"""lcov's tracefiles as inputs of reports: alone, and beside traces. lcov itself says what they come to."""

import gzip
import json
import re

from Tests.EndToEnd.support import guests, reports
from Tests.EndToEnd.support.setting import Case, llvm, output, run


def said(path):
    """Lines and functions of a tracefile; functions by name and how often they were called."""
    lines, functions, _ = reports.lcov(path.read_text())
    return dict(lines), {file: {name: hits for name, (_, hits) in known.items()} for file, known in functions.items()}


class DamagedGzip(Case):
    def test_said(self):
        """It is said that gzip's stream is damaged, and where, before what its rest is or is not."""
        (self.folder / "cov.info").write_text(
            "".join(f"SF:/{name}.c\n" + "".join(f"DA:{line},{line % 7}\n" for line in range(1, 900)) + "end_of_record\n"
                    for name in ("one", "two")))
        self.covtool("json", "--tracefile", "cov.info", "-o", "cov.json")
        said = r"%s: byte \d+: the gzip stream is damaged or ends early"
        for name in ("cov.info", "cov.json"):
            data = gzip.compress((self.folder / name).read_bytes(), mtime=0)
            for part in (data[:11], data[:12], data[:-40] if name == "cov.json" else data[:40]):
                (self.folder / "cut").write_bytes(part)
                for options in (["--tracefile", "cut"], ["--tracefile", "cov.info", "--baseline", "cut"]):
                    command = "report" if len(options) == 2 else "differential"
                    done = self.covtool(command, *options, status=65)
                    self.assertRegex(done.stderr, "error: " + said % "cut" + "; what it still has: ")
                    self.assertEqual(len(done.stderr.splitlines()), 1)
                with open(self.folder / "cut", "rb") as stream:
                    done = self.covtool("report", "--tracefile", "-", status=65, stdin=stream)
                self.assertRegex(done.stderr, said % "standard input")
        data = gzip.compress((self.folder / "cov.info").read_bytes())
        (self.folder / "cut").write_bytes(data[:-200])
        done = self.covtool("report", "--tracefile", "cut")
        self.assertRegex(done.stderr, "warning: " + said % "cut" + ": what is there is used\n")
        self.covtool("report", "--tracefile", "cut", "--strict", status=65)
        # Traces are no different.
        (self.folder / "run.drcov").write_bytes(gzip.compress(b"DRCOV VERSION: 2\nDRCOV FLAVOR: x\n")[:-14])
        self.assertRegex(self.covtool("report", "run.drcov", status=65).stderr, said % "run.drcov")


class Tracefile(Case):
    """What the demo's guest does under QEMU on some inputs, and built with --coverage on the others."""

    def setUp(self):
        super().setUp()
        traces = []
        for input in guests.INPUTS[:2]:
            traces.append(self.folder / f"{input.stem}.drcov")
            guests.qemu("pie", "calculator", input, plugin=f"counts=on,out={traces[-1]}")
        self.covtool("merge", "--counts", *traces)
        self.gcov = self.folder / "gcov.info"
        counters = self.folder / "counters"
        counters.mkdir()
        built = guests.built("coverage")
        for notes in built.glob("*.gcno"):
            (counters / notes.name).write_bytes(notes.read_bytes())
        for input in guests.INPUTS[2:]:
            run(built / "calculator", input, environment={"GCOV_PREFIX": str(counters), "GCOV_PREFIX_STRIP": "99"})
        output("geninfo", "--quiet", counters, "-o", "raw.info", folder=self.folder)
        # One record a file and a line, where geninfo has one for each compilation unit and instance.
        output("lcov", "--quiet", "-a", "raw.info", "-o", self.gcov, folder=self.folder)
        self.ours = self.folder / "ours.info"
        self.covtool("lcov", *guests.elves(), "-o", self.ours)

    def lcov_sum(self, *files):
        both = self.folder / "both.info"
        output("lcov", "--quiet", *(word for file in files for word in ("-a", file)), "-o", both)
        return said(both)

    def test_sum(self):
        """As lcov adds both up. Functions that only one of them knows stand in one."""
        expected_lines, expected_functions = self.lcov_sum(self.ours, self.gcov)
        self.covtool("lcov", *guests.elves(), "--tracefile", self.gcov, "-o", "sum.info", "merged.drcov")
        lines, functions = said(self.folder / "sum.info")
        self.assertEqual(lines, expected_lines)
        # lcov 1 takes a name that both have for one function, and so do we, whatever its line is.
        self.assertEqual({file: known for file, known in functions.items() if known},
                         {file: known for file, known in expected_functions.items() if known})
        alone, _ = said(self.ours)
        self.assertNotEqual(lines, alone)

    def test_alone(self):
        lines, functions = said(self.gcov)
        self.covtool("lcov", "--tracefile", self.gcov, "-o", "alone.info")
        self.assertEqual(said(self.folder / "alone.info"), (lines, functions))
        rows = reports.table(self.covtool("report", "--tracefile", self.gcov).stdout)
        self.assertEqual(rows["TOTAL"][:2], [sum(map(len, lines.values())),
                                             sum(hits > 0 for file in lines.values() for hits in file.values())])
        # Names are as people write them; lines can be shown.
        document = json.loads(self.covtool("json", "--tracefile", self.gcov).stdout)
        names = {f["name"] for file in document["files"] for f in file["functions"]}
        self.assertTrue(any("(" in name for name in names))
        self.assertEqual(document["modules"], [])
        shown = self.covtool("show", "--tracefile", self.gcov, "--source-root", guests.DEMO, "--file", "tokens.c").stdout
        self.assertIn("tokens.c: ", shown)
        self.assertIn("|", shown)
        done = self.covtool("report", *guests.elves(), "--tracefile", self.gcov, status=64)
        self.assertIn("--elf is for traces, and none is named", done.stderr)
        called = self.covtool("report", "--functions", "--tracefile", self.gcov).stdout
        self.assertIn("Calls", called)

    def test_again_is_twice(self):
        lines, _ = said(self.gcov)
        self.covtool("lcov", "--tracefile", self.gcov, "--tracefile", self.gcov, "-o", "twice.info")
        self.assertEqual(said(self.folder / "twice.info")[0],
                         {file: {line: 2 * hits for line, hits in known.items()} for file, known in lines.items()})

    def test_compressed_and_piped(self):
        packed = self.folder / "cov.info.gz"
        packed.write_bytes(gzip.compress(self.gcov.read_bytes()))
        expected = self.covtool("lcov", "--tracefile", self.gcov).stdout
        self.assertEqual(self.covtool("lcov", "--tracefile", packed).stdout, expected)
        with self.gcov.open() as file:
            self.assertEqual(self.covtool("lcov", "--tracefile", "-", stdin=file).stdout, expected)

    def test_selected(self):
        """What chooses and renames sources does so here too."""
        done = self.covtool("lcov", "--tracefile", self.gcov, "--include", "*tokens*", "--path-equivalence",
                            f"{guests.DEMO},/elsewhere").stdout
        self.assertEqual(set(reports.lcov(done)[0]), {"/elsewhere/tokens.c"})

    def test_gate(self):
        done = self.covtool("report", "--tracefile", self.gcov, "--fail-under-lines", "100", status=1)
        self.assertIn("gate: --fail-under-lines 100", done.stderr)


class Paths(Case):
    """Sources that a tracefile calls otherwise than the traces do are no second files."""

    def setUp(self):
        super().setUp()
        self.project = self.folder / "project"
        (self.project / "src/a").mkdir(parents=True)
        (self.project / "src/main.c").write_text("int twice(int);\nint main(void) {\n    return twice(0);\n}\n")
        (self.project / "src/a/util.c").write_text("int twice(int x) {\n    return 2 * x;\n}\n")
        output("gcc", "-g", "-O0", "src/main.c", "src/a/util.c", "-o", "program", folder=self.project)
        guests.qemu("pie", self.project / "program", plugin=f"counts=on,out={self.project}/run.drcov")
        # As gcov counts, for which a brace that does nothing but return is no line.
        self.alone = {f"{self.project}/src/main.c": {2: 1, 3: 1}, f"{self.project}/src/a/util.c": {1: 1, 2: 1}}

    def lines(self, *tracefiles, traces=("run.drcov", "--elf", "program"), folder=None, options=()):
        words = [f"{self.project}/{word}" if word[0] != "-" else word for word in traces]
        for number, (path, counts) in enumerate(tracefiles):
            name = self.folder / f"{number}.info"
            name.write_text(f"SF:{path}\n" + "".join(f"DA:{line},{hits}\n" for line, hits in counts.items())
                            + "end_of_record\n")
            words += ["--tracefile", name]
        return dict(reports.lcov(self.covtool("lcov", *words, *options, folder=folder or self.project).stdout)[0])

    def test_the_same_file(self):
        self.assertEqual(self.lines(), self.alone)
        whole = f"{self.project}/src/a/util.c"
        expected = {**self.alone, whole: {1: 1, 2: 11}}
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        root = ["--source-root", self.project]
        for name, folder, options in (
                ("src/a/util.c", self.project, []), ("./src/a/util.c", self.project, []),
                ("src/../src/a//util.c", self.project, []), ("../project/src/a/util.c", self.project, []),
                ("a/util.c", self.project / "src", []), ("../project/src/a/util.c", elsewhere, []),
                (f"{self.project}/src/./x/../a/util.c", elsewhere, []),
                ("src/a/util.c", elsewhere, root), ("src/a/util.c", elsewhere, ["--source-root", "../project"])):
            with self.subTest(name, folder=folder):
                self.assertEqual(self.lines((name, {2: 10}), folder=folder, options=options), expected)
        # What is not there is a file of its own, also if it ends alike.
        self.assertEqual(self.lines(("a/util.c", {2: 10})), {**self.alone, "a/util.c": {2: 10}})

    def test_relative_traces(self):
        """The traces' path can be the relative one."""
        output("gcc", "-g", "-O0", f"-ffile-prefix-map={self.project}=.", "src/main.c", "src/a/util.c", "-o", "mapped",
               folder=self.project)
        guests.qemu("pie", self.project / "mapped", plugin=f"counts=on,out={self.project}/mapped.drcov")
        for folder, options in ((self.project, []), (self.project / "src", ["--source-root", ".."])):
            lines = self.lines((f"{self.project}/src/a/util.c", {2: 10}), ("src/a/util.c", {2: 100}),
                               traces=("mapped.drcov", "--elf", "mapped"), folder=folder, options=options)
            self.assertEqual(lines, {"src/main.c": {2: 1, 3: 1}, "src/a/util.c": {1: 1, 2: 111}})

    def test_tracefiles_alone(self):
        """Whichever comes first."""
        whole = f"{self.project}/src/main.c"
        named = [(whole, {3: 1}), ("src/main.c", {3: 10}), ("./src/a/../main.c", {3: 100})]
        for files in (named, named[::-1]):
            self.assertEqual(self.lines(*files, traces=()), {whole: {3: 111}})
            self.assertEqual(self.lines(*[file for file in files if file[0] != whole], traces=()), {"src/main.c": {3: 110}})

    def test_selected(self):
        """By the path that the file has."""
        root = ["--source-root", self.project]
        lines = self.lines(("src/a/util.c", {2: 10}), folder=self.folder,
                           options=[*root, "--exclude", f"{self.project}/src/a/*"])
        self.assertEqual(lines, {path: known for path, known in self.alone.items() if path.endswith("main.c")})
        lines = self.lines(("src/a/util.c", {2: 10}), options=["--path-equivalence", f"{self.project},/p"])
        self.assertEqual(lines["/p/src/a/util.c"], {1: 1, 2: 11})
        self.assertEqual(len(lines), 2)

    def test_for_services(self):
        (self.folder / "unit.info").write_text("SF:src/main.c\nDA:3,1\nend_of_record\n")
        text = self.covtool("codecov", "run.drcov", "--elf", "program", "--tracefile", self.folder / "unit.info",
                            folder=self.project).stdout
        self.assertEqual(set(json.loads(text)["coverage"]), {"src/main.c", "src/a/util.c"})


class Names(Case):
    """A function is one, however the writer of a tracefile writes its name."""

    def recorded(self, compiler, *sources):
        output(compiler, "-g", "-O0", *sources, "-o", "plain", folder=self.folder)
        guests.qemu("pie", self.folder / "plain", plugin=f"counts=on,out={self.folder}/run.drcov")
        return ["run.drcov", "--elf", "plain"]

    def functions(self, *words):
        """{(file, line, name): calls} of the sources here"""
        document = json.loads(self.covtool("json", *words).stdout)
        found = [((file["path"].rpartition("/")[2], function["line"], function["name"]), function["hits"])
                 for file in document["files"] if file["path"].startswith(f"{self.folder}/")
                 for function in file["functions"]]
        self.assertEqual(len(found), len(dict(found)))
        return dict(found)

    def test_llvm(self):
        """llvm-cov puts the unit before a static function's name, and knows the line of the brace."""
        (self.folder / "inner.h").write_text("static int inner(int x) { return x; }\n")
        (self.folder / "main.c").write_text(
            '#include "inner.h"\nstatic int helper(int x)\n{\n    return inner(x) + 1;\n}\n'
            "static int other(int x) { return x - 1; }\nint main(int argc, char **argv)\n{\n"
            "    return argc > 1 ? other(1) : helper(-1);\n}\n")
        words = self.recorded("gcc", "main.c")
        expected = {("inner.h", 1, "inner"): 1, ("main.c", 2, "helper"): 1, ("main.c", 6, "other"): 0,
                    ("main.c", 7, "main"): 1}
        self.assertEqual(self.functions(*words), expected)
        output(llvm("clang"), "-fprofile-instr-generate", "-fcoverage-mapping", self.folder / "main.c", "-o", "unit",
               folder=self.folder)
        output("./unit", folder=self.folder)
        output(llvm("llvm-profdata"), "merge", "default.profraw", "-o", "profile", folder=self.folder)
        text = output(llvm("llvm-cov"), "export", "-format=lcov", "-instr-profile=profile", "./unit", folder=self.folder)
        self.assertEqual(set(re.findall(r"^FN:\d+,(.*)", text, re.M)),
                         {"main.c:inner", "main.c:helper", "main.c:other", "main"})
        twice = {place: 2 * calls for place, calls in expected.items()}
        # Later ones have a semicolon, and can have the unit's path.
        for form in (text, text.replace("main.c:", "main.c;"), text.replace("main.c:", "lib/main.c;")):
            (self.folder / "unit.info").write_text(form)
            self.assertEqual(self.functions(*words, "--tracefile", "unit.info"), twice)

    def test_demangled(self):
        """As gcovr writes the names of C++. Constructors of two kinds are one there."""
        (self.folder / "main.cpp").write_text(
            "struct S {\n    S(int x) : y(x) {}\n    ~S() {}\n    int y;\n};\ntemplate<class T> T least(T a, T b) { return a < b ? a : b; }\n"
            "static int helper(int x, long y) { return x + y; }\nint main() {\n    S s(1);\n"
            "    auto f = [&](int q) { return q; };\n    return f(least(0, 1)) + least(0L, 1L) + helper(0, 0);\n}\n")
        words = self.recorded("g++", "main.cpp")
        alone = self.functions(*words)
        self.assertEqual(sorted(line for _, line, _ in alone), [2, 3, 6, 6, 7, 8, 10])
        self.assertEqual(set(alone.values()), {1})
        output("g++", "-O0", "--coverage", self.folder / "main.cpp", "-o", "unit", folder=self.folder)
        output("./unit", folder=self.folder)
        output("geninfo", "--quiet", ".", "-o", "unit.info", folder=self.folder)
        mangled = (self.folder / "unit.info").read_text()
        with (self.folder / "unit.info").open() as file:
            demangled = output("c++filt", stdin=file)
        self.assertIn("helper(int, long)", demangled)
        twice = {place: 2 * calls for place, calls in alone.items()}
        for form in (mangled, demangled, re.sub(r"(?<=[a-z]), ", "; ", demangled)):
            (self.folder / "unit.info").write_text(form)
            self.assertEqual(self.functions(*words, "--tracefile", "unit.info"), twice)
        # The other way round too: what is known is as people write it.
        (self.folder / "mangled.info").write_text(mangled)
        (self.folder / "unit.info").write_text(demangled)
        both = self.functions("--tracefile", "unit.info", "--tracefile", "mangled.info")
        self.assertEqual(sorted((line, calls) for (_, line, _), calls in both.items()),
                         sorted((line, calls) for (_, line, _), calls in twice.items()))

    def test_our_own(self):
        """Two of one name in a header, a comma, and both again from what covtool wrote of them."""
        (self.folder / "both.h").write_text("#ifdef A\nstatic int helper(int x) { return x; }\n#else\n"
                                            "static int helper(int x) {\n    return x + 1;\n}\n#endif\n")
        (self.folder / "a.c").write_text('#define A\n#include "both.h"\nint a(void) { return helper(1); }\n')
        (self.folder / "main.c").write_text(
            '#include "both.h"\nint a(void);\nint f(int) __asm__("\\"main.F[int,string]\\"");\nint f(int x) { return x; }\n'
            "int main(void) { return a() + helper(2) + f(0) > 9; }\n")
        words = self.recorded("gcc", "main.c", "a.c")
        alone = self.functions(*words)
        self.assertEqual({(line, name) for file, line, name in alone if file == "both.h"}, {(2, "helper"), (4, "helper")})
        self.assertEqual((len(alone), set(alone.values())), (5, {1}))
        for form in ("1", "2.2"):
            self.covtool("lcov", *words, "--lcov-format", form, "-o", "ours.info")
            text = (self.folder / "ours.info").read_text()
            self.assertIn("helper:4\n", text)
            self.assertIn("main.F[int;string]" if form == "1" else "main.F[int,string]", text)
            self.assertEqual(self.functions(*words, "--tracefile", "ours.info"),
                             {place: 2 * calls for place, calls in alone.items()})
            # Tracefiles alone: a document of ours has the names as they are.
            (self.folder / "ours.json").write_text(self.covtool("json", *words).stdout)
            both = self.functions("--tracefile", "ours.info", "--tracefile", "ours.json")
            self.assertEqual(sorted((*place[:2], calls) for place, calls in both.items()),
                             sorted((*place[:2], 2 * calls) for place, calls in alone.items()))

    def test_different_functions(self):
        """Of one name on two lines, and of two names that people read alike."""
        (self.folder / "one.info").write_text("SF:/a.cpp\nFN:2,helper\nFNDA:1,helper\nFN:9,_ZN1SC1Ev\nFNDA:1,_ZN1SC1Ev\n"
                                              "end_of_record\n")
        (self.folder / "two.json").write_text(json.dumps({
            "format": "covtool-coverage", "version": 2, "files": [{"path": "/a.cpp", "lines": [], "functions": [
                {"name": "helper", "linkageName": "helper", "line": line, "hits": 10} for line in (2, 4)]}]}))
        (self.folder / "three.info").write_text("SF:/a.cpp\nFN:9,_ZN1SC2Ev\nFNDA:100,_ZN1SC2Ev\nend_of_record\n")
        text = self.covtool("lcov", *(f"--tracefile={name}" for name in ("one.info", "two.json", "three.info"))).stdout
        self.assertEqual(dict(reports.lcov(text)[1]["/a.cpp"]),
                         {"helper": (2, 11), "helper:4": (4, 10), "_ZN1SC1Ev": (9, 1), "_ZN1SC2Ev": (9, 100)})


class Forms(Case):
    """Several reports of one reading."""

    def test_same_bytes(self):
        self.covtool("merge", *guests.record_demo(self.folder))
        done = self.covtool("report", *guests.elves(), "--output", "lcov:a,b.info", "--output", "json:cov.json", "-o", "table")
        self.assertEqual(done.stdout, "")
        for form, file in (("lcov", "a,b.info"), ("json", "cov.json"), ("report", "table")):
            self.covtool(form, *guests.elves(), "-o", "expected")
            self.assertEqual((self.folder / file).read_bytes(), (self.folder / "expected").read_bytes(), form)
        done = self.covtool("report", "--output", "table.txt", status=64)
        self.assertIn("'table.txt' is not FORM:FILE", done.stderr)


class Damaged(Case):
    def read(self, text, *options, status=0):
        (self.folder / "cov.info").write_text(text)
        return self.covtool("lcov", "--tracefile", "cov.info", *options, status=status)

    def test_no_tracefile(self):
        for text in ("", "DRCOV VERSION: 2\n", "TN:\n", "\0" * 5000):
            self.assertIn("cov.info: line 1: not an lcov tracefile", self.read(text, status=65).stderr)
        done = self.covtool("lcov", "--tracefile", "nosuch", status=66)
        self.assertIn("nosuch: cannot be read", done.stderr)

    def test_mark_of_the_encoding(self):
        done = self.read("\ufeffSF:/a.c\nDA:1,2\nend_of_record\n")
        self.assertEqual((reports.lcov(done.stdout)[0], done.stderr), ({"/a.c": {1: 2}}, ""))

    def test_left_out(self):
        text = "DA:1,1\nSF:/a.c\nFN:1,f\nFNDA:2,f\nFNDA:1,g\nDA:0,1\nDA:x\nDA:3,-5\nDA:4,1e3\nDA:5,2,hash\r\nBRDA:1,0,0,-\nDA:6,7"
        done = self.read(text)
        for part in ("line 1: a record before any 'SF:': left out", "line 5: a count of a function that no record places",
                     "line 6: a record that cannot be read: left out", "line 7: a record", "no 'end_of_record' at the end"):
            self.assertIn(f"cov.info: {part}" if part[0] == "l" else part, done.stderr)
        self.assertEqual(reports.lcov(done.stdout)[0], {"/a.c": {3: 0, 4: 1000, 5: 2, 6: 7}})
        self.read(text, "--strict", status=65)

    def test_largest_numbers(self):
        huge = 2**63 - 1
        done = self.read(f"SF:/a.c\nFN:1,f\nFNDA:{huge},f\nFNDA:{huge},f\nDA:1,{huge}\nDA:1,{huge}\n"
                         "DA:2,99999999999999999999999\nend_of_record\n")
        lines = reports.lcov(done.stdout)[0]["/a.c"]
        self.assertEqual((lines[1], lines[2]), (huge, huge))

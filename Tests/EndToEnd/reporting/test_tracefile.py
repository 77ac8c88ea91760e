"""lcov's tracefiles as inputs of reports: alone, and beside traces. lcov itself says what they come to."""

import gzip
import json

from Tests.EndToEnd.support import guests, reports
from Tests.EndToEnd.support.setting import Case, output, run


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

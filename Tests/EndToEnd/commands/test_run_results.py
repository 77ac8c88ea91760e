"""covtool run: reports at once, the growth curve, and how far it is."""

import json
import os
import re
import subprocess
import time
import xml.etree.ElementTree

import jsonschema

from Tests.EndToEnd.support import drcov, guests, statuses, terminals
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, ROOT, Case, run

SVG = "{http://www.w3.org/2000/svg}"


def schema(name):
    return json.loads((ROOT / f"Docs/{name}.schema.json").read_text())


class Reports(Case):
    """The same bytes as the report commands write of the merged trace."""

    program = property(lambda self: guests.built("pie") / "calculator")

    def run_demo(self, *options, status=0):
        return self.covtool("run", "--corpus", guests.DEMO / "inputs", "-o", "run.drcov", *options, "--", self.program, "@@",
                            status=status)

    def check(self, options, report_options=None, run_options=()):
        """`report_options`: what the commands are given, if that is not the same."""
        done = self.run_demo("--report", *(f"--output={form}:{form}" for form in ("lcov", "json")), *options,
                             *run_options)
        same = options if report_options is None else report_options
        self.assertEqual(done.stdout, self.covtool("report", *same, "run.drcov").stdout)
        for form in ("lcov", "json"):
            theirs = [word for word in same if form != "lcov" or word != "--no-demangle"]
            self.covtool(form, *theirs, "-o", "expected", "run.drcov")
            self.assertEqual((self.folder / form).read_bytes(), (self.folder / "expected").read_bytes())
        return done

    def test_equal(self):
        files = guests.elves()
        for options in ([], files, [*files, "--exclude=*tokens*"], [*files, "--no-demangle"],
                        ["--module=calculator", "--no-markers"], ["--path-equivalence=/,/elsewhere/"]):
            with self.subTest(options=options):
                done = self.check(options)
                self.assertIn("TOTAL", done.stdout)
        self.check(files, run_options=["--counts"])

    def test_in_place_of_the_table(self):
        done = self.run_demo("--report", "--output", "json:-", *guests.elves())
        self.assertEqual(json.loads(done.stdout)["format"], "covtool-coverage")

    def test_equal_after_merging(self):
        """What was done when the trace was made is not done again."""
        folder = str(self.program.parent)
        mapped = [f"--module-map={folder},{folder}/{self.program.parent.name}"]
        self.check([*mapped, *guests.elves()], guests.elves())
        paths = [module["path"] for module in json.loads((self.folder / "json").read_text())["modules"]]
        self.assertIn(f"{folder}/{self.program.parent.name}/calculator", paths)
        done = self.check(["--exclude-module=libc.so*"], [])
        self.assertNotIn("matches no module", done.stderr)
        done = self.run_demo("--report", "--exclude-module=nosuch")
        self.assertEqual(done.stderr.count("--exclude-module 'nosuch' matches no module"), 1)
        # Each message once, of however many reports.
        self.assertEqual(done.stderr.count("left out"), 1, done.stderr)

    def test_other_machines(self):
        """The folder of -L holds the system."""
        program, libraries = guests.built("aarch64") / "calculator", guests.KINDS["aarch64"][1]
        done = self.covtool("run", "--corpus", guests.INPUTS[0], "-L", libraries, "--report", "-o", "run.drcov", "--", program,
                            "@@")
        self.assertEqual(done.stdout, self.covtool("report", "--sysroot", libraries, "run.drcov").stdout)

    def test_gates(self):
        for options in (["--report"], []):
            for gate, status in (("--fail-under-lines=1", 0), ("--fail-under-lines=100", 1), ("--fail-uncovered-lines=0", 1),
                                 ("--fail-under-functions=100", 1)):
                done = self.run_demo(*options, gate, status=status)
                theirs = self.covtool("report", gate, "run.drcov", status=status)
                self.assertEqual(done.stdout, theirs.stdout if options else "")
                self.assertEqual(re.findall("^covtool: gate: .*", done.stderr, re.M),
                                 re.findall("^covtool: gate: .*", theirs.stderr, re.M))

    def test_said_before(self):
        """Nothing is run for hours first."""
        for status, options, said in (
                (64, ["--output", "run.drcov"], "'run.drcov' is not FORM:FILE, with one of these forms: lcov, json"),
                (64, ["--output", "lcov:"], "'lcov:' is not FORM:FILE"),
                (64, ["--report", "-o", "-"], "-o -: reports are made of the merged trace"),
                (64, ["--output", "lcov:x", "-o", "/dev/null"], "-o /dev/null: reports are made"),
                (66, ["--report", "--elf", "nosuch"], "nosuch: cannot be read"),
                (74, ["--output", "lcov:nosuch/x"], "nosuch/x: cannot be written"),
                (74, ["--growth", "nosuch/x"], "nosuch/x: cannot be written")):
            done = self.run_demo("--status", "status", *options, status=status)
            self.assertIn(said, done.stderr)
            self.assertFalse((self.folder / "status").exists())

    def test_modules(self):
        done = self.run_demo("--module", "nosuch", status=65)
        self.assertIn("--module matches no module of the trace, which has ", done.stderr)
        done = self.run_demo("--module", "nosuch", "--module", "calculator")
        self.assertIn("warning: --module 'nosuch' matches no module", done.stderr)

    def test_nothing_recorded(self):
        """Where the plugin's options select nothing, that is said."""
        done = self.run_demo("--plugin-option", "module=nosuch")
        self.assertIn("warning: nothing was recorded: the plugin's options select no code that ran", done.stderr)

    def test_no_space(self):
        """Without room for temporary files, no input is said to have reached anything."""
        if os.geteuid() != 0:
            self.skipTest("needs root, to mount a small file system")
        script = (f"mkdir small && mount -t tmpfs -o size=48k none small && TMPDIR=$PWD/small {COVTOOL} run -j1 --corpus "
                  f"{guests.DEMO}/inputs --status status -o run.drcov -- {self.program} @@")
        done = run("unshare", "-m", "bash", "-c", script, folder=self.folder)
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn("could not be run: no space is left in ", done.stderr)
        for line in statuses.read(self.folder / "status"):
            self.assertEqual((line["end"], line["newBlocks"]), ("not-run", 0))


class Growth(Case):
    def test_growth(self):
        """As traces of the inputs, one after the other, say."""
        corpus = self.folder / "corpus"
        corpus.mkdir()
        for number, text in enumerate(("abc", "abc", "t starts a thread", "xyz", "c crashes", "x", "")):
            (corpus / str(number)).write_text(text)
        program = guests.built("no-pie") / "inputs"
        for path in ("growth.json", "growth.svg"):
            self.covtool("run", "--corpus", corpus, "-o", "run.drcov", "--keep-traces", f"{path}-kept", "--growth", path,
                         "--", program, "@@")
        document = json.loads((self.folder / "growth.json").read_text())
        jsonschema.validate(document, schema("growth"))
        points = self.points(self.folder / "growth.json-kept")
        self.assertEqual(document, {
            "format": "covtool-growth", "version": 1, "inputs": 6, "blocks": points[-1][1],
            "points": [{"inputs": count, "blocks": blocks, "input": f"{corpus}/{number}"} for count, blocks, number in points]})
        self.check_picture(self.points(self.folder / "growth.svg-kept"))

    def points(self, kept):
        """The inputs that add something: how many up to each, how many blocks, its name."""
        reached, points = set(), []
        for count, number in enumerate((0, 2, 3, 4, 5, 6), 1):  # the second's content was there already
            trace = drcov.load(kept / f"{number}.drcov")
            before = len(reached)
            reached |= {(trace.modules[module].path if module < len(trace.modules) else None, start, size)
                        for module, start, size in trace.blocks}
            if len(reached) > before:
                points.append((count, len(reached), number))
        return points

    def check_picture(self, points):
        root = xml.etree.ElementTree.parse(self.folder / "growth.svg").getroot()
        self.assertEqual(root.tag, SVG + "svg")
        labels = {element.text: (float(element.get("x", 0)), float(element.get("y", 0))) for element in root.iter(SVG + "text")}
        self.assertLessEqual({"inputs", "blocks", "0", "6"}, set(labels))
        # The curve ends at the right and at the top; it begins at the bottom; it only rises.
        axes, curve = [element.get("d") for element in root.iter(SVG + "path")][-2:]
        left, top, bottom, right = map(float, re.fullmatch(r"M(\S+) (\S+)V(\S+)H(\S+)", axes).groups())
        start = re.match(r"M([\d.]+) ([\d.]+)H", curve)
        self.assertEqual((float(start[1]), float(start[2])), (left, bottom))
        steps = [(kind, float(number)) for kind, number in re.findall(r"([HV])([\d.]+)", curve)]
        across = [number for kind, number in steps if kind == "H"]
        up = [number for kind, number in steps if kind == "V"]
        self.assertEqual((across, up), (sorted(across), sorted(up, reverse=True)))
        self.assertEqual((across[-1], up[-1]), (right, top))
        self.assertEqual(len(up), len(points))
        for (_, blocks, _), height in zip(points, up):
            self.assertAlmostEqual(height, bottom - (bottom - top) * blocks / points[-1][1], delta=0.11)

    def test_nothing(self):
        """A program that reaches nothing that is wanted, and one input alone."""
        program = guests.built("no-pie") / "inputs"
        self.covtool("run", "-o", "run.drcov", "--growth", "growth.svg", "--", program)
        self.assertIn("blocks reached by 1 input", (self.folder / "growth.svg").read_text())
        xml.etree.ElementTree.parse(self.folder / "growth.svg")
        # A part of the inputs without one.
        (self.folder / "input").write_text("abc")
        said = ""
        for part in (1, 2):
            for path in ("growth.svg", "growth.json"):
                said += self.covtool("run", "--corpus", "input", "--shard", f"{part}/2", "--module", "inputs", "-o", "run.drcov",
                                     "--growth", path, "--", program).stderr
            xml.etree.ElementTree.parse(self.folder / "growth.svg")
            jsonschema.validate(json.loads((self.folder / "growth.json").read_text()), schema("growth"))
        self.assertIn("all in other shards; 0 blocks", said)
        self.assertNotIn("matches no module", said)


class ProgressLines(Case):
    def setUp(self):
        super().setUp()
        self.corpus = self.folder / "corpus"
        self.corpus.mkdir()
        # Each hangs until its time is over; the last has a content that was there.
        for number, text in enumerate(("h", "hh", "hhh", "hhhh", "c crashes", "h")):
            (self.corpus / str(number)).write_text(text)
        self.words = ["run", "-t", "1200", "-j", "1", "--corpus", self.corpus, "-o", "run.drcov"]
        self.program = guests.built("no-pie") / "inputs"

    def test_json(self):
        start = time.monotonic()
        done = self.covtool(*self.words, "--status", "status", "--json-progress", "--", self.program, "@@")
        seconds = time.monotonic() - start
        lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
        for line in lines:
            jsonschema.validate(line, schema("run-progress"))
        # Those in between come a second apart or more.
        self.assertGreaterEqual(len(lines), 4)
        self.assertLessEqual(len(lines), seconds + 1)
        self.assertEqual([line["done"] for line in lines], sorted(line["done"] for line in lines))
        self.assertEqual({line["total"] for line in lines}, {6})
        blocks = sum(line["newBlocks"] for line in statuses.read(self.folder / "status"))
        self.assertLess(lines[-1]["rate"], 6 / 4.8)
        self.assertEqual({**lines[-1], "rate": None}, {"done": 6, "total": 6, "rate": None, "secondsLeft": 0, "blocks": blocks,
                                                       "crashes": 1})

    def test_nobody_reads(self):
        """The run goes on, and leaves nothing but its results."""
        (self.folder / "tmp").mkdir()
        command = [COVTOOL, *self.words, "--status", "status", "--keep-traces", "kept", "--json-progress", "--", self.program, "@@"]
        process = subprocess.Popen([str(word) for word in command], cwd=self.folder, stderr=subprocess.PIPE,
                                   env={**ENVIRONMENT, "TMPDIR": str(self.folder / "tmp")})
        self.assertTrue(process.stderr.readline().startswith(b"{"))
        process.stderr.close()
        self.assertEqual(process.wait(60), 0)
        self.assertEqual([line["end"] for line in statuses.read(self.folder / "status")], ["timed-out"] * 4 + ["crashed"])
        self.assertEqual(sorted(os.listdir(self.folder / "kept")), [f"{number}.drcov" for number in range(5)])
        self.assertTrue((self.folder / "run.drcov").exists())
        self.assertEqual(os.listdir(self.folder / "tmp"), [])

    def test_terminal(self):
        """A line for people on a terminal, and not a word in a pipe."""
        command = f"exec {COVTOOL} {' '.join(map(str, self.words))} -- {self.program} @@ 2>&1"
        shown, status, _ = terminals.run(["sh", "-c", command], self.folder)
        self.assertEqual(status, 0)
        self.assertRegex(shown, r"Running [1-4] of 6 inputs, 0\.[5-9]/s, \d+ blocks, 0 crashes, \d s left")
        done = self.covtool(*self.words, "--", self.program, "@@")
        self.assertNotIn("Running", done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 2, done.stderr)

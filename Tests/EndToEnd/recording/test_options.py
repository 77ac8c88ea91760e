"""What the options about the trace's form, the journal's place and messages do: version=, format=,
journal=, quiet=; and what covtool says of the forms that libcov.so writes."""

import json
import re
import shutil
import signal
import subprocess

from Tests.EndToEnd.support import acceptance, drcov, execlog, forms, guests, hitcounts
from Tests.EndToEnd.support.comparing import Comparing
from Tests.EndToEnd.support.setting import ENVIRONMENT, PLUGIN, emulator, output

QEMU = "user"

INPUT = guests.DEMO / "inputs/mistakes.txt"
PAGE = 4096


def segments(path):
    """The rows that an ELF file's segments make, by readelf: (start, end, where in the file), in the
    file's own addresses. A page in which two meet is the lower one's."""
    loads = sorted((int(words[2], 16), int(words[5], 16), int(words[1], 16))
                   for words in map(str.split, output("readelf", "-lW", path).splitlines())
                   if words[:1] == ["LOAD"])
    owners = {}
    for number, (address, size, _) in enumerate(loads):
        for page in range(address // PAGE, -(-(address + size) // PAGE)):
            owners.setdefault(page, number)
    rows = []
    for number, (address, _, offset) in enumerate(loads):
        pages = [page for page, owner in owners.items() if owner == number]
        start, end = min(pages) * PAGE, (max(pages) + 1) * PAGE
        rows.append((start, end, offset + start - address))
    return rows


def entry(path):
    for line in output("readelf", "-h", path).splitlines():
        if "Entry point" in line:
            return int(line.split()[-1], 16)
    raise AssertionError(path)


class TraceForms(Comparing):
    def record(self, kind, options, name="run.drcov", log=execlog.executed):
        """Gives the trace, what `log` reads in QEMU's log, and path -> load bias as the guest's loader
        has it."""
        objects, logged = self.folder / "objects", self.folder / "log"
        objects.unlink(missing_ok=True)
        done = guests.qemu(kind, "calculator", INPUT, plugin=f"out={self.folder / name},{options}",
                           options=[*execlog.OPTIONS, logged] if log else (),
                           environment={"DEMO_OBJECTS": str(objects)})
        self.assertEqual(done.returncode, 1, done.stderr)
        biases = {}
        for line in objects.read_text().splitlines():
            bias, _, path = line.partition(" ")
            path = guests.host_path(kind, path or str(guests.built(kind) / "calculator"))
            if path.exists():
                biases[path] = int(bias, 16)
        truth = log(logged) if log else None
        logged.unlink(missing_ok=True)
        return drcov.load(self.folder / name), truth, biases

    def fields(self, name="run.drcov"):
        """The module table's rows: column -> text."""
        lines = (self.folder / name).read_bytes().split(b"BB Table")[0].decode().splitlines()
        names = lines[3].removeprefix("Columns: ").split(", ")
        return [dict(zip(names, map(str.strip, line.split(", ", len(names) - 1)))) for line in lines[4:]]

    def test_version_3(self):
        """Its blocks are those of the log; its rows are the ELF files' segments."""
        for kind in ("pie", "no-pie", "static", "static-pie", "aarch64", "arm", "riscv64"):
            with self.subTest(kind):
                trace, logged, biases = self.record(kind, "version=3")
                self.assertEqual((trace.version, trace.table, trace.columns),
                                 (3, 5, "Columns: " + ", ".join(drcov.COLUMNS[5])))
                self.compare(kind, trace, logged)
                for id, start, size in trace.blocks:
                    if id != drcov.NO_MODULE:
                        row = trace.row(id)
                        self.assertLess(row.start + start, row.end)
                rows, seen = self.fields(), 0
                by_path = {}
                for number, row in enumerate(rows):
                    self.assertEqual(int(row["id"]), number)
                    by_path.setdefault(row["path"], []).append(row)
                for name, found in by_path.items():
                    self.assertEqual({row["containing_id"] for row in found}, {found[0]["id"]}, name)
                    path = guests.host_path(kind, name)
                    if path not in biases:
                        continue
                    bias, seen = biases[path], seen + 1
                    self.assertEqual(
                        [(int(row["start"], 16), int(row["end"], 16), int(row["offset"], 16),
                          int(row["preferred_base"], 16)) for row in found],
                        [(bias + start, bias + end, offset, start)
                         for start, end, offset in segments(path)], name)
                    if entry(path):
                        self.assertEqual({int(row["entry"], 16) for row in found},
                                         {bias + entry(path)}, name)
                self.assertGreaterEqual(seen, 1 if kind in guests.STATIC else 5)
                print(f"{kind}: {len(rows)} rows of {len(by_path)} files, {seen} held against readelf")

    def test_version_3_as_covtool_has_it(self):
        """Made a trace of version 2 it is the log's blocks still, and merges with version 2."""
        for kind in ("pie", "aarch64"):
            three, _, _ = self.record(kind, "version=3", "three", log=None)
            two = drcov.read(self.covtool("drcov", "three", text=False).stdout)
            self.assertEqual(two.version, 2)
            self.assertEqual(two.located(), three.located())
            self.record(kind, "version=2", "two", log=None)
            self.covtool("merge", "two", "three", "-o", "both")
            both = drcov.load(self.folder / "both")
            self.assertEqual(both.offsets(), two.offsets() | drcov.load(self.folder / "two").offsets())
            self.assertEqual(len(both.modules), len(drcov.load(self.folder / "two").modules))
            two, three = (self.covtool("lcov", name, *guests.elves(kind)).stdout for name in ("two", "three"))
            self.assertEqual(two, three)
            self.assertGreater(two.count("\nDA:"), 100)

    def test_version_3_without_files(self):
        """Code of the vDSO (from QEMU 8.2 on) and of jit= has rows of its own."""
        for kind in ("pie", "aarch64"):
            for what in ("time", "code"):
                log = self.folder / "log"
                done = guests.qemu(kind, "phases", what, options=[*execlog.OPTIONS, log],
                                   plugin=f"out={self.folder}/run.drcov,version=3,jit=on")
                self.assertEqual(done.returncode, 0, done.stderr)
                trace = drcov.load(self.folder / "run.drcov")
                self.compare(f"{kind} {what}", trace, execlog.executed(log))
                self.assertEqual(trace.elsewhere(), set())
                names = [m.path for m in trace.modules if m.path.startswith("[")]
                self.assertEqual(len(names), len(set(names)))
                self.assertTrue(names or what == "time")

    def test_text(self):
        for kind in ("pie", "arm"):
            for version in (2, 3):
                trace, logged, _ = self.record(kind, f"format=text,version={version}")
                self.assertEqual((trace.version, trace.text, trace.rest), (version, True, b""))
                self.compare(f"{kind}, version {version}", trace, logged)

    def test_text_and_counts(self):
        for version in (2, 3):
            trace, logged, _ = self.record("pie", f"format=text,version={version},counts=on",
                                           log=hitcounts.Log().count)
            self.assertTrue(trace.text)
            self.compare("text, counts", trace, set(logged))
            counts = hitcounts.by_address(trace)
            inside = {b: n for b, n in logged.items()
                      if any(m.start <= b[0] < m.end for m in trace.modules)}
            self.assertEqual({b: counts[b] for b in inside}, inside)

    def test_refused(self):
        for options in ("version=1", "version=4", "version=", "format=json", "counts=yes", "quiet=",
                        "quiet=maybe", "journal=", "journal=%x"):
            done = guests.qemu("pie", "special", "descriptors", plugin=options, folder=self.folder)
            self.assertNotEqual(done.returncode, 0, options)
            self.assertEqual(done.stdout, "")
            self.assertIn(f"'{options.partition('=')[0]}'", done.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_what_covtool_says(self):
        """info and validate, of each form."""
        for version in (2, 3):
            for form in ("binary", "text"):
                for counts in ("off", "on"):
                    options = f"version={version},format={form},counts={counts}"
                    with self.subTest(options):
                        trace, _, _ = self.record("pie", options, log=None)
                        data = (self.folder / "run.drcov").read_bytes()
                        found, = json.loads(
                            self.covtool("info", "--json", "run.drcov").stdout)["recordings"]
                        hits = sum(hitcounts.of_trace(trace)) if counts == "on" else None
                        self.assertEqual(
                            [found[key] for key in ("version", "table", "flavor", "form", "blocks",
                                                    "different", "unknown", "outside", "hits",
                                                    "oddities")],
                            [version, 2 if version == 2 else 5,
                             "drcov-hits" if counts == "on" else "drcov-64", form, len(trace.blocks),
                             len(trace.blocks), 0, len(trace.elsewhere()), hits, []])
                        self.assertEqual(
                            [(row["id"], row["start"], row["end"], row["path"])
                             for row in found["modules"]],
                            [(row.id, row.start, row.end, row.path) for row in trace.modules])
                        takers = forms.takers(version, found["table"], "unix", form)
                        if counts == "on":
                            takers -= {"drcov2lcov", "lightkeeper"}
                            takers -= {"bncov"} if form == "binary" else set()
                        if list(acceptance.drcov2lcov(data, trace)):
                            takers.discard("drcov2lcov")
                        self.assertEqual(trace.elsewhere(), set())
                        verdicts, = json.loads(
                            self.covtool("validate", "--json", "run.drcov").stdout)["traces"]
                        self.assertEqual(verdicts["damage"], [])
                        said = {reader["name"] for reader in verdicts["readers"] if not reader["reasons"]}
                        print(f"{options}: {sorted(said)}")
                        self.assertEqual(said, takers, verdicts["readers"])
                        self.covtool("drcov", "--strict", "run.drcov", text=False)


class Places(Comparing):
    """journal=PATH."""

    def left(self):
        return sorted(path.name for path in self.folder.iterdir())

    def killed(self, options):
        """A process that is killed by itself; gives its number."""
        process = subprocess.Popen(
            [str(word) for word in [*emulator("x86_64"), "-plugin", f"{PLUGIN},{options}",
                                    guests.built("pie") / "counted", "kill", 100]],
            cwd=self.folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        _, said = process.communicate(timeout=60)
        self.assertEqual((process.returncode, said), (-signal.SIGKILL, b""))
        return process.pid

    def check_journal(self, name):
        """It is one, and has the guest's blocks."""
        self.covtool("recover", "--keep", name, "-o", "recovered")
        trace = drcov.load(self.folder / "recovered")
        (self.folder / "recovered").unlink()
        row, = (m for m in trace.modules if m.path.endswith("/counted"))
        words = next(line.split() for line in output("nm", guests.built("pie") / "counted").splitlines()
                     if line.endswith(" turn"))
        self.assertIn(row.start + int(words[0], 16), {address for address, _ in trace.located()})

    def test_patterns(self):
        process = self.killed("out=run.drcov,journal=%b-%p%%.j")
        self.assertEqual(self.left(), [f"counted-{process}%.j"])
        self.check_journal(self.left()[0])

    def test_taken(self):
        (self.folder / "kept.journal").write_text("mine")
        (self.folder / "kept.1.journal").symlink_to("nowhere")
        self.killed("out=run.drcov,journal=kept.journal")
        self.assertEqual(self.left(), ["kept.1.journal", "kept.2.journal", "kept.journal"])
        self.assertEqual((self.folder / "kept.journal").read_text(), "mine")
        self.check_journal("kept.2.journal")

    def test_gone_at_the_end(self):
        for counts in ("off", "on"):
            done = guests.qemu("pie", "counted", "turn", 9, folder=self.folder,
                               plugin=f"out=run.drcov,journal=kept.journal,counts={counts}")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(self.left(), ["run.drcov"])

    def test_forked_child(self):
        """Its journal has its number in its name, by %p or before the extension."""
        for pattern, name in (("kept.journal", "kept.{}.journal"), ("%p.journal", "{}.journal")):
            done = guests.qemu("pie", "/bin/bash", "-c", "(echo $BASHPID; kill -9 $BASHPID); true",
                               plugin=f"out=run.drcov,journal={pattern}", folder=self.folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            child = name.format(done.stdout.strip())
            self.assertEqual(self.left(), sorted([child, "run.drcov"]))
            whole = drcov.load(self.folder / "run.drcov").offsets()
            self.covtool("recover", child, "-o", "child")
            blocks = drcov.load(self.folder / "child").offsets()
            self.assertTrue(blocks - whole and whole - blocks)
            for left in self.folder.iterdir():
                left.unlink()

    def test_the_traces_name(self):
        """Where both have one name the trace is what stays."""
        for options in ("out=run.drcov,journal=run.drcov", "out=run.drcov,journal=./run.drcov",
                        "out=run.drcov,journal=run.%p.drcov"):
            done = guests.qemu("pie", "counted", "fork", 9, plugin=options, folder=self.folder)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(len(self.left()), 2, self.left())
            for path in list(self.folder.iterdir()):
                self.assertGreater(len(drcov.load(path).located()), 20)
                path.unlink()

    def test_no_folder(self):
        """A message, and all else as ever."""
        options = "out=run.drcov,journal=nowhere/kept.journal"
        done = guests.qemu("pie", "counted", "turn", 9, plugin=options, folder=self.folder)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (0, 1), done.stderr)
        self.assertTrue(done.stderr.startswith("libcov: no journal "), done.stderr)
        self.assertIn(f"{self.folder}/nowhere/kept.journal", done.stderr)
        self.assertEqual(self.left(), ["run.drcov"])
        self.assertGreater(len(drcov.load(self.folder / "run.drcov").blocks), 100)


class Unused(Comparing):
    """Options that select nothing are named, each, and those that do are not."""

    def said(self, options, *guest):
        done = guests.qemu("pie", *(guest or ("counted", "turn", 9)), folder=self.folder,
                           plugin=f"out=run.drcov,{options}")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stderr

    def test_each(self):
        for used in ("module=counted", "exclude=libc.so*", "range=0x1-0xffffffffffffffff"):
            self.assertEqual(self.said(used), "")
        for used, unused in (("module=counted,", "module=nosuch"), ("", "exclude=nosuch"),
                             ("range=1-0xffffffffffffffff,", "range=0x10-0x14"), ("", "stop=0x10"),
                             ("", "stop=nosuch+0x10")):
            said = self.said(used + unused)
            self.assertRegex(said, rf"^libcov: {re.escape(unused)} selected nothing that ran; .*\n$")
            self.assertGreater(len(drcov.load(self.folder / "run.drcov").blocks), 10)
        said = self.said("module=counted,module=one*,exclude=two,exclude=libc.so*")
        self.assertRegex(said, r"^libcov: module=one\*, exclude=two selected nothing that ran; .*\n$")

    def test_said_once_by_a_tree(self):
        said = self.said("exclude=nosuch", "counted", "fork", 9)
        self.assertEqual(said.count("libcov:"), 1, said)


class Quiet(Comparing):
    def runs(self, check):
        """The same run with messages, of which there must be one, and without."""
        for quiet in ("off", "on"):
            with self.subTest(quiet):
                status, said = check(f"quiet={quiet}")
                self.assertEqual(status, 0, said)
                lines = [line for line in said.splitlines() if line.startswith("libcov: ")]
                self.assertEqual(len(lines), 1 if quiet == "off" else 0, said)
                self.assertEqual(said == "", quiet == "on")

    def test_no_journal(self):
        def check(quiet):
            done = guests.qemu("pie", "counted", "turn", 9, folder=self.folder,
                               plugin=f"out=run.drcov,journal=nowhere/j,{quiet}")
            self.assertTrue((self.folder / "run.drcov").exists())
            return done.returncode, done.stderr
        self.runs(check)

    def test_nothing_recorded(self):
        for options in ("start=0x10", "module=nothing"):
            def check(quiet):
                done = guests.qemu("pie", "counted", "turn", 9, folder=self.folder,
                                   plugin=f"out=run.drcov,{options},{quiet}")
                self.assertEqual(drcov.load(self.folder / "run.drcov").blocks, [])
                return done.returncode, done.stderr
            self.runs(check)

    def test_trace_that_cannot_be_written(self):
        def check(quiet):
            out = self.folder / "out"
            out.mkdir()
            with subprocess.Popen(
                    [str(word) for word in [*emulator("x86_64"), "-plugin",
                                            f"{PLUGIN},out={out}/run.drcov,{quiet}",
                                            guests.built("pie") / "hot", 1, 1]],
                    env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE) as process:
                self.assertEqual(process.stdout.readline(), b"ready\n")
                shutil.rmtree(out)
                _, said = process.communicate(b"\n", timeout=60)
            return process.returncode, said.decode()
        self.runs(check)

    def test_why_it_cannot_be_loaded(self):
        for options in ("nonsense=1", "version=9", "out=nowhere/run.drcov"):
            done = guests.qemu("pie", "counted", "turn", 9, plugin=f"quiet=on,{options}",
                               folder=self.folder)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("libcov: ", done.stderr)

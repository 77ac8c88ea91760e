"""covtool run: a corpus in, one trace out, and how each input ended."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from Tests.EndToEnd.support import drcov, edges, execlog, guests, statuses
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, ROOT, Case, output, run

# The input -> how it ends, by what the guest does (Fixtures/guests/special/inputs.c).
ENDS = {
    "a": (b"abc", "done"), "b": (b"b" * 300, "done"), "c": (b"c crashes", "crashed"), "d": (b"", "done"),
    "h": (b"h hangs", "timed-out"), "l": (b"l leaves a child", "done"), "m": (b"m eats memory", "out-of-memory"),
    "t": (b"t starts a thread", "done"), "u": (b"", "done"),
}
LIMITS = ["-t", "5s", "-m", "150"]


def processes(word):
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            command = Path(f"/proc/{name}/cmdline").read_bytes()
        except OSError:
            continue
        if word.encode() in command:
            found.append((name, command))
    return found


class Run(Case):
    def setUp(self):
        super().setUp()
        self.corpus = self.folder / "corpus"
        self.corpus.mkdir()
        for name, (content, _) in ENDS.items():
            (self.corpus / name).write_bytes(content)
        # Its own name, so that what is left of it can be found.
        self.program = self.folder / "program"
        shutil.copy(guests.built("no-pie") / "inputs", self.program)

    def status(self, path="status"):
        return {Path(line["input"]).name: line for line in statuses.read(self.folder / path)}

    def check_nothing_left(self):
        self.assertEqual(processes(str(self.program)), [])
        self.assertEqual([path.name for path in (self.folder / "tmp").rglob("*")], ["a,b=%p"])

    def environment(self):
        # As hard as a folder's name can make it for QEMU's option.
        (self.folder / "tmp").mkdir(exist_ok=True)
        (self.folder / "tmp/a,b=%p").mkdir(exist_ok=True)
        return {"TMPDIR": str(self.folder / "tmp/a,b=%p")}

    def test_ends(self):
        for how in ([], ["--no-fork-server"]):
            for arguments in (["@@"], []):
                with self.subTest(how=how, arguments=arguments):
                    shutil.rmtree(self.folder / "crashed", ignore_errors=True)
                    self.covtool(
                        "run", *how, *LIMITS, "--corpus", self.corpus, "--status", "status", "--crashes", "crashed",
                        "-o", "run.drcov", "--", self.program, *arguments, environment=self.environment())
                    ended = self.status()
                    self.assertEqual({name: line["end"] for name, line in ended.items()},
                                     {name: end for name, (_, end) in ENDS.items() if name != "u"})
                    self.assertEqual(ended["c"]["signal"], signal.SIGABRT)
                    self.assertGreater(ended["c"]["newBlocks"], 0)
                    for name in ("a", "b", "d"):
                        alone = run(self.program, self.corpus / name)
                        self.assertEqual((ended[name]["status"], ended[name]["signal"]), (alone.returncode, None))
                    self.assertEqual(os.listdir(self.folder / "crashed"), ["c"])
                    self.check_nothing_left()

    def test_blocks(self):
        """All that runs alone reach, and no more, in both ways."""
        expected = set()
        names = ("a", "b", "c", "d", "t")
        for name in names:
            guests.qemu("no-pie", self.program, self.corpus / name, plugin=f"out={self.folder}/{name}.drcov")
            self.covtool("merge", "-o", f"{name}.merged", *self.folder.glob(f"{name}.drcov*"))
            expected |= drcov.load(self.folder / f"{name}.merged").offsets()
        for how in ([], ["--no-fork-server"]):
            self.covtool("run", *how, "-o", "run.drcov", *(word for name in names
                                                          for word in ("--corpus", self.corpus / name)),
                         "--", self.program, "@@", environment=self.environment())
            found = drcov.load(self.folder / "run.drcov").offsets()
            own = {block for block in found if block[0] == str(self.program)}
            self.assertEqual(own, {block for block in expected if block[0] == str(self.program)})
            # The loader and libc go by the length of names and by what standard output is.
            self.assertLess(len(found ^ expected), 60)
            self.assertGreater(len(found & expected), 1500)

    def test_branches(self):
        """The program's jumps went all the ways that the logs of runs alone have, in both ways to run it."""
        log, names, expected = self.folder / "log", ("a", "b", "c", "d"), set()
        for name in names:
            guests.qemu("no-pie", self.program, self.corpus / name, options=[*execlog.OPTIONS, log])
            expected |= edges.logged(log)
        for how in ([], ["--no-fork-server"]):
            with self.subTest(how=how):
                self.covtool("run", *how, "--branches", "-o", "run.drcov",
                             *(word for name in names for word in ("--corpus", self.corpus / name)),
                             "--", self.program, "@@", environment=self.environment())
                trace = drcov.load(self.folder / "run.drcov")
                own, = (module for module in trace.modules if module.path == str(self.program))
                logged = {edge for edge in expected if own.start <= edge[0] < own.end}
                found = {edge for edge in edges.recorded(trace) if own.start <= edge[0] < own.end}
                self.assertGreater(len(logged), 15)
                self.assertEqual((logged - found, found - logged), (set(), set()))
                self.assertFalse(edges.table(trace)[1])

    def test_counts(self):
        """What a program prepares before it is forked counts for each input; and the result goes by nothing else than
        the corpus: one server or two, or none."""
        text = (ROOT / "Fixtures/guests/special/inputs.c").read_text().splitlines()
        line = next(number for number, line in enumerate(text, 1) if "total += table[i]" in line)
        names = ("a", "b", "c", "d")  # and not t: whether a thread is waited for goes by time
        traces, statuses = set(), []
        for how in (["-j", "1"], ["-j", "2"], ["-j", "4"], ["-j", "2", "--no-fork-server"]):
            with self.subTest(how=how):
                self.covtool("run", *how, "--counts", "-o", "run.drcov", "--status", "status",
                             *(word for name in names for word in ("--corpus", self.corpus / name)),
                             "--", self.program, "@@", environment=self.environment())
                self.covtool("lcov", "--elf", self.program, "--module", self.program.name, "-o", "cov.info", "run.drcov")
                self.assertIn(f"DA:{line},{256 * len(names)}\n", (self.folder / "cov.info").read_text())
                if "--no-fork-server" not in how:
                    traces.add((self.folder / "run.drcov").read_bytes())
                statuses.append({name: line["newBlocks"] for name, line in self.status().items()})
        self.assertEqual(len(traces), 1)
        self.assertEqual(statuses[1:3], statuses[:1] * 2)

    def test_same_content(self):
        """Of inputs with the same content the first is run, whichever thread is quicker."""
        for number in range(40):
            (self.corpus / f"d{number:02}").write_bytes(b"same" if number % 2 else b"other")
            (self.corpus / f"e{number:02}").write_bytes(b"same" if number % 2 else b"other")
        self.covtool("run", "-j", "4", *LIMITS, "--corpus", self.corpus, "--status", "status", "--", self.program, "@@")
        self.assertEqual(sorted(self.status()), ["a", "b", "c", "d", "d00", "d01", "h", "l", "m", "t"])

    def test_other_machines(self):
        for kind in ("aarch64", "static"):
            program = guests.built(kind) / "inputs"
            libraries = guests.KINDS[kind][1]
            self.covtool("run", "-t", "20s", "--corpus", self.corpus / "a", "--corpus", self.corpus / "b", "-o", "run.drcov",
                         "--status", "status", *(["-L", libraries] if libraries else []), "--", program)
            self.assertEqual({line["end"] for line in self.status().values()}, {"done"})
            self.assertIn(str(program), {module.path for module in drcov.load(self.folder / "run.drcov").modules})

    def test_afl_folder(self):
        output = self.folder / "out"
        for path in ("one/queue/id:000000,src:000000", "one/crashes/id:000001,sig:06", "one/crashes/README.txt",
                     "one/hangs/.hidden", "one/fuzz_bitmap", "two/queue/id:000002", "two/queue/.state/x"):
            (output / path).parent.mkdir(parents=True, exist_ok=True)
            (output / path).write_text(path)
        self.covtool("run", "--corpus", output, "--status", "status", "-o", "run.drcov", "--", self.program)
        self.assertEqual(sorted(self.status()), ["id:000000,src:000000", "id:000001,sig:06", "id:000002"])

    def test_fork_at(self):
        """Where forking at a place would not do, each input is run alone; the result is the same."""
        corpus = [word for name in "abd" for word in ("--corpus", self.corpus / name)]

        def replay(*options):
            done = self.covtool("run", "-j", "1", *options, *corpus, "-o", "run.drcov", "--status", "status", "--",
                                self.program, *arguments)
            ends = {name: line["status"] for name, line in self.status().items()}
            return done.stderr, ends, {block for block in drcov.load(self.folder / "run.drcov").offsets() if block[0] == str(self.program)}

        # The program is at its own addresses.
        address = next("0x" + line.split()[0] for line in output("nm", self.program).splitlines()
                       if line.endswith(" read_input"))
        for place, arguments, reason in (
                ("read_input", ["early"], None),
                (guests.place("no-pie", "read_input", self.program), ["early", "@@"], None),
                (address, ["early"], None),
                ("read_input", ["opens", "@@"], "the program opens or reads its input before"),
                ("read_input", ["opens"], "the program opens or reads its input before"),
                ("read_input", ["threads"], "no run is forked, since the program has started threads"),
                ("libc.so.6+0x1", [], "no run is forked, since the program did not come to the place")):
            with self.subTest(place=place, arguments=arguments):
                said, *found = replay("--fork-at", place)
                self.assertEqual(found, list(replay("--no-fork-server")[1:]))
                warned = [line for line in said.splitlines() if "--fork-at" in line]
                self.assertEqual(len(warned), 1 if reason else 0, said)
                self.assertIn(f"--fork-at: {reason}" if reason else "", "".join(warned))
        for status, options, said in ((65, ["--fork-at", "nosuch"], "has no function called nosuch"),
                                      (64, ["--fork-at", "main", "--no-fork-server"], "--fork-at needs the fork server"),
                                      (64, ["--fork-at", "main", "--repeat", "2"], "--fork-at needs the fork server")):
            self.assertIn(said, self.covtool("run", *options, *corpus, "--", self.program, status=status).stderr)
        # One input alone is no reason to leave the place away.
        corpus, arguments = ["--corpus", self.corpus / "a"], ["threads"]
        self.assertIn("--fork-at: no run is forked, since the program has started threads", replay("--fork-at", "read_input")[0])

    def test_interrupted(self):
        for number, how in ((signal.SIGINT, []), (signal.SIGTERM, []), (signal.SIGKILL, []),
                            (signal.SIGQUIT, ["--no-fork-server"]), (signal.SIGKILL, ["--no-fork-server"])):
            environment = {**ENVIRONMENT, **self.environment()}
            process = subprocess.Popen(
                [COVTOOL, "run", *how, "-t", "none", "--corpus", self.corpus / "h", "--corpus", self.corpus / "a", "-o", "run.drcov",
                 "--", self.program, "@@"], cwd=self.folder, env=environment, stderr=subprocess.PIPE)
            deadline = time.monotonic() + 30
            while len(processes(str(self.program))) < 3 and time.monotonic() < deadline:
                time.sleep(0.02)
            process.send_signal(number)
            process.communicate(timeout=30)
            self.assertEqual(process.returncode, -number if number == signal.SIGKILL else 128 + number)
            deadline = time.monotonic() + 10
            while processes(str(self.program)) and time.monotonic() < deadline:
                time.sleep(0.02)
            if number == signal.SIGKILL:
                shutil.rmtree(self.folder / "tmp")
                self.environment()
            self.check_nothing_left()
            self.assertFalse((self.folder / "run.drcov").exists())

    def test_ended_at_once(self):
        """Nothing waits for a process that is dead: what a hang costs is its limit."""
        hanging = self.folder / "hanging"
        hanging.mkdir()
        for number in range(2):
            (hanging / str(number)).write_text(f"h hangs {number}")
        for how in ([], ["--no-fork-server"]):
            spent = []
            for limit in ("100", "2000"):
                start = time.monotonic()
                self.covtool("run", *how, "-j1", "-t", limit, "--corpus", hanging, "-o", "run.drcov", "--", self.program, "@@")
                spent.append(time.monotonic() - start)
            self.assertGreater(spent[1], 3 * spent[0], how)

    def test_named_emulator(self):
        """A QEMU is looked for on the PATH, as a shell does."""
        self.covtool("run", "--qemu", "qemu-x86_64", "--corpus", self.corpus / "a", "--status", "status", "--", self.program)
        self.assertEqual(self.status()["a"]["end"], "done")
        done = self.covtool("run", "--qemu", "qemu-nosuch", "--", self.program, status=66)
        self.assertIn("qemu-nosuch: is not on the PATH", done.stderr)

    def test_without_its_libraries(self):
        """What QEMU says is the reason, in both ways."""
        program = guests.built("aarch64") / "inputs"
        for how in ([], ["--no-fork-server"]):
            done = self.covtool("run", *how, "--corpus", self.corpus / "a", "--corpus", self.corpus / "b", "--", program,
                                status=65)
            self.assertIn(f"{self.corpus}/a: could not be run: qemu-aarch64: Could not open", done.stderr)

    def test_wrong_use(self):
        script = self.folder / "script"
        script.write_text("#!/bin/sh\n")
        script.chmod(0o755)
        (self.folder / "empty").mkdir()
        for status, arguments, said in (
                (64, [], "no program is named"),
                (64, ["-t", "soon", "--", self.program], "'soon' is not a time"),
                (64, ["-m", "0", "--", self.program], "'0' is not a size"),
                (64, ["--plugin-option", "out=x", "--", self.program], "covtool run sets this option itself"),
                (64, ["-o", "same", "--status", "./same", "--", self.program], "is named for two results"),
                (64, ["--", self.program, "@@"], "'@@' stands for an input"),
                (64, ["-j", "0", "--", self.program], "-j needs a number from 1 on"),
                (66, ["--", "./nosuch"], "./nosuch: cannot be read"),
                (65, ["--", script], "is not an ELF file; of a script, name the interpreter and the script (programs that it "
                                     "starts are not recorded"),
                (66, ["--corpus", "nosuch", "--", self.program], "nosuch: cannot be read"),
                (66, ["--corpus", "empty", "--", self.program], "empty: no input is in this folder"),
                (74, ["-o", "nosuch/run.drcov", "--", self.program], "nosuch/run.drcov: cannot be written"),
                (74, ["--status", "nosuch/status", "--", self.program], "nosuch/status: cannot be written"),
                (65, ["--qemu", "/bin/false", "--", self.program], "could not be run")):
            with self.subTest(arguments=arguments):
                (self.folder / "merged.drcov").write_text("an earlier result")
                done = self.covtool("run", *arguments, status=status)
                self.assertIn(said, done.stderr)
                self.assertEqual((self.folder / "merged.drcov").read_text(), "an earlier result")

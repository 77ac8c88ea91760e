"""covtool run --state: killed at any moment, it goes on with --resume, to the same bytes."""

import os
import random
import shutil
import signal
import struct
import subprocess
import time
import zlib
from pathlib import Path

from Tests.EndToEnd.support import guests, statuses
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, Case, run

# Kills of each of nine kinds.
ROUNDS = 12 if os.environ.get("COVTOOL_SLOW") == "1" else 1
CRASHES, HANGS = b"c crashes %d", b"h hangs %d"


def users(folder):
    """The processes that have files below a folder open, or mapped."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            links = [os.readlink(link) for link in (process / "fd").iterdir()]
            if any(link.startswith(str(folder)) for link in links) or str(folder) in (process / "maps").read_text():
                found.add(int(process.name))
        except OSError:
            continue
    return found


class State(Case):
    def setUp(self):
        super().setUp()
        self.corpus = self.folder / "corpus"
        self.corpus.mkdir()
        for number in range(30):
            self.add(f"i{number:02}", b"%d " % number * (1 + number * 7 % 40))
        self.add("c1", CRASHES % 1)
        self.add("again", (self.corpus / "i07").read_bytes())
        self.program = self.folder / "program"
        shutil.copy(guests.built("no-pie") / "inputs", self.program)
        (self.folder / "tmp").mkdir()

    def count(self):
        """How many different inputs there are."""
        return len({path.read_bytes() for path in self.corpus.iterdir()})

    def add(self, name, content):
        (self.corpus / name).write_bytes(content)

    def command(self, *options, state="state", output="run"):
        # A folder's name must be as long for each: programs see how long their arguments are.
        return [COVTOOL, "run", "-t", "5s", "--corpus", self.corpus, "--state", state, "--status", f"{output}.status",
                "-o", f"{output}.drcov", *options, "--", self.program, "@@"]

    def start(self, *options, **more):
        return subprocess.Popen(
            [str(word) for word in self.command(*options, **more)], cwd=self.folder, text=True,
            env={**ENVIRONMENT, "TMPDIR": str(self.folder / "tmp")}, stderr=subprocess.PIPE, start_new_session=True)

    def end(self, *options, status=0, **more):
        done = run(*self.command(*options, **more), folder=self.folder, environment={"TMPDIR": str(self.folder / "tmp")})
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stderr

    def result(self, output="run"):
        """The trace's bytes, and the status but for milliseconds."""
        lines = statuses.read(self.folder / f"{output}.status")
        return ((self.folder / f"{output}.drcov").read_bytes(),
                [{name: value for name, value in line.items() if name != "milliseconds"} for line in lines])

    def records(self, state="state"):
        """Where the log's records begin, by their kinds, as RecordLog's comment has it."""
        data, position, found = (self.folder / state / "runs.log").read_bytes(), len(b"covtool run log 1\n"), []
        while position < len(data):
            kind, length, body, head = struct.unpack_from("<4I", data, position)
            self.assertEqual(zlib.crc32(data[position:position + 12]), head)
            self.assertEqual(zlib.crc32(data[position + 16:position + 16 + length]), body)
            found.append((kind, position, 16 + length))
            position += 16 + length
        self.assertEqual(position, len(data))
        return found

    def runs(self, state="state"):
        return [record for record in self.records(state) if record[0] == 3]

    def check_nothing_left(self):
        self.assertEqual(os.listdir(self.folder / "tmp"), [])
        self.assertEqual(os.listdir(self.folder / "state"), ["runs.log"])
        self.assertEqual(users(self.folder), set())

    def test_killed(self):
        """SIGKILL of covtool, of its QEMUs, of all, at random moments."""
        for how in ([], ["--no-fork-server"], ["--counts"]):
            # A run that hangs is there for long enough to be met.
            self.add("h1", HANGS % 1)
            if how:
                (self.corpus / "h1").unlink()
            shutil.rmtree(self.folder / "state", ignore_errors=True)
            self.end(*how)
            expected = self.result()
            self.assertEqual(len(expected[1]), self.count())
            self.assertEqual(len(self.runs()), self.count())
            for victims in ("covtool", "QEMUs", "all"):
                with self.subTest(how=how, victims=victims):
                    shutil.rmtree(self.folder / "state", ignore_errors=True)
                    self.kill_and_resume(how, victims, expected)

    def kill_and_resume(self, how, victims, expected):
        chance = random.Random(f"{how} {victims}")
        done = kills = 0
        while kills < ROUNDS:
            if done == self.count():
                # All is done: the next round begins anew.
                self.check_resumed(how, expected)
                shutil.rmtree(self.folder / "state")
                done = 0
            process = self.start("-j", "2", "--resume", *how)
            before = time.monotonic()
            moment = chance.uniform(0.05, 1.5)
            while process.poll() is None and time.monotonic() < before + moment:
                time.sleep(0.005)
            found = users(self.folder / "state")
            for victim in {"covtool": {process.pid}, "QEMUs": found - {process.pid}, "all": found}[victims]:
                try:
                    os.kill(victim, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            said = process.communicate(timeout=120)[1]
            if victims == "QEMUs":
                # covtool goes on by itself, to its end.
                self.assertEqual(process.returncode, 0, said)
                self.assertEqual(self.result(), expected)
                kills += bool(found - {process.pid})
            else:
                kills += process.returncode == -signal.SIGKILL
            now = len(self.intact())
            self.assertGreaterEqual(now, done, "what was done stays")
            done = now
        self.check_resumed(how, expected)

    def check_resumed(self, how, expected):
        self.end("--resume", "-j", "2", *how)
        self.assertEqual(len(self.runs()), self.count())
        self.assertEqual(self.result(), expected)
        self.check_nothing_left()

    def intact(self):
        """The runs whose records are whole; none where covtool was killed before it began."""
        if not (self.folder / "state/runs.log").exists():
            return []
        try:
            return self.runs()
        except (AssertionError, struct.error):
            data = (self.folder / "state/runs.log").read_bytes()
            found, position = [], len(b"covtool run log 1\n")
            while position + 16 <= len(data):
                kind, length, _, _ = struct.unpack_from("<4I", data, position)
                if position + 16 + length > len(data):
                    break
                found += [position] if kind == 3 else []
                position += 16 + length
            return found

    def test_torn_anywhere(self):
        """The log, cut at any byte of its last records, is that of a run with fewer inputs."""
        self.end()
        expected, data = self.result(), (self.folder / "state/runs.log").read_bytes()
        records = self.records()
        chance = random.Random(1)
        cuts = [0, 5, 17, 18, 20, records[0][1] + records[0][2] - 1, records[1][1] + 7]
        cuts += [chance.randrange(records[2][1], len(data)) for _ in range(3)]
        for cut in cuts:
            (self.folder / "state/runs.log").write_bytes(data[:cut])
            whole = [record for record in records if record[1] + record[2] <= cut]
            said = self.end("--resume")
            self.assertNotIn("warning", said)
            runs = sum(record[0] == 3 for record in whole)
            if runs:
                self.assertIn(f"{runs} run{'s were' if runs > 1 else ' was'} in ", said, cut)
            self.assertEqual("has no state yet" in said, not whole)
            self.assertEqual(self.result(), expected, cut)
            self.assertEqual(len(self.runs()), self.count())

    def test_damaged(self):
        """What stands behind damage is not used, and where that is, is said."""
        self.end()
        expected, records = self.result(), self.records()
        for number, byte in ((10, 3), (20, 30), (len(records) - 1, 16)):
            data = bytearray((self.folder / "state/runs.log").read_bytes())
            record = self.records()[number]
            data[record[1] + byte] ^= 0x10
            (self.folder / "state/runs.log").write_bytes(data)
            said = self.end("--resume")
            self.assertIn(f"warning: {self.folder}/state/runs.log: byte {record[1]}: the record is damaged", said)
            self.assertEqual(self.result(), expected)
            self.assertEqual(len(self.runs()), self.count())
        (self.folder / "state/runs.log").write_bytes(b"something else\n" * 3)
        self.assertIn("state/runs.log: is not a log of covtool run", self.end("--resume", status=65))

    def test_grown(self):
        """New inputs run alone; those that are gone do not count."""
        self.end()
        self.add("new", b"z something new")
        (self.corpus / "c1").unlink()
        (self.corpus / "i03").rename(self.corpus / "renamed")
        self.end("--resume")
        grown = self.result()
        self.assertEqual(len(self.runs()), 32)
        self.assertNotIn("crashed", {line["end"] for line in grown[1]})
        self.end(state="other")
        self.assertEqual(self.result(), grown)

    def test_identity(self):
        """Another program, command, limit, QEMU or plugin is refused, and which that is, is said."""
        self.end()
        before = self.result()

        def refused(said, *options, program=None, words=("@@",)):
            command = self.command("--resume", *options)
            command = command[:command.index("--")] + ["--", program or self.program, *words]
            done = run(*command, folder=self.folder)
            self.assertEqual(done.returncode, 65, done.stderr)
            self.assertIn(f"state: is the state of another run: {said}", done.stderr)
            self.assertEqual(self.result(), before)

        refused("the time limit: '5000 ms' then, '800 ms' now", "-t", "800")
        refused("the memory limit: '2048 MiB' then, '100 MiB' now", "-m", "100")
        refused("libcov.so's options: '' then, 'counts=on' now", "--counts")
        refused("QEMU's options: '' then, '-one-insn-per-tb' now", "--qemu-option=-one-insn-per-tb")
        refused("the fork server: 'on' then, 'off' now", "--no-fork-server")
        refused("the command:", words=("early", "@@"))
        other = self.folder / "other"
        shutil.copy(self.program, other)
        refused("the command:", program=other)
        shutil.copy(guests.built("no-pie") / "calculator", self.program)
        refused("the build-id of")
        # What changes no run is not asked for: which modules are wanted, and how many run at a time.
        shutil.copy(guests.built("no-pie") / "inputs", self.program)
        self.end("--resume", "-j", "1", "--exclude-module", "libc.so.6")

    def test_arguments_with_spaces(self):
        """Two arguments are not one with a space in it; the same ones are the same."""
        for path in [*self.corpus.iterdir()][2:]:
            path.unlink()
        for words in (["a b"], ["a", "b"], ["'a", "b'"], ["a'b"], ["", "a"], ["a"], ["a\\ b"]):
            with self.subTest(words=words):
                shutil.rmtree(self.folder / "state", ignore_errors=True)
                command = lambda own: self.command("--resume")[:-2] + ["/bin/true", *own, "@@"]
                self.assertEqual(run(*command(words), folder=self.folder).returncode, 0)
                self.assertEqual(run(*command(words), folder=self.folder).returncode, 0)
                for others in (["a b"], ["a", "b"], ["'a", "b'"]):
                    if others == words:
                        continue
                    done = run(*command(others), folder=self.folder)
                    self.assertEqual(done.returncode, 65, done.stderr)
                    self.assertIn("is the state of another run: the command:", done.stderr)

    def test_no_build_id(self):
        """Of a program without one, the content counts."""
        bare = self.folder / "bare"
        run("objcopy", "--remove-section", ".note.gnu.build-id", self.program, bare)
        shutil.copy(bare, self.program)
        self.end()
        self.end("--resume")
        with self.program.open("ab") as file:
            file.write(b"more")
        self.assertIn("the content of", self.end("--resume", status=65))

    def test_wrong_use(self):
        (self.folder / "full").mkdir()
        (self.folder / "full/mine").write_text("")
        (self.folder / "file").write_text("")
        for status, options, said in ((74, {"state": "full"}, "full: is not empty, and is no state"),
                                      (74, {"state": "file"}, "file: cannot be written: Not a directory"),
                                      (74, {"state": "no/such"}, "no/such: cannot be written")):
            self.assertIn(said, self.end(status=status, **options))
        done = self.covtool("run", "--resume", "--", self.program, status=64)
        self.assertIn("add --state", done.stderr)
        self.end()
        before = self.result()
        self.assertIn("state: is the state of an earlier run; add --resume", self.end(status=64))
        self.assertEqual(self.result(), before)
        self.assertEqual(len(self.runs()), self.count())
        self.assertIn("has no state yet", self.end("--resume", state="fresh"))

    def test_two_at_once(self):
        """The second run in a folder is refused, and does no harm to the first."""
        self.add("h2", HANGS % 2)
        first = self.start("-t", "3s")
        while not users(self.folder / "state"):
            time.sleep(0.01)
        for how in ([], ["--resume"]):
            self.assertIn("another covtool run uses it", self.end(*how, status=74, output="other"))
        self.assertEqual(first.wait(timeout=60), 0, first.communicate()[1])
        self.assertEqual(len(self.result()[1]), self.count())

    def test_interrupted(self):
        """Ctrl-C says how to go on."""
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start("--resume")
            while not (self.folder / "state/tmp").exists():
                time.sleep(0.01)
            time.sleep(0.3)
            process.send_signal(number)
            said = process.communicate(timeout=30)[1]
            if process.returncode == 0:
                continue
            self.assertEqual(process.returncode, 128 + number, said)
            self.assertRegex(said, r"state/: has the runs of \d+ inputs?; the same command with --resume goes on")
            self.check_nothing_left()
        self.end("--resume")
        resumed = self.result()
        self.end(state="other")
        self.assertEqual(self.result(), resumed)

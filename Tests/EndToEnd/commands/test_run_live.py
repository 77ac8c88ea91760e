"""covtool run --live: what a fuzzer adds is run, and the results are kept current."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from Tests.EndToEnd.support import drcov, guests, statuses
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, Case, run


class Live(Case):
    def setUp(self):
        super().setUp()
        self.queue = self.folder / "out/main/queue"
        self.queue.mkdir(parents=True)
        (self.queue / ".state").mkdir()
        for name in ("crashes", "hangs"):
            (self.folder / "out/main" / name).mkdir()
        self.program = self.folder / "program"
        shutil.copy(guests.built("no-pie") / "inputs", self.program)
        (self.folder / "tmp").mkdir()
        self.environment = {**ENVIRONMENT, "TMPDIR": str(self.folder / "tmp")}
        self.count = 0

    def start(self, *options):
        command = [COVTOOL, "run", "--live", "--corpus", "out", "-j", "2", "-t", "20s", "--status", "live.status", "-o", "live.drcov",
                   *options, "--", self.program, "@@"]
        process = subprocess.Popen([str(word) for word in command], cwd=self.folder, env=self.environment, text=True,
                                   stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        return process

    def add(self, content, folder="queue"):
        """As AFL++ does: the file is made under its name and written, in pieces where it is long."""
        name = f"id:{self.count:06},src:000000,time:{self.count}"
        self.count += 1
        with (self.folder / "out/main" / folder / name).open("xb") as file:
            for start in range(0, len(content), 100):
                file.write(content[start:start + 100])
                file.flush()
                time.sleep(0.02)
        return name

    def status(self, path="live.status"):
        try:
            found = statuses.read(self.folder / path)
        except FileNotFoundError:
            return {}
        return {Path(line["input"]).name: line["end"] for line in found}

    def await_status(self, expected, process):
        deadline = time.monotonic() + 120
        while self.status() != expected:
            self.assertIsNone(process.poll(), process.poll() is not None and process.stderr.read())
            self.assertLess(time.monotonic(), deadline, (self.status(), expected))
            time.sleep(0.1)

    def own(self, path):
        return {block for block in drcov.load(self.folder / path).offsets() if block[0] == str(self.program)}

    def batch(self):
        done = run(COVTOOL, "run", "--corpus", "out", "-t", "20s", "--status", "all.status", "-o", "all.drcov", "--",
                   self.program, "@@", folder=self.folder, environment=self.environment)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_current(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                shutil.rmtree(self.folder / "out")
                for name in ("queue", "crashes", "hangs"):
                    (self.folder / "out/main" / name).mkdir(parents=True)
                (self.folder / "live.status").unlink(missing_ok=True)
                process = self.start()
                expected = {}
                # Nothing yet; then one by one; then several at once, written slowly, one under another name first.
                time.sleep(0.5)
                expected[self.add(b"1")] = "done"
                self.await_status(expected, process)
                first = self.own("live.drcov")
                expected[self.add(b"2 more")] = "done"
                expected[self.add(b"w" * 700)] = "done"
                expected[self.add(b"c crashes", "crashes")] = "crashed"
                (self.queue / ".part").write_bytes(b"renamed")
                (self.queue / ".part").rename(self.queue / "id:renamed")
                expected["id:renamed"] = "done"
                (self.folder / "out/main/crashes/README.txt").write_text("not an input")
                self.await_status(expected, process)
                self.assertGreater(self.own("live.drcov"), first)
                process.send_signal(number)
                said = process.communicate(timeout=60)[1]
                self.assertEqual(process.returncode, 0, said)
                self.assertIn("5 inputs: 1 crashed, 4 done", said)
                # The order in which they came does not matter.
                self.batch()
                self.assertEqual(self.status(), self.status("all.status"))
                self.assertEqual((self.folder / "live.drcov").read_bytes(), (self.folder / "all.drcov").read_bytes())
                self.assertEqual(os.listdir(self.folder / "tmp"), [])

    def test_reports(self):
        """They are kept current, too."""
        reports = ["--output", "lcov:live.info", "--output", "html:pages", "--output", "json:live.json", "--growth",
                   "growth.json", "--elf", self.program]
        process = self.start(*reports)
        expected, before = {}, None
        for content in (b"1", b"t starts a thread"):
            expected[self.add(content)] = "done"
            self.await_status(expected, process)
            deadline = time.monotonic() + 60
            while not (self.folder / "live.json").exists() or (self.folder / "live.json").read_text() == before:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.1)
            before = (self.folder / "live.json").read_text()
            self.assertEqual(json.loads((self.folder / "growth.json").read_text())["inputs"], len(expected))
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 0, said)
        self.assertEqual((self.folder / "live.info").read_text(),
                         self.covtool("lcov", "--elf", self.program, "live.drcov").stdout)
        self.covtool("html", "--elf", self.program, "live.drcov", "-o", "now")
        self.assertEqual(run("diff", "-r", self.folder / "pages", self.folder / "now").stdout, "")

    def test_trimmed(self):
        """A file that is written anew is another input; one that has been renamed is the same."""
        process = self.start()
        name = self.add(b"w" * 50)
        self.await_status({name: "done"}, process)
        (self.queue / name).unlink()
        (self.queue / name).write_bytes(b"w")
        deadline = time.monotonic() + 60
        while len((self.folder / "live.status").read_text().splitlines()) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        (self.queue / name).rename(self.queue / "id:again")
        time.sleep(2.5)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 0, said)
        self.assertIn("3 inputs: 2 done, 1 with the content of another", said)

    def test_for_a_moment(self):
        """What was there long before is run, however short the time is."""
        name = self.add(b"1")
        os.utime(self.queue / name, (1e9, 1e9))
        said = self.start("--live-for", "1ms").communicate(timeout=120)[1]
        self.assertIn("1 input: 1 done", said)
        self.assertEqual(self.status(), {name: "done"})

    def test_for_a_time(self):
        self.add(b"1")
        before = time.monotonic()
        process = self.start("--live-for", "6s", "--state", "state", "--minimise-to", "few")
        said = process.communicate(timeout=120)[1]
        self.assertEqual(process.returncode, 0, said)
        self.assertGreaterEqual(time.monotonic() - before, 6)
        self.assertIn("1 input: 1 done", said)
        self.assertEqual(len(list((self.folder / "few").iterdir())), 1)
        # What was run is not run again.
        self.add(b"2")
        said = self.start("--live-for", "6s", "--state", "state", "--resume").communicate(timeout=120)[1]
        self.assertIn("1 run was in", said)
        self.assertIn("2 inputs: 2 done", said)

    def test_results_below_the_corpus(self):
        """What it writes itself is no input."""
        plain = self.folder / "plain"
        (plain / "tmp").mkdir(parents=True)
        contents = {"a": b"1", "b": b"2 more", "c": b"c crashes", "h": b"h hangs"}
        for name, content in contents.items():
            (plain / name).write_bytes(content)
        (self.folder / "link").symlink_to(plain)
        done = run(COVTOOL, "run", "--live-for", "8s", "--corpus", ".", "-t", "4s", "--state", "state", "--status", "ends",
                   "--growth", "growth.json", "--crashes", "crashed", "--minimise-to", "few", "--output", "lcov:lcov.info",
                   "--output", "html:pages", "-o", "../link/live.drcov", "--elf", self.program, "--", self.program, "@@",
                   folder=plain, environment={**self.environment, "TMPDIR": str(plain / "tmp")})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual({line["input"]: line["end"] for line in statuses.read(plain / "ends")},
                         {"./a": "done", "./b": "done", "./c": "crashed", "./h": "timed-out"})
        self.assertEqual(os.listdir(plain / "crashed"), ["c"])
        self.assertEqual({name: (plain / name).read_bytes() for name in contents}, contents)

    def test_results_replace_no_input(self):
        first = self.queue / self.add(b"1")
        (self.folder / "list").write_text(str(self.queue))
        for corpus, result in (("out", first), (first, first), ("@list", first), ("@list", self.folder / "list")):
            for option in ("-o", "--status", "--growth"):
                with self.subTest(corpus=corpus, result=result, option=option):
                    before = result.read_bytes()
                    done = self.covtool("run", "--live-for", "4s", "--corpus", corpus, "--state", "state", option, result,
                                        "--", self.program, "@@", status=64)
                    self.assertIn("name another file for the result", done.stderr)
                    self.assertEqual(result.read_bytes(), before)
                    self.assertFalse((self.folder / "state").exists())

    def test_crash_that_is_taken_away(self):
        """It is kept as it was run; what is missing of the chosen inputs is said."""
        trimmed, removed = self.add(b"c crashes, long", "crashes"), self.add(b"c crashes", "crashes")
        gone, kept = self.add(b"w"), self.add(b"1")
        process = self.start("--crashes", "crashed", "--minimise-to", "few")
        self.await_status({trimmed: "crashed", removed: "crashed", gone: "done", kept: "done"}, process)
        (self.folder / "out/main/crashes" / trimmed).write_bytes(b"c")
        (self.folder / "out/main/crashes" / removed).unlink()
        (self.queue / gone).unlink()
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 0, said)
        self.assertEqual({path.name: path.read_bytes() for path in (self.folder / "crashed").iterdir()},
                         {trimmed: b"c crashes, long", removed: b"c crashes"})
        self.assertIn(f"{gone}: has changed, or is gone, since it was run; it is not copied", said)
        self.assertNotIn(gone, os.listdir(self.folder / "few"))
        self.assertEqual(os.listdir(self.folder / "tmp"), [])

    def test_nothing_came(self):
        process = self.start("--live-for", "1500ms")
        said = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 0, said)
        self.assertEqual(drcov.load(self.folder / "live.drcov").blocks, [])

    def test_wrong_use(self):
        (self.folder / "corpus.zip").touch()
        for status, options, said in (
                (64, ["--live"], "--live watches a corpus"),
                (64, ["--live", "--corpus", "out", "--keep-traces", "kept"], "leave --live away"),
                (66, ["--live", "--corpus", "nosuch"], "nosuch: cannot be read"),
                (64, ["--live", "--corpus", "corpus.zip"], "corpus.zip: --live does not watch archives"),
                (64, ["--live-for", "soon", "--corpus", "out"], "'soon' is not a time")):
            self.assertIn(said, self.covtool("run", *options, "--", self.program, status=status).stderr)
        # A QEMU that runs nothing is said at once, not after a night.
        self.add(b"1")
        process = self.start("--qemu", "/bin/false")
        said = process.communicate(timeout=100)[1]
        self.assertEqual(process.returncode, 65, said)
        self.assertIn("could not be run", said)

"""Journals as covtool's input, and what `covtool recover` makes of them."""

import os
import random
import signal
import subprocess

from Tests.EndToEnd.support import acceptance, drcov, guests, hitcounts
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, PLUGIN, Case, emulator, output, run

HEAD = 1 << 20
# Executes one block 999 times; then it kills itself.
NARROW = """
    .globl _start
_start:
    mov $1000, %ecx
again:
    dec %ecx
    jnz again
    mov $20, %eax       # getpid
    int $0x80
    mov %eax, %ebx
    mov $9, %ecx
    mov $37, %eax       # kill
    int $0x80
    hlt
"""


class Journals(Case):
    def setUp(self):
        super().setUp()
        self.program = guests.built("pie") / "endings"

    def journal(self, out="run.drcov", how="killed"):
        """One that a killed process has left."""
        before = set(self.folder.iterdir())
        done = guests.qemu("pie", "endings", how, plugin=f"out={self.folder / out}")
        self.assertEqual(done.returncode, -signal.SIGKILL, done.stderr)
        (journal,) = {path for path in self.folder.iterdir() if path.suffix == ".journal"} - before
        return journal

    def process(self, journal):
        return journal.name.split(".")[-2]

    def left(self):
        return sorted(os.listdir(self.folder))

    def recovers(self, *arguments, status=0, lines=1):
        done = self.covtool("recover", *arguments, status=status)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), lines, done.stderr)
        return done.stderr


class Input(Journals):
    def test_every_command(self):
        """A journal gives what its trace gives."""
        journal = self.journal()
        self.recovers(journal, "--keep", "-o", "trace")
        for command in (["drcov"], ["drcov", "--text"], ["merge", "-o", "-"],
                        ["lcov", "--elf", self.program], ["json", "--elf", self.program],
                        ["report", "--elf", self.program], ["symbolise", "--elf", self.program]):
            named = self.covtool(*command, "trace", text=False).stdout
            self.assertGreater(len(named), 300)
            self.assertEqual(self.covtool(*command, journal, text=False).stdout, named, command)
            with open(journal, "rb") as bytes:
                self.assertEqual(
                    self.covtool(*command, "-", stdin=bytes, text=False).stdout, named, command)
        self.assertTrue(journal.exists())

    def test_merged_with_traces(self):
        journal = self.journal()
        guests.record(self.folder / "other", "pie", "endings", "exit_group")
        self.recovers(journal, "--keep", "-o", "trace")
        self.covtool("merge", "other", journal, "-o", "sum")
        one, other = (drcov.load(self.folder / name).offsets() for name in ("trace", "other"))
        self.assertTrue(one - other and other - one)
        self.assertEqual(drcov.load(self.folder / "sum").offsets(), one | other)

    def test_narrow(self):
        """Without its counts, the journal of a 32-bit guest becomes a trace that says so: drcov has one
        word for the guest's width and for counts, which alone hides the width."""
        (self.folder / "narrow.s").write_text(NARROW)
        output("gcc", "-m32", "-nostdlib", "-static", "narrow.s", "-o", "narrow", folder=self.folder)
        done = run(*emulator("i386"), "-plugin", f"{PLUGIN},counts=on,out={self.folder / 'run.drcov'}",
                   self.folder / "narrow", folder=self.folder)
        self.assertEqual(done.returncode, -signal.SIGKILL, done.stderr)
        (journal,) = self.folder.glob("*.journal")
        self.covtool("merge", "--counts", journal, "-o", "counted")
        counted = drcov.load(self.folder / "counted")
        self.assertEqual(counted.flavor, "drcov-hits")
        self.assertIn(999, hitcounts.of_trace(counted))
        for command in (["merge"], ["drcov"]):
            self.covtool(*command, journal, "-o", "sum")
            data = (self.folder / "sum").read_bytes()
            self.assertEqual(data.splitlines()[1], b"DRCOV FLAVOR: drcov-32", command)
            self.assertNotIn(b"Hit Count Table", data, command)
            trace = drcov.read(data)
            self.assertEqual(acceptance.problems(data, trace), [], command)
            self.assertEqual(trace.offsets(), counted.offsets(), command)

    def test_missing_trace(self):
        journal = self.journal()
        for command in ("merge", "lcov", "report", "symbolise", "drcov"):
            for name in ("run.drcov", self.folder / "run.drcov"):
                said = self.covtool(command, name, status=66).stderr
                self.assertIn(journal.name, said)
                self.assertIn("covtool recover", said)
        self.assertNotIn("recover", self.covtool("merge", "other.drcov", status=66).stderr)
        journal.rename(self.folder / "run.drcov2.5.journal")
        self.assertNotIn("recover", self.covtool("merge", "run.drcov", status=66).stderr)

    def test_damaged(self):
        data = self.journal().read_bytes()
        for name, bad, place in (
                ("short", data[:1000], "byte 1000"), ("head", data[:HEAD], f"byte {HEAD}"),
                ("module", data[:HEAD + 14] + b"\xfe\xff" + data[HEAD + 16:], f"byte {HEAD}"),
                ("magic", b"COVJRNL9" + data[8:], "line 1")):
            (self.folder / name).write_bytes(bad)
            for command in ("merge", "drcov", "report", "symbolise"):
                said = self.covtool(command, name, status=65).stderr
                self.assertIn(name, said)
                self.assertIn(place, said)

    def test_mutations(self):
        """Bytes changed at random: a result or status 65, never a crash."""
        data, chance = self.journal().read_bytes(), random.Random(3)
        statuses = []
        for number in range(60):
            bad = bytearray(data)
            for _ in range(chance.randint(1, 5)):
                where = chance.choice([chance.randrange(8, 400), HEAD + chance.randrange(24 * 1500)])
                bad[where] = chance.randrange(256)
            (self.folder / "bad").write_bytes(bad)
            done = run(COVTOOL, "drcov", "bad", folder=self.folder, text=False)
            self.assertIn(done.returncode, (0, 65), (number, done.stderr))
            statuses.append(done.returncode)
            if done.returncode == 0:
                drcov.read(done.stdout)
        self.assertEqual(set(statuses), {0, 65})


class Names(Journals):
    def test_own_name(self):
        journal = self.journal()
        data = journal.read_bytes()
        said = self.recovers(journal)
        self.assertEqual(self.left(), ["run.drcov"])
        self.assertIn(journal.name, said)
        self.assertIn("run.drcov\n", said)
        recovered = (self.folder / "run.drcov").read_bytes()
        trace = drcov.read(recovered)
        self.assertEqual(acceptance.problems(recovered, trace), [])
        self.assertIn(f" {len(trace.blocks)} blocks", said)
        # Its rows are those that the plugin writes itself, wherever the files were loaded.
        guests.record(self.folder / "other", "pie", "endings", "exit_group")
        rows, others = ([(row.id, row.containing, row.end - row.start, row.path) for row in rows]
                        for rows in (trace.modules, drcov.load(self.folder / "other").modules))
        self.assertEqual(rows, others)
        # The same again, under another name: the bytes do not depend on it.
        (self.folder / "copy.journal").write_bytes(data)
        self.recovers("copy.journal")
        self.assertEqual(self.left(), ["copy", "other", "run.drcov"])
        self.assertEqual((self.folder / "copy").read_bytes(), recovered)

    def test_nothing_is_overwritten(self):
        journal = self.journal()
        process = self.process(journal)
        taken = {"run.drcov": "mine", f"run.{process}.drcov": "mine too"}
        data, names = journal.read_bytes(), []
        for name, text in [*taken.items(), (None, None)]:
            journal.write_bytes(data)
            self.recovers(journal)
            names.append(*(set(self.left()) - set(names) - set(taken)) or [name])
            for path in self.folder.iterdir():
                path.unlink()
            for old in list(taken)[:len(names)]:
                (self.folder / old).write_text(taken[old])
        self.assertEqual(names, ["run.drcov", f"run.{process}.drcov", f"run.{process}.1.drcov"])

    def test_a_taken_name_stays_as_it_is(self):
        journal = self.journal()
        (self.folder / "run.drcov").write_text("mine")
        self.recovers(journal)
        self.assertEqual((self.folder / "run.drcov").read_text(), "mine")
        self.assertEqual(self.left(), [f"run.{self.process(journal)}.drcov", "run.drcov"])
        # A link that leads nowhere is taken, too.
        journal = self.journal("link.drcov")
        (self.folder / "link.drcov").symlink_to("nowhere")
        self.recovers(journal)
        self.assertEqual(os.readlink(self.folder / "link.drcov"), "nowhere")
        self.assertIn(f"link.{self.process(journal)}.drcov", self.left())
        self.assertNotIn("nowhere", self.left())

    def test_second_journal_of_one_number(self):
        """`run.drcov.1234.1.journal`: the plugin found a journal there, which it must not touch."""
        script = 'echo old > run.drcov.$$.journal; exec "$@"'
        done = run("bash", "-c", script, "bash", "qemu-x86_64", "-plugin",
                   f"{PLUGIN},out=run.drcov", self.program, "killed", folder=self.folder)
        self.assertEqual(done.returncode, -signal.SIGKILL)
        old, new = sorted(self.folder.iterdir(), key=lambda path: path.stat().st_size)
        self.assertEqual(old.read_text(), "old\n")
        process = self.process(old)
        self.assertEqual((old.name, new.name),
                         (f"run.drcov.{process}.journal", f"run.drcov.{process}.1.journal"))
        self.assertIn(old.name, self.recovers(old, status=65))
        self.recovers(new)
        self.assertEqual(self.left(), ["run.drcov", old.name])

    def test_output(self):
        journal = self.journal()
        (self.folder / "out").write_text("replaced, as -o does everywhere")
        self.recovers(journal, "--keep", "-o", "out")
        self.assertEqual(self.left(), ["out", journal.name])
        done = self.covtool("recover", journal, "--keep", "-o", "-", text=False)
        self.assertEqual(done.stdout, (self.folder / "out").read_bytes())
        self.covtool("recover", journal, "-o", "missing/out", status=74)
        self.covtool("recover", journal, "-o", "/dev/full", status=74)
        self.assertEqual(self.left(), ["out", journal.name])
        self.recovers(journal, "-o", "out")
        self.assertEqual(self.left(), ["out"])
        self.covtool("recover", "-o", "out", status=64)
        self.covtool("recover", "a", "b", "-o", "out", status=64)

    def test_no_name(self):
        """All in the current folder, whatever becomes of each."""
        self.assertIn("no journal", self.recovers())
        one, two = self.journal("one.drcov"), self.journal("two.drcov")
        damaged = self.folder / "three.drcov.5.journal"
        damaged.write_bytes(two.read_bytes()[:HEAD])
        said = self.recovers(status=65, lines=3)
        for name in (one.name, two.name, f"{damaged.name}: byte {HEAD}"):
            self.assertIn(name, said)
        self.assertEqual(self.left(), ["one.drcov", damaged.name, "two.drcov"])

    def test_missing(self):
        self.assertIn("nowhere.journal", self.recovers("nowhere.journal", status=66))
        (self.folder / "traces").mkdir()
        (self.folder / "traces/run.drcov").write_bytes(drcov.write([], []))
        self.assertIn("traces: no journal is in this folder", self.recovers("traces", status=66))

    def test_other_files(self):
        for name, data in (("run.drcov", drcov.write([], [])), ("text", b"text"), ("empty", b"")):
            (self.folder / name).write_bytes(data)
            self.assertIn(name, self.recovers(name, status=65))
            self.assertEqual((self.folder / name).read_bytes(), data)

    def test_blank(self):
        """The process was killed between making the file and making a journal of it."""
        ended = subprocess.Popen(["true"])
        ended.wait()
        for size in (0, HEAD):
            path = self.folder / f"run.drcov.{ended.pid}.journal"
            path.write_bytes(bytes(size))
            self.assertIn("nothing", self.recovers())
            self.assertEqual(self.left(), [])
            living = self.folder / f"run.drcov.{os.getpid()}.journal"
            living.write_bytes(bytes(size))
            self.assertIn("left alone", self.recovers())
            self.assertEqual(self.left(), [living.name])
            living.unlink()


class Cut(Journals):
    """The holes at a journal's end go when covtool reads it, and nothing else does."""

    def test_by_each_command(self):
        journal = self.journal()
        whole = journal.read_bytes()
        for command in (["merge", "-o", "out"], ["info"], ["validate"], ["lcov", "--elf", self.program],
                        ["drcov", "-o", "out"], ["recover", "--keep", "-o", "out"]):
            output("truncate", "-s", str(len(whole)), journal)
            self.covtool(command[0], *command[1:], journal)
            cut = journal.read_bytes()
            self.assertLess(len(cut), len(whole) // 8, command)
            self.assertEqual(cut, whole[:len(cut)])
            self.assertFalse(any(whole[len(cut):]))
        self.recovers(journal)
        (self.folder / "whole.journal").write_bytes(whole)
        self.recovers("whole.journal", "-o", "other")
        self.assertEqual((self.folder / "other").read_bytes(), (self.folder / "run.drcov").read_bytes())

    def test_bytes_that_it_does_not_count(self):
        """What somebody has written there stays, whatever the head says."""
        journal = self.journal()
        with open(journal, "r+b") as file:
            file.seek(20_000_000)
            file.write(b"mine")
        self.covtool("merge", journal, "-o", "out")
        with open(journal, "rb") as file:
            file.seek(20_000_000)
            self.assertEqual(file.read(4), b"mine")
        self.assertLess(journal.stat().st_size, 21_000_000)

    def test_read_only(self):
        if os.geteuid() != 0:
            self.skipTest("not run: needs root")
        journal = self.journal()
        size = journal.stat().st_size
        done = run("unshare", "-m", "bash", "-c",
                   'mount --bind . . && mount -o remount,ro,bind . && cd "$PWD" && "$@"', "bash", COVTOOL,
                   "report", "--elf", self.program, journal.name, folder=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("endings", done.stdout)
        self.assertEqual(journal.stat().st_size, size)


class Living(Journals):
    def test_in_another_container(self):
        """There the process has a number that here is another's, or nobody's: it is left alone all the
        same, and not cut."""
        if os.geteuid() != 0:
            self.skipTest("not run: needs root")
        process = self.start("unshare", "--pid", "--fork", "--mount-proc")
        (journal,) = self.folder.iterdir()
        self.assertLess(int(self.process(journal)), 10)
        size = journal.stat().st_size
        self.assertIn("left alone", self.recovers())
        self.covtool("merge", journal, "-o", "soon")
        self.assertEqual(journal.stat().st_size, size)
        self.go_on(process)
        self.assertEqual(self.left(), ["run.drcov", "soon"])
        self.assertGreater(len(drcov.load(self.folder / "run.drcov").blocks), 16384)

    def start(self, *before):
        process = subprocess.Popen(
            [*before, "qemu-x86_64", "-plugin", f"{PLUGIN},out={self.folder}/run.drcov", self.program,
             "await", "much"],
            env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        return process

    def go_on(self, process):
        process.stdin.write(b"\n")
        process.stdin.close()
        self.assertEqual(process.wait(60), 0)

    def test_left_alone(self):
        process = self.start()
        journal = f"run.drcov.{process.pid}.journal"
        for arguments in ([], [journal], [self.folder / journal], ["-o", "out", journal]):
            said = self.recovers(*arguments)
            self.assertIn("left alone", said)
            self.assertIn(str(process.pid), said)
            self.assertEqual(self.left(), [journal])
        # It can be read all the same, and taken as it is; it is not cut.
        size = (self.folder / journal).stat().st_size
        self.covtool("merge", journal, "-o", "soon")
        self.recovers(journal, "--force", "--keep", "-o", "now")
        self.assertEqual((self.folder / journal).stat().st_size, size)
        self.go_on(process)
        self.assertEqual(self.left(), ["now", "run.drcov", "soon"])
        now, soon, end = (drcov.load(self.folder / name).offsets()
                          for name in ("now", "soon", "run.drcov"))
        self.assertEqual(now, soon)
        self.assertGreater(len(now), 1000)
        self.assertLess(now, end)

    def test_forced(self):
        """Taken away while the process goes on: the process does not care."""
        process = self.start()
        self.recovers("--force")
        self.assertEqual(self.left(), ["run.drcov"])
        self.go_on(process)
        self.assertEqual(self.left(), ["run.drcov"])
        self.assertGreater(len(drcov.load(self.folder / "run.drcov").blocks), 16384)

    def test_copy_of_a_living_ones(self):
        """The process lives, but it is not this file that it writes."""
        process = self.start()
        (journal,) = self.folder.iterdir()
        (self.folder / f"copy.{process.pid}.journal").write_bytes(journal.read_bytes())
        self.recovers(f"copy.{process.pid}.journal")
        self.assertEqual(self.left(), ["copy", journal.name])

    def test_read_while_it_grows(self):
        """At every moment a sound journal."""
        process = self.start()
        (journal,) = self.folder.iterdir()
        process.stdin.write(b"\n")
        process.stdin.flush()
        sizes = set()
        while process.poll() is None:
            done = run(COVTOOL, "drcov", journal, folder=self.folder, text=False)
            if done.returncode == 66:
                break  # it is at its end
            self.assertEqual(done.returncode, 0, done.stderr)
            sizes.add(len(drcov.read(done.stdout).blocks))
        process.wait(60)
        self.assertGreater(len(sizes), 1)

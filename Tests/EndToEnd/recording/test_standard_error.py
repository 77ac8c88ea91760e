"""What libcov.so has to say comes to the standard error that QEMU was started with, or into the journal,
whatever the guest does with its descriptors: and never into a file of the guest's."""

import contextlib
import os
import pty
import subprocess

from Tests.EndToEnd.support import columns, drcov, guests
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, PLUGIN, Case, output, run

QEMU = "user"
SAID = r"nothing is recorded in .*/run\.drcov: module=nosuch selected nothing that ran; .*"
# Ways of the guest's to do without its standard error; the one that has a file writes "DATA" to it.
WAYS = {"closed": "exec 2>&-", "its own": "exec 2>&-; exec 2>data; echo DATA >&2",
        "replaced": "exec 2>data; echo DATA >&2"}


class Messages(Case):
    def run_guest(self, script, column, options="module=nosuch", **more):
        command = [columns.qemu(column), "-plugin", f"{PLUGIN},out=run.drcov,{options}",
                   "/bin/bash", "--norc", "-c", script]
        return subprocess.run(command, cwd=self.folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                              timeout=60, check=True, **more)

    def clean(self, way):
        """The guest's file is as it made it; all is taken away but what is not of each run."""
        if "data" in WAYS[way]:
            self.assertEqual((self.folder / "data").read_bytes(), b"DATA\n")
            (self.folder / "data").unlink()
        self.assertEqual(drcov.load(self.folder / "run.drcov").blocks, [])
        (self.folder / "run.drcov").unlink()

    def left(self):
        return sorted(os.listdir(self.folder))

    @columns.on_each
    def test_pipe(self, column):
        """Nothing leads back to a pipe: the journal stays, with the message alone, and every command
        repeats it. The trace is whole all the same."""
        for way, script in WAYS.items():
            for options in ("module=nosuch", "module=nosuch,journal=off", "module=nosuch,journal=j.journal"):
                done = self.run_guest(script, column, options, stderr=subprocess.PIPE)
                self.assertEqual(done.stderr, b"")
                self.clean(way)
                (journal,) = self.left()
                self.assertRegex(journal, r"^(run\.drcov\.[0-9]+|j)\.journal$")
                self.assertLess((self.folder / journal).stat().st_size, 2048)
                for command in ("merge", "info", "validate", "lcov", "report", "drcov", "recover"):
                    done = run(COVTOOL, command, journal, folder=self.folder)
                    self.assertNotIn("journal of a process", done.stderr)
                    self.assertRegex(done.stderr, rf"(?m)^covtool: warning: {journal}: libcov: {SAID}$", command)
                # Nothing else is in it, so that nothing is made of it.
                self.assertEqual([name for name in self.left() if name != "merged.drcov"], [])
                (self.folder / "merged.drcov").unlink()

    @columns.on_each
    def test_file(self, column):
        for way, script in WAYS.items():
            log = self.folder / "log"
            log.write_text("before\n")
            with open(log, "ab") as file:
                self.run_guest(f"echo guest >&2; {script}", column, stderr=file)
            self.assertRegex(log.read_text(), rf"^before\nguest\nlibcov: {SAID}\n$", way)
            log.unlink()
            self.clean(way)
            self.assertEqual(self.left(), [])

    @columns.on_each
    def test_file_that_is_gone(self, column):
        """Under its name lies another by now."""
        log = self.folder / "log"
        with open(log, "wb") as file:
            self.run_guest("exec 2>&-; echo MINE > new; mv new log; :", column, stderr=file)
        self.assertEqual(log.read_text(), "MINE\n")

    @columns.on_each
    def test_terminal(self, column):
        for way, script in WAYS.items():
            near, far = pty.openpty()
            self.run_guest(f"{script}", column, stderr=far)
            os.close(far)
            self.assertRegex(os.read(near, 4096).decode(), rf"^libcov: {SAID}\r\n$", way)
            os.close(near)
            self.clean(way)
            self.assertEqual(self.left(), [])

    @columns.on_each
    def test_full_pipe(self, column):
        """Nobody reads it: the guest, which writes nothing there, ends all the same."""
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writing, bytes(1 << 16))
        os.set_blocking(writing, True)
        try:
            self.run_guest(":", column, stderr=writing)
        finally:
            os.close(reading)
            os.close(writing)
        (journal,) = set(self.left()) - {"run.drcov"}
        self.assertRegex(self.covtool("recover").stderr, SAID)

    @columns.on_each
    def test_quiet(self, column):
        self.run_guest("exec 2>&-; exec 2>data; echo DATA >&2", column, "module=nosuch,quiet=on",
                       stderr=subprocess.PIPE)
        self.clean("its own")
        self.assertEqual(self.left(), [])

    @columns.on_each
    def test_each_process_its_own(self, column):
        """A forked child says its own, and not its parent's again."""
        self.run_guest("exec 2>&-; (true); :", column, stderr=subprocess.PIPE)
        journals = [name for name in self.left() if name.endswith(".journal")]
        self.assertEqual(len(journals), 2)
        said = self.covtool("recover").stderr
        self.assertEqual(said.count(": libcov: "), 2, said)

    @columns.on_each
    def test_full_disk(self, column):
        """The journal has the message, and at least a part of the blocks."""
        if os.geteuid() != 0:
            self.skipTest("not run: needs root")
        disk = self.folder / "disk"
        disk.mkdir()
        output("mount", "-t", "tmpfs", "-o", "size=420k", "tmpfs", disk)
        try:
            (disk / "taken").write_bytes(bytes(100_000))
            done = subprocess.run(
                [columns.qemu(column), "-plugin", f"{PLUGIN},out=disk/run.drcov", "/bin/bash", "-c",
                 "exec 2>&-; shopt -s extglob; declare -A a; for i in {1..99}; do a[$i]=${i//7/-}; done"],
                cwd=self.folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                timeout=60, check=True)
            self.assertNotIn(b"cannot write", done.stderr)
            self.assertFalse((disk / "run.drcov").exists())
            (journal,) = disk.glob("*.journal")
            said = self.covtool("merge", journal, "-o", "merged").stderr
            self.assertRegex(said, rf"{journal}: libcov: cannot write {disk}/run.drcov: No space")
            self.assertGreater(len(drcov.load(self.folder / "merged").blocks), 1000)
        finally:
            output("umount", disk)

    @columns.on_each
    def test_no_standard_error(self, column):
        """QEMU was started without one: what it opens there is not taken for it."""
        done = subprocess.run(
            ["bash", "-c", 'exec "$@" 2>&-', "bash", columns.qemu(column), "-plugin",
             f"{PLUGIN},out=run.drcov,module=nosuch", "/bin/bash", "-c", "exec 2>data; echo DATA >&2"],
            cwd=self.folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, timeout=60, check=True)
        self.assertEqual(done.returncode, 0)
        self.clean("its own")
        (journal,) = self.left()
        self.assertRegex(self.covtool("recover").stderr, SAID)


class DescriptorNumbers(Case):
    @columns.on_each
    def test_next_open(self, column):
        """The next that the guest opens has the number that it has without the plugin, whichever it has
        closed."""
        program = guests.built("pie") / "special"
        for closed in ("", "<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
            script = f'"$@" {closed} 9>numbers'
            found = []
            for plugin in ([], ["-plugin", f"{PLUGIN},out={self.folder}/run.drcov"]):
                done = run("bash", "-c", script, "bash", columns.qemu(column), *plugin, program,
                           "descriptors", folder=self.folder)
                found.append((done.returncode, done.stdout))
            self.assertEqual(found[0], found[1], closed)

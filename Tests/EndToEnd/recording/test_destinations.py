"""What `out` and `journal` lead to is written to and nothing else is: no name is replaced but a file's,
whatever the guest does with its descriptors meanwhile."""

import fcntl
import filecmp
import os
import re
import select
import signal
import shutil
import socket
import stat
import subprocess
import threading
import time

from Tests.EndToEnd.support import drcov, guests
from Tests.EndToEnd.support.setting import ENVIRONMENT, PLUGIN, Case, emulator, output, run

QEMU = "user"
# Closes its standard output and error before it ends, as all of coreutils.
ECHO = shutil.which("echo")


class Destinations(Case):
    def start(self, out, *guest, plugin=PLUGIN, **options):
        command = [*emulator("x86_64"), "-plugin", f"{plugin},out={out}", *(guest or [ECHO, "said"])]
        return subprocess.Popen(
            [str(word) for word in command], cwd=self.folder,
            env=ENVIRONMENT, **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                                "stderr": subprocess.PIPE, **options})

    def record(self, out, *guest, said=None, **options):
        """The guest runs as ever; gives what came on standard output."""
        with self.start(out, *guest, **options) as process:
            out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        if err is not None and said is None:
            self.assertEqual(err, b"")
        return out

    def refused(self, out, reason, **options):
        """The guest is not begun, and the reason is said alone."""
        before = self.listed()
        with self.start(out, **options) as process:
            text, err = process.communicate(timeout=60)
        self.assertNotEqual(process.returncode, 0, out)
        self.assertEqual(text, b"", out)
        ours = [line for line in err.decode().splitlines() if line.startswith("libcov: ")]
        self.assertEqual(len(ours), 1, err)
        self.assertIn(reason, ours[0])
        self.assertIn(str(out), ours[0])
        self.assertNotIn("options:", ours[0])
        self.assertEqual(self.listed(), before)

    def listed(self):
        """Each name with what it is and what it holds."""
        found = {}
        for path in sorted(self.folder.iterdir()):
            status = path.lstat()
            held = path.read_bytes() if stat.S_ISREG(status.st_mode) else \
                os.readlink(path) if path.is_symlink() else status.st_rdev
            found[path.name] = (stat.S_IFMT(status.st_mode), held)
        return found

    def traced(self, data):
        trace = drcov.read(data)
        self.assertGreater(len(trace.blocks), 100)
        return trace


class Files(Destinations):
    def test_file(self):
        path = self.folder / "run.drcov"
        path.write_text("old")
        os.link(path, self.folder / "other")
        self.record("run.drcov")
        self.traced(path.read_bytes())
        # A name is what is replaced: who has the old file open, or under another name, keeps it.
        self.assertEqual((self.folder / "other").read_text(), "old")

    def test_links(self):
        """The link stays, and what it leads to is written, be it there or not."""
        (self.folder / "deep").mkdir()
        (self.folder / "old").write_text("old")
        for name, target in (("old", "old"), ("new", "deep/new"), ("full", self.folder / "deep/full")):
            link, again = self.folder / f"link-{name}", self.folder / f"again-{name}"
            link.symlink_to(target)
            again.symlink_to(link.name)
            self.record(again.name)
            self.assertEqual((os.readlink(link), os.readlink(again)), (str(target), link.name))
            self.traced((self.folder / target).read_bytes())
        self.assertEqual(sorted(os.listdir(self.folder / "deep")), ["full", "new"])

    def test_links_to_nowhere(self):
        (self.folder / "lost").symlink_to("missing/run.drcov")
        self.refused("lost", "No such file")
        (self.folder / "round").symlink_to("round")
        self.refused("round", "symbolic links")

    def test_folders(self):
        self.refused(self.folder, "directory")
        self.refused(f"{self.folder}/", "directory")
        (self.folder / "link").symlink_to(".")
        self.refused("link", "directory")
        self.refused("/proc/run.drcov", "")

    def test_programs(self):
        """The guest, QEMU and the plugin, by whatever name."""
        for name, path in (("guest", guests.built("pie") / "special"), ("plugin", PLUGIN),
                           ("emulator", shutil.which(emulator("x86_64")[-1]))):
            copy = self.folder / name
            shutil.copy(path, copy)
            os.link(copy, self.folder / f"{name}-hard")
            (self.folder / f"{name}-soft").symlink_to(name)
        for name in sorted(os.listdir(self.folder)):
            self.refused(name, "ELF", plugin=self.folder / "plugin")

    def test_changed_meanwhile(self):
        """What the guest makes of the name is no file: it stays, and the journal too."""
        for make in ("mkdir out", "mkfifo out", "ln -s nowhere out", f"cp {ECHO} out"):
            with self.subTest(make):
                with self.start("out", "/bin/bash", "-c", f"{make}; true") as process:
                    _, err = process.communicate(timeout=60)
                self.assertEqual(process.returncode, 0)
                self.assertIn(b"libcov: cannot write ", err)
                # Beside what the child wrote that the shell forked.
                names = [path.name for path in self.folder.iterdir()
                         if not re.fullmatch(r"out\.[0-9]+", path.name)]
                (journal,) = (name for name in names if name.endswith(".journal"))
                self.assertEqual(sorted(names), ["out", journal])
                self.assertIn(journal.encode(), err)
                if "-s" in make:
                    self.assertEqual(os.readlink(self.folder / "out"), "nowhere")
                if "cp" in make:
                    self.assertTrue(filecmp.cmp(self.folder / "out", ECHO, shallow=False))
                # Cut to what is used: not the holes that the recorder has before it.
                self.assertLess((self.folder / journal).stat().st_size, 2 << 20)
                self.covtool("recover", journal, "-o", "recovered")
                self.traced((self.folder / "recovered").read_bytes())
                output("rm", "-r", *self.folder.iterdir())


class Streams(Destinations):
    # Not /dev/stdout here: a plugin with the fault that Devices looks for would replace the machine's own.
    def test_open_descriptors(self):
        """Behind what the guest has written there, even where it has closed the descriptor since: the
        file has a name."""
        for out in ("/dev/fd/1", "/proc/self/fd/1", "/proc/thread-self/fd/1"):
            with self.subTest(out):
                with open(self.folder / "all", "wb") as all:
                    self.record(out, stdout=all)
                data = (self.folder / "all").read_bytes()
                self.assertTrue(data.startswith(b"said\n"))
                self.traced(data.removeprefix(b"said\n"))
                self.assertEqual(os.listdir(self.folder), ["all"])
                # A guest that leaves it open: the same with a pipe.
                data = self.record(out, guests.built("pie") / "special", "descriptors")
                self.assertTrue(data.startswith(b"3 4 100 5 6\n"))
                self.traced(data.removeprefix(b"3 4 100 5 6\n"))

    def journaled(self, err, name=r"run\.drcov\.[0-9]+\.journal"):
        """What could not be written is in a journal, which is named, and nothing else is left."""
        (journal,) = os.listdir(self.folder)
        self.assertRegex(journal, rf"^{name}$")
        self.assertRegex(err.decode(), rf"^libcov: cannot write .* is in {self.folder}/{journal} ")
        self.covtool("recover", journal, "-o", "trace")
        self.traced((self.folder / "trace").read_bytes())
        (self.folder / "trace").unlink()

    def test_closed_pipe(self):
        """Nothing leads to it any more: that is said, and nothing stands in its name's place."""
        for out in ("/dev/fd/1", "/proc/self/fd/1"):
            with self.start(out, "/bin/bash", "-c", "echo said; exec 1>&-") as process:
                data, err = process.communicate(timeout=60)
            self.assertEqual((process.returncode, data), (0, b"said\n"))
            self.journaled(err)
            with self.start(f"{out},journal=kept", "/bin/bash", "-c", "exec 1>&-") as process:
                _, err = process.communicate(timeout=60)
            self.journaled(err, "kept")
            with self.start(f"{out},journal=off", "/bin/bash", "-c", "exec 1>&-") as process:
                _, err = process.communicate(timeout=60)
            self.assertRegex(err.decode(), r"^libcov: cannot write .*; [0-9]+ recorded blocks are lost")
            self.assertEqual(os.listdir(self.folder), [])

    def test_the_guests_own_file(self):
        """Descriptor 1 is a file of the guest's by now."""
        with self.start("/dev/fd/1", "/bin/bash", "-c", "exec 1>&-; exec 1>data; echo DATA") as process:
            data, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, data), (0, b""))
        self.assertEqual((self.folder / "data").read_bytes(), b"DATA\n")
        (self.folder / "data").unlink()
        self.journaled(err)

    def test_not_open(self):
        self.refused("/dev/fd/77", "descriptor")
        self.refused("/proc/self/fd/77", "descriptor")
        self.refused("/dev/fd/nothing", "descriptor")
        (self.folder / "link").symlink_to("/dev/fd/77")
        self.refused("link", "descriptor")

    def test_socket_as_output(self):
        one, other = socket.socketpair()
        with one, other:
            self.record("/dev/fd/1", guests.built("pie") / "special", "descriptors", stdout=other)
            other.close()
            with one.makefile("rb") as file:
                self.traced(file.read().removeprefix(b"3 4 100 5 6\n"))

    def test_named_socket(self):
        with socket.socket(socket.AF_UNIX) as named:
            named.bind(str(self.folder / "socket"))
            self.refused("socket", "socket")

    def test_fifo_with_a_reader(self):
        os.mkfifo(self.folder / "fifo")
        (self.folder / "link").symlink_to("fifo")
        for name in ("fifo", "link"):
            read = []
            reader = threading.Thread(
                target=lambda: read.append((self.folder / "fifo").read_bytes()))
            reader.start()
            self.record(name)
            reader.join(60)
            self.traced(read[0])

    def test_fifo_without_a_reader(self):
        """It ends, by itself, and says what is lost."""
        os.mkfifo(self.folder / "fifo")
        with self.start("fifo", "/bin/true") as process:
            _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertTrue(stat.S_ISFIFO((self.folder / "fifo").stat().st_mode))
        (self.folder / "fifo").unlink()
        self.journaled(err)

    def test_reader_that_goes(self):
        """More than a pipe holds, and nobody to take it: no signal for the guest."""
        with self.start("/dev/fd/1", "/bin/bash", "-c", "echo ready; read -r",
                        stdin=subprocess.PIPE) as process:
            self.assertEqual(process.stdout.readline(), b"ready\n")
            process.stdout.close()
            process.stdin.write(b"\n")
            process.stdin.close()
            err = process.stderr.read()
            self.assertEqual(process.wait(60), 0)
        self.assertIn(b"libcov: cannot write /dev/fd/1: Broken pipe", err)
        self.journaled(err)

    def test_reader_that_does_not_read(self):
        """It is waited for, but SIGTERM ends it all the same. What it did not take is in a journal: one that is made then,
        or, where the signal ends QEMU at once, one that `journal=` has asked for."""
        threads = [guests.built("pie") / "phases", "threads"]
        for journal in ("", f",journal={self.folder}/kept.journal"):
            for guest in (["/bin/true"], threads):
                with self.subTest(journal=journal, guest=guest):
                    self.ended_while_writing(journal, guest)
                for path in self.folder.iterdir():
                    path.unlink()

    def ended_while_writing(self, journal, guest):
        reading, writing = os.pipe()
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
        with self.start("/dev/stdout" + journal, *guest, stdout=writing) as process:
            while select.select([], [writing], [], 0)[1]:
                self.assertIsNone(process.poll())
                time.sleep(0.01)
            process.terminate()
            process.wait(60)
            err = process.stderr.read()
        for end in (reading, writing):
            os.close(end)
        if process.returncode == -signal.SIGTERM:
            self.assertEqual((err, os.listdir(self.folder)), (b"", ["kept.journal"] if journal else []))
            if journal:
                self.covtool("recover", "kept.journal", "-o", "trace")
                self.traced((self.folder / "trace").read_bytes())
        else:
            self.assertIn(b"libcov: cannot write /dev/stdout: ", err)
            self.journaled(err, *(["kept.journal"] if journal else []))


class Devices(Destinations):
    """In a mount namespace with a /dev of its own, which the test's process looks at from inside."""

    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            self.skipTest("not run: needs root")

    def inside(self, out, guest, more=""):
        """Runs the guest there; gives /dev as it is afterwards, and what was said."""
        script = f"""
            mount -t tmpfs tmpfs /dev && cd /dev && mknod -m 666 null c 1 3 && mknod -m 666 full c 1 7 &&
            mknod block b 240 77 && ln -s /proc/self/fd fd && ln -s fd/1 stdout && ln -s fd/2 stderr &&
            ln -s null link && ls -l --time-style=+ > {self.folder}/before
            cd {self.folder}; {more}
            {' '.join(map(str, emulator('x86_64')))} -plugin {PLUGIN},out={out} {guest}
            status=$?
            cd /dev; ls -l --time-style=+ > {self.folder}/after
            exit $status
        """
        done = run("unshare", "-m", "bash", "-c", script, folder=self.folder)
        self.assertEqual((self.folder / "after").read_text(), (self.folder / "before").read_text(), out)
        return done

    def test_nothing_is_replaced(self):
        for out in ("/dev/stdout", "/dev/stderr", "/dev/fd/1", "/dev/null", "/dev/link", "/dev/full"):
            for left in self.folder.glob("*.journal"):
                left.unlink()
            done = self.inside(out, f"{ECHO} said")
            self.assertEqual((done.returncode, done.stdout[:5]), (0, "said\n"), out)
            if out in ("/dev/null", "/dev/link"):
                self.assertEqual(done.stderr, "")
        # Neither the trace nor the message that it is not there came to anybody; the journal has both.
        (journal,) = self.folder.glob("*.journal")
        said = self.covtool("recover", journal, "-o", "trace").stderr
        self.assertRegex(said, f"{journal}: libcov: cannot write /dev/full: No space.*{journal}")
        self.traced((self.folder / "trace").read_bytes())

    def test_block_device(self):
        done = self.inside("/dev/block", f"{ECHO} said")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("block device", done.stderr)

    def test_journals(self):
        for name in ("null", "full", "stdout", "link", "fd/1"):
            done = self.inside(f"run.drcov,journal=/dev/{name}", f"{ECHO} said")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(f"/dev/{name}: it is not a file", done.stderr)

"""However the process ends, what it executed is in the trace or in the journal: event by QEMU.

The truth is QEMU's log of the same run, or, where the run keeps the log from being written, a trace
of the same run without the obstacle that was compared with its log. COVTOOL_SLOW=1: SIGKILL 200 times instead of 20.
"""

import functools
import mmap
import os
import random
import re
import resource
import select
import shutil
import signal
import struct
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from Tests.EndToEnd import columns, drcov, execlog, guests
from Tests.EndToEnd.setting import ENVIRONMENT, PLUGIN, Case, output
from Tests.EndToEnd.truth import differences

KILLS = 200 if os.environ.get("COVTOOL_SLOW") == "1" else 20
HOST_SIGNAL = 32  # libc's own: QEMU neither catches it nor gives it to the guest


@dataclass
class Event:
    name: str
    arguments: str
    act: callable = None  # what is done to the process once it says that it is ready
    reference: str = None  # arguments of the run whose log is the truth, if not the run itself
    limit: int = None  # of files' sizes, set before QEMU starts
    room: str = None  # size of the file system that the trace goes to
    lossy: bool = False  # blocks may be missing, if that is said
    trace: bool = False  # the trace must be there, and no journal
    racing: int = 0  # blocks that threads may come to while the trace is being written
    root: bool = False


def send(number):
    return lambda process, folder: process.send_signal(number)


def go_on(process, folder):
    process.stdin.write(b"\n")
    process.stdin.flush()


def crash(process, folder):
    """QEMU's own code becomes an undefined instruction throughout, its signal handlers too."""
    program = os.readlink(f"/proc/{process.pid}/exe")
    with open(f"/proc/{process.pid}/maps") as maps, \
            open(f"/proc/{process.pid}/mem", "r+b", buffering=0) as memory:
        for line in maps:
            place, access, *_, path = line.split(maxsplit=5)
            if "x" in access and path.strip() == program:
                start, end = (int(word, 16) for word in place.split("-"))
                memory.seek(start)
                memory.write(b"\x0f\x0b" * ((end - start) // 2))
    go_on(process, folder)


def vanish(process, folder):
    shutil.rmtree(folder)
    go_on(process, folder)


EVENTS = [
    Event("main returns", "return much", trace=True),
    Event("exit_group", "exit_group", trace=True),
    Event("exit of the only thread", "exit", trace=True),
    Event("main thread exits first", "main-first", trace=True),
    Event("last of two threads exits", "last-thread", trace=True),
    Event("four threads exit at once", "two-exits", trace=True, racing=16),
    Event("SIGSEGV in the guest", "segv much"),
    Event("SIGSEGV while a thread works", "segv-thread"),
    Event("SIGABRT in the guest", "abort"),
    Event("SIGILL in the guest", "ill"),
    Event("SIGFPE in the guest", "fpe"),
    *(Event(f"{number.name} raised", f"raise {int(number)}") for number in (
        signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1,
        signal.SIGALRM, signal.SIGXCPU, signal.SIGKILL)),
    Event("SIGTERM let through", "raise-blocked 15"),
    Event("SIGPIPE by a write", "pipe"),
    *(Event(f"{number.name} from outside", "wait", send(number)) for number in (
        signal.SIGTERM, signal.SIGINT, signal.SIGPIPE, signal.SIGSEGV)),
    Event("SIGKILL from outside", "wait much", send(signal.SIGKILL)),
    Event("a signal that QEMU ignores", "wait much", send(HOST_SIGNAL)),
    Event("QEMU itself crashes", "await", crash),
    Event("execve", "exec"),
    Event("execve fails, then exit", "exec-fails", trace=True),
    Event("execve fails, then SIGKILL", "exec-fails-killed"),
    Event("closes every descriptor", "closeall 0", reference="closeall 1", trace=True),
    Event("changes the folder", "chdir much", trace=True),
    Event("drops its user", "setuid", root=True),
    Event("drops its user, then much", "setuid much", root=True),
    Event("the folder vanishes", "await", vanish, lossy=True),
    Event("the folder vanishes, then much", "await much", vanish, lossy=True),
    Event("full disk: nothing fits", "return much", room="100k", lossy=True),
    Event("full disk: no journal, a trace", "return", room="100k", trace=True),
    Event("full disk: head of journal fits", "return much", room="300k", lossy=True),
    Event("full disk: some of it fits", "return much", room="600k", lossy=True),
    Event("full disk, then SIGSEGV", "segv much", room="600k", lossy=True),
    # As many digits in both, the first a zero: the guest's C library reads them one by one.
    Event("RLIMIT_FSIZE by the guest", "filesize 0000001000", reference="filesize 0100000000",
          lossy=True),
    Event("RLIMIT_FSIZE, journal fits", "return", limit=1_200_000, reference="return", trace=True),
    Event("RLIMIT_FSIZE, trace fits", "return", limit=100_000, reference="return", trace=True),
    Event("RLIMIT_FSIZE, nothing fits", "return", limit=1000, reference="return", lossy=True),
    Event("RLIMIT_FSIZE, head fits, trace fits", "return much", limit=1_100_000,
          reference="return much", trace=True),
    Event("RLIMIT_FSIZE, some of journal fits", "segv much", limit=1_200_000,
          reference="segv much", lossy=True),
    Event("RLIMIT_FSIZE, nothing fits of much", "return much", limit=100_000,
          reference="return much", lossy=True),
]


@dataclass
class Ended:
    status: int
    out: bytes
    err: str
    said: str  # what our plugin wrote to standard error
    process: int


class Endings(Case):
    def setUp(self):
        super().setUp()
        self.folder.chmod(0o755)  # a guest that drops its user comes in
        self.program = guests.built("pie") / "endings"

    def start(self, column, arguments, plugin=None, log=None, limit=None):
        command = [columns.qemu(column)]
        if plugin:
            command += ["-plugin", f"{PLUGIN},out={plugin}"]
        if log:
            command += [*execlog.OPTIONS, log]

        def prepare():
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        return subprocess.Popen(
            [str(word) for word in [*command, self.program, *arguments.split()]],
            env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=prepare)

    def line(self, process):
        """What the guest says once it is where the test wants it."""
        if not select.select([process.stdout], [], [], 60)[0]:
            process.kill()
            raise AssertionError(f"{process.args} does not come to its work")
        ready = process.stdout.readline()
        self.assertEqual(ready, b"ready\n")
        return ready

    def ended(self, column, event, folder, plugin=None, log=None, reference=False):
        """One run to its end."""
        arguments = event.reference if reference else event.arguments
        process = self.start(column, arguments, plugin, log, None if reference else event.limit)
        with process:
            ready = b""
            if event.act:
                ready = self.line(process)
                # It is on its way into the system call that it waits in.
                wait_for_sleep(process.pid)
                event.act(process, folder)
            try:
                out, err = process.communicate(timeout=120)
            except subprocess.TimeoutExpired:
                process.kill()
                raise AssertionError(f"{event.name}: does not end") from None
        lines = err.decode().splitlines(keepends=True)
        ours = [line for line in lines if line.startswith("libcov:")]
        return Ended(process.returncode, ready + out,
                     "".join(line for line in lines if line not in ours), "".join(ours),
                     process.pid)

    def recovered(self, journal):
        """What covtool makes of the journal; nothing but covtool's own file is left of it."""
        trace = self.folder / "recovered.drcov"
        self.covtool("recover", journal, "-o", trace)
        self.assertFalse(journal.exists())
        return drcov.load(trace)

    def left(self, folder):
        """The trace, the journals, and what else there is."""
        if not folder.exists():
            return None, [], []
        files = sorted(folder.iterdir())
        journals = [file for file in files if file.suffix == ".journal"]
        trace = folder / "run.drcov"
        others = [file.name for file in files if file not in (trace, *journals)]
        return drcov.load(trace) if trace.exists() else None, journals, others


def wait_for_sleep(process):
    """Until every thread of the process waits for something."""
    deadline = time.monotonic() + 30
    for task in Path(f"/proc/{process}/task").iterdir():
        while (task / "stat").read_text().rpartition(")")[2].split()[0] not in "SD":
            if time.monotonic() > deadline:
                raise AssertionError("it does not wait")
            time.sleep(0.001)
    time.sleep(0.02)


class Survival(Endings):
    def check(self, column, event):
        folder = self.folder / "out"
        folder.mkdir()
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        if event.room:
            output("mount", "-t", "tmpfs", "-o", f"size={event.room}", "tmpfs", folder)
        try:
            return self.check_in(folder, column, event)
        finally:
            if event.room:
                output("umount", folder)
            shutil.rmtree(folder, ignore_errors=True)

    def check_in(self, folder, column, event):
        plain = self.ended(column, event, self.folder / "nowhere" if event.act != vanish
                           else self.new_folder())
        log = self.folder / "log"
        if event.reference:
            free = self.folder / "free"
            shutil.rmtree(free, ignore_errors=True)
            free.mkdir()
            self.ended(column, event, folder, plugin=free / "run.drcov", log=log, reference=True)
            (file,) = free.iterdir()
            logged = execlog.executed(log)
            truth = self.recovered(file) if file.suffix == ".journal" else drcov.load(file)
            self.assertEqual(differences(truth, logged), (set(), set()))
            done = self.ended(column, event, folder, plugin=folder / "run.drcov")
        else:
            done = self.ended(column, event, folder, plugin=folder / "run.drcov", log=log)
            logged = execlog.executed(log)
        log.unlink()
        problems = [f"{name}: {getattr(done, name)!r} with the plugin, {getattr(plain, name)!r} "
                    "without it" for name in ("status", "out", "err")
                    if getattr(done, name) != getattr(plain, name)]
        trace, journals, others = self.left(folder)
        if others:
            problems.append(f"left behind: {others}")
        where = "trace" if trace else "nothing"
        if event.trace and (not trace or journals):
            problems.append(f"no trace, or a journal beside it; {done.said}")
        if len(journals) > 1:
            problems.append(f"journals: {journals}")
        missing = extra = set()
        found = trace
        if journals:
            where = "both" if trace else "journal"
            try:
                found = self.recovered(journals[0])
            except AssertionError as error:
                problems.append(f"an unreadable journal: {error}")
                where = "unreadable journal"
        if found:
            if event.reference:
                missing = truth.offsets() - found.offsets()
                extra = found.offsets() - truth.offsets()
            else:
                missing, extra = differences(found, logged)
            if trace and trace is not found and set(trace.offsets()) - set(found.offsets()):
                problems.append("the trace has blocks that the journal has not")
        else:
            missing = logged
        if extra:
            problems.append(f"{len(extra)} blocks were never executed")
        if len(missing) > event.racing and not event.lossy:
            problems.append(f"{len(missing)} blocks are missing; {done.said}")
        if len(missing) > event.racing and "libcov:" not in done.said:
            problems.append(f"{len(missing)} blocks are missing, and nothing was said")
        if not missing and done.said and "run.drcov" not in done.said:
            problems.append(f"said without a reason: {done.said}")
        self.assertGreater(len(logged), 500)
        text = f"{where} {len(logged)}/{len(logged) - len(missing)}"
        if missing and "libcov:" in done.said:
            text += " said"
        return text, problems

    def new_folder(self):
        folder = self.folder / "vanishing"
        folder.mkdir()
        return folder

    def test_matrix(self):
        matrix = columns.Matrix("event (blocks expected/found)")
        faults = []
        for event in EVENTS:
            for column in columns.ALL:
                if not columns.qemu(column):
                    continue
                if (event.root or event.room) and os.geteuid() != 0:
                    matrix.note(event.name, column, "not run: needs root")
                    continue
                try:
                    text, problems = self.check(column, event)
                except (AssertionError, execlog.Unreadable, drcov.Malformed) as error:
                    text, problems = "error", [str(error)]
                matrix.note(event.name, column, text + (" WRONG" if problems else ""))
                faults += [f"{event.name}, {column}: {problem}" for problem in problems]
        matrix.print()
        if faults:
            self.fail("\n".join(["", *faults]))


class Killed(Endings):
    """SIGKILL at any moment. A guest with 65536 blocks, executed in the order of their addresses,
    says in a file how far it came: what is recorded is what was executed until then, no more and no
    less, though 100 ms would be granted."""

    @functools.cache
    def sled(self):
        """The addresses in the ELF file where the blocks begin and end."""
        text = output("nm", self.program)
        return [int(re.search(rf"^(\w+) T {name}$", text, re.M)[1], 16)
                for name in ("sled", "sled_end")]

    def parts(self, trace):
        """The blocks of the sled by offset, in their order; all the others."""
        low, high = self.sled()
        inside, others = [], set()
        for path, offset, size in trace.offsets():
            if path == str(self.program) and low <= offset < high:
                inside.append((offset, size))
            else:
                others.add((path, offset, size))
        return sorted(inside), others

    def begin(self, column, folder, progress, log=None):
        progress.write_bytes(bytes(4096))
        process = self.start(column, f"sled {progress}", folder / "run.drcov", log)
        return process

    def reference(self, column, folder, progress):
        """The blocks of a run that comes to the sled's end: in the sled, those that were executed
        before, all others; and how long it took to come to the sled, and to its end."""
        log = self.folder / "log"
        folder.mkdir()
        with self.begin(column, folder, progress, log) as process:
            self.line(process)
            until_done(process, progress)
            process.kill()
        trace = self.recovered(next(folder.iterdir()))
        self.assertEqual(differences(trace, execlog.executed(log)), (set(), set()))
        with self.begin(column, folder, progress) as process:
            begun = time.monotonic()
            self.line(process)
            ready = time.monotonic() - begun
            until_done(process, progress)
            took = time.monotonic() - begun
            process.kill()
        self.recovered(next(folder.iterdir()))
        inside, others = self.parts(trace)
        self.assertGreaterEqual(len(inside), 65536)
        (program,) = (module for module in trace.modules if module.path == str(self.program))
        sled = b"/%016x/" % (program.start + self.sled()[0])
        early = execlog.Log().read(log, log.read_bytes().index(sled))
        before = {(path, offset, size) for path, offset, size in others
                  for module in trace.modules
                  if module.path == path and (module.start + offset, size) in early}
        self.assertGreater(len(before), 1000)
        return inside, before, others, ready, took

    def check_column(self, column):
        chance = random.Random(f"killed {column}")
        folder, progress = self.folder / "out", self.folder / "progress"
        inside, before, others, ready, took = self.reference(column, folder, progress)
        low, high = self.sled()
        group = (high - low) // 1024
        early, cut, most = 0, 0, 0
        for number in range(KILLS):
            with self.begin(column, folder, progress) as process:
                # A third in the loader and before, the rest in the sled.
                moment = chance.uniform(0, ready) if number % 3 == 0 else chance.uniform(ready, took)
                time.sleep(moment)
                process.kill()
            reached = struct.unpack("<i", progress.read_bytes()[:4])[0]
            journals = list(folder.iterdir())
            self.assertLessEqual(len(journals), 1)
            if not journals:
                self.assertEqual(reached, 0)
                early += 1
                continue
            data = journals[0].read_bytes()
            if not any(data):
                # Killed before the journal was one: then nothing was executed.
                done = self.covtool("recover", journals[0])
                self.assertIn("holds nothing", done.stderr)
                self.assertEqual((reached, list(folder.iterdir())), (0, []))
                early += 1
                continue
            found, rest = self.parts(self.recovered(journals[0]))
            shown = f"run {number}, killed after {moment * 1000:.1f} ms, at {reached} of 1024"
            self.assertEqual(rest - others, set(), shown)
            if reached:
                self.assertEqual(before - rest, set(), shown)
            # In order, no hole. The last one's size can await what comes behind it.
            self.assertEqual(found[:-1], inside[:max(0, len(found) - 1)], shown)
            if found:
                self.assertEqual(found[-1][0], inside[len(found) - 1][0], shown)
            executed = sum(1 for offset, _ in inside if offset < low + group * reached)
            self.assertGreaterEqual(len(found), executed - 1, shown)
            self.assertLessEqual(len(found), executed + 65, shown)
            most = max(most, len(found))
            cut += 0 < len(found) < len(inside)
        print(f"{column}: {KILLS} runs killed, {early} before the first block, {cut} in the midst, "
              f"at most {most} of {len(inside)} blocks; none missing, none extra")
        self.assertGreater(cut, KILLS // 4, "killed at the wrong moments")


def until_done(process, progress):
    with open(progress, "rb") as file, mmap.mmap(file.fileno(), 4096, prot=mmap.PROT_READ) as map:
        deadline = time.monotonic() + 120
        while struct.unpack("<i", map[:4])[0] < 1024:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("the sled's end was not reached")
            time.sleep(0.001)
    wait_for_sleep(process.pid)


for _column in columns.ALL:
    def _test(self, column=_column):
        if not columns.qemu(column):
            self.skipTest(f"{column} is not prepared here: not run")
        self.check_column(column)
    setattr(Killed, f"test_{_column.replace('-', '_').replace('.', '_')}", _test)

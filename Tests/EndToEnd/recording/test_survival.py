"""However the process ends, what it executed is in the trace or in the journal: event by QEMU.

The truth is QEMU's log of the same run, or, where the run keeps the log from being written, a trace
of the same run without the obstacle that was compared with its log.
"""

import os
import shutil
import signal
from dataclasses import dataclass

from Tests.EndToEnd.support import columns, drcov, execlog
from Tests.EndToEnd.support.endings import Endings
from Tests.EndToEnd.support.setting import output
from Tests.EndToEnd.support.truth import differences

QEMU = "user"
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
    Event("full disk: a journal, no trace", "return", room="100k"),
    Event("full disk: no journal, a trace", "return", room="80k", trace=True),
    Event("full disk: head of journal fits", "return much", room="300k", lossy=True),
    Event("full disk: some of it fits", "return much", room="400k", lossy=True),
    Event("full disk, then SIGSEGV", "segv much", room="400k", lossy=True),
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
            for column in columns.CHOSEN:
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

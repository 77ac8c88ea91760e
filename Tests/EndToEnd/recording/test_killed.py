"""SIGKILL at any moment: what was executed until then is in the journal, and nothing else is.

COVTOOL_SLOW=1: 200 times instead of 20 with one thread, and instead of 10 with eight.
"""

import functools
import os
import random
import re
import struct
import time

from Tests.EndToEnd.support import columns, execlog
from Tests.EndToEnd.support.endings import Endings, wait_for_sleep
from Tests.EndToEnd.support.setting import output
from Tests.EndToEnd.support.truth import differences

QEMU = "user"
SLOW = os.environ.get("COVTOOL_SLOW") == "1"


class Sled(Endings):
    """A guest with 65536 blocks, executed in the order of their addresses, says in a file how far it
    came: what is recorded is what was executed until then, no more and no less, though 100 ms would
    be granted."""

    what = "sled"

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
        return self.start(column, f"{self.what} {progress}", folder / "run.drcov", log)

    def early(self, log, trace, starts):
        """The blocks that were executed before the sled was entered, at one of the addresses."""
        text = log.read_bytes()
        (program,) = (module for module in trace.modules if module.path == str(self.program))
        first = min(at for start in starts if (at := text.find(b"/%016x/" % (program.start + start))) >= 0)
        early = execlog.Log().read(log, first)
        return {(path, offset, size) for path, offset, size in self.parts(trace)[1]
                for module in trace.modules
                if module.path == path and (module.start + offset, size) in early}

    def journal(self, folder, reached):
        """The journal of a process that was killed; None where it was killed before its first block."""
        journals = list(folder.iterdir())
        self.assertLessEqual(len(journals), 1)
        if journals and any(journals[0].read_bytes()):
            return journals[0]
        self.assertFalse(reached)
        if journals:
            done = self.covtool("recover", journals[0])
            self.assertIn("holds nothing", done.stderr)
            self.assertEqual(list(folder.iterdir()), [])
        return None


class Killed(Sled):
    def until(self, process, progress, groups):
        """Until so many of the 1024 groups were done."""
        waiting(process, lambda: struct.unpack("<i", progress.read_bytes()[:4])[0] < groups)

    def reference(self, column, folder, progress):
        """The blocks of a run that comes to the sled's end: in the sled, those that were executed
        before, all others; and how long it took to come to the sled."""
        log = self.folder / "log"
        folder.mkdir()
        with self.begin(column, folder, progress, log) as process:
            self.line(process)
            self.until(process, progress, 1024)
            wait_for_sleep(process.pid)
            process.kill()
        trace = self.recovered(next(folder.iterdir()))
        self.assertEqual(differences(trace, execlog.executed(log)), (set(), set()))
        with self.begin(column, folder, progress) as process:
            begun = time.monotonic()
            self.line(process)
            ready = time.monotonic() - begun
            process.kill()
        self.recovered(next(folder.iterdir()))
        inside, others = self.parts(trace)
        self.assertGreaterEqual(len(inside), 65536)
        before = self.early(log, trace, self.sled()[:1])
        self.assertGreater(len(before), 1000)
        return inside, before, others, ready

    @columns.on_each
    def test_at_any_moment(self, column):
        chance = random.Random(f"killed {column}")
        folder, progress = self.folder / "out", self.folder / "progress"
        inside, before, others, ready = self.reference(column, folder, progress)
        low, high = self.sled()
        group = (high - low) // 1024
        early, cut, most = 0, 0, 0
        for number in range(kills := 200 if SLOW else 20):
            with self.begin(column, folder, progress) as process:
                # A third in the loader and before, the rest in the sled: there it is told by what was
                # done, since a time says little on a machine with other work.
                if number % 3 == 0:
                    time.sleep(moment := chance.uniform(0, ready))
                else:
                    self.until(process, progress, moment := chance.randrange(1024))
                process.kill()
            reached = struct.unpack("<i", progress.read_bytes()[:4])[0]
            if not (journal := self.journal(folder, reached)):
                early += 1
                continue
            found, rest = self.parts(self.recovered(journal))
            shown = f"run {number}, killed at {moment} (seconds, or groups), at {reached} of 1024"
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
        print(f"{column}: {kills} runs killed, {early} before the first block, {cut} in the midst, "
              f"at most {most} of {len(inside)} blocks; none missing, none extra")
        self.assertGreater(cut, kills // 4, "killed at the wrong moments")


class Threads(Sled):
    """The same with eight threads, each of which comes into the sled at an eighth of its own and goes
    on to its end. A thread's last block may be missing."""

    what = "lanes"
    lanes = 8

    def entries(self):
        low, high = self.sled()
        return [low + (high - low) // self.lanes * lane for lane in range(self.lanes)]

    def go(self, process):
        """Lets the threads into the sled, once all of them stand before it."""
        self.line(process)
        wait_for_sleep(process.pid)
        process.stdin.write(bytes(self.lanes))
        process.stdin.flush()

    def reached(self, progress):
        """How many groups each thread did."""
        return list(struct.unpack("<512Q", progress.read_bytes())[::8][:self.lanes])

    def until(self, process, progress, share):
        """Until each thread did so much of an eighth, or came to the end."""
        waiting(process, lambda: any(groups < min(128 * share, 1024 - 128 * lane)
                                     for lane, groups in enumerate(self.reached(progress))))

    def reference(self, column, folder, progress):
        """As with one thread."""
        log = self.folder / "log"
        folder.mkdir()
        with self.begin(column, folder, progress, log) as process:
            self.go(process)
            self.until(process, progress, 8)
            wait_for_sleep(process.pid)
            process.kill()
        trace = self.recovered(next(folder.iterdir()))
        self.assertEqual(differences(trace, execlog.executed(log)), (set(), set()))
        with self.begin(column, folder, progress) as process:
            begun = time.monotonic()
            self.go(process)
            ready = time.monotonic() - begun
            process.kill()
        self.recovered(next(folder.iterdir()))
        inside, others = self.parts(trace)
        self.assertGreaterEqual(len(inside), 65536)
        before = self.early(log, trace, self.entries())
        self.assertGreater(len(before), 800)
        return inside, before, others, ready

    def kill(self, column, folder, progress, moment, enters):
        """At a time; where the threads enter the sled, once they did so many groups together."""
        with self.begin(column, folder, progress) as process:
            if enters:
                self.go(process)
                waiting(process, lambda: sum(self.reached(progress)) < moment)
            else:
                time.sleep(moment)
            process.kill()

    @columns.on_each
    def test_at_any_moment(self, column):
        chance = random.Random(f"threads {column}")
        folder, progress = self.folder / "out", self.folder / "progress"
        inside, before, others, ready = self.reference(column, folder, progress)
        group = (self.sled()[1] - self.sled()[0]) // 1024
        early, cut, most, late = 0, 0, 0, 0
        for number in range(kills := 200 if SLOW else 10):
            enters = number % 3 != 0
            # All groups are done once when each thread did an eighth.
            moment = chance.randrange(1024 * 7 // 8) if enters else chance.uniform(0, ready)
            self.kill(column, folder, progress, moment, enters)
            reached = self.reached(progress)
            if not (journal := self.journal(folder, any(reached))):
                early += 1
                continue
            found, rest = self.parts(self.recovered(journal))
            shown = f"run {number}, killed at {moment} (seconds, or groups), at {reached}"
            self.assertEqual(rest - others, set(), shown)
            if any(reached):
                self.assertEqual(before - rest, set(), shown)
            # What the threads had done for sure, and how far they can have come.
            done = [(entry, entry + group * groups) for entry, groups in zip(self.entries(), reached)]
            sure = {block for block in inside if any(a <= block[0] < b for a, b in done)}
            missing = sure - set(found)
            # The block that a thread was in when it was killed.
            self.assertLessEqual(len(missing), self.lanes, shown)
            late = max(late, len(missing))
            possible = {block for block in inside if any(a <= block[0] < b + group for a, b in done)}
            self.assertLessEqual(len(set(found) - possible), self.lanes, shown)
            self.assertEqual({offset for offset, _ in found} - {
                offset for offset, _ in inside if any(a <= offset <= b + group for a, b in done)},
                set(), shown)
            most = max(most, len(found))
            cut += 0 < len(found) < len(inside)
        print(f"{column}: {self.lanes} threads, {kills} runs killed, {early} before the first block, "
              f"{cut} in the midst, at most {most} of {len(inside)} blocks; at most {late} missing in a "
              "run, none extra")
        self.assertGreater(cut, kills // 4, "killed at the wrong moments")


def waiting(process, unfinished):
    deadline = time.monotonic() + 120
    while unfinished():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError("the guest did not come as far as it should")
        time.sleep(0.0005)

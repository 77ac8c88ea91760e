"""counts=on: how often each block was executed, against QEMU's log and guests that know it."""

import collections
import re
import shutil
import signal
import subprocess

from Tests.EndToEnd.support import drcov, execlog, guests, hitcounts
from Tests.EndToEnd.support.comparing import Comparing
from Tests.EndToEnd.support.setting import ENVIRONMENT, PLUGIN, emulator, output
from Tests.EndToEnd.recording.test_selection import symbols

QEMU = "user"
INPUT = guests.DEMO / "inputs/mistakes.txt"
# More than there is callbacks for before all is translated anew (QEMU 10.2).
OFTEN = 50_000_000


def plain_counters():
    """Whether this QEMU adds to counters of the plugin's own, which the journal holds."""
    version = output(*emulator("x86_64"), "--version").split("version ")[1]
    return int(version.split(".")[0]) < 9


class Counts(Comparing):
    def check(self, trace):
        self.assertEqual(trace.flavor, "drcov-hits")
        counts = hitcounts.of_trace(trace)
        self.assertNotIn(0, counts)
        return counts

    def symbol(self, name):
        for line in output("nm", guests.built("pie") / "counted").splitlines():
            words = line.split()
            if words[-1] == name:
                return int(words[0], 16)
        raise AssertionError(f"no {name}")

    def counted(self, *arguments, status=0, more=""):
        """A run of the guest that knows; gives what it was."""
        done = guests.qemu("pie", "counted", *arguments,
                           plugin=f"out={self.folder / 'run.drcov'},counts=on{more}")
        self.assertEqual((done.returncode, done.stderr), (status, ""))
        return done

    def hits(self, path, name):
        """How often a loop of the guest ran, by the trace."""
        trace = drcov.load(path)
        self.check(trace)
        (guest,) = (m for m in trace.modules if m.path.endswith("/counted"))
        found = hitcounts.by_address(trace)
        address = guest.start + self.symbol(name)
        return sum(count for (start, _), count in found.items() if start == address)

    # MARK: against QEMU's log

    def logged(self, kind, program, *arguments, expected=0, more=""):
        trace, log = self.folder / "run.drcov", self.folder / "log"
        done = guests.qemu(kind, program, *arguments, plugin=f"out={trace},counts=on{more}",
                           options=[*execlog.OPTIONS, log])
        self.assertEqual(done.returncode, expected, done.stderr)
        truth = hitcounts.Log().count(log)
        log.unlink()
        found = drcov.load(trace)
        self.check(found)
        self.compare_counts(kind, found, truth)

    def compare_counts(self, name, trace, truth):
        self.compare(name, trace, set(truth))
        counts = hitcounts.by_address(trace)
        inside = {block: count for block, count in truth.items()
                  if any(m.start <= block[0] < m.end for m in trace.modules)}
        wrong = {(hex(address), size): (counts[address, size], truth[address, size])
                 for address, size in inside if counts[address, size] != truth[address, size]}
        print(f"{name}: {len(inside)} counts, {sum(inside.values())} executions, {len(wrong)} wrong")
        self.assertEqual(wrong, {}, "(counted, logged)")
        elsewhere = sum(truth.values()) - sum(inside.values())
        self.assertEqual(sum(counts[block] for block in trace.elsewhere()), elsewhere)

    def test_log_calculator(self):
        for kind in ("pie", "static", "aarch64", "arm", "riscv64"):
            with self.subTest(kind):
                self.logged(kind, "calculator", INPUT, expected=1)

    def test_log_page_crossing(self):
        self.logged("pie", "crossing")

    def test_log_made_code(self):
        self.logged("pie", "special", "code", expected=7)

    def test_log_engines(self):
        """Each engine that this QEMU has."""
        for engine in ("callback", "counter" if plain_counters() else "conditional"):
            with self.subTest(engine):
                self.logged("pie", "calculator", INPUT, expected=1, more=f",engine={engine}")
                self.logged("pie", "counted", "turn", 30_000, more=f",engine={engine}")

    # MARK: against what the guest knows

    def test_loop(self):
        for often in (1, 2, 1000, OFTEN):
            self.counted("turn", often)
            self.assertEqual(self.hits(self.folder / "run.drcov", "turn"), often)

    def test_saturation(self):
        self.counted("turn", (1 << 32) + 5)
        self.assertEqual(self.hits(self.folder / "run.drcov", "turn"), hitcounts.MOST)

    def test_fork(self):
        """A child begins at 0."""
        self.counted("fork", OFTEN)
        (child,) = set(self.folder.iterdir()) - {self.folder / "run.drcov"}
        self.assertEqual(self.hits(self.folder / "run.drcov", "turn"), OFTEN)
        self.assertEqual(self.hits(self.folder / "run.drcov", "mine"), OFTEN)
        self.assertEqual(self.hits(child, "turn"), 3 * OFTEN)
        self.assertEqual(self.hits(child, "mine"), 0)

    def test_exec(self):
        """One that fails loses nothing; one that succeeds ends the count."""
        self.counted("exec", OFTEN)
        self.assertEqual(self.hits(self.folder / "run.drcov", "turn"), 2 * OFTEN)

    def test_threads(self):
        """QEMU from 9.0 on counts for each thread; before, threads can lose counts to each other."""
        self.counted("threads", OFTEN, 4)
        found = self.hits(self.folder / "run.drcov", "turn")
        print(f"4 threads: {found} of {4 * OFTEN}")
        self.assertLessEqual(found, 4 * OFTEN)
        self.assertGreaterEqual(found, OFTEN if plain_counters() else 4 * OFTEN)
        self.assertEqual(self.hits(self.folder / "run.drcov", "mine"), OFTEN)

    def test_exit_with_threads(self):
        """What the thread that exits executed alone is exact, whatever the others do."""
        self.counted("leave", OFTEN, 8)
        self.assertEqual(self.hits(self.folder / "run.drcov", "mine"), OFTEN)
        self.assertGreater(self.hits(self.folder / "run.drcov", "turn"), 0)

    def test_killed(self):
        """The journal has every block; how often, where QEMU counts in the journal."""
        status = -signal.SIGKILL
        self.counted("kill", OFTEN, status=status)
        (journal,) = self.folder.iterdir()
        self.covtool("recover", journal)
        trace = drcov.load(self.folder / "run.drcov")
        if plain_counters():
            self.assertEqual(self.hits(self.folder / "run.drcov", "turn"), OFTEN)
        else:
            self.assertEqual((trace.flavor, trace.rest), ("drcov-64", b""))
        base = next(m.start for m in trace.modules if m.path.endswith("/counted"))
        self.assertIn(base + self.symbol("turn"), {address for address, _ in trace.located()})

    # MARK: what a journal holds

    def waiting(self, *command, plugin, options=()):
        """A program that has written "ready" and reads a line."""
        process = subprocess.Popen(
            [str(word) for word in [*emulator("x86_64"), *options, "-plugin", f"{PLUGIN},{plugin}",
                                    *command]],
            env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        return process

    def go_on(self, process, status=0):
        """Gives what it said."""
        _, said = process.communicate(b"\n", timeout=300)
        self.assertEqual(process.returncode, status, said)
        return said.decode()

    def test_trace_that_cannot_be_written(self):
        """Then the journal has the counts, whatever counted them, and each command sees them."""
        engines = ["callback", "counter" if plain_counters() else "conditional"]
        for engine, warm in [(engine, 2_000) for engine in engines] + [("callback", 400_000)]:
            out, log = self.folder / "out", self.folder / "log"
            journal = self.folder / "kept.journal"
            out.mkdir()
            process = self.waiting(
                guests.built("pie") / "hot", warm, 500, options=[*execlog.OPTIONS, log],
                plugin=f"out={out}/run.drcov,counts=on,engine={engine},journal={journal}")
            shutil.rmtree(out)
            said = self.go_on(process)
            self.assertIn("cannot write", said)
            self.assertIn(str(journal), said)
            truth = hitcounts.Log().count(log)
            log.unlink()
            self.covtool("merge", "--counts", journal, "-o", "merged")
            merged = drcov.load(self.folder / "merged")
            self.check(merged)
            self.compare_counts(f"{engine} {warm}", merged, truth)
            self.assertGreater(max(truth.values()), warm - 1)
            hits = sum(hitcounts.by_address(merged).values())
            self.assertIn(f"{hits} hits by {len(merged.blocks)} counts",
                          self.covtool("info", journal).stdout)
            self.covtool("recover", journal, "-o", "recovered")
            recovered = drcov.load(self.folder / "recovered")
            self.assertEqual(hitcounts.by_address(recovered), hitcounts.by_address(merged))

    def test_exec_that_fails_with_its_trace(self):
        """The trace cannot be written before execve, and execve fails: nothing is lost."""
        script = ("shopt -s execfail; echo ready; read x; exec /nowhere/program; "
                  "echo ready; read x; for i in {1..30}; do :; done")
        for engine in ("callback", "counter" if plain_counters() else "conditional"):
            out, log = self.folder / "out", self.folder / "log"
            out.mkdir()
            process = self.waiting("/bin/bash", "-c", script, options=[*execlog.OPTIONS, log],
                                   plugin=f"out={out}/run.drcov,counts=on,engine={engine}")
            shutil.rmtree(out)
            process.stdin.write(b"\n")
            process.stdin.flush()
            self.assertEqual(process.stdout.readline(), b"ready\n")
            out.mkdir()
            self.assertIn("cannot write", self.go_on(process))
            truth = hitcounts.Log().count(log)
            log.unlink()
            self.compare_counts(engine, drcov.load(out / "run.drcov"), truth)
            shutil.rmtree(out)

    def test_journal_of_the_killed(self):
        """Where the journal holds the counts, merge gives the log's; elsewhere each block counts once."""
        log = self.folder / "log"
        done = guests.qemu("pie", "counted", "kill", 2000, options=[*execlog.OPTIONS, log],
                           plugin=f"out={self.folder / 'run.drcov'},counts=on")
        self.assertEqual(done.returncode, -signal.SIGKILL)
        truth = hitcounts.Log().count(log)
        log.unlink()
        (journal,) = self.folder.iterdir()
        self.covtool("merge", "--counts", journal, "-o", "merged")
        merged = drcov.load(self.folder / "merged")
        if plain_counters():
            self.compare_counts("killed", merged, truth)
        else:
            self.compare("killed", merged, set(truth))
            self.assertEqual(set(hitcounts.of_trace(merged)), {1})
            self.assertIn("no hit counts", self.covtool("info", journal).stdout)

    # MARK: with other options

    def points(self, name, *arguments, start, stop, more=""):
        places = [symbols("static")[place][0] if place else None for place in (start, stop)]
        options = "".join(f",{option}={place:#x}" for option, place in zip(("start", "stop"), places)
                          if place)
        trace, log = self.folder / "run.drcov", self.folder / "log"
        done = guests.qemu("static", "phases", *arguments, options=[*execlog.OPTIONS, log],
                           plugin=f"out={trace},counts=on{options}{more}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        truth = collections.Counter(execlog.executions_between(
            execlog.in_order(log), *places, on=start is None))
        log.unlink()
        found = drcov.load(trace)
        self.check(found)
        self.compare_counts(f"{name}{more}", found, truth)
        return truth

    def test_start_and_stop(self):
        for more in ("", ",engine=callback"):
            truth = self.points("phases", "phases", 300, start="begin", stop="end", more=more)
            begin = symbols("static")["begin"][0]
            self.assertEqual([n for (address, _), n in truth.items() if address == begin], [300])
            self.points("middle", "middle", start="middle_begin", stop="middle_end", more=more)
            self.points("stop alone", "phases", 5, start=None, stop="inside", more=more)
            self.points("start alone", "phases", 5, start="inside", stop=None, more=more)
            self.points("one place", "phases", 5, start="begin", stop="begin", more=more)
        # So long that without counts all would be translated anew; and long while it is switched off.
        truth = self.points("long", "long", 30_000, start="begin", stop="end")
        self.assertGreaterEqual(max(truth.values()), 15_000)

    def test_threads_between_points(self):
        """Each execution is a callback, which no thread loses, whatever the QEMU."""
        place = f"counted+{self.symbol('main'):#x}"
        for more in (f",start={place}", ",engine=callback"):
            self.counted("threads", 3_000_000, 4, more=more)
            self.assertEqual(self.hits(self.folder / "run.drcov", "turn"), 12_000_000)
            self.assertEqual(self.hits(self.folder / "run.drcov", "mine"), 3_000_000)

    def test_parts_of_the_program(self):
        """What is chosen has the log's counts, and nothing else is there."""
        trace, log = self.folder / "run.drcov", self.folder / "log"
        for option in ("module=libtokens.so", "module=libc*", "exclude=libc*"):
            done = guests.qemu("pie", "calculator", INPUT, plugin=f"out={trace},counts=on,{option}",
                               options=[*execlog.OPTIONS, log])
            self.assertEqual(done.returncode, 1, done.stderr)
            found = drcov.load(trace)
            chosen = {block: count for block, count in hitcounts.Log().count(log).items()
                      if any(m.start <= block[0] < m.end for m in found.modules)}
            log.unlink()
            self.assertGreater(len(chosen), 20)
            self.check(found)
            self.compare_counts(option, found, collections.Counter(chosen))

    def test_fork_between_points(self):
        """A child begins at 0, and with the switch as its parent has it."""
        self.counted("fork", 1000, more=f",start=counted+{self.symbol('mine'):#x},quiet=on")
        (child,) = set(self.folder.iterdir()) - {self.folder / "run.drcov"}
        self.assertEqual(drcov.load(child).blocks, [])
        self.assertEqual(self.hits(self.folder / "run.drcov", "mine"), 1000)
        self.assertEqual(self.hits(self.folder / "run.drcov", "turn"), 0)
        child.unlink()
        self.counted("fork", 1000, more=f",start=counted+{self.symbol('turn'):#x}")
        (child,) = set(self.folder.iterdir()) - {self.folder / "run.drcov"}
        found = [self.hits(path, name) for path in (self.folder / "run.drcov", child)
                 for name in ("turn", "mine")]
        self.assertEqual(found, [1000, 1000, 3000, 0])

    def test_engines_that_cannot_be_switched(self):
        engine = "counter" if plain_counters() else "conditional"
        for point in ("start", "stop"):
            done = guests.qemu("pie", "phases", "time", folder=self.folder,
                               plugin=f"engine={engine},counts=on,{point}=phases+0x1000")
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(done.stdout, "")
            self.assertIn("libcov: this engine cannot be combined with start= and stop=", done.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def precise(self, kind, *arguments, more=""):
        """By the blocks' first addresses: a block that faulted is cut, and counts all the same."""
        trace, log = self.folder / "run.drcov", self.folder / "log"
        done = guests.qemu(kind, *arguments, options=[*execlog.OPTIONS, log],
                           plugin=f"out={trace},counts=on,precise=on{more}")
        self.assertEqual(done.returncode, 0, done.stderr)
        truth = hitcounts.Log().count(log)
        log.unlink()
        trace = drcov.load(trace)
        self.check(trace)
        logged, counted = collections.Counter(), collections.Counter()
        for (address, _), count in truth.items():
            inside = any(m.start <= address < m.end for m in trace.modules)
            logged[address if inside else address & 0xFFFFFFFF] += count
        for (address, _), count in hitcounts.by_address(trace).items():
            counted[address] += count
        wrong = {hex(address): (counted[address], logged[address])
                 for address in counted | logged if counted[address] != logged[address]}
        print(f"{kind} {arguments}{more}: {len(logged)} places, {sum(logged.values())} executions, "
              f"{len(wrong)} wrong")
        self.assertEqual(wrong, {}, "(counted, logged)")
        return trace, truth

    def test_precise(self):
        for engine in ("callback", "counter" if plain_counters() else "conditional"):
            for what in ("fault", "jump"):
                trace, truth = self.precise("static", "phases", what, 5, more=f",engine={engine}")
                low, high = symbols("static")["store"]
                cut = {b: n for b, n in hitcounts.by_address(trace).items()
                       if low <= b[0] < high and b not in truth}
                # By "jump" no run comes to the end of the block; after a "fault" the next ones do.
                self.assertEqual(sorted(cut.values()), [5] if what == "jump" else [])

    # MARK: translation anew

    def test_translated_anew(self):
        """From 9.0 on blocks that are translated again are counted by QEMU itself: the counts before and
        after add up, in a run that is short enough for a log, and in a long one."""
        if plain_counters():
            self.skipTest("this QEMU's counts never need it")
        for more in ("", ",precise=on"):
            log, trace = self.folder / "log", self.folder / "run.drcov"
            process = self.waiting(
                guests.built("pie") / "hot", 1_300_000, 200_000, options=["-d", "in_asm", "-D", log],
                plugin=f"out={trace},counts=on{more}")
            self.go_on(process)
            starts = re.findall(rb"^IN: .*\n(0x[0-9a-f]+):", log.read_bytes(), re.M)
            again = len(starts) - len(set(starts))
            print(f"{again} of {len(set(starts))} blocks were translated again")
            self.assertGreater(again, 4, "the guest no longer does what it is for")
            counts = sorted(hitcounts.by_address(drcov.load(trace)).values())
            # The loop's part that each round runs, and its branch.
            self.assertEqual(counts[-1], 1_500_000)
        for often in (1_000_000, 3_000_000, OFTEN):
            self.counted("turn", often)
            self.assertEqual(self.hits(self.folder / "run.drcov", "turn"), often)

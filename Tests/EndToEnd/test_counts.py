"""counts=on: how often each block was executed, against QEMU's log and guests that know it."""

import signal

from Tests.EndToEnd import drcov, execlog, guests, hitcounts
from Tests.EndToEnd.comparing import Comparing
from Tests.EndToEnd.setting import emulator, output

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

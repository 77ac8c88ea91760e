"""Each process its own file: a tree of processes, each trace equal to its own process's log."""

import platform
import re

from Tests.EndToEnd.support import columns, drcov, execlog, guests
from Tests.EndToEnd.support.setting import PLUGIN, ROOT, Case, output, run
from Tests.EndToEnd.support.truth import differences

QEMU = "user"
PROCESSES = 24


class Tree(Case):
    def reopen(self):
        """What gives each child a log of its own."""
        library = self.folder / "reopenlog.so"
        output("gcc", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror",
               ROOT / "Tests/EndToEnd/support/reopenlog.c", "-o", library)
        return library

    def check(self, column, pattern, main, child):
        """`main` and `child` say how the files of the first process and the others are named."""
        qemu, built = columns.qemu(column), guests.built("pie")
        traces, notes, logs = (self.folder / name for name in ("traces", "notes", "logs"))
        for folder in (traces, notes, logs):
            folder.mkdir()
        log = logs / "log"
        done = run(
            qemu, "-U", "LD_PRELOAD", "-plugin", f"{PLUGIN},out={traces}/{pattern}",
            *execlog.OPTIONS, log, built / "tree", notes,
            qemu, "-plugin", f"{PLUGIN},out={traces}/then.%b.%p", *execlog.OPTIONS, f"{logs}/then.%d",
            built / "special", "exit",
            environment={"LD_PRELOAD": str(self.reopen()), "REOPENLOG": str(log)})
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

        children = {path.name.removeprefix("log.") for path in logs.glob("log.*")}
        self.assertEqual(len(children) + 1, PROCESSES)
        become = {path.name.removeprefix("then.") for path in logs.glob("then.*")}
        self.assertEqual(len(become), 2)
        self.assertLess(become, children)
        notes = {path.name: path.read_text().strip() for path in notes.iterdir()}
        (first,) = (process for process, how in notes.items() if how == "main")
        (killed,) = (process for process, how in notes.items() if how == "killed")
        self.assertLess(set(notes) - {first}, children)

        expected = {main.format(first): log}
        expected |= {child.format(process): logs / f"log.{process}" for process in children}
        expected |= {f"then.special.{process}": logs / f"then.{process}" for process in become}
        for journal in traces.glob("*.journal"):
            # The one that was killed: its trace must get the name that it would have had.
            self.assertIn(f".{killed}.journal", journal.name)
        self.covtool("recover", folder=traces)
        self.assertEqual(sorted(path.name for path in traces.iterdir()), sorted(expected))

        sets, blocks = set(), 0
        for name, log in expected.items():
            trace = drcov.load(traces / name)
            logged = execlog.executed(log)
            missing, extra = differences(trace, logged)
            self.assertEqual((len(missing), len(extra)), (0, 0), (name, notes.get(log.suffix[1:])))
            sets.add(frozenset(logged))
            blocks += len(logged)
        # Two of one kind may be alike; a log that were the same for all would prove nothing.
        self.assertGreaterEqual(len(sets), PROCESSES)
        print(f"{column}, out={pattern}: {PROCESSES} processes and 2 programs by execve, "
              f"{len(expected)} traces, {blocks} blocks, none missing, none extra")

    @columns.on_each
    def test_with_process(self, column):
        self.check(column, "%p.drcov", "{}.drcov", "{}.drcov")

    @columns.on_each
    def test_without_process(self, column):
        self.check(column, "run.drcov", "run.drcov", "run.{}.drcov")

    @columns.on_each
    def test_with_program(self, column):
        self.check(column, "of.%b", "of.tree", "of.{}.tree")

    @columns.on_each
    def test_patterns(self, column):
        host = platform.node()
        done = run(columns.qemu(column), "-plugin", f"{PLUGIN},out={self.folder}/%%-%b-%h-%p",
                   guests.built("pie") / "special", "fork")
        self.assertEqual(done.returncode, 0, done.stderr)
        child = done.stdout.strip()
        names = sorted(path.name for path in self.folder.iterdir())
        found = [re.fullmatch(rf"%-special-{re.escape(host)}-(\d+)", name)[1] for name in names]
        self.assertEqual(len(found), 2)
        self.assertIn(child, found)
        for bad in ("%x", "run%", "%%%"):
            done = run(columns.qemu(column), "-plugin", f"{PLUGIN},out={self.folder}/{bad}",
                       guests.built("pie") / "special", "descriptors")
            self.assertNotEqual(done.returncode, 0, bad)
            self.assertEqual(done.stdout, "", bad)
            self.assertIn(bad, done.stderr)

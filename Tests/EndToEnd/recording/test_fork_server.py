"""fork=on: one start of a program and a child for each input, each of them a run of its own, in a QEMU that knows
nothing of it."""

import os
import signal

from Tests.EndToEnd.support import columns, drcov, execlog, guests
from Tests.EndToEnd.support.forkserver import Gone, Server, group
from Tests.EndToEnd.support.setting import ENVIRONMENT, PLUGIN, ROOT, Case, output, run
from Tests.EndToEnd.support.truth import differences

QEMU = "user"
SUPPORT = ROOT / "Tests/EndToEnd/support"
INPUTS = [b"abc", b"", b"t starts a thread", b"xyz" * 100, b"c crashes", b"abc", b"2", b"w writes a file"]


class ForkServer(Case):
    def command(self, column, kind, *arguments, plugin=None, options=()):
        target, libraries = guests.KINDS[kind]
        command = [columns.qemu(column, target), *options, *(["-L", libraries] if libraries else [])]
        if plugin is not None:
            command += ["-plugin", f"{PLUGIN},out={self.folder}/%p.drcov,{plugin}"]
        return [str(word) for word in [*command, guests.built(kind) / "inputs", *arguments]]

    def serve(self, column, kind="no-pie", *arguments, options=(), environment=None, printed=None, fork="on"):
        return Server(
            self.command(column, kind, *arguments, plugin=f"fork={fork}", options=options), self.folder / "input",
            environment={**ENVIRONMENT, **(environment or {})}, folder=self.folder,
            printed=printed or self.folder / "printed")

    def alone(self, column, kind, *arguments):
        """How runs without the plugin end, what they print, and what QEMU says."""
        ends, printed, said = [], "", ""
        for content in INPUTS:
            (self.folder / "input").write_bytes(content)
            with open(self.folder / "input", "rb") as file:
                done = run(*self.command(column, kind, *arguments), stdin=file, folder=self.folder)
            ends.append(done.returncode)
            printed += done.stdout
            said += done.stderr
        return ends, printed, said

    def recover(self):
        """Makes traces of journals: QEMU before 8.2 tells nobody of a crash."""
        journals = list(self.folder.glob("*.journal"))
        if journals:
            self.covtool("recover", *journals)

    def check_equal(self, column, kind, *arguments):
        server = self.serve(column, kind, *arguments)
        children = [server.run(content) for content in INPUTS]
        status, said = server.end()
        self.assertEqual(status, 0)
        self.assertEqual((self.folder / "written").read_text(), "x")
        came = [os.waitstatus_to_exitcode(end) for _, end in children], (self.folder / "printed").read_text(), said
        self.assertEqual(came, self.alone(column, kind, *arguments))
        self.recover()
        traces = [f"{process}.drcov" for process in [server.process.pid] + [process for process, _ in children]]
        self.assertEqual(sorted(path.name for path in self.folder.glob("*.drcov*")), sorted(traces))
        for path in self.folder.iterdir():
            path.unlink()

    @columns.on_each
    def test_equals_runs_alone(self, column):
        input = self.folder / "input"
        for kind in ("no-pie", "pie", "static", "aarch64", "arm", "riscv64", "s390x"):
            if not columns.qemu(column, guests.KINDS[kind][0]):
                continue
            for arguments in ((), (input,), ("early",), ("early", input)):
                with self.subTest(kind=kind, arguments=arguments):
                    self.check_equal(column, kind, *arguments)

    @columns.on_each
    def test_equals_logs(self, column):
        self.check_logs(column)

    @columns.on_each
    def test_at_a_place(self, column):
        """What comes before it is done once; all else is as ever."""
        for kind in ("no-pie", "pie", "static", "aarch64", "arm"):
            if not columns.qemu(column, guests.KINDS[kind][0]):
                continue
            with self.subTest(kind=kind):
                server = self.serve(column, kind, "early", fork=guests.place(kind, "read_input"))
                ends = [os.waitstatus_to_exitcode(server.run(content)[1]) for content in INPUTS]
                self.assertEqual(server.end()[0], 0)
                expected, printed, _ = self.alone(column, kind, "early")
                self.assertEqual(ends, expected)
                self.assertEqual((self.folder / "printed").read_text(), "early\n" + printed.replace("early\n", ""))
                for path in self.folder.iterdir():
                    path.unlink()
        self.check_logs(column, "early", fork=guests.place("no-pie", "read_input"))

    def test_place_that_cannot_be(self):
        """The program runs on alone, and says why."""
        there = guests.place("no-pie", "read_input")
        for fork, arguments, reason in (
                ("nosuch+0x10", (), "the program did not come to the place that fork= names"),
                (there, ("threads",), "the program has started threads, which a fork does not take along")):
            with self.subTest(reason=reason):
                (self.folder / "input").write_bytes(b"abc")
                with open(self.folder / "input", "rb") as file:
                    alone = run(*self.command(columns.CHOSEN[0], "no-pie", *arguments), stdin=file)
                with self.assertRaises(Gone) as gone:
                    self.serve(columns.CHOSEN[0], "no-pie", *arguments, fork=fork)
                self.assertEqual(gone.exception.status, alone.returncode)
                self.assertIn(f"libcov: no run is forked, since {reason}", gone.exception.said)

    def check_logs(self, column, *arguments, fork="on"):
        library = self.folder / "reopenlog.so"
        output("gcc", "-shared", "-fPIC", ROOT / "Tests/EndToEnd/support/reopenlog.c", "-o", library)
        log = self.folder / "log"
        server = self.serve(column, "no-pie", *arguments, options=["-U", "LD_PRELOAD", *execlog.OPTIONS, log],
                            environment={"LD_PRELOAD": str(library), "REOPENLOG": str(log)}, fork=fork)
        logs = {server.run(content)[0]: None for content in INPUTS}
        self.assertEqual(server.end()[0], 0)
        self.recover()
        logs = {process: f"{log}.{process}" for process in logs} | {server.process.pid: log}
        blocks = 0
        for process, path in logs.items():
            logged = execlog.executed(path)
            missing, extra = differences(drcov.load(self.folder / f"{process}.drcov"), logged)
            self.assertEqual((len(missing), len(extra)), (0, 0), process)
            blocks += len(logged)
        self.assertGreater(len(execlog.executed(log)), 1000)  # the start, which is run once
        print(f"{column}: {len(logs) - 1} children and their server, {blocks} blocks, none missing, none extra")

    @columns.on_each
    def test_what_hangs(self, column):
        """It is killed with all that it has started; what it recorded is in its journal."""
        server = self.serve(column)
        hung, end = server.run(b"h hangs", limit=3)
        self.assertEqual(os.waitstatus_to_exitcode(end), -signal.SIGKILL)
        parent, end = server.run(b"l leaves a child")
        self.assertTrue(os.WIFEXITED(end))
        self.assertEqual(len(group(parent)), 1)
        os.killpg(parent, signal.SIGKILL)
        _, end = server.run(b"abc")
        self.assertTrue(os.WIFEXITED(end))
        self.assertEqual(server.end(), (0, ""))
        self.recover()
        main = [line.split() for line in output("nm", guests.built("no-pie") / "inputs").splitlines()]
        (start,) = [int(words[0], 16) for words in main if words[-1] == "main"]
        # The server has made the call that main reads by; the child returns from it.
        self.assertTrue([address for address, _ in drcov.load(self.folder / f"{hung}.drcov").located()
                         if start < address < start + 1024])

    @columns.on_each
    def test_parent_killed_at_once(self, column):
        """A child whose server is killed before it has asked to end with it runs nothing: nobody would end it, and its
        trace would be taken for another run's."""
        library = self.folder / "parentgone.so"
        output("gcc", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", SUPPORT / "parentgone.c", "-o", library)
        server = self.serve(column, options=("-U", "LD_PRELOAD"), environment={"LD_PRELOAD": str(library)})
        with self.assertRaises(Gone):
            server.run(b"abc")
        status, _ = server.end()
        self.assertEqual(status, -signal.SIGKILL)
        self.assertEqual((self.folder / "printed").read_text(), "")
        self.assertEqual(list(self.folder.glob("*.drcov")), [])

    def test_nobody_asks(self):
        """Without AFL's descriptors the program runs once, as without the option."""
        trace = self.folder / "run.drcov"
        done = guests.qemu("pie", "inputs", plugin=f"fork=on,out={trace}")
        self.assertEqual((done.stdout, done.stderr), (guests.qemu("pie", "inputs").stdout, ""))
        self.assertTrue(drcov.load(trace).blocks)

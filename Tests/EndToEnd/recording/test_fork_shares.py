"""fork=on: what the children of a fork server must not share, and do not: each ends and prints as it does alone."""

import os
import signal

from Tests.EndToEnd.support import columns, guests
from Tests.EndToEnd.support.forkserver import Gone, Server
from Tests.EndToEnd.support.setting import ENVIRONMENT, PLUGIN, ROOT, Case, output, run

QEMU = "user"
SPECIAL = ROOT / "Fixtures/guests/special"
COMPILERS = {"pie": "gcc", "static": "gcc", "aarch64": "aarch64-linux-gnu-gcc", "arm": "arm-linux-gnueabihf-gcc",
             "riscv64": "riscv64-linux-gnu-gcc", "s390x": "s390x-linux-gnu-gcc"}
TRIED = ("positions", "memory", "memory-later", "thread", "recursive", "checked", "inherits", "writer",
         "mapped", "wiped", "left-out")
INPUTS = [b"A", b"B", b"A", b"B"]


class ForkShares(Case):
    def command(self, column, kind, program, *arguments, fork=None):
        target, libraries = guests.KINDS[kind]
        plugin = ["-plugin", f"{PLUGIN},out={self.folder}/%p.drcov,fork={fork}"] if fork else []
        words = [columns.qemu(column, target), *(["-L", libraries] if libraries else []), *plugin, program, *arguments]
        return [str(word) for word in words]

    def alone(self, *command):
        """How runs of their own end, what they print, and what QEMU says."""
        ends, printed, said = [], "", ""
        for content in INPUTS:
            (self.folder / "input").write_bytes(content)
            with open(self.folder / "input", "rb") as file:
                done = run(*command, stdin=file)
            ends.append(done.returncode)
            printed += done.stdout
            said += done.stderr
        return ends, printed, said

    def serve(self, *command):
        printed = self.folder / "printed"
        printed.unlink(missing_ok=True)
        return Server(command, self.folder / "input", printed, self.folder, ENVIRONMENT, limit=20)

    def forked(self, *command):
        server = self.serve(*command)
        ends = [os.waitstatus_to_exitcode(server.run(content, limit=10)[1]) for content in INPUTS]
        status, said = server.end()
        self.assertEqual(status, 0)
        return ends, (self.folder / "printed").read_text(), said

    @columns.on_each
    def test_of_processes(self, column):
        """Positions in files, memory, the thread's number, locks that know their owner, and an input that is mapped."""
        for kind, compiler in COMPILERS.items():
            if not columns.qemu(column, guests.KINDS[kind][0]):
                continue
            program = self.folder / f"shares-{kind}"
            output(compiler, "-Wall", "-Wextra", "-Werror", SPECIAL / "shares.c", "-o", program, "-pthread",
                   *(["-static"] if kind == "static" else []))
            for tried in TRIED:
                with self.subTest(kind=kind, tried=tried):
                    expected = self.alone(*self.command(column, kind, program, tried))
                    self.assertTrue(all(0 <= end < 90 for end in expected[0]), expected)
                    came = self.forked(*self.command(column, kind, program, tried, fork="on"))
                    self.assertEqual(came, expected)

    def build_keeps(self, *flags):
        program = self.folder / "keeps"
        output("gcc", "-Wall", "-Wextra", "-Werror", "-O1", "-static", "-nostdlib", "-fno-stack-protector", "-fno-pie",
               "-no-pie", *flags, SPECIAL / "keeps.c", "-o", program)
        return program

    @columns.on_each
    def test_number_that_libc_keeps(self, column):
        """As in programs with musl, which end themselves by a signal to their thread."""
        program = self.build_keeps()
        expected = self.alone(*self.command(column, "static", program))
        self.assertEqual(expected[0], [-signal.SIGABRT, 3] * 2)
        self.assertEqual(self.forked(*self.command(column, "static", program, fork="on")), expected)

    @columns.on_each
    def test_number_that_is_known_before(self, column):
        """Then no run is forked, or the first to end itself would end the server."""
        for flags, place in (((), True), (("-DASKS_FOR_MEMORY",), False)):
            with self.subTest(place=place):
                program = self.build_keeps(*flags)
                fork = guests.place("static", "read_input", program) if place else "on"
                its_own = self.alone(*self.command(column, "static", program))[0]
                with self.assertRaises(Gone) as gone:
                    self.serve(*self.command(column, "static", program, fork=fork))
                # It runs on alone, with the last input.
                self.assertEqual(gone.exception.status, its_own[-1])
                self.assertIn("libcov: no run is forked, since the program's C library keeps", gone.exception.said)

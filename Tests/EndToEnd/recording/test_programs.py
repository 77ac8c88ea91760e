"""Programs that nobody here wrote: each engine against QEMU's log of the same run, and the program
itself with and without the plugin."""

import collections
import difflib
import re
import shutil

from Tests.EndToEnd.support import drcov, execlog, programs
from Tests.EndToEnd.support.setting import PLUGIN, Case, run
from Tests.EndToEnd.support.truth import differences

QEMU = "user"

# System calls whose result is a descriptor.
OPENING = {"open", "openat", "openat2", "creat", "dup", "dup2", "dup3", "fcntl", "socket", "accept",
           "accept4", "epoll_create", "epoll_create1", "eventfd2", "memfd_create", "pidfd_open",
           "inotify_init1", "signalfd4", "timerfd_create", "pipe", "pipe2", "close"}
CALL = re.compile(r"^(\d+) (\w+)\((.*)")
RESULT = re.compile(r"= (-?\d+)(?: .*)?$")


class Programs(Case):
    def command(self, program, work, *options):
        try:
            return program.command(work, *options)
        except programs.NotThere as reason:
            self.skipTest(str(reason))


class Recorded(Programs):
    def check(self, program):
        work = programs.prepare(self.folder / "work")
        self.command(program, work)
        for engine in programs.engines():
            done, found = programs.record(program, self.folder, work, f"engine={engine}")
            counted = collections.Counter()
            for path, log in found.items():
                trace, logged = drcov.load(path), execlog.executed(log)
                missing, extra = differences(trace, logged)
                self.assertEqual((missing, extra), (set(), set()), f"{engine}, {path.name}")
                self.assertEqual(len(trace.blocks), len(set(trace.blocks)), "a block stands twice")
                self.assertLess(len(trace.elsewhere()), 8, "in no module")
                counted["blocks"] += len(logged)
                counted["bytes"] += log.stat().st_size
            self.assertGreater(counted["blocks"], 1500)
            print(f"{program.processor} {program.name}, {engine}: {len(found)} processes, "
                  f"{counted['blocks']} blocks recorded and logged, none missing, none extra "
                  f"({counted['bytes'] >> 20} MB of log)")
            shutil.rmtree(self.folder / "logs")


class Unnoticed(Programs):
    def strace(self, program, work, options):
        """Each process's system calls that give descriptors, with their results. The others are not
        the same from run to run: the loader's depend on where it lies, and when a child's end is
        noticed is chance."""
        logs = self.folder / "strace"
        shutil.rmtree(logs, ignore_errors=True)
        logs.mkdir()
        run(*self.command(program, work, "-U", "LD_PRELOAD", "-U", "REOPENLOG", *options,
                          "-d", "strace", "-D", logs / "log"), text=False,
            environment={**programs.ENVIRONMENT, **programs.reopening(self.folder),
                         "REOPENLOG": str(logs / "log")})
        processes = []
        for path in logs.iterdir():
            calls = []
            for line in path.read_text(errors="replace").splitlines():
                match = CALL.match(line)
                if match and match[2] in OPENING and (result := RESULT.search(match[3])):
                    calls.append(f"{match[2]} {result[1]}")
            processes.append(calls)
        return sorted(processes)  # those that run at the same time have no order

    def check(self, program):
        work = programs.prepare(self.folder / "work")
        folder = self.folder / "traces"
        seen = {}
        for name, options in {
                "without": [], **{engine: ["-plugin", f"{PLUGIN},engine={engine},out={folder}/run.drcov"]
                                  for engine in programs.engines()}}.items():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            plain = run(*self.command(program, work, *options), environment=programs.ENVIRONMENT,
                        text=False)
            self.assertEqual((folder / "run.drcov").exists(), name != "without")
            seen[name] = (plain.returncode, plain.stdout, plain.stderr,
                          self.strace(program, work, options))
        without = seen.pop("without")
        self.assertGreater(len(without[1]), 30, "it no longer does what it is for")
        self.assertGreater(opened := sum(map(len, without[3])), 7)
        for engine, with_it in seen.items():
            for what, one, other in zip(("status", "output", "messages"), without, with_it):
                self.assertEqual(other, one, f"{what} with {engine}, and without")
            self.assertEqual(len(without[3]), len(with_it[3]), f"processes with {engine}")
            for one, other in zip(without[3], with_it[3]):
                changes = list(difflib.unified_diff(one, other, "without", engine, lineterm="", n=2))
                self.assertEqual(changes[:40], [], "system calls")
        print(f"{program.processor} {program.name}: status {without[0]}, {len(without[1])} bytes of "
              f"output, {opened} system calls with descriptors in {len(without[3])} processes: "
              f"all the same with {', '.join(seen)}")


for _processor in programs.PROCESSORS:
    for _name in programs.WORK:
        for _case in (Recorded, Unnoticed):
            setattr(_case, f"test_{_processor}_{_name}",
                    lambda self, program=programs.Program(_processor, _name): self.check(program))
del _case  # or the loader would find its class twice, and run it twice

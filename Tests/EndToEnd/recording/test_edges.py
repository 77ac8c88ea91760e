"""branches=on: which ways conditional jumps went, against QEMU's own log of the same run.

COVTOOL_SLOW=1: with the programs whose logs take minutes to read, too.
"""

import os
import shutil
import subprocess

from Tests.EndToEnd.plugins.test_every_function import symbols
from Tests.EndToEnd.support import drcov, edges, execlog, guests, programs
from Tests.EndToEnd.support.endings import wait_for_sleep
from Tests.EndToEnd.support.setting import ENVIRONMENT, PLUGIN, Case, emulator, output, run

QEMU = "user"

# A program without libc: its jumps go one way, the other, and both.
I386 = """
static int collatz(unsigned n) {
    int steps = 0;
    while (n != 1) { if (n % 2) n = 3 * n + 1; else n /= 2; ++steps; }
    return steps;
}
static int kind(int n) {
    switch (n) { case 1: return 5; case 7: return 6; case 100: return 7; case 1000: return 8; default: return 9; }
}
void _start(void) {
    int sum = 0;
    for (int n = 1; n < 30; ++n) sum += collatz(n);
    for (int n = 0; n < 9; ++n) if (n > 3 && (n < 6 || sum < 0)) sum += kind(n); else if (sum == 0) sum -= n;
    asm volatile("mov $9, %%ecx\\n1: loop 1b\\njecxz 2f\\nud2\\n2:" ::: "ecx");
    asm volatile("int $0x80" :: "a"(1), "b"(0));
}
"""
# Asks by x86-64's vsyscall page for the time, where QEMU makes instructions up, and goes one way after it.
VSYSCALL = """
int main(void)
{
    long (*time)(long *) = (long (*)(long *))0xffffffffff600400;
    long seconds;
    return time(&seconds) > 0 && seconds > 0 ? 5 : 4;
}
"""
INPUT = guests.DEMO / "inputs/mistakes.txt"


class Edges(Case):
    def logged(self, kind, program, *arguments, options="", **more):
        """A run with the plugin and the log; the trace, and the edges that the log has."""
        trace, log = self.folder / "run.drcov", self.folder / "log"
        done = guests.qemu(kind, program, *arguments, plugin=f"out={trace},branches=on{options}",
                           options=[*execlog.OPTIONS, log], **more)
        self.assertTrue(trace.exists(), done.stderr)
        found = edges.logged(log, guests.KINDS[kind][0])
        return drcov.load(trace), found

    def compare(self, name, trace, logged, least=500):
        """None missing, none extra."""
        def cut(address):
            return address if any(m.start <= address < m.end for m in trace.modules) else address & 0xFFFFFFFF
        logged = {(cut(address), size, way) for address, size, way in logged}
        recorded = edges.recorded(trace)
        missing, extra = logged - recorded, recorded - logged
        print(f"{name}: recorded {len(recorded)}, logged {len(logged)}, missing {len(missing)}, "
              f"extra {len(extra)}")
        self.assertGreater(len(logged), least)
        self.assertFalse(edges.table(trace)[1])
        self.assertEqual((missing, extra), (set(), set()))

    def test_program(self):
        self.compare("ls", *self.logged("pie", "/bin/ls", "/"))

    def test_interpreter(self):
        script = "my %h; $h{$_ % 7} += $_ for 1..200; print sort values %h"
        self.compare("perl", *self.logged("pie", "/usr/bin/perl", "-e", script))

    def test_other_programs(self):
        """Of several processes, each has what its own log has: a forked child none of its parent's."""
        slow = () if os.environ.get("COVTOOL_SLOW") == "1" else ("find", "perl", "python3")
        for name in programs.WORK.keys() - set(slow):
            with self.subTest(name):
                work = programs.prepare(self.folder / name)
                _, found = programs.record(programs.Program("x86_64", name), self.folder, work, "branches=on")
                for number, (path, log) in enumerate(found.items()):
                    self.compare(f"{name} {number}", drcov.load(path), edges.logged(log), least=number and 50 or 500)

    def test_made_while_running(self):
        """grep -P has its patterns compiled to machine code."""
        text = self.folder / "text"
        text.write_text("hello world 12345 abc\n" * 200)
        trace, logged = self.logged("pie", "/bin/grep", "-cP", r"(\w+) (\w+) \d{3,}", text, options=",jit=on")
        (made,) = (module for module in trace.modules if module.path == "[jit]")
        self.assertGreater(sum(entry[0] == made.id for entry in edges.table(trace)[0]), 5)
        self.compare("grep -P", trace, logged)

    def test_i386(self):
        (self.folder / "jumps.c").write_text(I386)
        output("gcc", "-m32", "-fno-pie", "-no-pie", "-O0", "-nostartfiles", "-nostdlib", "-fno-stack-protector",
               "jumps.c", "-o", "jumps", folder=self.folder)
        trace, log = self.folder / "run.drcov", self.folder / "log"
        run(*emulator("i386"), *execlog.OPTIONS, log, "-plugin", f"{PLUGIN},out={trace},branches=on",
            self.folder / "jumps")
        self.compare("i386", drcov.load(trace), edges.logged(log, "i386"), least=20)

    def test_made_up_instructions(self):
        source, program = self.folder / "guest.c", self.folder / "guest"
        source.write_text(VSYSCALL)
        output("gcc", "-O0", "-static", source, "-o", program)
        main, size = symbols(program)["main"]
        for options in ("branches=on", "branches=on,counts=on"):
            trace = self.folder / f"{options}.drcov"
            # Without QEMU's log, which crashes 10.2 there.
            done = run(*emulator("x86_64"), "-plugin", f"{PLUGIN},out={str(trace).replace(',', ',,')},{options}", program)
            self.assertEqual((done.returncode, done.stderr), (5, ""))
            ways = [way for address, _, way in edges.recorded(drcov.load(trace)) if main <= address < main + size]
            # `time(…) > 0` and `seconds > 0` fall through; neither is left out.
            self.assertEqual(len(ways), 2)

    def test_translated_anew(self):
        """What was seen both ways is not watched any more, and what is new then is seen all the same."""
        (self.folder / "line").write_text("\n")
        with open(self.folder / "line") as line:
            self.compare("hot", *self.logged("pie", "hot", "1800000", "1000", stdin=line))

    def test_threads(self):
        self.compare("threads", *self.logged("pie", "phases", "threads"))

    def test_killed(self):
        """After SIGKILL the journal has what was seen until then."""
        trace, log, script = self.folder / "run.drcov", self.folder / "log", "$| = 1; print qq(ready\\n); sleep 60"
        with subprocess.Popen(
                [str(word) for word in [*emulator("x86_64"), *execlog.OPTIONS, log, "-plugin",
                                        f"{PLUGIN},out={trace},branches=on", "/usr/bin/perl", "-e", script]],
                env=ENVIRONMENT, stdout=subprocess.PIPE) as process:
            self.assertEqual(process.stdout.readline(), b"ready\n")
            wait_for_sleep(process.pid)
            process.kill()
        (journal,) = self.folder.glob("run.drcov.*.journal")
        self.covtool("recover", journal, "-o", trace)
        self.compare("killed", drcov.load(trace), edges.logged(log))

    def test_same_without_log(self):
        """The log makes QEMU run without chaining blocks; without it the same must be recorded. But for the loader: it
        searches what it has loaded by address, and addresses are another run's others."""
        trace, _ = self.logged("pie", "calculator", INPUT)
        plain = self.folder / "plain.drcov"
        guests.qemu("pie", "calculator", INPUT, plugin=f"out={plain},branches=on")
        different = edges.offsets(drcov.load(plain)) ^ edges.offsets(trace)
        self.assertEqual({edge for edge in different if "/ld-linux" not in edge[0]}, set())

    def test_with_other_options(self):
        """Hit counts, precise=on, text and version 3 change nothing of the edges."""
        for options in ("counts=on", "precise=on", "format=text", "version=3", "start=0,stop=0"):
            if options.startswith("start"):
                place = guests.place("pie", "main", guests.built("pie") / "calculator")
                options = f"start={place}"
            with self.subTest(options):
                trace, logged = self.logged("pie", "calculator", INPUT, options="," + options)
                if options.startswith("start"):
                    self.assertEqual(edges.recorded(trace) - logged, set())
                    self.assertGreater(len(edges.recorded(trace)), 200)
                else:
                    self.compare(options, trace, logged)

    def test_selection(self):
        """Only jumps in the modules that are wanted, each with all its ways."""
        trace, logged = self.logged("pie", "calculator", INPUT, options=",module=libtokens.so")
        (module,) = trace.modules
        wanted = {edge for edge in logged if module.start <= edge[0] < module.end}
        self.assertGreater(len(wanted), 50)
        self.assertEqual(edges.recorded(trace) ^ wanted, set())


for _kind in ("pie", "aarch64", "arm", "arm-marm", "riscv64", "s390x"):
    def _check(self, kind=_kind):
        (command, *_) = emulator(guests.KINDS[kind][0])
        if not shutil.which(command):
            self.skipTest(f"{command} is not there: not run")
        self.compare(kind, *self.logged(kind, "calculator", INPUT))
    setattr(Edges, f"test_{_kind.replace('-', '_')}", _check)

"""What was recorded is translated anew without a callback: after warm-up none is called, and the
recorded set is still the log's."""

import re
import subprocess
import time

from Tests.EndToEnd.support import drcov, execlog, guests
from Tests.EndToEnd.support.comparing import Comparing
from Tests.EndToEnd.support.setting import ENVIRONMENT, PLUGIN, emulator, output

QEMU = "user"

WARM = 3_000_000
HOT = [20_000, 60_000_000]  # times


class Retranslation(Comparing):
    def callbacks(self):
        """The plugin's functions that QEMU calls when a block is executed: their symbols."""
        found = re.findall(r"[tT] (\S*8CallbackO(?:8executed|13executedFirst)\S*U_To)$",
                           output("nm", PLUGIN), re.M)
        self.assertEqual(len(found), 2, found)
        return found

    def start(self, *options, arguments):
        return subprocess.Popen(
            [str(word) for word in [*emulator("x86_64"), "-plugin",
                                    f"{PLUGIN},engine=callback,out={self.folder}/run.drcov", *options,
                                    guests.built("pie") / "hot", *arguments]],
            env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def calls(self, times):
        """How often a debugger sees our functions called in a loop of so many times, and in what the
        program does to end; and how long the loop took."""
        with self.start(arguments=[str(WARM), str(times)]) as process:
            self.assertEqual(process.stdout.readline(), b"ready\n")
            commands = ["handle all nostop noprint pass"]
            for number, symbol in enumerate(self.callbacks(), 1):
                commands += [f"break *&'{symbol}'", f"ignore {number} 1000000000"]
            commands += ["echo \\nnow\\n", "continue", "info breakpoints"]
            heard = self.folder / "debugger"
            with open(heard, "wb") as said, subprocess.Popen(
                    ["gdb", "-q", "-nx", "-iex", "set complaints 0", "-batch",
                     *(word for command in commands for word in ("-ex", command)),
                     "-p", str(process.pid)], stdin=subprocess.DEVNULL, stdout=said,
                    stderr=subprocess.STDOUT, env=ENVIRONMENT) as debugger:
                deadline = time.monotonic() + 60
                while b"\nnow\n" not in heard.read_bytes():
                    if debugger.poll() is not None or time.monotonic() > deadline:
                        debugger.kill()
                        process.kill()
                        self.skipTest(f"not run: no debugger here; {heard.read_text()[-300:]}")
                    time.sleep(0.05)
                begun = time.monotonic()
                process.stdin.write(b"\n")
                process.stdin.flush()
                debugger.wait(timeout=120)
            said = heard.read_text()
            self.assertEqual(process.wait(timeout=60), 0)
        self.assertEqual(len(re.findall(r"breakpoint +keep y", said)), 2, said)
        return sum(map(int, re.findall(r"already hit (\d+) time", said))), time.monotonic() - begun

    def test_no_callbacks_when_warm(self):
        (few, _), (many, took) = (self.calls(times) for times in HOT)
        print(f"our callbacks seen by a debugger, after {WARM} times of the loop: {few} with {HOT[0]} "
              f"times more, {many} with {HOT[1]} ({took:.1f} s)")
        # What the program does to end is new, and is still seen.
        self.assertGreater(few, 100)
        self.assertEqual(many, few)

    def test_recorded_equals_logged(self):
        log = self.folder / "log"
        with self.start(*execlog.OPTIONS, log, arguments=["1800000", "1000"]) as process:
            process.communicate(b"\n", timeout=300)
        self.assertEqual(process.returncode, 0)
        trace, logged = drcov.load(self.folder / "run.drcov"), execlog.executed(log)
        starts = re.findall(rb"^IN: .*\n(0x[0-9a-f]+):", log.read_bytes(), re.M)
        log.unlink()
        again = len(starts) - len(set(starts))
        print(f"{again} of {len(set(starts))} blocks were translated again")
        self.assertGreater(again, 4, "the guest no longer does what it is for")
        self.compare("hot", trace, logged)

"""Runs the end-to-end tests: all, or those named (test_lcov, test_cli.ExitStatus, ...).

Several names run side by side, each in a process of its own, as many as there are processors but no more than four.
COVTOOL_RESULTS: a file that gets a line for each test, its name and how it ended, between a tab.
"""

import importlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from Tests.EndToEnd.support import setting

# Test module -> its name as Python has it, with its folder
MODULES = {path.stem: f"Tests.EndToEnd.{path.parent.name}.{path.stem}" for path in
           sorted(Path(__file__).parent.glob("*/test_*.py"), key=lambda path: path.stem)}
# How a test ends -> as the last line says it
ENDS = {"passed": "passed", "FAILED": "failed", "skipped": "skipped", "not run": "not run",
        "open": "known to fail"}


def short(id):
    """A test's name without the folders above its module."""
    return id[id.find("test_"):] if id.startswith("Tests.EndToEnd.") else id


def whole(name):
    """A test's name as Python has it."""
    module, dot, rest = name.partition(".")
    return MODULES.get(module, module) + dot + rest


class Result(unittest.TextTestResult):
    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.started = []
        self.partly = set()  # tests of which a part has passed

    def startTest(self, test):
        super().startTest(test)
        self.started.append(test.id())

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is None:
            self.partly.add(test.id())

    def ends(self):
        """Each test's name -> passed, FAILED, skipped, or not run where what it needs is not there. A
        failure before a test counts as one, and a test that is skipped in part as passed."""
        def ids(outcomes):
            return [getattr(test, "test_case", test).id() for test, *_ in outcomes]

        ends = {id: "passed" for id in self.started}
        for id, reason in zip(ids(self.skipped), (reason for _, reason in self.skipped)):
            if id not in self.partly:
                ends[id] = "not run" if "not run" in reason else "skipped"
        ends.update((id, "open") for id in ids(self.expectedFailures))  # known, and not mended
        ends.update((id, "FAILED") for id in ids(self.failures + self.errors))
        ends.update((test.id(), "FAILED") for test in self.unexpectedSuccesses)
        return {short(id): end for id, end in ends.items()}


def chosen():
    """All tests for the kind of QEMU that is chosen. A module's QEMU says which kind it is for: user
    or system; those without one record with user-mode QEMU, or not at all."""
    kind = setting.QEMU.partition("-")[0] or "user"
    return [name for name, module in MODULES.items()
            if getattr(importlib.import_module(module), "QEMU", "user") == kind]


def run_here(names):
    """How the tests of these names ended."""
    suite = unittest.defaultTestLoader.loadTestsFromNames(map(whole, names))
    result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout, resultclass=Result).run(suite)
    for test, reason in result.skipped:
        print(f"skipped: {test}: {reason}")
    return result.ends()


def run_apart(name):
    """What a process that runs the tests of this name wrote, how they ended, and the seconds that it took. One that dies
    failed."""
    began = time.monotonic()
    with tempfile.NamedTemporaryFile("r", suffix=".results") as results:
        done = subprocess.run([sys.executable, "-m", "Tests.EndToEnd", name], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              env={**os.environ, "COVTOOL_RESULTS": results.name})
        ends = dict(line.split("\t") for line in results.read().splitlines())
    if done.returncode and "FAILED" not in ends.values():
        ends[f"{name}: status {done.returncode}"] = "FAILED"
    return done.stdout, ends, time.monotonic() - began


def run_side_by_side(names, processes):
    """How the tests of these names ended."""
    ends, seconds = {}, {}
    with ThreadPoolExecutor(processes) as pool:
        futures = {pool.submit(run_apart, name): name for name in names}
        for future in as_completed(futures):
            text, more, seconds[futures[future]] = future.result()
            print(text, end="", flush=True)
            ends.update(more)
    longest = sorted(seconds, key=seconds.get, reverse=True)[:5]
    print("the longest: " + ", ".join(f"{name} {seconds[name]:.0f} s" for name in longest))
    for name, end in ends.items():
        if end == "FAILED":
            print(f"FAILED: {name}")
    return ends


def main():
    unfiled = sorted(path.name for path in Path(__file__).parent.glob("test_*.py"))
    if unfiled:
        sys.exit(f"in no folder: {' '.join(unfiled)}; Tests/README.md says what each folder is for")
    # Started in the background, or by nohup, it ignores these, and what it runs would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: None)
    names = sys.argv[1:] or chosen()
    for path in (setting.COVTOOL, setting.PLUGIN):
        if not path.exists():
            sys.exit(f"{path} is not there: build first, or set COVTOOL_BUILD")
    began = time.monotonic()
    processes = min(len(names), len(os.sched_getaffinity(0)), 4)
    ends = run_side_by_side(names, processes) if processes > 1 else run_here(names)
    if file := os.environ.get("COVTOOL_RESULTS"):
        Path(file).write_text("".join(f"{id}\t{end}\n" for id, end in ends.items()))
    counts = Counter(ends.values())
    counts.update(passed=0, FAILED=0)
    print(", ".join(f"{counts[end]} {text}" for end, text in ENDS.items() if end in counts)
          + f" in {time.monotonic() - began:.0f} s")
    sys.exit(1 if counts["FAILED"] or not ends else 0)


main()

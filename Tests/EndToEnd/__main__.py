"""Runs the end-to-end tests: all, or those named (test_lcov, test_cli.ExitStatus, ...).

COVTOOL_RESULTS: a file that gets a line for each test, its name and how it ended, between a tab.
"""

import importlib
import os
import sys
import time
import unittest
from pathlib import Path

from Tests.EndToEnd import setting

PACKAGE = "Tests.EndToEnd"


class Result(unittest.TextTestResult):
    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.started = []

    def startTest(self, test):
        super().startTest(test)
        self.started.append(test.id())

    def ends(self):
        """Each test's name -> passed, FAILED, skipped, or not run where what it needs is not there. A
        failure before a test counts as one."""
        def ids(outcomes):
            return [getattr(test, "test_case", test).id() for test, *_ in outcomes]

        ends = {id: "passed" for id in self.started}
        ends.update((id, "skipped") for id in ids(self.skipped))
        ends.update((id, "not run") for id in ids(s for s in self.skipped if "not run" in s[1]))
        ends.update((id, "open") for id in ids(self.expectedFailures))  # known, and not mended
        ends.update((id, "FAILED") for id in ids(self.failures + self.errors))
        ends.update((test.id(), "FAILED") for test in self.unexpectedSuccesses)
        return {id.removeprefix(f"{PACKAGE}."): end for id, end in ends.items()}


def chosen():
    """All tests for the kind of QEMU that is chosen. A module's QEMU says which kind it is for: user
    or system; those without one record with user-mode QEMU, or not at all."""
    kind = setting.QEMU.partition("-")[0] or "user"
    names = [path.stem for path in sorted(Path(__file__).parent.glob("test_*.py"))]
    modules = {name: importlib.import_module(f"{PACKAGE}.{name}") for name in names}
    return [name for name in names if getattr(modules[name], "QEMU", "user") == kind]


def main():
    names = sys.argv[1:] or chosen()
    for path in (setting.COVTOOL, setting.PLUGIN):
        if not path.exists():
            sys.exit(f"{path} is not there: build first, or set COVTOOL_BUILD")
    suite = unittest.defaultTestLoader.loadTestsFromNames([f"{PACKAGE}.{name}" for name in names])
    began = time.monotonic()
    result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout, resultclass=Result).run(suite)
    if file := os.environ.get("COVTOOL_RESULTS"):
        Path(file).write_text("".join(f"{id}\t{end}\n" for id, end in result.ends().items()))
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped, known = len(result.skipped), len(result.expectedFailures)
    for test, reason in result.skipped:
        print(f"skipped: {test}: {reason}")
    passed = result.testsRun - failed - skipped - known
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
          + (f", {known} known to fail" if known else "")
          + f" in {time.monotonic() - began:.0f} s")
    sys.exit(1 if failed or result.testsRun == 0 else 0)


main()

"""Runs the end-to-end tests: all, or those named (test_lcov, test_cli.ExitStatus, ...)."""

import sys
import time
import unittest
from pathlib import Path

from Tests.EndToEnd import setting

PACKAGE = "Tests.EndToEnd"


def main():
    names = [path.stem for path in sorted(Path(__file__).parent.glob("test_*.py"))]
    if len(sys.argv) > 1:
        names = sys.argv[1:]
    for path in (setting.COVTOOL, setting.PLUGIN):
        if not path.exists():
            sys.exit(f"{path} is not there: build first, or set COVTOOL_BUILD")
    suite = unittest.defaultTestLoader.loadTestsFromNames([f"{PACKAGE}.{name}" for name in names])
    began = time.monotonic()
    result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    for test, reason in result.skipped:
        print(f"skipped: {test}: {reason}")
    passed = result.testsRun - failed - skipped
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
          + f" in {time.monotonic() - began:.0f} s")
    sys.exit(1 if failed or result.testsRun == 0 else 0)


main()

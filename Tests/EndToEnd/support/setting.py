"""Where things are, and how programs are run in the tests."""

import functools
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BUILD = Path(os.environ.get("COVTOOL_BUILD", ROOT / ".build/release")).absolute()
COVTOOL = BUILD / "covtool"
PLUGIN = BUILD / "libcov.so"
# The QEMU that records: one of Tests/Scripts/qemus' columns. Without it, Debian's qemu-user on the PATH.
QEMU = os.environ.get("COVTOOL_QEMU", "")
RECORDING = os.environ.get("COVTOOL_RECORD") == "1"

# What the person who runs the tests has set must not reach the programs that are tested.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.startswith(("QEMU_", "COVTOOL_", "COV_", "DEMO_", "LCOV_", "GCOV_"))}
ENVIRONMENT.update(LC_ALL="C.UTF-8", TZ="UTC")


def run(*command, folder=None, environment=None, **options):
    """Runs a program to its end; what it wrote is kept as text."""
    return subprocess.run(
        [str(word) for word in command], cwd=folder, env={**ENVIRONMENT, **(environment or {})},
        stdin=options.pop("stdin", subprocess.DEVNULL), stdout=options.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE, text=options.pop("text", True), timeout=600, **options)


def output(*command, **options):
    """What a program that must succeed wrote to standard output."""
    done = run(*command, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stderr}")
    return done.stdout


@functools.cache
def emulator(target):
    """The command that emulates a processor in the chosen QEMU."""
    if not QEMU:
        return [f"qemu-{target}"]
    listed = subprocess.run([ROOT / "Tests/Scripts/qemus", "--list", QEMU], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    _, _, command, more = listed.rstrip("\n").split("\t")
    if command == "-":
        raise AssertionError(f"{QEMU} is not prepared (Tests/Scripts/qemus): {more}")
    return command.replace("TARGET", target).split()


@functools.cache
def llvm(tool):
    """A tool of Debian's LLVM (clang, llvm-dwp, ...), whatever its number: Swift's own may come first on the
    PATH."""
    numbered = sorted(Path("/usr/bin").glob(f"{tool}-[0-9]*"), key=lambda path: int(path.name[len(tool) + 1:]))
    for path in [Path("/usr/bin", tool), *reversed(numbered)]:
        if path.exists():
            return str(path)
    raise AssertionError(f"there is no {tool} in /usr/bin (Debian's clang, llvm and lld have such)")


class Case(unittest.TestCase):
    """A test with an empty folder of its own."""

    maxDiff = None

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="covtool-test-")).resolve()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def covtool(self, *arguments, status=0, folder=None, **options):
        """Runs covtool in the test's folder, and looks at its exit status."""
        done = run(COVTOOL, *arguments, folder=folder or self.folder, **options)
        shown = f"covtool {' '.join(map(str, arguments))}\n{done.stdout!s:.2000}\n{done.stderr}"
        self.assertEqual(done.returncode, status, shown)
        return done

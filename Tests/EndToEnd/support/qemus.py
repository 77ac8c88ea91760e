"""All QEMUs that Tests/Scripts/qemus has prepared, of both kinds."""

import functools
import subprocess
from pathlib import Path

from Tests.EndToEnd.support import setting

# Column -> the version of the plugin interface.
API = {"user-7.2": 1, "user-10.2": 5, "user-11.1": 7, "system-10.0": 4, "system-11.1": 7}


@functools.cache
def _commands():
    wanted = [setting.QEMU] if setting.QEMU else list(API)
    listed = subprocess.run([setting.ROOT / "Tests/Scripts/qemus", "--list", *wanted], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    return {line.split("\t")[0]: line.split("\t")[2] for line in listed.splitlines()}


def command(column, target):
    """The command that emulates a processor; None where the QEMU is not prepared or not chosen."""
    text = _commands().get(column, "-")
    return None if text == "-" else text.replace("TARGET", target).split()


def program(command):
    """The QEMU itself, of a command that runs it: in a root folder of its own, or not."""
    words = [word for word in command if Path(word).name.startswith("qemu-")]
    path = Path(words[0])
    return path if path.is_absolute() else Path(command[command.index(words[0]) - 1], "usr/bin", path)


def on_each(kind=""):
    """Makes a test of what takes a column: on the prepared ones of the kind (user, system; both
    without it), one after the other, each with an empty folder."""
    def make(check):
        @functools.wraps(check)
        def test(self):
            top = self.folder
            for column in API:
                if not column.startswith(kind) or (setting.QEMU and column != setting.QEMU):
                    continue
                with self.subTest(column):
                    if not command(column, "x86_64"):
                        self.skipTest(f"{column} is not prepared here: not run")
                    self.folder = top / column
                    self.folder.mkdir()
                    check(self, column)
        return test
    return make

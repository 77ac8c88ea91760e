"""The user-mode QEMUs that the recorder is tried on, by the names of the matrix's columns."""

import functools
import os
from pathlib import Path

from Tests.EndToEnd.support import setting

CACHE = Path(os.environ.get("COVTOOL_CACHE")
              or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "covtool")

# Column -> the folder with its qemu-x86_64 and so on; what is not there is not run.
_FOLDERS = {"user-7.2": Path("/usr/bin"), "user-10.2": CACHE / "user-10.2/bin",
            "user-11.1": CACHE / "user-11.1/bin"}

ALL = list(_FOLDERS)
# The one that COVTOOL_QEMU names, as Tests/Scripts/matrix does for each; all without it.
CHOSEN = [setting.QEMU] if setting.QEMU else ALL


def qemu(column, target="x86_64"):
    """The program, or None where the column is not prepared on this machine."""
    path = _FOLDERS[column] / f"qemu-{target}"
    return path if path.exists() else None


def on_each(check):
    """Makes a test of what takes a column: on the chosen columns one after the other, each with an
    empty folder."""
    @functools.wraps(check)
    def test(self):
        top = self.folder
        for column in CHOSEN:
            with self.subTest(column):
                if not qemu(column):
                    self.skipTest(f"{column} is not prepared here: not run")
                self.folder = top / column
                self.folder.mkdir()
                check(self, column)
    return test


class Matrix:
    """What became of each event on each QEMU, to be printed."""

    def __init__(self, title):
        self.title = title
        self.rows = {}

    def note(self, row, column, text):
        self.rows.setdefault(row, {})[column] = text

    def print(self):
        cells = [[self.title, *CHOSEN]]
        for row, found in self.rows.items():
            cells.append([row, *(found.get(column, "not run") for column in CHOSEN)])
        widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
        print()
        for line in cells:
            print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())

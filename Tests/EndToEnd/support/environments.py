"""Programs of the Python package index, each kind in an environment of its own below the cache."""

import functools
import os
import shutil
import sys
from pathlib import Path

from Tests.EndToEnd.support.setting import run

CACHE = Path(os.environ.get("COVTOOL_CACHE") or
             Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "covtool")


@functools.cache
def environment_of(name, packages):
    """The Python of an environment of its own with packages; None where they cannot be had."""
    folder = CACHE / name
    made = folder / "made"
    wanted = "\n".join(packages)
    if not made.exists() or made.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        CACHE.mkdir(parents=True, exist_ok=True)
        for command in ([sys.executable, "-m", "venv", folder], [folder / "bin/pip", "install", "--quiet", *packages]):
            if run(*command).returncode != 0:
                return None
        made.write_text(wanted)
    return folder / "bin/python"

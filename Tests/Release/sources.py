"""Prints the Swift files of a target, as SwiftPM would take them.

    sources.py PACKAGE FOLDER

PACKAGE is what `swift package dump-package` wrote, FOLDER the target's, whose name is the target's.
"""

import json
import sys
from pathlib import Path

folder = Path(sys.argv[2])
target, = [target for target in json.loads(Path(sys.argv[1]).read_text())["targets"] if target["name"] == folder.name]
for path in sorted(folder.resolve().rglob("*.swift")):
    name = path.relative_to(folder.resolve())
    if not any(name.is_relative_to(excluded) for excluded in target["exclude"]):
        print(path)

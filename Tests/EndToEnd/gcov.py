"""What gcov says of the same sources and inputs: built apart with --coverage, run without QEMU."""

import json
import shutil
from collections import defaultdict

from Tests.EndToEnd import guests
from Tests.EndToEnd.setting import output, run


def counts(folder):
    """Runs the demo's guest for each input, its counters in `folder`. Gives for each file
    {line: count} and {(line, name): count} of functions; the largest where there are several."""
    built = guests.built("coverage")
    for notes in built.glob("*.gcno"):
        shutil.copy(notes, folder)
    environment = {"GCOV_PREFIX": str(folder), "GCOV_PREFIX_STRIP": "99"}
    for input in guests.INPUTS:
        run(built / "calculator", input, environment=environment)
    lines, functions = defaultdict(dict), defaultdict(dict)
    for document in output("gcov", "--json-format", "--stdout", *sorted(folder.glob("*.gcda")),
                           folder=folder).splitlines():
        for file in json.loads(document)["files"]:
            path = file["file"]
            for line in file["lines"]:
                known = lines[path].get(line["line_number"], 0)
                lines[path][line["line_number"]] = max(known, line["count"])
            for function in file["functions"]:
                key = function["start_line"], function["demangled_name"]
                known = functions[path].get(key, 0)
                functions[path][key] = max(known, function["execution_count"])
    return lines, functions

"""What gcov says of the same sources and inputs: built apart with --coverage, run without QEMU."""

import json
import shutil
from collections import defaultdict

from Tests.EndToEnd.support import guests
from Tests.EndToEnd.support.setting import output, run


def read(folder, program="gcov"):
    """What the counters in a folder say: for each file {line: count} and {name: (line, count)} of
    functions, by the linker's names. What several functions of one line, or several compilation
    units with one header, have counted adds up, as in gcov's own text and in lcov."""
    lines, functions = defaultdict(lambda: defaultdict(int)), defaultdict(dict)
    for document in output(program, "--json-format", "--stdout", *sorted(folder.glob("*.gcda")),
                           folder=folder).splitlines():
        for file in json.loads(document)["files"]:
            path = file["file"]
            for line in file["lines"]:
                lines[path][line["line_number"]] += line["count"]
            for function in file["functions"]:
                name = function["name"]
                _, known = functions[path].get(name, (0, 0))
                functions[path][name] = function["start_line"], known + function["execution_count"]
    return lines, functions


def demo(folder, inputs=guests.INPUTS):
    """Runs the demo's guest for each input, its counters in `folder`; gives what `read` gives."""
    built = guests.built("coverage")
    for notes in built.glob("*.gcno"):
        shutil.copy(notes, folder)
    environment = {"GCOV_PREFIX": str(folder), "GCOV_PREFIX_STRIP": "99"}
    for input in inputs:
        run(built / "calculator", input, environment=environment)
    return read(folder)

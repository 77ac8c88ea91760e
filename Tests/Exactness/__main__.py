"""Prints how well counts of lines and functions agree with gcov's; see Tests/Scripts/exactness."""

import json
import re
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from Tests.EndToEnd.support import gcov
from Tests.EndToEnd.support.setting import COVTOOL, PLUGIN, emulator, output, run
from Tests.Exactness import programs

# In percent, at -O0.
LEAST = {"lines known": 97.5, "hit state": 99.99, "counts": 99.8,
         "functions' hit state": 100, "functions' counts": 100}
ROW = re.compile(r" +(\d+):\d+ +(S?)")
FILE = re.compile(r"  (/.+) \(mtime: ")


def execute(name, *command, **more):
    """Runs a program in a folder of its own; gives what it wrote."""
    what = programs.program(name)
    with tempfile.TemporaryDirectory() as folder:
        for path in what.files:
            shutil.copytree(path, Path(folder) / path.name)
        with open(what.input or "/dev/null", "rb") as input:
            done = run(*command, *what.arguments, folder=folder, stdin=input, text=False, **more)
    said = [line for line in done.stdout.splitlines() if not what.differs or what.differs not in line]
    return done.returncode, said


def ours(name, folder):
    """What covtool says of a run, as gcov.read gives it; and the run."""
    with tempfile.TemporaryDirectory() as traces:
        trace = Path(traces) / "run.drcov"
        ran = execute(name, *emulator("x86_64"), "-plugin", f"{PLUGIN},counts=on,out={trace}",
                      folder / name)
        document = json.loads(output(COVTOOL, "json", "--elf", folder / name, trace))
    lines = {file["path"]: {line["line"]: line["hits"] for line in file["lines"]}
             for file in document["files"]}
    functions = {file["path"]: {function["linkageName"]: (function["line"], function["hits"])
                                for function in file["functions"]} for file in document["files"]}
    return lines, functions, ran


def theirs(name, folder):
    """What gcov says of a run; and the run."""
    with tempfile.TemporaryDirectory() as counters:
        for notes in folder.glob("*.gcno"):
            shutil.copy(notes, counters)
        environment = {"GCOV_PREFIX": counters, "GCOV_PREFIX_STRIP": "99"}
        ran = execute(name, folder / name, environment=environment)
        return *gcov.read(Path(counters)), ran


def statements(elf):
    """The lines that the line table has, as elfutils reads it: {(file, line): begins a statement}."""
    found, path = {}, None
    for text in output("eu-readelf", "--debug-dump=decodedline", elf).splitlines():
        if match := FILE.match(text):
            path = match[1]
        elif match := ROW.match(text):
            key = path, int(match[1])
            found[key] = found.get(key, False) or bool(match[2])
    return found


def flat(by_file):
    return {(path, key): value for path, values in by_file.items() for key, value in values.items()}


def percent(part, whole):
    return 100 * part / max(1, whole)


def compare(name, level, is_listing):
    """Prints the figures of one program; gives them."""
    plain, instrumented = (programs.build(name, level, kind) for kind in (False, True))
    (our_lines, our_functions, our_run), (their_lines, their_functions, their_run) = (
        ours(name, plain), theirs(name, instrumented))
    if our_run != their_run or our_run[0] != programs.program(name).status:
        raise SystemExit(f"{name}: the two runs differ, or failed ({our_run[0]}, {their_run[0]})")
    mine, gcovs = flat(our_lines), flat(their_lines)
    both = sorted(mine.keys() & gcovs.keys())
    hit = [key for key in both if bool(mine[key]) == bool(gcovs[key])]
    equal = [key for key in both if mine[key] == gcovs[key]]
    my_functions, gcov_functions = flat(our_functions), flat(their_functions)
    common = sorted(my_functions.keys() & gcov_functions.keys())
    entered = [key for key in common if bool(my_functions[key][1]) == bool(gcov_functions[key][1])]
    counted = [key for key in common if my_functions[key][1] == gcov_functions[key][1]]
    print(f"{name} -O{level}: {sum(bool(gcovs[key]) for key in both)} of the {len(both)} lines hit that "
          f"both know, {sum(bool(gcov_functions[key][1]) for key in common)} of {len(common)} functions; "
          f"gcov has {len(gcov_functions)} functions")
    figures = {}
    for what, part, whole in [
            ("lines known", both, gcovs), ("hit state", hit, both), ("counts", equal, both),
            ("functions' hit state", entered, common), ("functions' counts", counted, common)]:
        figures[what] = percent(len(part), len(whole))
        print(f"  {what:22} {figures[what]:8.3f} %  {len(part)} of {len(whole)}")
    explain(plain / name, mine, gcovs, our_functions, their_functions)
    if is_listing:
        listing(mine, gcovs, both)
        for key in common:
            if my_functions[key][1] != gcov_functions[key][1]:
                print("   ", *key, my_functions[key], gcov_functions[key])
    return figures


def explain(elf, mine, gcovs, our_functions, their_functions):
    """Prints where lines differ, by kind."""
    table = statements(elf)
    starts = {(path, line) for path, functions in their_functions.items()
              for line, _ in functions.values()}
    kinds = Counter()
    for key, count in gcovs.items():
        if key not in mine:
            kinds["not known: " + (
                "a function's first line" if key in starts else
                "no statement begins there" if key in table else "no code there")] += 1
        elif mine[key] != count:
            kinds["hit, and not by gcov" if not count else
                  "hit by gcov alone" if not mine[key] else
                  "count larger than gcov's" if mine[key] > count else
                  "count smaller than gcov's"] += 1
    for kind, number in sorted(kinds.items(), key=lambda item: -item[1]):
        print(f"    {number:6} {kind}")


def listing(mine, gcovs, both):
    text = {}
    for path, line in sorted(set(both) | gcovs.keys()):
        key = path, line
        if mine.get(key) == gcovs[key]:
            continue
        if path not in text:
            text[path] = Path(path).read_text(errors="replace").splitlines()
        print(f"    {Path(path).name}:{line}: ours {mine.get(key, '-')}, gcov {gcovs[key]}: "
              f"{text[path][line - 1].strip() if line <= len(text[path]) else ''}")


def main(arguments):
    is_listing = "--list" in arguments
    missed = []
    for name in [word for word in arguments if word != "--list"] or programs.ASKED + programs.OTHERS:
        for level in "02":
            figures = compare(name, level, is_listing)
            if level == "0" and name in programs.ASKED:
                missed += [f"{name}: {what} {figures[what]:.3f} %, at least {least} %"
                           for what, least in LEAST.items() if figures[what] < least]
    for miss in missed:
        print(f"MISSED {miss}")
    return bool(missed)


sys.exit(main(sys.argv[1:]))

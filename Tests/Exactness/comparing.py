"""One program in one variant: what covtool says of a run, beside what gcov does."""

import json
import re
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from Tests.EndToEnd.support import gcov
from Tests.EndToEnd.support.setting import COVTOOL, PLUGIN, emulator, output
from Tests.Exactness.building import TARGETS, build, execute, foreign
from Tests.Exactness.programs import SOURCES, program

ROW = re.compile(r" +(\d+):\d+ +(S?)")
FILE = re.compile(r"  (/.+) \(mtime: ")
# What is compared, each a part of a whole.
FIGURES = ["lines known", "lines known with sources", "lines gcov does not know", "hit state", "counts",
           "functions known", "functions' hit state", "calls"]


def ours(name, variant, folder):
    """What covtool says, as gcov.read gives it, without and with sources; and the run."""
    with tempfile.TemporaryDirectory() as traces:
        trace = Path(traces) / "run.drcov"
        ran = execute(name, *emulator(TARGETS[variant.processor]), "-plugin",
                      f"{PLUGIN},counts=on,out={trace}", folder / name)
        documents = [json.loads(output(COVTOOL, "json", "--elf", folder / name, *more, trace))
                     for more in ([], ["--source-root", SOURCES, "--no-markers"])]
    lines, with_sources = ({(file["path"], line["line"]): line["hits"]
                            for file in document["files"] for line in file["lines"]}
                           for document in documents)
    functions = {(file["path"], function["linkageName"]): (function["line"], function["hits"])
                 for file in documents[0]["files"] for function in file["functions"]}
    return lines, with_sources, functions, ran


def theirs(name, variant, folder):
    """What gcov says; and the run."""
    with tempfile.TemporaryDirectory() as counters:
        for notes in folder.glob("*.gcno"):
            shutil.copy(notes, counters)
        environment = {"GCOV_PREFIX": counters, "GCOV_PREFIX_STRIP": "99"}
        ran = execute(name, *foreign(variant), folder / name, environment=environment)
        return *map(flat, gcov.read(Path(counters), variant.gcov)), ran


def flat(by_file):
    return {(path, key): value for path, values in by_file.items() for key, value in values.items()}


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


def percent(part, whole):
    return 100 * part / max(1, whole)


def compare(name, variant, is_listing):
    """Prints the figures of one program; gives {figure: (part, whole)}."""
    plain, instrumented = (build(name, variant, kind) for kind in (False, True))
    mine, with_sources, my_functions, our_run = ours(name, variant, plain)
    gcovs, gcov_functions, their_run = theirs(name, variant, instrumented)
    if our_run != their_run or our_run[0] != program(name).status:
        raise SystemExit(f"{name}: the two runs differ, or failed ({our_run[0]}, {their_run[0]})")
    both = sorted(mine.keys() & gcovs.keys())
    common = sorted(my_functions.keys() & gcov_functions.keys())
    # What stands in files that gcov was not given notes of has nothing to be compared with.
    paths = {path for path, _ in gcovs}
    own = [key for key in mine if key[0] in paths]
    figures = dict(zip(FIGURES, [
        (len(both), len(gcovs)),
        (len(with_sources.keys() & gcovs.keys()), len(gcovs)),
        (len(own) - len(both), len(own)),
        (sum(bool(mine[key]) == bool(gcovs[key]) for key in both), len(both)),
        (sum(mine[key] == gcovs[key] for key in both), len(both)),
        (len(common), len(gcov_functions)),
        (sum(bool(my_functions[key][1]) == bool(gcov_functions[key][1]) for key in common), len(common)),
        (sum(my_functions[key][1] == gcov_functions[key][1] for key in common), len(common))]))
    print(f"{name} {variant.text}: {sum(bool(gcovs[key]) for key in both)} of the {len(both)} lines hit "
          f"that both know, {sum(bool(gcov_functions[key][1]) for key in common)} of {len(common)} functions")
    for figure, (part, whole) in figures.items():
        print(f"  {figure:26} {percent(part, whole):8.3f} %  {part} of {whole}")
    explain(plain / name, mine, gcovs, gcov_functions)
    if is_listing:
        listing(mine, gcovs, own)
        for key in sorted(gcov_functions.keys()):
            if my_functions.get(key, "-")[1:] != gcov_functions[key][1:]:
                print("    function", *key, my_functions.get(key, "-"), gcov_functions[key])
    return figures


def explain(elf, mine, gcovs, gcov_functions):
    """Prints where lines differ, by kind."""
    table = statements(elf)
    starts = {(path, line) for (path, _), (line, _) in gcov_functions.items()}
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
        print(f"    {number:6} {kind}", flush=True)


def listing(mine, gcovs, own):
    """Prints each line that differs."""
    text = {}
    for path, line in sorted(set(own) | gcovs.keys()):
        key = path, line
        if mine.get(key) == gcovs.get(key):
            continue
        if path not in text:
            text[path] = Path(path).read_text(errors="replace").splitlines()
        print(f"    {Path(path).name}:{line}: ours {mine.get(key, '-')}, gcov {gcovs.get(key, '-')}: "
              f"{text[path][line - 1].strip() if line <= len(text[path]) else ''}")

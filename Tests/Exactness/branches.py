"""Branches of one program in one variant: what covtool finds in a run, beside what gcov -b counts.

gcov lists two branches for each call that may throw; these have no jump, and are left out of what it says. What
several functions have on one line is added up in the order of its branches, as lcov does."""

import json
import shutil
import tempfile
from collections import defaultdict
from itertools import zip_longest
from pathlib import Path

from Tests.EndToEnd.support.setting import COVTOOL, PLUGIN, emulator, output
from Tests.Exactness.building import TARGETS, build, execute, foreign
from Tests.Exactness.programs import program

FIGURES = ["same number", "taken", "counts", "share"]
# In percent, at -O0: at the least; of the shares, how far they may be from each other.
LEAST = {"gcc": {"same number": 97, "taken": 99.9, "counts": 99.5},
         "g++": {"same number": 85, "taken": 99.9, "counts": 99.5}}
# A program of which more than a tenth is inlined always.
INLINED = {"lz4": 94}
MOST_APART = {"gcc": 1}


def without_throws(branches):
    """The counts of branches but those of calls that may throw, which stand in pairs."""
    left = list(branches)
    for branch in branches:
        if branch["throw"] and branch in left:
            at = left.index(branch)
            pair = next((left[near] for near in (at - 1, at + 1) if 0 <= near < len(left)
                         and left[near]["fallthrough"] and not left[near]["throw"]), None)
            left = [other for other in left if other is not branch and other is not pair]
    return [branch["count"] for branch in left]


def theirs(name, variant, folder):
    """{(file, line): counts}; and the run."""
    found = defaultdict(list)
    with tempfile.TemporaryDirectory() as counters:
        for notes in folder.glob("*.gcno"):
            shutil.copy(notes, counters)
        ran = execute(name, *foreign(variant), folder / name,
                      environment={"GCOV_PREFIX": counters, "GCOV_PREFIX_STRIP": "99"})
        for document in output(variant.gcov, "-b", "--json-format", "--stdout",
                               *sorted(Path(counters).glob("*.gcda")), folder=counters).splitlines():
            for file in json.loads(document)["files"]:
                for line in file["lines"]:
                    if counts := without_throws(line["branches"]):
                        key = file["file"], line["line_number"]
                        found[key] = [sum(pair) for pair in zip_longest(found[key], counts, fillvalue=0)]
    return found, ran


def ours(name, variant, folder):
    """{(file, line): counts, None for what is not known}; and the run."""
    found = defaultdict(list)
    with tempfile.TemporaryDirectory() as traces:
        trace = Path(traces) / "run.drcov"
        ran = execute(name, *emulator(TARGETS[variant.processor]), "-plugin",
                      f"{PLUGIN},counts=on,out={trace}", folder / name)
        document = json.loads(output(COVTOOL, "json", "--branch-coverage", "--elf", folder / name, trace))
    for file in document["files"]:
        for branch in file["branches"]:
            found[file["path"], branch["line"]] += [way.get("hits") for way in branch["ways"]]
    return found, ran


def share(counts):
    return 100 * sum(map(bool, counts)) / max(1, len(counts))


def compare(name, variant, is_listing):
    """Prints the figures of one program; gives what misses what is asked."""
    plain, instrumented = (build(name, variant, kind) for kind in (False, True))
    (mine, our_run), (gcovs, their_run) = ours(name, variant, plain), theirs(name, variant, instrumented)
    if our_run != their_run or our_run[0] != program(name).status:
        raise SystemExit(f"{name}: the two runs differ, or failed ({our_run[0]}, {their_run[0]})")
    paths = {path for path, _ in gcovs}
    mine = {key: counts for key, counts in mine.items() if key[0] in paths}
    same = [key for key in gcovs if len(mine.get(key, [])) == len(gcovs[key])]
    pairs = [pair for key in same for pair in zip(sorted(count or 0 for count in mine[key]), sorted(gcovs[key]))]
    unknown = sum(counts.count(None) for counts in mine.values())
    all_mine = [count for counts in mine.values() for count in counts if count is not None]
    all_gcovs = [count for counts in gcovs.values() for count in counts]
    figures = {"same number": 100 * len(same) / max(1, len(gcovs)),
               "taken": 100 * sum(bool(one) == bool(two) for one, two in pairs) / max(1, len(pairs)),
               "counts": 100 * sum(one == two for one, two in pairs) / max(1, len(pairs))}
    apart = abs(share(all_mine) - share(all_gcovs))
    print(f"{name} {variant.text}: {len(gcovs)} lines with branches in gcov, "
          f"{len(mine.keys() - gcovs.keys())} in covtool alone; "
          + ", ".join(f"{figure} {value:.3f} %" for figure, value in figures.items())
          + f"; share {share(all_mine):.2f} % (gcov {share(all_gcovs):.2f} %); {unknown} not known", flush=True)
    if is_listing:
        for path, line in sorted(mine.keys() | gcovs.keys()):
            one, two = mine.get((path, line), []), gcovs.get((path, line), [])
            if sorted(count or 0 for count in one) != sorted(two):
                print(f"    {Path(path).name}:{line}: ours {one}, gcov {two}")
    kind = program(name).compiler
    least = dict(LEAST[kind])
    least["same number"] = INLINED.get(name, least["same number"])
    misses = [f"{name} {variant.text}: branches, {figure} {figures[figure]:.3f} %, at least {value}"
              for figure, value in least.items() if figures[figure] < value]
    if apart > MOST_APART.get(kind, 100):
        misses.append(f"{name} {variant.text}: shares of branches are {apart:.2f} % apart, at most {MOST_APART[kind]}")
    return misses if variant.level == "0" else []

"""Where `covtool suspects` has the line of a planted fault (Tests/Scripts/suspects)."""

import argparse
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from Tests.EndToEnd.support import reports
from Tests.EndToEnd.support.setting import COVTOOL, PLUGIN, ROOT, output
from Tests.Exactness.programs import SOURCES, program
from Tests.Suspects.faults import candidates
from Tests.Suspects.inputs import made

SECONDS = 2
BEST, SHARE = 10, 0.7


class Input(NamedTuple):
    path: Path
    words: tuple


class Subject:
    """A program, its sources' copies, and its inputs."""

    def __init__(self, name, folder, chance, count):
        self.name, self.folder, self.chance = name, folder, chance
        built = program(name)
        self.compiler, self.libraries = built.compiler, built.libraries
        self.flags = ["-g", "-O0", "-w", *built.flags]
        if name == "jsoncpp":
            own = SOURCES / "libjsoncpp"
            sources = [*sorted(own.glob("src/lib_json/*.cpp")), ROOT / "Tests/Corpus/json.cc"]
        else:
            sources = built.sources
        # A copy that is changed must find the headers beside it.
        self.flags += [f"-I{folder}" for folder in sorted({source.parent for source in sources})]
        self.sources = {}
        for source in sources:
            self.sources[folder / source.name] = source.read_text(errors="surrogateescape")
        self.inputs = []
        for number in range(count):
            words, data = made(name, chance)
            self.inputs.append(Input(folder / f"input-{number:03}", tuple(words)))
            self.inputs[-1].path.write_bytes(data)

    def compile(self, path, text):
        path.write_text(text, errors="surrogateescape")
        done = subprocess.run([self.compiler, *self.flags, "-c", path, "-o", path.with_suffix(".o")],
                              capture_output=True)
        return done.returncode == 0

    def build(self, changed=None, text=None):
        """Whether the program could be built, with another text of one source."""
        paths = [changed] if changed else list(self.sources)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            if not all(pool.map(lambda path: self.compile(path, text or self.sources[path]), paths)):
                return False
        output(self.compiler, *[path.with_suffix(".o") for path in self.sources], *self.libraries,
               "-o", self.folder / self.name)
        return True

    def restore(self, changed):
        assert self.compile(changed, self.sources[changed])

    def end(self, command, input):
        """How a run ends: its status and what it wrote."""
        def limited():
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 26, 1 << 26))
        with open(input.path, "rb") as data:
            try:
                done = subprocess.run([*command, *input.words], stdin=data, stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, preexec_fn=limited, timeout=2 * SECONDS)
            except subprocess.TimeoutExpired:
                return "hangs", b""
        return done.returncode, done.stdout

    def ends(self):
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(lambda input: self.end([self.folder / self.name], input), self.inputs))

    def record(self, traces):
        """A trace of each run; a run that crashes or is killed leaves a journal."""
        def one(input):
            trace = traces / f"{input.path.name}.drcov"
            self.end(["qemu-x86_64", "-plugin", f"{PLUGIN},out={trace}", self.folder / self.name], input)
            left = [trace] if trace.exists() else sorted(traces.glob(f"{trace.name}.*.journal"))
            assert left, trace
            return left[-1]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(one, self.inputs))


def executed(subject):
    """By source, the lines that the runs of the program without a fault execute."""
    traces = subject.folder / "traces"
    traces.mkdir()
    subject.record(traces)
    lines, _, _ = reports.lcov(output(COVTOOL, "lcov", traces, "--elf", subject.folder / subject.name))
    return {path: {line for line, hits in lines.get(str(path), {}).items() if hits} for path in subject.sources}


def places(ranking, rows, path, line):
    """At which place a line is among the lines, and among the rows that `suspects` prints, of lines that nothing tells
    apart; None for nowhere."""
    at = next((number for number, suspect in enumerate(ranking, 1)
               if (suspect["path"], suspect["line"]) == (str(path), line)), None)
    for number, row in enumerate(rows.partition("\n\n")[0].splitlines()[1:], 1):
        match = re.match(re.escape(str(path)) + r":(\d+)(?:-(\d+))? ", row)
        if match and int(match[1]) <= line <= int(match[2] or match[1]):
            return at, number
    return at, None


def examine(subject, faults, chance):
    """Plants faults until so many were of use; gives the places of their lines."""
    assert subject.build()
    # What prints an address, say, is another in each run, and of no use.
    twice = list(zip(subject.inputs, subject.ends(), subject.ends()))
    subject.inputs = [input for input, one, other in twice if one == other]
    right = [one for _, one, other in twice if one == other]
    lines = executed(subject)
    every = [(path, *fault) for path, text in subject.sources.items() if path.name != "json.cc"
             for fault in candidates(text.split("\n"), lines[path])]
    chance.shuffle(every)
    found, tried = [], 0
    for path, line, kind, text in every:
        if len(found) == faults:
            break
        tried += 1
        changed = subject.sources[path].split("\n")
        changed[line - 1] = text
        if subject.build(path, "\n".join(changed)):
            failed = {input for input, ours, theirs in zip(subject.inputs, subject.ends(), right) if ours != theirs}
            if 0 < len(failed) < len(subject.inputs):
                found.append(place(subject, failed, path, line, kind, text))
        subject.restore(path)
    print(f"{subject.name}: {len(found)} of {tried} faults are seen by some runs and not by all")
    return found


def place(subject, failed, path, line, kind, text):
    with tempfile.TemporaryDirectory(dir=subject.folder) as name:
        traces = subject.record(Path(name))
        kinds = {True: [], False: []}
        for input, trace in zip(subject.inputs, traces):
            kinds[input in failed].append(trace)
        command = [COVTOOL, "suspects", "--elf", subject.folder / subject.name, "--limit", "0",
                   "--failed", *kinds[True], "--passed", *kinds[False]]
        ranking, rows = json.loads(output(*command, "--json")), output(*command)
    at, row = places(ranking["lines"], rows, path, line)
    print(f"{subject.name:8} {path.name}:{line:<6} {kind:10} {len(failed):3} failed  line {at or '-':>4}  "
          f"row {row or '-':>4}  {text.strip()[:60]}", flush=True)
    return at, row


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, default=30)
    parser.add_argument("--inputs", type=int, default=60)
    parser.add_argument("programs", nargs="*", default=["bzip2", "lua", "jsoncpp"])
    options = parser.parse_args()
    found = []
    for index, name in enumerate(options.programs):
        chance = random.Random(f"{options.seed} {name}")
        share = options.faults // len(options.programs) + (index < options.faults % len(options.programs))
        with tempfile.TemporaryDirectory(prefix="covtool-suspects-") as folder:
            found += examine(Subject(name, Path(folder).resolve(), chance, options.inputs), share, chance)
    for what, number in (("lines", 0), ("rows that it prints", 1)):
        among = sum(1 for places in found if places[number] and places[number] <= BEST)
        print(f"among the first {BEST} {what}: {among} of {len(found)}")
    among = sum(1 for _, row in found if row and row <= BEST)
    sys.exit(among < SHARE * len(found))


if __name__ == "__main__":
    main()

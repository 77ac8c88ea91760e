"""Where `covtool suspects` has the line of a planted fault (Tests/Scripts/suspects)."""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from Tests.Corpus.programs import mutated
from Tests.EndToEnd.support import reports
from Tests.EndToEnd.support.setting import COVTOOL, PLUGIN, ROOT, output
from Tests.Exactness.programs import SOURCES, program
from Tests.Suspects.faults import candidates
from Tests.Suspects.inputs import made

# Of the processor's time; on a machine that is busy, a run can take far longer.
SECONDS, PATIENCE = 2, 120
BEST, SHARE = 10, 0.7


class Input(NamedTuple):
    path: Path
    words: tuple


class Place(NamedTuple):
    """Where a line is: at which place among the lines, in which row, and in which row its function is (None: in none); of
    how many lines its row is."""
    line: int | None
    row: int | None
    function: int | None
    lines: int


class Subject:
    """A program, its sources' copies, and its inputs."""

    def __init__(self, name, folder, chance, count):
        self.name, self.folder, self.chance, self.made = name, folder, chance, 0
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
                                      stderr=subprocess.DEVNULL, preexec_fn=limited, timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                return "hangs", b""
        return done.returncode, done.stdout

    def ends(self, inputs, program=None):
        program = program or self.folder / self.name
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(lambda input: self.end([program], input), inputs))

    def known(self, inputs):
        """The inputs with the right ends. What prints an address, say, is another in each run, and of no use."""
        right = self.folder / "right"
        ends = zip(inputs, self.ends(inputs, right), self.ends(inputs, right))
        return {input: one for input, one, other in ends if one == other}

    def mutants(self, failed, passed, count, chance):
        """So many more inputs, as a fuzzer makes them of those that it has: half of them of inputs that fail. Gives those
        that fail, and those that pass."""
        failed, passed = list(failed), list(passed)
        wanted = len(failed) + len(passed) + count
        texts = {(input.words, input.path.read_bytes()) for input in failed + passed}
        for _ in range(100):
            made = []
            for _ in range(min(64, wanted - len(failed) - len(passed))):
                seed = chance.choice(chance.choice((failed, passed)))
                data = mutated(chance, seed.path.read_bytes())
                if (seed.words, data) not in texts:
                    texts.add((seed.words, data))
                    self.made += 1
                    made.append(Input(self.folder / f"mutant-{self.made:06}", seed.words))
                    made[-1].path.write_bytes(data)
            right = self.known(made)
            for input, end in zip(right, self.ends(right)):
                (passed if end == right[input] else failed).append(input)
        return failed, passed

    def record(self, traces, inputs):
        """A trace of each run; a run that crashes or is killed leaves a journal."""
        def one(input):
            trace = traces / f"{input.path.name}.drcov"
            self.end(["qemu-x86_64", "-plugin", f"{PLUGIN},out={trace}", self.folder / self.name], input)
            left = [trace] if trace.exists() else sorted(traces.glob(f"{trace.name}.*.journal"))
            assert left, trace
            return left[-1]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return dict(zip(inputs, pool.map(one, inputs)))


def executed(subject):
    """By source, the lines that the runs of the program without a fault execute."""
    traces = subject.folder / "traces"
    traces.mkdir()
    subject.record(traces, subject.inputs)
    lines, _, _ = reports.lcov(output(COVTOOL, "lcov", traces, "--elf", subject.folder / subject.name))
    return {path: {line for line, hits in lines.get(str(path), {}).items() if hits} for path in subject.sources}


def found(ranking, path, line):
    """Where a line is in the document that `suspects` writes."""
    lines, functions = ranking["lines"], ranking["functions"]
    for number, suspect in enumerate(lines, 1):
        if (suspect["path"], suspect["line"]) == (str(path), line):
            rows = [other["row"] for other in functions
                    if (other["path"], other["function"]) == (str(path), suspect["function"])]
            return Place(number, suspect["row"], min(rows, default=None),
                         sum(other["row"] == suspect["row"] for other in lines))
    return Place(None, None, None, 0)


def examine(subject, options, count, chance):
    """Plants faults until so many were of use; gives the places of their lines, by the numbers of runs."""
    assert subject.build()
    shutil.copy(subject.folder / subject.name, subject.folder / "right")
    right = subject.known(subject.inputs)
    subject.inputs = list(right)
    lines = executed(subject)
    every = [(path, *fault) for path, text in subject.sources.items() if path.name != "json.cc"
             for fault in candidates(text.split("\n"), lines[path])]
    chance.shuffle(every)
    places, tried = [], 0
    for path, line, kind, text in every:
        if len(places) == count:
            break
        tried += 1
        changed = subject.sources[path].split("\n")
        changed[line - 1] = text
        if subject.build(path, "\n".join(changed)):
            failed = [input for input, end in zip(right, subject.ends(right)) if end != right[input]]
            if 0 < len(failed) < len(right):
                places.append(examined(subject, options, failed, path, line, kind, text))
        subject.restore(path)
    print(f"{subject.name}: {len(places)} of {tried} faults are seen by some runs and not by all")
    return places


def examined(subject, options, failed, path, line, kind, text):
    """Where the line is, by each number of runs: first those of the inputs that all faults have, then of mutants."""
    chance = random.Random(f"{options.seed} {subject.name} {path.name}:{line} {text}")
    bad, good = failed, [input for input in subject.inputs if input not in failed]
    places = []
    with tempfile.TemporaryDirectory(dir=subject.folder) as name:
        traces = {}
        for count in options.runs:
            if count > options.inputs:
                bad, good = subject.mutants(bad, good, count - len(bad) - len(good), chance)
            traces |= subject.record(Path(name), [input for input in bad + good if input not in traces])
            ranking = output(COVTOOL, "suspects", "--json", "--elf", subject.folder / subject.name,
                             "--failed", *[traces[input] for input in bad], "--passed", *[traces[input] for input in good])
            places.append(found(json.loads(ranking), path, line))
            place = places[-1]
            print(f"{subject.name:8} {path.name}:{line:<6} {kind:10} {len(bad):3} of {len(bad) + len(good):3} failed  "
                  f"line {place.line or '-':>4}  row {place.row or '-':>4} of {place.lines:3} lines  "
                  f"function {place.function or '-':>4}  {text.strip()[:60]}", flush=True)
    return places


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, default=30)
    parser.add_argument("--inputs", type=int, default=60)
    parser.add_argument("--runs", type=lambda text: sorted(map(int, text.split(","))), default=[60, 200])
    parser.add_argument("programs", nargs="*", default=["bzip2", "lua", "jsoncpp"])
    options = parser.parse_args()
    places = []
    for index, name in enumerate(options.programs):
        chance = random.Random(f"{options.seed} {name}")
        share = options.faults // len(options.programs) + (index < options.faults % len(options.programs))
        with tempfile.TemporaryDirectory(prefix="covtool-suspects-") as folder:
            subject = Subject(name, Path(folder).resolve(), chance, options.inputs)
            places += examine(subject, options, share, chance)
    for index, count in enumerate(options.runs):
        ours = [place[index] for place in places]
        for what, text in (("line", "lines"), ("row", "rows of lines"), ("function", "rows of functions")):
            among = sum(1 for place in ours if (getattr(place, what) or BEST + 1) <= BEST)
            print(f"{count} runs: among the first {BEST} {text}: {among} of {len(ours)}")
        sizes = sorted(place.lines for place in ours if (place.row or BEST + 1) <= BEST)
        if sizes:
            print(f"{count} runs: lines of these rows: {sizes[len(sizes) // 2]} in the middle, {sizes[-1]} at most")
    among = sum(1 for place in places if (place[-1].row or BEST + 1) <= BEST)
    sys.exit(among < SHARE * len(places))


if __name__ == "__main__":
    main()

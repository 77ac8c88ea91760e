"""Asks what users ask of many runs, and holds the answers against other sources; see Tests/Scripts/questions."""

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from Tests.Corpus.programs import corpus
from Tests.EndToEnd.support import drcov, reports
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, output, run
from Tests.Exactness.programs import SOURCES

LIBRARY = SOURCES / "libjsoncpp"
HERE = Path(__file__).resolve().parents[1] / "Corpus"
READER = "json_reader.cpp"
NAMES = ("crashed", "passed")


def build(folder, name, *flags):
    """The program, in a folder of its own: what gcov notes are is beside it."""
    own = folder / name
    own.mkdir()
    output("gcc", "-g", "-O0", "-c", HERE / "planted.c", "-o", own / "planted.o")
    for source in [*sorted(LIBRARY.glob("src/lib_json/*.cpp")), HERE / "json.cc"]:
        output("g++", "-g", "-O0", "-w", "-std=c++17", *flags, f"-I{LIBRARY}/include", "-c", source, "-o",
               own / f"{source.stem}.o")
    output("g++", *flags, *sorted(own.glob("*.o")), "-o", own / "reader")
    return own / "reader"


class Truth:
    """What gcov says of each run, of the file that is asked about; and what the traces have."""

    def __init__(self, program, inputs, traces):
        self.lines, self.functions = {}, {}
        self.runs = sorted(inputs)
        counter = program.parent / "json_reader.gcda"
        for name in self.runs:
            for left in program.parent.glob("*.gcda"):
                left.unlink()
            with open(inputs[name], "rb") as text:
                subprocess.run([program], stdin=text, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
            if not counter.exists():  # it crashed
                continue
            document = json.loads(output("gcov", "--json-format", "--stdout", counter.name, folder=program.parent))
            for file in document["files"]:
                if not file["file"].endswith(READER):
                    continue
                for line in file["lines"]:
                    self.lines.setdefault(line["line_number"], {})
                    if line["count"]:
                        self.lines[line["line_number"]][name] = line["count"]
                for function in file["functions"]:
                    own = function["demangled_name"].partition("(")[0]
                    self.functions.setdefault(own, set())
                    if function["execution_count"]:
                        self.functions[own].add(name)
        self.blocks = {}
        for trace in traces:
            self.blocks[trace.stem] = {(offset, size) for path, offset, size in drcov.load(trace).offsets()
                                       if path and path.endswith("/reader")}


class Asking:
    def __init__(self, folder):
        self.folder, self.rows, self.wrong = folder, [], 0

    def covtool(self, *words):
        done = run(COVTOOL, *words, folder=self.folder)
        if done.returncode:
            raise AssertionError(f"{words}: {done.returncode}\n{done.stderr}")
        return done.stdout

    def ask(self, question, today, command, answer, expected=None, show=len):
        """`answer` gives the answer of a command; `expected` is what it must be, if another source says."""
        start = time.monotonic()
        given = answer()
        seconds = time.monotonic() - start
        right = "" if expected is None else "yes" if given == expected else "NO"
        if right == "NO":
            self.wrong += 1
            print(f"{question}: {show(given)}, not {show(expected)}", file=sys.stderr)
        self.rows.append((question, today, f"`{command}`", f"{show(given)}", right, f"{seconds:.2f} s"))

    def print(self):
        titles = ("question", "who answers it today", "covtool", "answer", "as another source says", "time")
        for row in (titles, ("---",) * len(titles), *self.rows):
            print("| " + " | ".join(row) + " |")


def names(text):
    return {Path(line).stem for line in text.split()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition(";")[0])
    parser.add_argument("--inputs", type=int, default=600)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="covtool-questions-") as name:
        asking = Asking(Path(name).resolve())
        ask(asking, options.inputs)
        asking.print()
        return 1 if asking.wrong else 0


def ask(asking, count):
    folder = asking.folder
    # What hangs, eats or leaves children takes its time and tells nothing more.
    inputs = {name: content for name, content in corpus("jsoncpp", count + count // 20).items()
              if not content.startswith((b"!hang", b"!eats", b"!child", b"!exit"))}
    inputs = dict(list(inputs.items())[:count])
    (folder / "inputs").mkdir()
    for name, content in inputs.items():
        (folder / "inputs" / name).write_bytes(content)
    program, counted = build(folder, "plain"), build(folder, "counted", "--coverage")
    start = time.monotonic()
    asking.covtool("run", "--corpus", "inputs", "--keep-traces", "traces", "-o", "all.drcov", "--", program)
    print(f"{len(inputs)} runs in {time.monotonic() - start:.0f} s", file=sys.stderr)
    traces = sorted((folder / "traces").iterdir())
    truth = Truth(counted, {name: folder / "inputs" / name for name in inputs}, traces)
    crashes = {name for name, content in inputs.items() if content.startswith(b"!")}
    for kind, own in (("crashed", crashes), ("passed", inputs.keys() - crashes)):
        (folder / f"{kind}.txt").write_text("".join(f"{trace}\n" for trace in traces if trace.stem in own))
    elf = ["--elf", program]
    # A line and a function that some of the runs reached, an instruction that few did.
    some = sorted(line for line, hit in truth.lines.items() if 20 < len(hit) < count // 3)
    line = some[len(some) // 2]
    function = min((name for name, own in truth.functions.items() if 5 < len(own) < count // 3), key=lambda name: len(
        truth.functions[name]))
    everywhere = set.union(*truth.blocks.values())
    offset = min(everywhere, key=lambda block: (sum(block in own for own in truth.blocks.values()) < 3, sum(
        block in own for own in truth.blocks.values()), block))[0]
    reached = {run for run, own in truth.blocks.items() if any(start <= offset < start + size for start, size in own)}

    # gcov knows some lines that have no code, and none of the labels (Docs/lines.md).
    listed_lines, _, _ = reports.lcov(asking.covtool("lcov", "all.drcov", *elf))
    known = next(own for path, own in listed_lines.items() if path.endswith(READER)).keys() & truth.lines.keys()

    asking.ask("Which runs reached this line?", "coverage.py (Python alone); lcov's test names, by a tracefile of "
               "each run of an instrumented build", f"which {READER}:{line} traces",
               lambda: names(asking.covtool("which", f"{READER}:{line}", "traces", "--names", *elf)), set(truth.lines[line]))
    asking.ask("Which did not?", "the same, by hand", f"which {READER}:{line} traces --not",
               lambda: names(asking.covtool("which", f"{READER}:{line}", "traces", "--names", "--not", *elf)),
               set(truth.runs) - set(truth.lines[line]))
    asking.ask("Which runs entered this function, which was the first?", "afl-cov: the first one, of an instrumented build",
               f"which {function} traces",
               lambda: names(asking.covtool("which", function, "traces", "--names", *elf)), truth.functions[function])
    asking.ask("Which runs executed this instruction?", "Lighthouse, Tenet: by hand, of the traces that are loaded",
               f"which reader+{offset:#x} traces",
               lambda: names(asking.covtool("which", f"reader+{offset:#x}", "traces", "--names")), reached)
    asking.covtool("index", "traces")
    asking.ask("The same again, of runs that are indexed?", "coverage.py (SQLite)",
               f"which reader+{offset:#x} --index runs.covidx",
               lambda: names(asking.covtool("which", f"reader+{offset:#x}", "--index", "runs.covidx", "--names")), reached)
    asking.ask("Which lines did only one run reach, and which run?", "coverage.py, by SQL of one's own", "export --sqlite runs.sqlite traces",
               lambda: {row for row in rare(asking, elf) if row[0] in known}, {(number, *hit) for number, hit in truth.lines.items()
                                           if len(hit) == 1 and number in known})
    asking.ask("Which lines do genhtml's pages show for which run?", "lcov, of instrumented builds",
               "lcov --per-run traces",
               lambda: per_run(asking, elf, line), set(truth.lines[line]))
    asking.ask("What do only crashing runs execute?", "research prototypes, for instrumented builds",
               "suspects --failed @crashed.txt --passed @passed.txt", lambda: planted(asking, elf), {"planted.c"},
               lambda given: ", ".join(sorted(given)))
    for reader in ("lighthouse", "cutter"):
        asking.ask(f"The same as a trace for a disassembler ({reader})?", "Lighthouse's composer, by hand; the others' users by scripts",
                   f"subtract, drcov --for {reader}", lambda: crashing(asking, crashes, traces, reader),
                   set.union(*(truth.blocks[run] for run in crashes)) - set.union(
                       *(own for run, own in truth.blocks.items() if run not in crashes)))
    asking.ask("What does a list of another tool's addresses reach?", "Lighthouse", "drcov --modoff, lcov",
               lambda: listed(asking, elf) & known, {number for number in known if truth.lines[number]})
    asking.ask("Which few inputs reach all?", "afl-cmin (edges of a map of AFL's own)", "minimise traces",
               lambda: minimised(asking, traces), everywhere)


def rare(asking, elf):
    asking.covtool("export", "--sqlite", "runs.sqlite", "traces", *elf)
    base = sqlite3.connect(asking.folder / "runs.sqlite")
    rows = base.execute("SELECT line, name FROM lines JOIN files ON files.id = file_id JOIN line_runs ON line_id = lines.id "
                        f"JOIN runs ON runs.id = run_id WHERE run_count = 1 AND path LIKE '%/{READER}'").fetchall()
    base.close()
    return {(line, Path(name).stem) for line, name in rows}


def per_run(asking, elf, line):
    found, test = set(), None
    for record in asking.covtool("lcov", "--per-run", "traces", *elf).splitlines():
        if record.startswith("TN:"):
            test = record[3:]
        elif record.startswith("SF:"):
            path = record[3:]
        elif record.startswith(f"DA:{line},") and path.endswith(READER) and not record.endswith(",0"):
            found.add(test)
    known = {trace.stem: trace for trace in (asking.folder / "traces").iterdir()}
    return {name for name in known if any(name in test for test in found)}


def planted(asking, elf):
    document = json.loads(asking.covtool("suspects", "--json", "--failed", "@crashed.txt", "--passed", "@passed.txt", *elf))
    return {Path(row["path"]).name for row in document["lines"] if row["passed"] == 0}


def crashing(asking, crashes, traces, reader):
    for kind in NAMES:
        target = asking.folder / kind
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for trace in traces:
            if (trace.stem in crashes) == (kind == "crashed"):
                (target / trace.name).symlink_to(trace)
    asking.covtool("subtract", "crashed", "passed", "-o", "crashes.drcov")
    asking.covtool("drcov", "crashes.drcov", "--module", "reader", "--for", reader, "-o", f"{reader}.drcov")
    return {(offset, size) for _, offset, size in drcov.load(asking.folder / f"{reader}.drcov").offsets()}


def listed(asking, elf):
    asking.covtool("drcov", "traces", "--module", "reader", "--modoff", "-o", "runs.modoff")
    lines, _, _ = reports.lcov(asking.covtool("lcov", "runs.modoff", *elf))
    return {line for path, known in lines.items() if path.endswith(READER) for line, hits in known.items() if hits}


def minimised(asking, traces):
    chosen = asking.covtool("minimise", "traces", "--module", "reader").split()
    print(f"{len(chosen)} runs reach all", file=sys.stderr)
    return set.union(*({(offset, size) for path, offset, size in drcov.load(asking.folder / name).offsets()
                        if path and path.endswith("/reader")} for name in chosen))


if __name__ == "__main__":
    sys.exit(main())

"""Holds `covtool run` against runs alone, with QEMU's own log; see Tests/Scripts/corpus."""

import argparse
import os
import pickle
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from Tests.Corpus.programs import PLANTED, PROGRAMS, build, corpus
from Tests.EndToEnd.support import drcov, execlog, statuses, truth
from Tests.EndToEnd.support.setting import COVTOOL, PLUGIN, emulator, output

FOLDER = Path(os.environ["COVTOOL_EXACTNESS"]).parent / "corpus"
SECONDS, MEMORY = 10, 300  # what a run may take: covtool's limits, MiB with QEMU's own


def environment(name, folder):
    """That of the runs alone, and of covtool and its runs, whenever and from wherever they are started: what stands on
    a guest's stack decides which way its C library goes through strings. With the libraries' folder named, the loader
    does not read the machine's cache of them either."""
    libraries = "/lib" if PROGRAMS[name].libraries else "/lib/x86_64-linux-gnu"
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "LD_LIBRARY_PATH": libraries, "TMPDIR": str(folder)}


def command(name, made):
    what = PROGRAMS[name]
    qemu = [*emulator(what.target), *(["-L", what.libraries] if what.libraries else [])]
    return [str(word) for word in qemu], [str(made), *what.words]


def alone(name, made, content, folder):
    """How a run by itself ends; what it executes by QEMU's log, (path, offset, size) of each block; what is wrong with
    its trace; and what it may execute: how far a child that is left behind comes, before it is ended, is chance."""
    shutil.rmtree(folder, ignore_errors=True)  # of a run that was interrupted
    folder.mkdir()
    (folder / "input").write_bytes(content)
    qemu, words = command(name, made)
    with open(folder / "input", "rb") as input:
        process = subprocess.Popen(
            [*qemu, *execlog.OPTIONS, folder / "log", "-plugin", f"{PLUGIN},out={folder}/run.drcov", *words],
            stdin=input, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            env=environment(name, folder.parent))
        # What hangs or eats for ever has executed all that it will long before.
        endless = content.startswith((b"!hang", b"!eats"))
        try:
            process.wait(4 if endless else 600)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        status = process.wait()
    logged = execlog.executed(folder / "log")
    traces = sorted(folder.glob("run*drcov*"))
    output(COVTOOL, "merge", "-o", folder / "all.drcov", *traces)
    trace = drcov.load(folder / "all.drcov")
    # The module table alone is taken from the trace; its blocks are held against the log too.
    wrong = truth.differences(trace, logged) if not content.startswith(b"!child") else (set(), set())
    blocks = set()
    for address, size in logged:
        module = next((m for m in trace.modules if m.start <= address < m.end), None)
        if module:
            blocks.add((module.path, address - trace.row(module.containing).start, size))
        else:
            blocks.add((None, address & 0xFFFF_FFFF, size))
    # The child's log is another file.
    possible = trace.offsets() if content.startswith(b"!child") else set()
    shutil.rmtree(folder)
    return status, blocks, wrong, possible


def expected_end(content, status):
    for word, (end, number) in PLANTED.items():
        if content.startswith(word):
            return end, number, {"!exit": 77, "!child": 0}.get(word.decode())
    return "done", None, status


def replayed(name, made, inputs, folder, options):
    """covtool's own account: its status lines by input, the merged blocks."""
    qemu, words = command(name, made)
    status, trace = folder / "status", folder / "run.drcov"
    for path in (status, trace):
        path.unlink(missing_ok=True)
    output("env", "-i", *(f"{key}={value}" for key, value in environment(name, folder).items()),
           COVTOOL, "run", *options, "--qemu", qemu[0], *(f"--qemu-option={word}" for word in qemu[1:]),
           "-t", f"{SECONDS}s", "-m", str(MEMORY), "--corpus", inputs, "--status", status, "-o", trace, "--", *words)
    return {Path(line["input"]).name: line for line in statuses.read(status)}, drcov.load(trace).offsets()


def check(name, count, folder, known):
    """Prints the row of a program; gives the number of what is wrong."""
    contents, inputs, made = corpus(name, count), folder / "corpus", folder / name
    kept = folder / "alone"
    if not known or not kept.exists():
        shutil.rmtree(folder, ignore_errors=True)
        inputs.mkdir(parents=True)
        for file, content in contents.items():
            (inputs / file).write_bytes(content)
        build(name, folder)
        kept.write_bytes(pickle.dumps({}))
    runs = pickle.loads(kept.read_bytes())
    # What another time has done need not be repeated; it is kept as often as is good for a long one.
    missing = [file for file in contents if file not in runs]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(missing), 100):
            part = missing[start:start + 100]
            runs |= zip(part, pool.map(lambda file: alone(name, made, contents[file], folder / f"alone-{file}"), part))
            kept.write_bytes(pickle.dumps(runs))
    blocks = set().union(*(blocks for _, blocks, _, _ in runs.values()))
    possible = set().union(*(blocks for *_, blocks in runs.values()))
    faults = sum(len(missing) + len(extra) for _, _, (missing, extra), _ in runs.values())
    print(f"{name}: {count} runs alone, {len(blocks)} blocks by QEMU's log, {faults} of single traces off it", flush=True)
    for how in ([], ["--no-fork-server"]):
        ended, found = replayed(name, made, inputs, folder, how)
        wrong = [file for file, content in contents.items()
                 if file not in ended or (ended[file]["end"], ended[file]["signal"], ended[file]["status"])
                 != expected_end(content, runs[file][0])]
        ends = {end: sum(line["end"] == end for line in ended.values()) for end in
                ("done", "crashed", "timed-out", "out-of-memory", "not-run")}
        missing, extra = blocks - found, found - blocks - possible
        print(f"  {'alone' if how else 'fork server'}: {', '.join(f'{number} {end}' for end, number in ends.items())}; "
              f"{len(wrong)} ends wrong; blocks: {len(missing)} missing, {len(extra)} extra", flush=True)
        for file in wrong[:5]:
            print(f"    {file} {contents[file][:20]}: {ended.get(file)}, expected "
                  f"{expected_end(contents[file], runs[file][0])}")
        for what, some in (("missing", missing), ("extra", extra)):
            for block in sorted(some, key=str)[:8]:
                print(f"    {what}: {block}")
        faults += len(wrong) + len(missing) + len(extra)
    return faults


def main():
    parser = argparse.ArgumentParser(prog="Tests/Scripts/corpus", description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="inputs of each program (2000)")
    parser.add_argument("--known", action="store_true", help="take the runs alone from the last time, where they are")
    parser.add_argument("programs", nargs="*", default=[], metavar="PROGRAM", help=", ".join(PROGRAMS))
    options = parser.parse_args()
    if set(options.programs) - set(PROGRAMS):
        parser.error("there is no such program")
    faults = 0
    for name in options.programs or PROGRAMS:
        faults += check(name, options.count, FOLDER / f"{name}-{options.count}", options.known)
    sys.exit(faults != 0)


main()

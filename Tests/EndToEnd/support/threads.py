"""Runs the stand-in for QEMU of Tests/Threads: ThreadSanitizer must find nothing, and each process's
trace must have what that process says that it executed. Called by Tests/Scripts/threads."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from Tests.EndToEnd.support import drcov

# What is tried: the host's kind, blocks, rounds, whether executions end early, options.
CODE, STRIDE = 0x10000000, 64
# Seconds after which a run counts as hung: a hundred times what one takes.
LONGEST = 240
MOST_SHOWN = 6000
RUNS = [
    ("7.2", 4096, 2, True, "precise=on"),
    ("7.2", 16, 800, False, ""),
    ("7.2", 16, 800, False, "journal=off"),
    ("7.2", 16, 800, False, "counts=on"),
    ("7.2", 16, 800, False, f"start={CODE + 8 * STRIDE:#x} stop={CODE + 9 * STRIDE:#x}"),
    ("7.2", 16, 800, False, f"start={CODE + 5 * STRIDE:#x} stop={CODE + 5 * STRIDE:#x} counts=on"),
    ("10.2", 4096, 2, True, "precise=on"),
    ("10.2", 16, 800, False, ""),
    ("10.2", 16, 800, False, "counts=on"),
    ("10.2", 1200, 8, False, "engine=conditional"),
    ("10.2", 16, 800, False, "engine=conditional counts=on"),
    ("10.2", 4096, 2, True, f"precise=on range={CODE:#x}-{CODE + 4096 * STRIDE:#x}:code"),
    ("10.2", 1200, 8, False, f"engine=conditional range={CODE:#x}-{CODE + 1200 * STRIDE:#x}:code"),
]


def check(plugin, host, folder, run):
    """What is wrong, an empty list where nothing is; and how often code was translated anew."""
    kind, blocks, rounds, is_precise, options = run
    environment = {**os.environ, "TSAN_OPTIONS": "exitcode=66 halt_on_error=0"}
    if is_precise:
        environment["PRECISE"] = "1"
    if "range=" in options:
        environment["SYSTEM"] = "1"
    done = subprocess.Popen(
        [host, plugin, folder, folder / "program", str(blocks), str(rounds),
         f"out={folder}/%p.drcov", *options.split()],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        env=environment, start_new_session=True)
    try:
        said, _ = done.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        os.killpg(done.pid, signal.SIGKILL)  # its children too
        said, _ = done.communicate()
        return [f"hung\n{said[:MOST_SHOWN]}"], ""
    if done.returncode != 0:
        return [f"status {done.returncode}\n{said[:MOST_SHOWN]}"], ""
    truths = {path.suffix[1:]: path for path in folder.glob("truth.*")}
    traces = {path.stem: path for path in folder.glob("*.drcov")}
    wrong = []
    if set(truths) != set(traces):
        wrong.append(f"{len(truths)} processes left {len(traces)} traces")
    for process in truths.keys() & traces.keys():
        lines = truths[process].read_text().splitlines()
        executed = {(int(address, 16), int(size)) for address, size in map(str.split, lines)}
        trace = drcov.load(traces[process])
        recorded = trace.located() | trace.elsewhere()
        # What is recorded while other threads switch is not known.
        missing = set() if "start=" in options else executed - recorded
        if missing or recorded - executed:
            wrong.append(f"process {process}: {len(missing)} of {len(executed)} blocks missing, "
                         f"{len(recorded - executed)} extra, {sorted(missing)[:4]}")
    return wrong, f"{len(traces)} processes, {said.strip()}"


def main(plugin, hosts):
    failed = 0
    for run in RUNS:
        with tempfile.TemporaryDirectory(prefix="covtool-threads-") as folder:
            wrong, said = check(plugin, Path(hosts) / f"host-{run[0]}", Path(folder), run)
        print(f"{run[0]}, {run[1]} blocks, {run[4] or 'no options'}: "
              f"{'; '.join(wrong) if wrong else 'no report, all blocks, ' + said}", flush=True)
        failed += bool(wrong)
    print(f"{len(RUNS) - failed} runs passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

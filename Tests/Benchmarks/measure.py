"""Runs of programs, measured in processor time (user and system), each yardstick in its turn."""

import math
import os
import statistics
import subprocess
from dataclasses import dataclass, field

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PERL_HASH_SEED": "0", "PYTHONHASHSEED": "0"}


class Failed(Exception):
    pass


def seconds(command, folder):
    """Processor time of a run. One that fails is no measurement."""
    with open(folder / "stderr", "w+b") as errors:
        child = subprocess.Popen([str(word) for word in command], cwd=folder, env=ENVIRONMENT,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip()
    if child.returncode != 0:
        raise Failed(said.partition("\n")[0] or f"exit status {child.returncode}")
    return usage.ru_utime + usage.ru_stime


@dataclass
class Yardstick:
    """One way to run a guest: QEMU's options for it. What has a trace must leave it."""
    name: str
    options: list
    trace: str | None = None
    every: int = 1  # it takes part in each so many rounds: the slow one need not be as exact
    missing: str | None = None  # why it cannot be run


@dataclass
class Row:
    """A guest program under one QEMU, and what it took with each yardstick."""
    column: str
    group: str  # steady, short, counts, true, threads
    name: str
    command: list
    times: int = 1
    yardsticks: list = field(default_factory=list)
    taken: dict = field(default_factory=dict)

    def round(self, number, qemu, folder):
        """Each yardstick so many times, in turn: what else the machine does meets all alike."""
        chosen = [yardstick for yardstick in self.yardsticks
                  if not yardstick.missing and number % yardstick.every == 0]
        taken = {yardstick.name: 0.0 for yardstick in chosen}
        for _ in range(self.times):
            for yardstick in chosen:
                taken[yardstick.name] += seconds([qemu, *yardstick.options, *self.command], folder)
        for yardstick in chosen:
            if yardstick.trace:
                trace = folder / yardstick.trace
                if not trace.exists() or not trace.stat().st_size:
                    raise Failed(f"{yardstick.name} left no trace")
                trace.unlink()
            self.taken.setdefault(yardstick.name, []).append(taken[yardstick.name])

    def ratios(self, name, over):
        """Best over best and median over median; None where one of them was not run."""
        if name not in self.taken or over not in self.taken:
            return None
        return tuple(of(self.taken[name]) / of(self.taken[over]) for of in (min, statistics.median))


def geometric(values):
    return math.exp(sum(map(math.log, values)) / len(values))

"""How the programs are built and run, in each variant."""

import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from Tests.EndToEnd.support.setting import emulator, output, run
from Tests.Exactness.programs import FOLDER, program

PREFIXES = {"x86-64": "", "aarch64": "aarch64-linux-gnu-"}
TARGETS = {"x86-64": "x86_64", "aarch64": "aarch64"}
# Without -fstack-reuse=none, gcov has the ends of variables' lives on lines that never ran: on
# sqlite, "return 0; /* Corruption */" 239,961 times, and 12 more.
FLAGS = {"plain": [], "reuse": ["-fstack-reuse=none"]}


class Variant(NamedTuple):
    processor: str
    level: str
    # One of FLAGS.
    flags: str

    @property
    def text(self):
        return f"{self.processor} -O{self.level} {' '.join(FLAGS[self.flags])}".rstrip()

    @property
    def gcov(self):
        return f"{PREFIXES[self.processor]}gcov"


def build(name, variant, instrumented):
    """The folder with NAME; with gcov's notes where it is instrumented."""
    # Names of one length, since programs go over their own path.
    folder = FOLDER / f"{name}-{variant.processor}-{variant.flags}-O{variant.level}-" \
                      f"{'gcov' if instrumented else 'none'}"
    if (folder / name).exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = program(name)
    flags = ["-g", f"-O{variant.level}", "-w", *FLAGS[variant.flags], *made.flags,
             *(["--coverage"] if instrumented else [])]
    compiler = f"{PREFIXES[variant.processor]}{made.compiler}"

    def compile(number, source):
        # Two folders can have sources of one name.
        made_of = f"{number}-{source.stem}.o"
        output(compiler, *flags, "-c", source, "-o", made_of, folder=folder)
        return made_of

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(compile, range(len(made.sources)), made.sources))
    static = ["-static"] if PREFIXES[variant.processor] else []
    output(compiler, *flags, *static, *objects, *made.libraries, "-o", f"{name}.part",
           folder=folder)
    (folder / f"{name}.part").rename(folder / name)
    return folder


def execute(name, *command, **more):
    """Runs a program in a folder of its own; gives its status and what it wrote."""
    ran = program(name)
    with tempfile.TemporaryDirectory() as folder:
        for path in ran.files:
            copy = shutil.copytree if path.is_dir() else shutil.copy
            copy(path, Path(folder) / path.name)
        with open(ran.input or "/dev/null", "rb") as input:
            done = run(*command, *ran.arguments, folder=folder, stdin=input, text=False, **more)
    said = [line for line in done.stdout.splitlines() if not ran.differs or ran.differs not in line]
    return done.returncode, said


def foreign(variant):
    """The command that runs the processor's programs here."""
    return emulator(TARGETS[variant.processor]) if PREFIXES[variant.processor] else []

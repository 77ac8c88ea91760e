"""ELF files that nobody's tools have made: seeded variants of real ones and of the files that belong to them,
given to covtool with a limit on time and memory.

    python3 -m Tests.EndToEnd.support.hostile VARIANTS SEED FOLDER      what fails is left in FOLDER
"""

import itertools
import os
import random
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from Tests.EndToEnd.support import debugforms as forms
from Tests.EndToEnd.support import drcov
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, output

SECONDS = 5
BYTES = 512 << 20
# An answer, or an error of sysexits.h that names what is wrong with the file.
ANSWERS = (0, 65)
ABSURD = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 40, (1 << 63) - 1,
          1 << 63, (1 << 64) - 1)
FORMS = [
    ("-gdwarf-2", None), ("-gdwarf-4", None), ("-gdwarf-5", None), ("-gdwarf-5 -O2", None),
    ("-gdwarf-5 -gz=zlib", None), ("-gdwarf-5 -fdebug-types-section", None), ("-gdwarf64 -gdwarf-5", None),
    ("-gdwarf-5", forms.dwz), ("-gdwarf-5 -gsplit-dwarf", None), ("-g0", None),
    ("-gdwarf-4 -gsplit-dwarf", None), ("-gdwarf-4 -gsplit-dwarf", forms.gnu_dwp),
    ("-gdwarf-5 -gsplit-dwarf", forms.llvm_dwp), ("-gdwarf-5", forms.dwz_shared),
    ("-gdwarf-5", forms.debuglink), ("-gdwarf-4 -O2", forms.debuglink),
]


class Original:
    """A real file, and where in it things are, as readelf says."""

    def __init__(self, path):
        self.data = path.read_bytes()
        header = output("readelf", "-hW", path)
        self.headers = int(re.search(r"Start of section headers: +(\d+)", header)[1])
        self.count = int(re.search(r"Number of section headers: +(\d+)", header)[1])
        rows = re.findall(r"\] (\.\S+) +\w+ +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+) ", output("readelf", "-SW", path))
        places = {name: (int(start, 16), int(size, 16)) for name, start, size in rows}
        self.debug = [place for name, place in places.items()
                      if name.startswith((".debug", ".zdebug", ".symtab", ".strtab", ".gnu_debug"))
                      and place[1] > 0]
        self.line = places.get(".debug_line") or places.get(".debug_line.dwo")


def variant(original, chance):
    """One variant, and what was done to it."""
    data = bytearray(original.data)
    words = []
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        kind = chance.choice(("cut", "byte", "byte", "debug", "debug", "debug", "absurd", "absurd", "section",
                              "section", "header", "line", "run", "copy"))
        words.append(kind)
        if not data:
            break
        where = chance.randrange(len(data))
        if original.debug and kind in ("debug", "absurd", "run", "copy"):
            start, size = chance.choice(original.debug)
            where = min(start + chance.randrange(size), len(data) - 1)
        if kind == "cut":
            del data[where:]
        elif kind in ("byte", "debug"):
            for _ in range(chance.choice((1, 2, 4, 16))):
                at = min(where + chance.randrange(8), len(data) - 1)
                data[at] = chance.choice((chance.randrange(256), 0, 0xFF, 0x80, 0x7F, data[at] ^ 1))
        elif kind == "absurd":
            put(data, where, chance.choice("BHIQ"), chance.choice(ABSURD))
        elif kind == "section":
            # Type, flags, offset, size, link, alignment or size of an entry.
            field, form = chance.choice(((4, "I"), (8, "Q"), (24, "Q"), (32, "Q"), (40, "I"), (48, "Q"), (56, "Q")))
            at = original.headers + 64 * chance.randrange(original.count) + field
            put(data, at, form, chance.choice((*ABSURD, chance.randrange(len(original.data)))))
        elif kind == "header":
            put(data, chance.randrange(16, 64), chance.choice("BHIQ"), chance.choice(ABSURD))
        elif kind == "line" and original.line:
            # Operations of a line program: no table's head is left, but in the first hundred bytes.
            start, size = original.line
            for at in range(start + chance.randrange(size), min(start + size, len(data))):
                data[at] = chance.choice((0, 1, 2, 3, 4, 5, 8, 9, 0x80, 0xFF, data[at]))
        elif kind == "run":
            byte = chance.choice((0, 0x80, 0xFF))
            end = min(where + chance.choice((4, 16, 100, 1000)), len(data))
            data[where:end] = bytes([byte]) * (end - where)
        elif kind == "copy":
            other = chance.randrange(len(data))
            length = min(chance.choice((2, 8, 64)), len(data) - max(where, other))
            data[where:where + length] = data[other:other + length]
    return bytes(data), "+".join(words)


def put(data, at, form, value):
    packed = struct.pack("<" + form, value % (1 << 8 * struct.calcsize(form)))
    if at + len(packed) <= len(data):
        data[at:at + len(packed)] = packed


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def commands(trace):
    return [["lcov", trace, "--elf", "forms"], ["report", trace, "--elf", "forms"],
            ["json", trace, "--elf", "forms"], ["symbolise", trace, "--elf", "forms"],
            ["symbolise", "--elf", "forms", *(hex(address) for address in range(0x1000, 0x1300, 5))]]


def answer(arguments, folder):
    """The exit status, or what is wrong with covtool's answer."""
    process = subprocess.Popen([COVTOOL, *map(str, arguments)], cwd=folder, env=ENVIRONMENT,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               preexec_fn=limited)
    try:
        _, said = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return f"more than {SECONDS} s"
    if process.returncode in ANSWERS and (process.returncode == 0 or said.strip()):
        return process.returncode
    status = process.returncode
    name = signal.Signals(-status).name if status < 0 else status
    return f"{name} {said[-300:]!r}"


def originals(folder):
    """The real programs, each with the files that belong to it, by their names; and a trace of them."""
    found, trace = [], None
    for number, (flags, finish) in enumerate(FORMS):
        form = forms.Form("", flags, finish or (lambda guest: None))
        guest = forms.build(form, "gcc", "x86_64", folder / f"original-{number}")
        trace = trace or record(guest, folder)
        (guest.folder / "other").unlink(missing_ok=True)  # with which dwz has something to share
        found.append({path.name: Original(path) for path in sorted(guest.folder.iterdir())})
        # They are not to be found in the place of a variant.
        shutil.rmtree(guest.folder)
    beside = Counter(Path(name).suffix for program in found for name in program)
    if not all(beside[suffix] for suffix in (".debug", ".dwo", ".dwp", ".dwz")):
        raise AssertionError(f"a kind of file is missing: {beside}")
    return found, trace


def record(guest, folder):
    guest.record(folder / "whole.drcov")
    whole = drcov.load(folder / "whole.drcov")
    row, = (row for row in whole.modules if row.path == str(guest.program))
    blocks = [(0, start, size) for id, start, size in whole.blocks if id == row.id]
    trace = folder / "forms.drcov"
    trace.write_bytes(drcov.write([(row.start, row.end, "/nowhere/forms")], blocks))
    return trace


def check(count, seed, folder, first=0):
    """Gives the faults of variants `first` and following, (number, what was done, command, what is wrong),
    and how often there was which exit status."""
    folder, statuses = Path(folder), Counter()
    found, trace = originals(folder)
    spaces = itertools.count()

    def run_some(numbers):
        place = folder / f"space-{next(spaces)}"
        faults = []
        for number in numbers:
            chance = random.Random(f"{seed} {number}")
            program = chance.choice(found)
            name = chance.choice(list(program))
            data, words = variant(program[name], chance)
            place.mkdir()
            for other, original in program.items():
                (place / other).write_bytes(data if other == name else original.data)
            command = commands(trace)[number % len(commands(trace))]
            wrong = answer(command, place)
            statuses[wrong if wrong in ANSWERS else "fault"] += 1
            if wrong not in ANSWERS:
                faults.append((number, f"{name}: {words}", command[0], wrong))
                shutil.copytree(place, folder / f"found-{number}")
            shutil.rmtree(place)
        return faults

    workers = os.cpu_count()
    with ThreadPoolExecutor(workers) as pool:
        parts = pool.map(run_some, [range(first + i, first + count, workers) for i in range(workers)])
        return sorted(fault for part in parts for fault in part), statuses


def main():
    count, seed, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    shutil.rmtree(folder, ignore_errors=True)
    faults, statuses = check(count, seed, folder)
    for number, words, command, wrong in faults:
        print(f"{folder}/found-{number} ({words}), {command}: {wrong}")
    print(f"{count} variants, seed {seed}: {statuses[0]} results, {statuses[65]} errors, "
          f"{len(faults)} faults")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()

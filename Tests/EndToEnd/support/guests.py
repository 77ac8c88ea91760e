"""The guests of Fixtures/guests: built once for each kind, and run."""

import functools
from pathlib import Path

from Tests.EndToEnd.support.setting import PLUGIN, ROOT, emulator, output, run

DEMO = ROOT / "Fixtures/guests/demo"
INPUTS = sorted((DEMO / "inputs").glob("*.txt"))

# How a guest was linked or which processor it is for -> its processor, the folder with its libraries.
KINDS = {
    "pie": ("x86_64", None),
    "no-pie": ("x86_64", None),
    "static": ("x86_64", None),
    "static-pie": ("x86_64", None),
    "aarch64": ("aarch64", "/usr/aarch64-linux-gnu"),
    "arm": ("arm", "/usr/arm-linux-gnueabihf"),
    "arm-marm": ("arm", "/usr/arm-linux-gnueabihf"),
    "riscv64": ("riscv64", "/usr/riscv64-linux-gnu"),
    "s390x": ("s390x", "/usr/s390x-linux-gnu"),
}
STATIC = ("static", "static-pie")


@functools.cache
def built(kind):
    """The folder with the guests of a kind."""
    folder = ROOT / ".build/guests" / kind
    output(ROOT / "Fixtures/guests/build", kind, folder)
    return folder


def elves(kind="pie"):
    """--elf for each of the demo's own modules."""
    names = ["calculator"] if kind in STATIC else ["calculator", "libtokens.so", "functions.so"]
    return [word for name in names for word in ("--elf", built(kind) / name)]


def qemu(kind, program, *arguments, plugin=None, options=(), **more):
    """Runs a guest; `plugin` is the text after "libcov.so," (None: without our plugin)."""
    target, libraries = KINDS[kind]
    command = [*emulator(target), *options]
    if libraries:
        command += ["-L", libraries]
    if plugin is not None:
        command += ["-plugin", f"{PLUGIN},{plugin}" if plugin else PLUGIN]
    path = Path(program) if "/" in str(program) else built(kind) / program
    return run(*command, path, *arguments, **more)


def record(trace, kind, program, *arguments, **more):
    """A run with our plugin, which must leave the trace; gives what the run was."""
    trace = Path(trace)
    done = qemu(kind, program, *arguments, plugin=f"out={trace}", **more)
    if not trace.exists():
        raise AssertionError(f"{kind} {program}: no {trace.name}; {done.returncode} {done.stderr}")
    return done


def record_demo(folder, kind="pie"):
    """The calculator's traces, one for each input."""
    traces = []
    for input in INPUTS:
        traces.append(Path(folder) / f"{input.stem}.drcov")
        record(traces[-1], kind, "calculator", input)
    return traces


def host_path(kind, guest_path):
    """Where a guest's file is on the host: under the folder with its libraries, if it is there."""
    libraries = KINDS[kind][1]
    if libraries and Path(libraries + guest_path).exists():
        guest_path = libraries + guest_path
    return Path(guest_path).resolve()


@functools.cache
def segments(path):
    """The lowest address of an ELF file's segments, and the end of the highest (readelf's words)."""
    low, high = None, 0
    for line in output("readelf", "-lW", path).splitlines():
        words = line.split()
        if words[:1] == ["LOAD"]:
            address, size = int(words[2], 16), int(words[5], 16)
            low = address if low is None else min(low, address)
            high = max(high, address + size)
    return low, high


def place(kind, function, program=None):
    """Where a function of a guest is, as libcov.so's options take it (readelf's words)."""
    program = program or built(kind) / "inputs"
    symbols = [line.split() for line in output("readelf", "-sW", program).splitlines()]
    # The lowest bit of an ARM function's address says that it is in Thumb code.
    (address,) = {int(words[1], 16) & ~1 for words in symbols if words[3:4] == ["FUNC"] and words[-1] == function}
    return f"{program}+{address - segments(program)[0] // 4096 * 4096:#x}"


@functools.cache
def place_of(elf, function):
    """The address that an ELF file has for a function (readelf's words)."""
    symbols = [line.split() for line in output("readelf", "-sW", elf).splitlines()]
    (address,) = {int(words[1], 16) & ~1 for words in symbols if words[3:4] == ["FUNC"] and words[-1] == function}
    return address


def record_inputs(folder):
    """Records the calculator on each of INPUTS, with hit counts; the traces' names in the folder."""
    names = []
    for input in INPUTS:
        names.append(f"{input.stem}.drcov")
        qemu("pie", "calculator", input, plugin=f"counts=on,out={folder / names[-1]}")
    return names

"""The bare-metal guests of Fixtures/guests/system: built once, run without an operating system."""

import functools

from Tests.EndToEnd.support.setting import PLUGIN, QEMU, ROOT, emulator, output, run

VIRT = ["-M", "virt", "-bios", "none"]

# Guest -> its processor, its machine, its exit status, nm and addr2line's prefix.
GUESTS = {
    "aarch64": ("aarch64", ["-M", "virt", "-cpu", "cortex-a57", "-semihosting"], 0,
                "aarch64-linux-gnu-"),
    "riscv64": ("riscv64", VIRT, 0, "riscv64-linux-gnu-"),
    "riscv64-pair": ("riscv64", [*VIRT, "-smp", "2"], 0, "riscv64-linux-gnu-"),
    "riscv64-reset": ("riscv64", VIRT, 0, "riscv64-linux-gnu-"),
    "x86": ("x86_64", ["-M", "pc", "-device", "isa-debug-exit,iobase=0x501"], 33, ""),
}


# Column -> the processors that its QEMU has, where those are not all.
PROCESSORS = {"system-8.2": ["x86_64"]}


def is_there(name):
    """Whether the chosen QEMU has the guest's processor."""
    return QEMU not in PROCESSORS or GUESTS[name][0] in PROCESSORS[QEMU]


@functools.cache
def built():
    folder = ROOT / ".build/guests/system"
    output(ROOT / "Fixtures/guests/system/build", folder)
    return folder


def elf(name):
    return built() / f"{name}.elf"


def boot(name, plugin=None, options=(), **more):
    """Runs a guest to its end; `plugin` is the text after "libcov.so,"."""
    target, machine, _, _ = GUESTS[name]
    command = [*emulator(target), *machine, *options, "-kernel", elf(name),
               "-display", "none", "-monitor", "none", "-serial", "none"]
    if plugin is not None:
        command += ["-plugin", f"{PLUGIN},{plugin}"]
    return run(*command, **more)


@functools.cache
def functions(name):
    """The ELF file's functions: (address, end, name), as nm has them."""
    lines = output(f"{GUESTS[name][3]}nm", "-S", "--defined-only", elf(name)).splitlines()
    symbols = [line.split() for line in lines]
    return sorted((int(s[0], 16), int(s[0], 16) + int(s[1], 16), s[3])
                  for s in symbols if len(s) == 4 and s[2] in "tT")

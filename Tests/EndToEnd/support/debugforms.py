"""The forms in which debug information comes, each made of Fixtures/guests/forms by the tools that people
use. What a run executes stands in the fixture's own comments."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from Tests.EndToEnd.support import guests
from Tests.EndToEnd.support.setting import ROOT, emulator, llvm, output, run

SOURCES = ROOT / "Fixtures/guests/forms"

# Processor -> GNU triplet.
TRIPLETS = {
    "x86_64": "x86_64-linux-gnu",
    "aarch64": "aarch64-linux-gnu",
    "arm": "arm-linux-gnueabihf",
    "riscv64": "riscv64-linux-gnu",
    "s390x": "s390x-linux-gnu",
}


@dataclass
class Guest:
    """A program in a folder of its own, and what covtool is to be told to find its debug information."""

    program: Path
    processor: str
    options: tuple = ()

    @property
    def folder(self):
        return self.program.parent

    def tool(self, name, *arguments):
        """Runs one of binutils' programs for the guest's processor, in its folder."""
        output(f"{TRIPLETS[self.processor]}-{name}", *arguments, folder=self.folder)

    def record(self, trace, *arguments):
        libraries = [] if self.processor == "x86_64" else ["-L", f"/usr/{TRIPLETS[self.processor]}"]
        done = run(*emulator(self.processor), *libraries, "-plugin", f"{guests.PLUGIN},out={trace}",
                   self.program, *arguments)
        if done.returncode != 0 or not trace.exists():
            raise AssertionError(f"{self.program}: {done.returncode} {done.stderr}")


@dataclass
class Form:
    """How a program is compiled, and what is done to it then."""

    name: str
    flags: str
    finish: Callable[[Guest], None] = lambda guest: None
    compilers: tuple = ("gcc", "clang")
    # Compilers and processors for which the tools cannot make it.
    without: tuple = ()

    def columns(self):
        """For each compiler and processor whether they can make it."""
        return {(compiler, processor): compiler in self.compilers
                and compiler not in self.without and processor not in self.without
                and (compiler, processor) not in self.without
                for compiler in ("gcc", "clang") for processor in TRIPLETS}


def compile(compiler, processor, folder, flags):
    triplet = TRIPLETS[processor]
    command = [f"{triplet}-gcc"]
    if compiler == "clang":
        command = [llvm("clang"), f"--target={triplet}"]
        if processor != "x86_64":
            command += ["-isystem", f"/usr/{triplet}/include"]
    for name in ("main", "steps"):
        output(*command, "-O0", "-fPIE", *flags, "-c", SOURCES / f"{name}.c", "-o", f"{name}.o",
               folder=folder)
    program = folder / "forms"
    # gcc's linking, which knows where the libraries are. It passes --compress-debug-sections on.
    linking = [flag for flag in flags if flag.startswith("-gz")]
    output(f"{triplet}-gcc", "-pie", *linking, "-Wl,--build-id", "main.o", "steps.o", "-o", program,
           folder=folder)
    # The units that single splits off stay in them.
    for name in ("main", "steps") if "-gsplit-dwarf=single" not in flags else ():
        (folder / f"{name}.o").unlink()
    return Guest(program, processor)


def build(form, compiler, processor, folder):
    folder.mkdir(parents=True)
    guest = compile(compiler, processor, folder, form.flags.split())
    form.finish(guest)
    return guest


def build_id(program):
    """In hexadecimal, as readelf says it."""
    return re.search(r"Build ID: ([0-9a-f]+)", output("readelf", "-n", program))[1]


def separate(guest, link=True):
    """The debug information in a file beside; `link`: by name, otherwise by build-id alone."""
    guest.tool("objcopy", "--only-keep-debug", "forms", "forms.debug")
    guest.tool("strip", "--strip-all", *([] if link else ["--remove-section=.gnu_debuglink"]), "forms")
    if link:
        guest.tool("objcopy", "--add-gnu-debuglink=forms.debug", "forms")
    return guest.folder / "forms.debug"


def debuglink(guest):
    separate(guest)


def debuglink_without_id(guest):
    """Which is checked by the file's checksum."""
    guest.tool("objcopy", "--remove-section=.note.gnu.build-id", "forms")
    separate(guest)


def debuglink_in_folder(guest):
    (guest.folder / ".debug").mkdir()
    separate(guest).rename(guest.folder / ".debug/forms.debug")


def debuglink_in_tree(guest):
    tree = Path(f"{guest.folder}-tree/{guest.folder}")
    tree.mkdir(parents=True)
    separate(guest).rename(tree / "forms.debug")
    guest.options = ("--debug-dir", f"{guest.folder}-none", "--debug-dir", f"{guest.folder}-tree")


def by_build_id(guest):
    id = build_id(guest.program)
    tree = Path(f"{guest.folder}-ids/.build-id/{id[:2]}")
    tree.mkdir(parents=True)
    separate(guest, link=False).rename(tree / f"{id[2:]}.debug")
    guest.options = ("--debug-dir", f"{guest.folder}-ids", "--debug-dir", f"{guest.folder}-none")


def named_by_elf(guest):
    """The separate file is what --elf names."""
    guest.options = ("--elf", separate(guest, link=False))


def split(guest):
    """Without the symbols that could stand in for what is not found. (They have to for riscv64: what the
    linker may shorten has no length in a file that is not linked, and objcopy leaves 0 for it.)"""
    if guest.processor == "riscv64":
        return
    names = [name for source in SOURCES.glob("*.[ch]") for name in expected(source)[1]]
    guest.tool("objcopy", *(f"--strip-symbol={name}" for name in names), "forms")


def gnu_dwp(guest):
    split(guest)
    output("dwp", "-e", "forms", "-o", "forms.dwp", folder=guest.folder)
    remove_dwo(guest)


def llvm_dwp(guest):
    split(guest)
    output(llvm("llvm-dwp"), "-e", "forms", "-o", "forms.dwp", folder=guest.folder)
    remove_dwo(guest)


def remove_dwo(guest):
    units = list(guest.folder.glob("*.dwo"))
    if len(units) != 2:
        raise AssertionError(f"{units} are not the two split units")
    for unit in units:
        unit.unlink()


def compressed(guest):
    if b".debug_line" not in sections(guest, "C"):
        raise AssertionError("nothing is compressed")


def sections(guest, flag):
    """The names of the sections that have a flag, in readelf's words."""
    table = output("readelf", "-SW", guest.program)
    rows = re.findall(r"\] (\S+) +\S+ +[0-9a-f]+ [0-9a-f]+ [0-9a-f]+ [0-9a-f]+ +(\w*) +\d+", table)
    return {name.encode() for name, flags in rows if flag in flags}


def old_compressed(guest):
    """Before ELF knew of it: sections by the name of .zdebug_line."""
    guest.tool("objcopy", "--compress-debug-sections=zlib-gnu", "forms")
    if ".zdebug_line" not in output("readelf", "-SW", guest.program):
        raise AssertionError("nothing is compressed")


def dwz(guest):
    output("dwz", "forms", folder=guest.folder)


def dwz_shared(guest, options=()):
    """Debug information that several programs have stands in a file of its own."""
    shutil.copy(guest.program, guest.folder / "other")
    output("dwz", "-m", "shared.dwz", *options, "forms", "other", folder=guest.folder)
    if ".gnu_debugaltlink" not in output("readelf", "-SW", guest.program):
        raise AssertionError("dwz found nothing to share")


def dwz_shared_by_id(guest):
    """Both the program's debug information and what is shared stand in a folder by build-id."""
    dwz_shared(guest)
    id = build_id(guest.folder / "shared.dwz")
    by_build_id(guest)
    tree = Path(f"{guest.folder}-ids/.build-id/{id[:2]}")
    tree.mkdir(exist_ok=True)
    (guest.folder / "shared.dwz").rename(tree / f"{id[2:]}.debug")


# clang 14: "A dwo section may not contain relocations". dwp of binutils 2.40 crashes on DWARF 5, and no
# dwp takes s390x's byte order.
NO_SPLIT = (("clang", "riscv64"),)

C_FORMS = [
    *(Form(f"DWARF {version}", f"-gdwarf-{version}") for version in (2, 3, 4, 5)),
    Form("64-bit DWARF", "-gdwarf64 -gdwarf-5", without=("arm",)),
    Form("type units", "-gdwarf-5 -fdebug-types-section"),
    Form("line tables only", "-g1", compilers=("gcc",)),
    Form("line tables only", "-gline-tables-only", compilers=("clang",)),
    *(Form(f"split {version}", f"-gdwarf-{version} -gsplit-dwarf", split, without=NO_SPLIT)
      for version in (4, 5)),
    *(Form(f"split, in objects, {version}", f"-gdwarf-{version} -gsplit-dwarf=single", split, ("clang",), NO_SPLIT)
      for version in (4, 5)),
    Form("dwp of binutils, 4", "-gdwarf-4 -gsplit-dwarf", gnu_dwp, without=(*NO_SPLIT, "s390x")),
    *(Form(f"dwp of llvm, {version}", f"-gdwarf-{version} -gsplit-dwarf", llvm_dwp,
           without=(*NO_SPLIT, "s390x")) for version in (4, 5)),
    Form("zlib", "-g -gz=zlib", compressed),
    Form("zlib, old", "-g", old_compressed),
    Form("debuglink", "-g", debuglink),
    Form("debuglink, no id", "-g", debuglink_without_id),
    Form("debuglink, .debug", "-g", debuglink_in_folder),
    Form("debuglink, tree", "-g", debuglink_in_tree),
    Form("build-id", "-g", by_build_id),
    Form("debug file named", "-g", named_by_elf),
    Form("dwz", "-gdwarf-5", dwz, compilers=("gcc",)),
    Form("dwz, shared", "-gdwarf-5", dwz_shared, compilers=("gcc",)),
    Form("dwz, shared, by id", "-gdwarf-5", dwz_shared_by_id, compilers=("gcc",)),
]


def expected(source):
    """What the comments of a source file say: {line: whether it is hit}, {function: (line, hit)},
    and the lines that may have code or not."""
    lines, functions, free = {}, {}, set()
    for number, text in enumerate(source.read_text().splitlines(), 1):
        if match := re.search(r"// (hit|missed)(?: (\w+))?$", text):
            lines[number] = match[1] == "hit"
            if match[2]:
                functions[match[2]] = number, lines[number]
        elif text.strip(" ;") in ("}", "{") or "always_inline" in text:
            free.add(number)
    return lines, functions, free

"""Writes what a fuzz target begins with into a folder: each form of drcov that the tests know and small
journals, or small ELF files with debug information of each kind.

    python3 -m Tests.Fuzz.seeds traces|tables FOLDER
"""

import struct
import sys
from pathlib import Path

from Tests.EndToEnd.support import debugforms, forms
from Tests.EndToEnd.support.setting import output

FLAGS = ["-gdwarf-2", "-gdwarf-3", "-gdwarf-4", "-gdwarf-5", "-gdwarf-4 -O2", "-gdwarf-5 -O2",
         "-gdwarf64 -gdwarf-5", "-gdwarf-5 -gz=zlib", "-gdwarf-5 -fdebug-types-section", "-g1",
         "-gdwarf-4 -gsplit-dwarf", "-gdwarf-5 -gsplit-dwarf", "-g0"]


def traces(folder):
    for number, form in enumerate(forms.forms()):
        (folder / f"form-{number:03}").write_bytes(form.data)
    modules = [(0x400000, 0x4FF000, 0x401000, b"/bin/a"), (0xFFFFFFFF81000000, 0xFFFFFFFF82000000, 0, b"vmlinux")]
    blocks = [(0x401000 + n, 0x1000 + n, 4 + n, n % 3 - 1 & 0xFFFF, n % 4, 0, n) for n in range(9)]
    for number, counts in enumerate((0, 1)):
        (folder / f"journal-{number}").write_bytes(journal(modules, blocks, counts))
        (folder / f"journal-{number}-older").write_bytes(journal(modules, blocks, counts, version=2))
    (folder / "journal-messages").write_bytes(journal([], [], 0, b"one\ntwo\n"))


def journal(modules, blocks, counts, messages=b"", version=3):
    """A journal as Tests/Fuzz/Sources/FuzzTraces/PackedJournal.swift has it, by Sources/Journal/Layout.swift."""
    head = struct.pack("<IIQQI4xQ16x", 1234, 0, len(blocks), len(modules), counts, len(messages)) + messages
    if version == 3 and modules:
        head += bytes(2048 - 8 - len(head))
    for start, end, entry, path in modules:
        head += struct.pack("<QQQQ", start, end, entry, len(path)) + path + bytes(-len(path) % 8)
    rows = (struct.pack("<QIHHBxHIQ", address, start, size, module, page, unreached, 0, count)
            for address, start, size, module, page, unreached, count in blocks)
    return b"COVJRNL%d" % version + struct.pack("<H", len(head)) + head + b"".join(rows)


def tables(folder):
    source = debugforms.SOURCES / "steps.c"
    for number, flags in enumerate(FLAGS):
        for processor in ("x86_64", "arm", "s390x"):
            if "gdwarf64" in flags and processor == "arm":
                continue
            object = folder / f"{processor}-{number:02}.o"
            compiler = f"{debugforms.TRIPLETS[processor]}-gcc"
            output(compiler, *flags.split(), "-c", source, "-o", object)
            linked = ["-nostdlib", "-static", "-Wl,--entry=kind,-N,--build-id=none", object]
            output(compiler, *linked, "-o", object.with_suffix(""))
    for split in folder.glob("*.dwo"):
        split.unlink()


if __name__ == "__main__":
    {"traces": traces, "tables": tables}[sys.argv[1]](Path(sys.argv[2]))

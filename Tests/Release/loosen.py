"""Copies objects and archives so that the linker may leave out what nothing refers to.

Swift marks every public function as to be kept (SHF_GNU_RETAIN, by LLVM's `llvm.used`), also in static libraries, where
most of them are of no use to a program. In the copies functions and constants are not marked any more. What the runtime
looks up by walking sections (swift5_...) stays marked, and what that refers to stays with it.

Swift's objects lose what nothing reads: tables for unwinding (.eh_frame), a twelfth of covtool, since no exception goes
through its code, and debuggers and profilers walk its frames by frame pointers; and by what the compiler sees that an
object is up to date (.swift_modhash), which depends on the folder that it is compiled in.

    loosen.py FROM... FOLDER
"""

import re
import struct
import sys
from pathlib import Path

RETAIN = 1 << 21  # SHF_GNU_RETAIN, of GNU's additions to the gABI
CODE = re.compile(rb"\.(text|rodata|data|bss)\b")
UNREAD = re.compile(rb"((\.rela)?\.eh_frame|\.swift_modhash)\0")


def loosened(data, start, is_swift):
    """Clears the mark of functions and constants in the ELF file (64 bits, little-endian) at a place in `data`. What
    nothing reads becomes an inactive section (SHT_NULL) where the file is Swift's."""
    if data[start:start + 6] != b"\x7fELF\x02\x01":
        return
    table, = struct.unpack_from("<Q", data, start + 0x28)
    width, count, names = struct.unpack_from("<HHH", data, start + 0x3A)
    first = start + table
    if count == 0:  # more than 65,279 sections: the number is in the first one's size
        count, = struct.unpack_from("<Q", data, first + 0x20)
    if names == 0xFFFF:
        names, = struct.unpack_from("<I", data, first + 0x28)
    strings, = struct.unpack_from("<Q", data, first + names * width + 0x18)
    for header in range(first, first + count * width, width):
        name, = struct.unpack_from("<I", data, header)
        flags, = struct.unpack_from("<Q", data, header + 8)
        if flags & RETAIN and CODE.match(data, start + strings + name):
            struct.pack_into("<Q", data, header + 8, flags & ~RETAIN)
        if is_swift and UNREAD.match(data, start + strings + name):
            struct.pack_into("<I", data, header + 4, 0)


def members(data):
    """The place of each member of an archive in ar's format."""
    place = 8
    while place + 60 <= len(data):
        size = int(data[place + 48:place + 58])
        yield place + 60
        place += 60 + size + size % 2


def main(*names):
    *files, folder = map(Path, names)
    for index, file in enumerate(files):
        data = bytearray(file.read_bytes())
        if data[:8] == b"!<arch>\n":
            name = file.name
            for place in members(data):
                loosened(data, place, name.startswith("libswift"))
        else:
            name = f"{index:04}-{file.name}"
            loosened(data, 0, True)
        (folder / name).write_bytes(data)


main(*sys.argv[1:])

"""Reads QEMU's own log of a run (-d exec,nochain,in_asm -D FILE), the truth about what was executed.

A block's translation is logged as its instructions, each execution as

    Trace 0: 0xHOST [CS_BASE/PC/FLAGS/CFLAGS] SYMBOL

and an execution that was given up before its first instruction is followed by

    Stopped execution of TB chain before 0xHOST [PC] SYMBOL
"""

import re

OPTIONS = ("-d", "exec,nochain,in_asm", "-D")

TRACE = re.compile(r"Trace \d+: (0x[0-9a-f]+) \[[0-9a-f]+/([0-9a-f]+)/")
STOPPED = re.compile(r"Stopped execution of TB chain before (0x[0-9a-f]+) ")
# The bytes come in groups of one, two or four, and are filled up to a column. Without a
# disassembler for the processor they stand in lines of their own.
INSTRUCTION = re.compile(r"0x([0-9a-f]+): +((?:(?:[0-9a-f]{2}){1,4} )*(?:[0-9a-f]{2}){1,4})(?:  |$| $)")
BYTES_ALONE = re.compile(r"OBJD-T: ([0-9a-f]+)$")
ADDRESS_ALONE = re.compile(r"0x([0-9a-f]+): *$")


class Unreadable(Exception):
    pass


def executed(path):
    """The set of (address, size) of the blocks that were executed."""
    sizes = {}  # host address of the translation -> size
    fresh = {}  # address -> size of its newest translation, which has no host address yet
    found = set()
    start = end = None  # of the translation that is being read
    running = None

    def translated():
        nonlocal start, end
        if start is not None:
            if end is None or end <= start:
                raise Unreadable(f"{path}: a translation at {start:#x} without a size")
            fresh[start] = end - start
        start = end = None

    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            if line.startswith("0x"):
                if match := INSTRUCTION.match(line):
                    address, size = int(match[1], 16), len(match[2].replace(" ", "")) // 2
                    start = address if start is None else start
                    end = address + size
                elif match := ADDRESS_ALONE.match(line):
                    start = end = int(match[1], 16)
                else:
                    raise Unreadable(f"{path}: {line}")
            elif match := BYTES_ALONE.match(line):
                end += len(match[1]) // 2
            elif match := TRACE.match(line):
                translated()
                if running:
                    found.add(running)
                host, address = match[1], int(match[2], 16)
                if address in fresh:
                    sizes[host] = fresh.pop(address)
                if host not in sizes:
                    raise Unreadable(f"{path}: executed without a translation: {line}")
                running = (address, sizes[host])
            elif match := STOPPED.match(line):
                running = None
            elif line.startswith("IN:"):
                translated()
    if running:
        found.add(running)
    return found

"""Reads QEMU's own log of a run (-d exec,nochain,in_asm -D FILE), the truth about what was executed.

A block's translation is logged as its instructions, each execution as

    Trace 0: 0xHOST [CS_BASE/PC/FLAGS/CFLAGS] SYMBOL

and an execution that was given up before its first instruction is followed by

    Stopped execution of TB chain before 0xHOST [PC] SYMBOL

The form is the same from 7.2 to 11.1; with several processors their lines alternate. In full-system
emulation an access to a device ends its block early, and the instruction is run again alone, in a
translation that QEMU gives plugins no way to see (CF_MEMI_ONLY, as it is numbered after 7.2, where
the bit is unused): that is no block of its own.
"""

import re

OPTIONS = ("-d", "exec,nochain,in_asm", "-D")

TRACE = re.compile(r"Trace (\d+): (0x[0-9a-f]+) \[[0-9a-f]+/([0-9a-f]+)/[0-9a-f]+/([0-9a-f]+)\]")
MEMORY_ONLY = 0x1000
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
    running = {}  # processor -> host address and block of its last execution

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
                processor, host, address = match[1], match[2], int(match[3], 16)
                if processor in running:
                    found.add(running.pop(processor)[1])
                if address in fresh:
                    sizes[host] = fresh.pop(address)
                if host not in sizes:
                    raise Unreadable(f"{path}: executed without a translation: {line}")
                if not int(match[4], 16) & MEMORY_ONLY:
                    running[processor] = host, (address, sizes[host])
            elif match := STOPPED.match(line):
                for processor in [p for p, (host, _) in running.items() if host == match[1]][-1:]:
                    del running[processor]
            elif line.startswith("IN:"):
                translated()
    return found | {block for _, block in running.values()}

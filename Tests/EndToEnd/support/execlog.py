"""Reads QEMU's own log of a run (-d exec,nochain,in_asm -D FILE), the truth about what was executed.

A block's translation is logged as its instructions, each execution as

    Trace 0: 0xHOST [CS_BASE/PC/FLAGS/CFLAGS] SYMBOL

and an execution that was given up before its first instruction is followed by

    Stopped execution of TB chain before 0xHOST [PC] SYMBOL

The form is the same from 7.2 to 11.1. Trace's number is the thread's or the processor's, whose lines
alternate. In full-system emulation an access to a device ends its block early, and the instruction is run
again alone, in a translation that QEMU gives plugins no way to see (CF_MEMI_ONLY, as it is numbered after
7.2, where the bit is unused): that is no block of its own.

A forked child goes on in a log of its own where reopenlog.c is loaded
into QEMU; that begins with

    Forked from FILE at OFFSET
"""

import re

OPTIONS = ("-d", "exec,nochain,in_asm", "-D")

TRACE = re.compile(r"Trace (\d+): (0x[0-9a-f]+) \[[0-9a-f]+/([0-9a-f]+)/[0-9a-f]+/([0-9a-f]+)\]")
MEMORY_ONLY = 0x1000
FORKED = re.compile(r"Forked from (.*) at (\d+)$")
STOPPED = re.compile(r"Stopped execution of TB chain before (0x[0-9a-f]+) ")
# The bytes come in groups of one, two or four, and are filled up to a column. Without a
# disassembler for the processor they stand in lines of their own.
INSTRUCTION = re.compile(r"0x([0-9a-f]+): +((?:(?:[0-9a-f]{2}){1,4} )*(?:[0-9a-f]{2}){1,4})(?:  |$| $)")
BYTES_ALONE = re.compile(r"OBJD-T: ([0-9a-f]+)$")
ADDRESS_ALONE = re.compile(r"0x([0-9a-f]+): *$")


def lines(path, length=None):
    """The lines that end in the first `length` bytes of a file, each as bytes; all without a length."""
    position = 0
    with open(path, "rb") as log:
        for line in log:
            position += len(line)
            if length is not None and position > length:
                return
            yield line


class Unreadable(Exception):
    pass


def executed(path):
    """The set of (address, size) of the blocks that were executed."""
    return Log().read(path)


def in_order(path):
    """The list of (address, size) of the blocks that a single thread executed, one after the other."""
    log = Log()
    log.order = []
    log.read(path)
    return log.order


def between(order, start, stop, on=False):
    """What of the blocks in `order` was executed from `start` on and before `stop`: a block with
    either in its middle is two."""
    return set(executions_between(order, start, stop, on))


def executions_between(order, start, stop, on=False):
    """The same, each as often as it was executed."""
    for address, size in order:
        points = sorted({p for p in (start, stop) if p is not None and address < p < address + size})
        for low, high in zip([address, *points], [*points, address + size]):
            if low == start == stop:
                on = not on
            elif low == start:
                on = True
            elif low == stop:
                on = False
            if on:
                yield low, high - low


class Log:
    def __init__(self):
        self.sizes = {}  # host address of the translation -> size
        self.fresh = {}  # address -> size of its newest translation, which has no host address yet
        self.start = self.end = None  # of the translation that is being read
        self.order = None  # what was executed, one after the other, where that is asked for
        self.seen = {}  # line -> thread, host address, (address, size): most lines come again

    def translated(self, path):
        if self.start is not None:
            if self.end is None or self.end <= self.start:
                raise Unreadable(f"{path}: a translation at {self.start:#x} without a size")
            self.fresh[self.start] = self.end - self.start
        self.start = self.end = None

    def read(self, path, length=None):
        """The blocks that were executed according to the first `length` bytes of the file."""
        found = set()
        running = {}  # thread -> host address, (address, size)
        for line in lines(path, length):
            if (again := self.seen.get(line)) and self.start is None \
                    and again[2][0] not in self.fresh:
                thread, host, block = again
                if before := running.get(thread):
                    found.add(before[1])
                running[thread] = host, block
                if self.order is not None:
                    self.order.append(block)
                continue
            text = line.decode("utf-8", errors="replace")
            thread = self.line(path, text, found, running)
            if thread in running:
                self.seen[line] = thread, *running[thread]
        self.translated(path)
        return found | {block for _, block in running.values()}

    def line(self, path, line, found, running):
        """Takes in one line; gives the thread where it is an execution."""
        if line.startswith("0x"):
            if match := INSTRUCTION.match(line):
                address, size = int(match[1], 16), len(match[2].replace(" ", "")) // 2
                self.start = address if self.start is None else self.start
                self.end = address + size
            elif match := ADDRESS_ALONE.match(line):
                self.start = self.end = int(match[1], 16)
            else:
                raise Unreadable(f"{path}: {line}")
        elif match := BYTES_ALONE.match(line):
            self.end += len(match[1]) // 2
        elif match := TRACE.match(line):
            self.translated(path)
            thread, host, address = match[1], match[2], int(match[3], 16)
            if thread in running:
                found.add(running.pop(thread)[1])
            if address in self.fresh:
                self.sizes[host] = self.fresh.pop(address)
            if host not in self.sizes:
                raise Unreadable(f"{path}: executed without a translation: {line}")
            if not int(match[4], 16) & MEMORY_ONLY:
                running[thread] = host, (address, self.sizes[host])
                if self.order is not None:
                    self.order.append((address, self.sizes[host]))
                return thread
        elif match := STOPPED.match(line):
            for thread in [t for t, (host, _) in running.items() if host == match[1]][-1:]:
                del running[thread]
                if self.order:
                    self.order.pop()
        elif line.startswith("IN:"):
            self.translated(path)
        elif match := FORKED.match(line):
            # The child has what its parent had translated, and has executed none of it.
            self.read(match[1], int(match[2]))
        return None

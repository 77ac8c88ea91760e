"""Which ways conditional jumps went: by QEMU's log of a run (see execlog.py), and by the table of a trace.

The log lists the blocks in the order in which they were executed, so what comes behind a block that ends with a
conditional jump is where the jump went. Which instructions are conditional jumps, and where they lead, is what
QEMU's disassembler calls them, or objdump where QEMU has none for the processor.
"""

import re
import struct
import tempfile

from Tests.EndToEnd.support import drcov
from Tests.EndToEnd.support.execlog import (ADDRESS_ALONE, BYTES_ALONE, FORKED, INSTRUCTION, MEMORY_ONLY,
                                            STOPPED, TRACE, lines)
from Tests.EndToEnd.support.setting import output

JUMP = 0x8000
HEADER = re.compile(rb"Edge Table: version 1, count (\d+)(, partial)?\n")

X86 = re.compile(r"(?:bnd )?(j(?!mp)[a-z]+|loop[a-z]*)\b")
AARCH64 = re.compile(r"(b\.[a-z]+|cbn?z|tbn?z)\b")
RISCV = re.compile(r"(c\.)?b(eq|ne|lt|ge|gt|le)[a-z]*\b")
CONDITION = "(eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)"
ARM = re.compile(rf"(b{CONDITION}(\.w)?|bl{CONDITION}|bx{CONDITION}|blx{CONDITION}|cbn?z)\b"
                 rf"|(pop|ldm[a-z]*?){CONDITION}(\.w)?\b.*\bpc\b.*\}}|(ldr|mov|add){CONDITION}(\.w)?\s+pc\b")
S390X = re.compile(r"(jg?|b)n?(h|e|l|o|z|p|m|lh|he|le)r?\b|br?ct[gh]?r?\b|br?x(h|le?)g?\b|c[lg]{0,2}[ri]{1,2}j[a-z]*\b")
CONDITIONAL = {"x86_64": X86, "i386": X86, "aarch64": AARCH64, "arm": ARM, "riscv64": RISCV, "s390x": S390X}
TARGET = re.compile(r"0x([0-9a-f]+)\s*$")


# What objdump calls a processor of which QEMU may have no disassembler, and an instruction that fills up.
OBJDUMP = {"x86_64": (("objdump", "-m", "i386:x86-64"), b"\x90" * 16),
           "i386": (("objdump", "-m", "i386"), b"\x90" * 16),
           "s390x": (("s390x-linux-gnu-objdump", "-m", "s390:64-bit", "-EB"), b"\x07\x00" * 3),
           "riscv64": (("riscv64-linux-gnu-objdump", "-m", "riscv:rv64"), b"\x01\x00" * 2),
           "aarch64": (("aarch64-linux-gnu-objdump", "-m", "aarch64"), b"\x1f\x20\x03\xd5"),
           "arm": (("arm-linux-gnueabihf-objdump", "-m", "arm"), b"\x00\xf0\x20\xe3"),
           "thumb": (("arm-linux-gnueabihf-objdump", "-m", "arm", "-M", "force-thumb"), b"\x00\xbf" * 2)}
# 32-bit ARM's state is in what the log calls CS_BASE; this bit says that it is Thumb (TBFLAG_AM32's THUMB).
CS_BASE = re.compile(r" \[([0-9a-f]+)/")
THUMB = 1 << 23
DUMPED = re.compile(r" *([0-9a-f]+):\t((?:[0-9a-f]{2,8} ?)+?)\s*\t(.*)")


class Jumps:
    """The edges that a log has: (address of the jump, its size, whether it jumped)."""

    def __init__(self, target):
        self.target = target
        self.translations = {}  # host address -> the block: its address, its last instruction or all bytes
        self.fresh = {}  # address -> the block of its newest translation
        self.steps = set()  # the block, the address of what came next
        self.interrupted = 0

    def read(self, path, length=None):
        """Takes in the first `length` bytes of a log. Returns the edges."""
        start, last, bytes = None, None, ""
        before = {}  # thread -> the blocks that it executed last, the newest at the end
        repeated = {}  # the line of an execution -> its thread, the block's host address and address
        for line in lines(path, length):
            # Nearly all lines say again what one before has said.
            if start is None and (known := repeated.get(line)) and known[2] not in self.fresh:
                blocks = before[known[0]]
                blocks.append((self.translations[known[1]], known[1]))
                self.settle(blocks, 2)
                continue
            text = line.decode("utf-8", errors="replace").rstrip()
            if text.startswith("0x"):
                if match := INSTRUCTION.match(text):
                    address, data = int(match[1], 16), match[2].replace(" ", "")
                    start = address if start is None else start
                    last = address, len(data) // 2, text[match.end():].strip()
                elif match := ADDRESS_ALONE.match(text):
                    start, last, bytes = int(match[1], 16), None, ""
                continue
            if match := BYTES_ALONE.match(text):
                bytes += match[1]
                continue
            if text.startswith("IN:") or text.startswith("Trace"):
                if start is not None:
                    self.fresh[start] = start, last or bytes
                start, last, bytes = None, None, ""
            if match := TRACE.match(text):
                host, address = match[2], int(match[3], 16)
                if address in self.fresh:
                    isThumb = self.target == "arm" and int(CS_BASE.search(text)[1], 16) & THUMB
                    self.translations[host] = *self.fresh.pop(address), "thumb" if isThumb else self.target
                if not int(match[4], 16) & MEMORY_ONLY:
                    repeated[line] = match[1], host, address
                    blocks = before.setdefault(match[1], [])
                    blocks.append((self.translations[host], host))
                    # The newest can still be taken back.
                    self.settle(blocks, 2)
            elif match := STOPPED.match(text):
                # It was not executed; what was before it goes on with what comes next.
                for blocks in before.values():
                    if blocks and blocks[-1][1] == match[1]:
                        blocks.pop()
                        break
            elif match := FORKED.match(text):
                # The child has what its parent had translated, and has executed none of it.
                parent = Jumps(self.target)
                parent.translations, parent.fresh = self.translations, self.fresh
                parent.read(match[1], int(match[2]))
        for blocks in before.values():
            self.settle(blocks, 1)
        return self.edges()

    def settle(self, blocks, left):
        while len(blocks) > left:
            self.steps.add((blocks.pop(0)[0], blocks[0][0][0]))

    def edges(self):
        edges, dumped = set(), {}
        for processor in {block[2] for block, _ in self.steps}:
            dumped |= dump(processor, {block for block, _ in self.steps
                                       if block[2] == processor and isinstance(block[1], str)})
        for block, came in self.steps:
            address, size, text = dumped[block] if block in dumped else block[1]
            if not CONDITIONAL[self.target].match(text):
                continue
            target = TARGET.search(text)
            if target and int(target[1], 16) == address + size:
                continue
            if came == address + size:
                edges.add((address, size, False))
            elif not target or int(target[1], 16) == came:
                edges.add((address, size, True))
            else:
                self.interrupted += 1
        return edges


def dump(processor, blocks):
    """The last instruction of each block of which the log has only the bytes."""
    if not blocks:
        return {}
    (objdump, *options), filler = OBJDUMP[processor]
    top = 2**32 if processor in ("arm", "thumb", "i386") else 2**64
    places, code = {}, b""
    for block in blocks:
        places[len(code) + len(block[1]) // 2] = block  # where it ends
        code += bytes.fromhex(block[1]) + filler
    with tempfile.NamedTemporaryFile() as file:
        file.write(code)
        file.flush()
        listing = output(objdump, "-D", "-w", "-b", "binary", *options, file.name)
    found = {}
    for line in listing.splitlines():
        if not (match := DUMPED.match(line)):
            continue
        start, size = int(match[1], 16), len(match[2].replace(" ", "")) // 2
        if block := places.get(start + size):
            address = block[0] + len(block[1]) // 2 - size
            # objdump's addresses count from the file's beginning.
            text = re.sub(r"0x([0-9a-f]+)\s*$",
                          lambda m: hex((int(m[1], 16) - start + address) % top), match[3].strip())
            found[block] = address, size, text
    return found


def logged(path, target="x86_64"):
    return Jumps(target).read(path)


def table(trace):
    """The entries of a trace's edge table, as (module's id, start, size, whether it jumped); whether it is said that
    there may be more."""
    found = HEADER.search(trace.rest)
    if not found:
        raise AssertionError(f"no edge table: {trace.rest[:60]}")
    count, rest = int(found[1]), trace.rest[found.end():]
    if len(rest) != count * 8:
        raise AssertionError(f"{count} edges in {len(rest)} bytes")
    entries = [(module, start, size & ~JUMP, bool(size & JUMP))
               for start, size, module in struct.iter_unpack("<IHH", rest)]
    return entries, bool(found[2])


def recorded(trace):
    """The edges of a trace as the log has them; outside of modules, with addresses cut to 32 bits."""
    return {((trace.base(module) + start if module != drcov.NO_MODULE else start), size, way)
            for module, start, size, way in table(trace)[0]}


def offsets(trace):
    """The edges by path and offset in the module, wherever it was loaded."""
    found = set()
    for module, start, size, way in table(trace)[0]:
        if module == drcov.NO_MODULE:
            found.add((None, start, size, way))
        else:
            top = trace.row(trace.row(module).containing)
            found.add((top.path, trace.base(module) + start - top.start, size, way))
    return found


def written(entries, partial=False, count=None):
    """An edge table as it stands in a file, of entries as `table` gives them."""
    head = f"Edge Table: version 1, count {len(entries) if count is None else count}{', partial' * partial}\n"
    return head.encode() + b"".join(struct.pack("<IHH", start, size | JUMP * way, module)
                                    for module, start, size, way in entries)

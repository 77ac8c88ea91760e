"""Writes and reads traces of other formats, in a few lines for each, apart from covtool's readers: written from what the
formats' own programs say of them."""

import itertools
import re
import struct

from Tests.EndToEnd.support import objdump


def module_offsets(path):
    """Of a list of module+offset, (module, offset) -> how often it is there."""
    found = {}
    for line in path.read_text().splitlines():
        line = line.strip()
        if line and line[0] not in ";#":
            name, offset = line.rsplit("+", 1)
            found[name, int(offset, 16)] = found.get((name, int(offset, 16)), 0) + 1
    return found


def addresses(path):
    """Of a list of addresses, address -> how often it is there."""
    found = {}
    for line in path.read_text().splitlines():
        line = line.strip()
        if line and line[0] not in ";#":
            found[int(line, 16)] = found.get(int(line, 16), 0) + 1
    return found


class Extents:
    """How far blocks go of which the starts are known, by objdump."""

    def __init__(self, elf, set="x8664", tool="objdump"):
        self.runs = objdump.instructions(tool, elf, set)
        self.starts = [run[0].address for run in self.runs]
        self.at = {instruction.address: (run, number) for run in self.runs
                   for number, instruction in enumerate(run)}

    def from_(self, address):
        """The instructions from one on, each behind the one before."""
        run, place = self.at.get(address, ([], 0))
        for number in range(place, len(run)):
            yield run[number]

    def within(self, start, size):
        """The instructions of a block."""
        return list(itertools.takewhile(lambda one: one.address < start + size, self.from_(start)))

    def blocks(self, starts, passes_calls=False):
        """The set of (address, size): up to the next instruction that leads elsewhere, or the next start."""
        ordered = sorted(starts)
        found = set()
        for number, start in enumerate(ordered):
            limit = ordered[number + 1] if number + 1 < len(ordered) else 1 << 64
            if start not in self.at:
                found.add((start, 1))
                continue
            end = start
            for instruction in self.from_(start):
                if end >= limit:
                    break
                end = instruction.address + len(instruction.bytes) // 2
                kind = instruction.kind.removeprefix("conditional-")
                if kind != "-" and not (passes_calls and kind == "call"):
                    break
            found.add((start, min(end, limit) - start))
        return found




def sancov(path):
    """The addresses behind the compiler's calls."""
    data = path.read_bytes()
    size = {0xC0BFFFFFFFFFFF64: "Q", 0xC0BFFFFFFFFFFF32: "I"}[struct.unpack("<Q", data[:8])[0]]
    return {address + 1 for (address,) in struct.iter_unpack("<" + size, data[8:])}


def write_gnatcoverage(path, program, entries, size=8, history=False, order="<"):
    """A trace of GNATcoverage's: entries are (address, size, operation)."""
    def head(kind, size):
        return b"#QEMU-Traces" + struct.pack("BBBBBBH", 1, kind, size, order == ">", 0, 62, 0)

    name = str(program).encode()
    data = head(2, 0) + struct.pack(order + "II", 1, len(name)) + name + bytes(-len(name) % 4)
    data += struct.pack(order + "II", 0, 0) + head(int(history), size)
    form = order + ("IHBx" if size == 4 else "QHB5x")
    path.write_bytes(data + b"".join(struct.pack(form, *entry) for entry in entries))


def gnatcoverage(path):
    """The program's path, and the set of (address, size, operation)."""
    data = path.read_bytes()
    order = ">" if data[15] else "<"
    place, program = 20, None
    while True:
        kind, length = struct.unpack(order + "II", data[place:place + 8])
        place += 8
        if kind == 0:
            break
        if kind == 1:
            program = data[place:place + length].decode()
        place += length + -length % 4
    form = order + ("IHBx" if data[place + 14] == 4 else "QHB5x")
    return program, set(struct.iter_unpack(form, data[place + 20:]))


def write_renode(path, instructions, size=8, opcodes=True):
    """Renode's trace: instructions are (address, bytes), as they were executed."""
    data = [b"ReTrace", bytes([5, size, int(opcodes)]), b"\x01\x04a bc" if opcodes else b""]
    for number, (address, code) in enumerate(instructions):
        data.append(address.to_bytes(size, "little"))
        if opcodes:
            data.append(bytes([len(code)]) + code)
        if number % 7 == 0:  # a memory access
            data.append(b"\x01\x02" + bytes(24))
        data.append(b"\0")
    path.write_bytes(b"".join(data))


def renode(data):
    """The set of (address, size) of the instructions."""
    size, opcodes = data[8], data[9]
    place, found = 10, set()
    if opcodes:
        for _ in range(data[place]):
            place += 1 + data[place + 1]
        place += 1
    while place < len(data):
        address, length = int.from_bytes(data[place:place + size], "little"), 0
        place += size
        if opcodes:
            length = data[place]
            place += 1 + length
        while kind := data[place]:
            place += 1 + {1: 25, 2: 16}[kind]
        place += 1
        found.add((address, length))
    return found


def write_etrace(path, blocks, bits=64):
    """Xilinx's QEMU's trace: blocks are (address, size), as they were executed; in records of a hundred."""
    def record(type, content):
        return struct.pack("<HHI", type, 0, len(content)) + content

    form = "<IQQ" if bits == 64 else "<III"
    data = record(0x4554, struct.pack("<QHH", 0, 0, 0)) + record(5, struct.pack("<IBxHIBxH", 62, bits, 0, 62, 64, 0))
    for start in range(0, len(blocks), 100):
        entries = (struct.pack(form, 1, address, address + size) for address, size in blocks[start:start + 100])
        data += record(1, bytes(8) + b"".join(entries)) + record(3, bytes(8) + b"note\0")
    path.write_bytes(data)


def etrace(path):
    """(address, size) -> how often."""
    data, place, found, form = path.read_bytes(), 0, {}, None
    while place < len(data):
        type, _, length = struct.unpack("<HHI", data[place:place + 8])
        content = data[place + 8:place + 8 + length]
        place += 8 + length
        if type == 5:
            form = "<IQQ" if content[4] == 64 else "<III"
        if type == 1:
            for _, start, end in struct.iter_unpack(form, content[8:]):
                found[start, end - start] = found.get((start, end - start), 0) + 1
    return found


def write_branch_stacks(path, branches, depth=16):
    """perf's text: branches are (from, to), as they were executed; a sample at each `depth`-th of them."""
    lines = []
    for end in range(depth, len(branches), depth - 1):
        newest = reversed(branches[end - depth:end])
        lines.append(" ".join(f"{source:#x}/{target:#x}/P/-/-/1" for source, target in newest))
    path.write_text("".join(f"a.out 1 [000] 1.0: cycles:u:  {line} \n" for line in lines))


def branch_stacks(path):
    """The set of (from the target of a branch, to the next one), both included; and that of the newest targets."""
    runs, newest = set(), set()
    for line in path.read_text().splitlines():
        branches = [tuple(int(part, 16) for part in pair) for pair in re.findall(r"(0x[0-9a-f]+)/(0x[0-9a-f]+)/[MPN-]", line)]
        for (left, _), (_, entered) in zip(branches, branches[1:]):
            runs.add((entered, left))
        newest.add(branches[0][1])
        runs.add((branches[-1][0], branches[-1][0]))
    return runs, newest

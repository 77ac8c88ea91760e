"""Reads drcov files. Written from a description of the format alone, apart from covtool's reader."""

import re
import struct
from dataclasses import dataclass
from pathlib import Path

NO_MODULE = 0xFFFF

COLUMNS = {
    2: ["id", "base", "end", "entry", "path"],
    3: ["id", "containing_id", "start", "end", "entry", "path"],
    4: ["id", "containing_id", "start", "end", "entry", "offset", "path"],
    5: ["id", "containing_id", "start", "end", "entry", "offset", "preferred_base", "path"],
}


class Malformed(Exception):
    pass


@dataclass(frozen=True)
class Module:
    id: int
    containing: int
    start: int
    end: int
    path: str


@dataclass
class Trace:
    version: int
    flavor: str
    table: int
    columns: str  # the line as it stands, without its end
    modules: list
    blocks: list  # (module's id, start, size) as they stand
    text: bool
    rest: bytes  # what comes behind the blocks

    def base(self, id):
        """What the starts of a module's blocks count from: VERSION 2, the containing module's
        base; VERSION 3, the row's own."""
        row = self.row(id)
        return row.start if self.version == 3 else self.row(row.containing).start

    def row(self, id):
        for row in self.modules:
            if row.id == id:
                return row
        raise Malformed(f"no module {id}")

    def located(self):
        """The set of (address, size) of the blocks that are in a module."""
        bases = {id: self.base(id) for id in {b[0] for b in self.blocks} - {NO_MODULE}}
        return {(bases[id] + start, size) for id, start, size in self.blocks if id != NO_MODULE}

    def elsewhere(self):
        """The set of (address cut to 32 bits, size) of those that are in none."""
        return {(start, size) for id, start, size in self.blocks if id == NO_MODULE}

    def offsets(self):
        """The set of (path, offset in the module, size): the same wherever a module was loaded."""
        found = set()
        for id, start, size in self.blocks:
            if id == NO_MODULE:
                found.add((None, start, size))
            else:
                top = self.row(self.row(id).containing)
                found.add((top.path, self.base(id) + start - top.start, size))
        return found


def load(path):
    return read(Path(path).read_bytes())


def read(data):
    position = 0

    def line():
        nonlocal position
        end = data.find(b"\n", position)
        if end < 0:
            raise Malformed(f"no line at {position}")
        found = data[position:end].decode("utf-8", "surrogateescape")
        position = end + 1
        return found

    def match(pattern):
        here = position
        found = re.fullmatch(pattern, line())
        if not found:
            raise Malformed(f"at {here}: no {pattern}")
        return found

    version = int(match(r"DRCOV VERSION: (\d+)")[1])
    flavor = match(r"DRCOV FLAVOR: (.+)")[1]
    table, count = match(r"Module Table: (?:version (\d+), count )?(\d+)").groups()
    table, count = int(table or 1), int(count)
    columns, names = "", ["id", "size", "path"]
    if table > 1:
        columns = line()
        names = columns.removeprefix("Columns: ").split(", ")
    modules = [row(line(), names) for _ in range(count)]
    blocks_count = int(match(r"BB Table: (\d+) bbs")[1])
    heading = b"module id, start, size:\n"
    if data.startswith(heading, position):
        position += len(heading)
        blocks = []
        for _ in range(blocks_count):
            id, start, size = match(r"module\[ *(\d+)\]: 0x([0-9a-f]+), +(\d+)").groups()
            blocks.append((int(id), int(start, 16), int(size)))
        return Trace(version, flavor, table, columns, modules, blocks, True, data[position:])
    end = position + 8 * blocks_count
    if len(data) < end:
        raise Malformed(f"{blocks_count} blocks announced, {(len(data) - position) // 8} are there")
    blocks = [(id, start, size) for start, size, id in struct.iter_unpack("<IHH", data[position:end])]
    return Trace(version, flavor, table, columns, modules, blocks, False, data[end:])


def row(text, names):
    fields = dict(zip(names, text.split(", ", len(names) - 1)))
    if len(fields) != len(names):
        raise Malformed(f"a row of {len(fields)} fields: {text}")
    if "size" in fields:
        return Module(int(fields["id"]), int(fields["id"]), 0, int(fields["size"]), fields["path"])
    start = int(fields.get("start") or fields["base"], 16)
    containing = int(fields.get("containing_id", fields["id"]))
    return Module(int(fields["id"]), containing, start, int(fields["end"], 16), fields["path"])


def write(modules, blocks, version=2, table=2, flavor="drcov-64"):
    """A drcov file: modules are (start, end, path), or (containing, start, end, path) from table 3
    on; blocks are (id, start, size)."""
    names = COLUMNS[table]
    lines = [f"DRCOV VERSION: {version}", f"DRCOV FLAVOR: {flavor}",
             f"Module Table: version {table}, count {len(modules)}", "Columns: " + ", ".join(names)]
    for id, module in enumerate(modules):
        containing, start, end, path = module if len(module) == 4 else (id, *module)
        fields = {"id": f"{id:3}", "containing_id": f"{containing:3}", "base": f"{start:#018x}",
                  "start": f"{start:#018x}", "end": f"{end:#018x}", "entry": f"{0:#018x}",
                  "offset": f"{start - (modules[containing][-3]):016x}",
                  "preferred_base": f"{0:#018x}", "path": path}
        lines.append(", ".join(fields[name] for name in names))
    lines.append(f"BB Table: {len(blocks)} bbs\n")
    binary = b"".join(struct.pack("<IHH", start, size, id) for id, start, size in blocks)
    return "\n".join(lines).encode() + binary

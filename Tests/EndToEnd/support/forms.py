"""Every form of drcov: files made from the format's description, with the blocks that are in them and
the readers that take them, both worked out here.

The run that most of them tell of: a program /bin/a with two segments and a library, a block in each.
"""

import gzip
import struct
from dataclasses import dataclass, field

A, B = "/bin/a", "/lib/b.so"
BASE, LIBRARY = 0x400000, 0x7F0000000000
# path, bytes from the module's base, size
RUN = {(A, 0x10, 4), (A, 0x3020, 6), (B, 0x1000, 9)}
WHOLE = [(0, 0, BASE, BASE + 0x5000, A), (1, 1, LIBRARY, LIBRARY + 0x3000, B)]
SEGMENTS = [(0, 0, BASE, BASE + 0x2000, A), (1, 0, BASE + 0x3000, BASE + 0x5000, A),
            (2, 2, LIBRARY, LIBRARY + 0x3000, B)]
LOOSE = 0xFFFF

READERS = {"lighthouse", "drcov2lcov", "lightkeeper", "cartographer", "bncov", "cutter", "libafl"}


@dataclass
class Form:
    name: str
    data: bytes
    blocks: set = field(default_factory=lambda: set(RUN))
    readers: set = field(default_factory=set)
    damaged: bool = False


def names(table, system="unix", custom=(), base="start"):
    if table == 1:
        return ["id", "size", "path"]
    found = ["id"] + ["containing_id"] * (table > 2) + ["base" if table == 2 else base, "end", "entry"]
    found += ["offset"] * (table > 3) + ["preferred_base"] * (table > 4)
    return found + ["checksum", "timestamp"] * (system == "windows") + [*custom, "path"]


def head(rows, version=2, table=2, flavor="drcov-64", number="0x{:016x}", count=None, end="\n",
         columns=True, own="{}", entry=0, **more):
    """All that stands before the blocks. Rows are (id, containing id, start, end, path)."""
    fields = names(table, **more)
    lines = [f"DRCOV VERSION: {version}", f"DRCOV FLAVOR: {flavor}"]
    count = len(rows) if count is None else count
    lines.append(f"Module Table: {count}" if table == 1 else f"Module Table: version {table}, count {count}")
    if table > 1 and columns:
        lines.append("Columns: " + ", ".join(fields))
    result = (end.join(lines) + end).encode()
    for id, containing, start, stop, path in rows:
        values = {"id": f"{id:3}", "containing_id": own.format(containing), "size": str(stop - start),
                  "base": number.format(start), "start": number.format(start),
                  "end": number.format(stop), "entry": number.format(entry),
                  "offset": f"{0x1000 * id:016x}", "preferred_base": number.format(0),
                  "checksum": "0x12345678", "timestamp": "0x5a5a5a5a"}
        texts = [values.get(name, "custom") for name in fields[:-1]]
        raw = path if isinstance(path, bytes) else path.encode()
        result += ", ".join(texts).encode() + b", " + raw + end.encode()
    return result


def binary(entries, count=None):
    packed = b"".join(struct.pack("<IHH", start, size, id) for id, start, size in entries)
    return f"BB Table: {len(entries) if count is None else count} bbs\n".encode() + packed


def text(entries, count=None, end="\n"):
    lines = [f"BB Table: {len(entries) if count is None else count} bbs", "module id, start, size:"]
    lines += [f"module[{id:3}]: 0x{start:016x}, {size:3}" for id, start, size in entries]
    return (end.join(lines) + end).encode()


def hits(counts, announced=None):
    announced = len(counts) if announced is None else announced
    return (f"Hit Count Table: version 1, count {announced}\n".encode()
            + struct.pack(f"<{len(counts)}I", *counts))


def entries(version, table):
    """The run's blocks as that version counts them: 2 from the module's base, 3 from the row's."""
    if table < 3:
        return [(0, 0x10, 4), (0, 0x3020, 6), (1, 0x1000, 9)]
    return [(0, 0x10, 4), (1, 0x3020 if version == 2 else 0x20, 6), (2, 0x1000, 9)]


def rows(table):
    return WHOLE if table < 3 else SEGMENTS


def takers(version, table, system, form):
    """After the table of what readers accept."""
    found = {"lighthouse", "drcov2lcov", "cartographer"}
    if version == 2 and form == "binary" and (table, system) in ((2, "unix"), (2, "windows"), (4, "unix")):
        found.add("lightkeeper")
    if version == 2 and table < 3:
        found.add("bncov")
    if version == 3 and table > 1 and form == "binary":
        found.add("cutter")
    if version == 2 and (table, system, form) == (2, "windows", "binary"):
        found.add("libafl")
    return found


def plain():
    for version in (2, 3):
        for table in (1, 2, 3, 4, 5):
            for system in ("unix",) if table == 1 else ("unix", "windows", "custom"):
                for form in (binary, text):
                    more = {"custom": ("colour",)} if system == "custom" else {"system": system}
                    if table == 1:
                        more = {}
                    yield Form(f"version {version}, table {table}, {system}, {form.__name__}",
                               head(rows(table), version, table, **more) + form(entries(version, table)),
                               readers=takers(version, table, system, form.__name__))


def odd():
    usual = entries(2, 2)
    whole = binary(usual)
    sound = head(WHOLE) + whole
    first = {"lighthouse", "drcov2lcov", "lightkeeper", "cartographer", "bncov"}
    loose = {*RUN, (None, 0x12345678, 3)}
    three = takers(3, 5, "unix", "binary")

    def form(name, data, readers=(), blocks=RUN, damaged=False):
        return Form(name, data, set(blocks), set(readers), damaged)

    yield form("two dumps", sound + head(WHOLE, 3, 5) + binary([(0, 0x40, 2), *usual]),
               blocks={*RUN, (A, 0x40, 2)})
    yield form("two dumps, text", head(WHOLE) + text(usual) + head(WHOLE, 3, 5) + text([(0, 0x40, 2)]),
               blocks={*RUN, (A, 0x40, 2)})
    yield form("hit counts", head(WHOLE, flavor="drcov-hits") + whole + hits([1, 2, 3]),
               {"lighthouse", "cartographer"})
    yield form("hit counts, text", head(WHOLE, flavor="drcov-hits") + text(usual) + hits([1, 2, 3]),
               {"lighthouse", "cartographer", "bncov"})
    yield form("hit counts, two dumps", (head(WHOLE, flavor="drcov-hits") + whole + hits([1, 2, 3])) * 2)
    yield form("block in no module", head(WHOLE) + binary([*usual, (LOOSE, 0x12345678, 3)]),
               {"lighthouse", "drcov2lcov", "bncov"}, loose)
    yield form("duplicates", head(WHOLE) + binary(usual * 3), first)
    yield form("-1 blocks", head(WHOLE) + binary(usual, -1), {"bncov"})
    yield form("-1 blocks, text", head(WHOLE) + text(usual, -1), {"bncov"})
    yield form("-1 blocks, two dumps", (head(WHOLE) + binary(usual, -1)) * 2)
    yield form("decimal addresses", head(WHOLE, number="{}") + whole)
    yield form("hexadecimal without 0x", head(WHOLE, number="{:x}") + whole, first)
    yield form("hexadecimal without 0x, no letter in it",
               head([(0, 0, BASE, BASE + 0x5000, A)], number="{:08x}") + binary(usual[:2]), first,
               {(A, 0x10, 4), (A, 0x3020, 6)})
    yield form("base for start", head(SEGMENTS, 3, 3, base="base") + binary(entries(3, 3)),
               takers(3, 3, "custom", "binary"))
    last = [(id, containing, start, end - 1, path) for id, containing, start, end, path in WHOLE]
    yield form("inclusive ends", head(last) + whole, first - {"drcov2lcov"})
    gaps = [(4, 4, *WHOLE[0][2:]), (7, 7, *WHOLE[1][2:])]
    yield form("gaps in the ids", head(gaps) + binary([(4, 0x10, 4), (4, 0x3020, 6), (7, 0x1000, 9)]),
               first - {"drcov2lcov", "cartographer"})
    yield form("containing id -1", head(WHOLE, 3, 3, own="-1") + binary(usual),
               {"lighthouse", "cartographer", "cutter"})
    yield form("no blanks", head(WHOLE).replace(b"\n  0", b"\n0").replace(b"\n  1", b"\n1") + whole, first)
    everything = (2, 2, 0, 2 ** 64 - 1, "absolute")
    yield form("absolute row", head([*WHOLE, everything]) + binary([*usual, (2, 0x12345678, 3)]),
               {"lighthouse", "lightkeeper", "cartographer", "bncov"}, loose)
    twice = [*WHOLE, (2, 2, LIBRARY + 0x100000, LIBRARY + 0x103000, B)]
    yield form("library twice", head(twice) + binary([*usual, (2, 0x2000, 3)]), first,
               {*RUN, (B, 0x2000, 3)})
    yield form("library twice, version 3", head(twice, 3, 5) + binary([*usual, (2, 0x2000, 3)]),
               three - {"lighthouse"}, {*RUN, (B, 0x2000, 3)})

    def named(path):
        return head([(0, 0, BASE, BASE + 0x5000, path)]) + binary(usual[:2])

    def renamed(path):
        return {(path, 0x10, 4), (path, 0x3020, 6)}

    yield form("comma in a path", named("/bin/a,b"), first, renamed("/bin/a,b"))
    yield form("comma and blank in a path", named("/bin/a, b, c"), first - {"lighthouse"},
               renamed("/bin/a, b, c"))
    yield form("quoted path", named('"/bin/a"'), first, renamed("/bin/a"))
    yield form("quote in a path", named('/bin/"a" b'), first, renamed('/bin/"a" b'))
    yield form("empty path", named(""), {"drcov2lcov", "cartographer", "bncov"}, renamed("?"))
    yield form("path not UTF-8", named(b"/bin/\xff"), first - {"lighthouse", "bncov", "lightkeeper"},
               renamed("/bin/\ufffd"))
    yield form("path not ASCII", named("/bin/é"), first - {"lightkeeper"}, renamed("/bin/é"))
    yield form("CR LF", head(WHOLE, end="\r\n") + whole.replace(b"\n", b"\r\n", 1),
               {"lighthouse", "drcov2lcov", "cartographer", "bncov"})
    yield form("CR LF, version 3", head(WHOLE, 3, 2, end="\r\n") + whole,
               {"lighthouse", "drcov2lcov", "cartographer"})
    yield form("CR LF, text", head(WHOLE, end="\r\n") + text(usual, end="\r\n"),
               {"lighthouse", "drcov2lcov", "cartographer", "bncov"})
    size = 0x80000000
    large = [(id, id, BASE + id * size, BASE + (id + 1) * size, A) for id in range(3)]
    yield form("split module", head(large) + binary([(0, 0x10, 4), (1, 0x20, 4), (2, 0x30, 4)]), first,
               {(A, 0x10, 4), (A, size + 0x20, 4), (A, 2 * size + 0x30, 4)})
    # QEMU's own plugin: the row is the code's, starts are addresses cut to 32 bits.
    code = head([(0, 0, 0x4000001000, 0x4000004000, A)], number="0x{:x}", entry=0x4001802000)
    seen = [(0, 0x1010, 4), (0, 0x01802000, 9), (0, 0x01803000, 2)]
    yield form("QEMU's plugin", code + binary(seen), (),
               {(A, 0x10, 4), (None, 0x01802000, 9), (None, 0x01803000, 2)})
    yield form("gzip", gzip.compress(sound))
    yield form("gzip in two members", gzip.compress(sound[:99]) + gzip.compress(sound[99:]))

    # Damaged: what is sound is there.
    def damaged(name, data, readers=(), blocks=RUN):
        return form(name, data, readers, blocks, True)

    two = {(A, 0x10, 4), (A, 0x3020, 6)}
    yield damaged("cut short", sound[:-3], (), two)
    yield damaged("count too high", head(WHOLE) + binary(usual, 50), {"bncov"})
    yield damaged("count too high, text", head(WHOLE) + text(usual, 50), {"bncov"})
    yield damaged("cut short before a dump", sound[:-3] + sound)
    yield damaged("count too low", head(WHOLE) + binary(usual, 2),
                  {"lighthouse", "drcov2lcov", "cartographer"}, two)
    yield damaged("a byte behind", sound + b"\n", {"lighthouse", "drcov2lcov", "cartographer"})
    yield damaged("unknown module", head(WHOLE) + binary([*usual, (9, 0x10, 4)]), {"lighthouse", "bncov"})
    yield damaged("line that is no block", head(WHOLE) + text(usual, 4) + b"module[zero]: 1, 2\n")
    yield damaged("row that is none", head(WHOLE, count=3) + b"  x, 0x1000, 0x2000, 0x0, /c\n" + whole)
    yield damaged("two rows of one id", head([*WHOLE, (1, 1, 0, 0x1000, "/c")]) + whole)
    yield damaged("more rows than said", head(WHOLE, count=1) + whole)
    yield damaged("fewer rows than said", head(WHOLE, count=9) + whole)
    yield damaged("no columns", head(WHOLE, columns=False) + whole)
    yield damaged("containing row not there", head([WHOLE[0], (1, 5, *WHOLE[1][2:])], 2, 3) + whole)
    yield damaged("fewer hit counts than blocks",
                  head(WHOLE, flavor="drcov-hits") + whole + hits([1, 2], 3), {"lighthouse", "cartographer"})
    yield damaged("no hit counts", head(WHOLE, flavor="drcov-hits") + whole,
                  {"lighthouse", "cartographer", "bncov", "lightkeeper"})
    yield damaged("second dump cut within its rows", sound + head(WHOLE)[:120])
    yield damaged("second dump of another version", sound + sound.replace(b"VERSION: 2", b"VERSION: 9"))
    yield damaged("no number of blocks", head(WHOLE) + whole.replace(b"3 bbs", b"many bbs"))
    yield damaged("gzip cut short", gzip.compress(sound)[:-4])


def forms():
    return [*plain(), *odd()]

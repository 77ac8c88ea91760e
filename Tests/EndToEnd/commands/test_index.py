"""Indices of runs: they answer what the traces answer, grow, and stand what happens to files."""

import json
import random
import struct
import zlib

from Tests.EndToEnd.commands.test_which import answer
from Tests.EndToEnd.support import drcov, gcov, guests, hitcounts
from Tests.EndToEnd.support.setting import COVTOOL, ROOT, Case, output, run

SEED = 29
MODULES = [("/nowhere/program", 0x30000), ("/nowhere/lib/one.so", 0x50000)]
# More than one segment of an index takes.
MANY = 2300


def made(chance, pool, many):
    """A trace's bytes, and {(path, offset, size)} of its blocks."""
    base = chance.randrange(1, 1000) << 24
    order = chance.sample(range(2), 2)
    rows = [(base + (id << 20), base + (id << 20) + MODULES[module][1], MODULES[module][0])
            for id, module in enumerate(order)]
    own = chance.sample(pool, chance.randrange(many))
    data = drcov.write(rows, [(order.index(module), start, size) for module, start, size in own])
    return data, {(MODULES[module][0], start, size) for module, start, size in own}


MAGIC = b"covtool run index 1\n"


def record(kind, body):
    head = struct.pack("<III", kind, len(body), zlib.crc32(body))
    return head + struct.pack("<I", zlib.crc32(head)) + body


def bodies(data):
    """The bodies of an index's records, by Docs/which.md."""
    assert data.startswith(MAGIC)
    at = len(MAGIC)
    while at < len(data):
        kind, length, checksum, head = struct.unpack_from("<IIII", data, at)
        body = data[at + 16:at + 16 + length]
        assert (kind, len(body)) == (1, length)
        assert (checksum, head) == (zlib.crc32(body), zlib.crc32(data[at:at + 12]))
        yield body
        at += 16 + length


class Body:
    """Reads a record's body, by Docs/which.md."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self):
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def bytes(self):
        size = self.number()
        self.at += size
        return self.data[self.at - size:self.at]

    def runs(self):
        """{run's name: {(path, offset, size): hits}}, hits None where it has none; path None in no module."""
        has_hits = self.number()
        names, counted = [], []
        for _ in range(self.number()):
            names.append(self.bytes().decode())
            size, time, blocks, own = (self.number() for _ in range(4))
            assert time > 1e18 and size > 0
            counted.append(own)
        assert has_hits == any(counted)
        paths = []
        for _ in range(self.number()):
            paths.append(self.bytes().decode())
            size, base, known, entry, rank, segments = (self.number() for _ in range(6))
            for _ in range(2 * segments):
                self.number()
        counts = [self.number() for _ in range(len(paths) + 1)]
        pages = [struct.unpack_from("<QI", self.data, self.at + 12 * n)
                 for n in range(sum((count + 63) // 64 for count in counts))]
        self.at += 12 * len(pages)
        start = self.at
        found = {name: {} for name in names}
        for path, count in zip([*paths, None], counts):
            for place in range(count):
                if place % 64 == 0:
                    key, at = pages.pop(0)
                    assert at == self.at - start
                    offset = key >> 16
                    first = key & 0xFFFF
                offset += self.number()
                size = self.number()
                assert place % 64 or size == first
                runs, end = [], 0
                ranges = Body(self.bytes())
                while ranges.at < len(ranges.data):
                    gap = ranges.number()
                    length = 2 + ranges.number() if gap & 1 else 1
                    runs += range(end + gap // 2, end + gap // 2 + length)
                    end = runs[-1] + 1
                hits = Body(self.bytes()) if has_hits else None
                for number in runs:
                    found[names[number]][path, offset, size] = hits.number() if counted[number] else None
        assert self.at == len(self.data) and not pages
        return found


class MadeUp(Case):
    def setUp(self):
        super().setUp()
        self.chance = random.Random(SEED)
        self.pool = [(module, self.chance.randrange(0, MODULES[module][1] - 70), self.chance.randrange(1, 60))
                     for module in range(2) for _ in range(300)]
        self.blocks = {}

    def make(self, count, folder="traces"):
        (self.folder / folder).mkdir(exist_ok=True)
        for _ in range(count):
            name = f"{folder}/{len(self.blocks):05}.drcov"
            data, self.blocks[name] = made(self.chance, self.pool, 12)
            (self.folder / name).write_bytes(data)

    def check(self, *places, index="runs.covidx", runs=None, names=()):
        """Answers from the index, against the blocks that were made."""
        runs = runs or list(self.blocks)
        for path, offset in places:
            theirs = [name for name in runs if any(
                own == path and start <= offset < start + size for own, start, size in self.blocks[name])]
            done = self.covtool("which", f"{path}+{offset}", "--index", index, *names)
            self.assertEqual(answer(done.stdout), dict.fromkeys(theirs), (path, offset))
            self.assertEqual(list(answer(done.stdout)), theirs)
            self.assertIn(f"{len(theirs)} of {len(runs)} runs", done.stderr)

    def places(self, count):
        for _ in range(count):
            module, start, size = self.chance.choice(self.pool)
            yield MODULES[module][0], max(0, start + self.chance.randrange(-1, size + 1))

    def test_many(self):
        self.make(MANY)
        done = self.covtool("index", "traces")
        self.assertEqual(done.stderr, f"covtool: runs.covidx: {MANY} runs added\n")
        self.check(*self.places(40))
        # The same traces make the same index, whichever thread read them.
        first = (self.folder / "runs.covidx").read_bytes()
        self.covtool("index", "traces", "-o", "again")
        self.assertTrue((self.folder / "again").read_bytes() == first)
        self.assertLess(len(first), sum((self.folder / name).stat().st_size for name in self.blocks) / 2)

    def test_form(self):
        """What Docs/which.md says of its bytes is so."""
        self.make(MANY // 2)
        self.covtool("index", "traces")
        found = {}
        for body in bodies((self.folder / "runs.covidx").read_bytes()):
            found.update(Body(body).runs())
        self.assertEqual({name: set(blocks) for name, blocks in found.items()}, self.blocks)
        self.assertEqual(list(found), list(self.blocks))
        # With hit counts, and blocks of no module.
        for input in guests.INPUTS[:2]:
            guests.qemu("pie", "calculator", input, plugin=f"counts=on,out={self.folder / input.stem}")
        names = [input.stem for input in guests.INPUTS[:2]]
        (self.folder / "outside").write_bytes(drcov.write([(0, 0x1000, "/nowhere/a")], [(0xFFFF, 0x12345678, 9)]))
        self.covtool("index", *names, "outside", "-o", "counted")
        body, = bodies((self.folder / "counted").read_bytes())
        found = Body(body).runs()
        self.assertEqual(found.pop("outside"), {(None, 0x12345678, 9): None})
        for name in names:
            trace, theirs = drcov.load(self.folder / name), {}
            for (id, start, size), count in zip(trace.blocks, hitcounts.of_trace(trace)):
                path = None if id == drcov.NO_MODULE else trace.row(trace.row(id).containing).path
                key = path, start if path is None else trace.base(id) + start - trace.row(
                    trace.row(id).containing).start, size
                theirs[key] = theirs.get(key, 0) + count
            self.assertTrue(found[name] == theirs)  # a difference would be long

    def test_hostile(self):
        """Records whose checksums are right, and what is in them is not."""
        self.make(70)
        self.covtool("index", "traces")
        body, = bodies((self.folder / "runs.covidx").read_bytes())
        for number in range(80):
            data = bytearray(body)
            for _ in range(self.chance.randrange(1, 6)):
                data[self.chance.randrange(len(data))] = self.chance.choice((0, 1, 0x7F, 0x80, 0xFF))
            if number % 4 == 0:
                del data[self.chance.randrange(len(data)):]
            (self.folder / "bad").write_bytes(MAGIC + record(1, bytes(data)))
            for place in ("program+0x1000", "one.so+0x4fff0"):
                done = run(COVTOOL, "which", place, "--index", "bad", folder=self.folder)
                self.assertIn(done.returncode, (0, 65), (number, done.stderr))
        (self.folder / "bad").write_bytes(MAGIC + record(2, body))
        self.assertIn("is of another version of covtool",
                      self.covtool("which", "program+0x1000", "--index", "bad", status=65).stderr)

    def test_growing(self):
        self.make(30)
        self.covtool("index", "traces")
        before = (self.folder / "runs.covidx").read_bytes()
        self.make(7)
        done = self.covtool("index", "--append", "traces")
        self.assertEqual(done.stderr, "covtool: runs.covidx: 7 runs added; 30 runs were in it already\n")
        self.assertTrue((self.folder / "runs.covidx").read_bytes().startswith(before))
        self.check(*self.places(20))
        # Runs that are in no index yet can be named beside it; they come behind.
        more = list(self.blocks)
        self.make(5, "others")
        self.check(*self.places(10), runs=[*more, *list(self.blocks)[37:]], names=["others"])
        self.assertEqual(self.covtool("index", "--append", "traces").stderr,
                         "covtool: runs.covidx: 0 runs added; 37 runs were in it already\n")
        self.covtool("index", "--append", "traces", "-o", "new")
        self.check(*self.places(3), index="new", runs=more)
        (self.folder / more[3]).write_bytes((self.folder / more[4]).read_bytes() + b" ")
        self.assertIn(f"{more[3]}: has changed", self.covtool("index", "--append", "traces").stderr)
        self.covtool("index", "--append", "--strict", "traces", status=65)
        self.check(*self.places(3), runs=more)

    def test_killed(self):
        """What a process left that was killed while it added runs is dropped, and the next one goes on."""
        self.make(20)
        self.covtool("index", "traces")
        whole = (self.folder / "runs.covidx").read_bytes()
        self.make(20)
        self.covtool("index", "--append", "traces")
        longer = (self.folder / "runs.covidx").read_bytes()
        runs = list(self.blocks)
        for cut in (*self.chance.sample(range(len(whole) + 1, len(longer)), 8), len(longer) - 1):
            (self.folder / "runs.covidx").write_bytes(longer[:cut])
            self.check(*self.places(2), runs=runs[:20])
            self.covtool("index", "--append", "traces")
            self.assertTrue((self.folder / "runs.covidx").read_bytes() == longer)
        self.check(*self.places(5))

    def test_damage(self):
        """Any byte can be wrong: a warning or an error says where, and nothing else happens."""
        self.make(40)
        self.covtool("index", "traces")
        whole = (self.folder / "runs.covidx").read_bytes()
        place = "program+0x1000"
        for _ in range(60):
            data = bytearray(whole)
            at = self.chance.randrange(len(data))
            data[at] ^= 1 << self.chance.randrange(8)
            (self.folder / "bad").write_bytes(data)
            done = run(COVTOOL, "which", place, "--index", "bad", folder=self.folder)
            self.assertIn(done.returncode, (0, 65), done.stderr)
            self.assertRegex(done.stderr, r"(?m)^covtool: (warning|error): bad: (byte \d+: the record is damaged|is not)")
            self.covtool("which", place, "--index", "bad", "--strict", status=65)
        (self.folder / "text").write_text("nothing of the kind")
        self.assertIn("text: is not an index of runs",
                      self.covtool("which", place, "--index", "text", status=65).stderr)
        self.covtool("index", "--append", "traces", "-o", "text", status=65)
        self.covtool("which", place, "--index", "nosuch", status=66)
        self.covtool("index", "nosuch", status=66)
        self.covtool("index", "-", status=64)

    def test_left_out(self):
        """A file that cannot be read leaves nothing in the index, not of its blocks either."""
        self.make(10)
        (self.folder / "traces/bad").write_bytes(
            drcov.write([(0, 0x30000, MODULES[0][0])], [(0, 0x2F000, 4), (9, 0x10, 4)]))
        names = [*list(self.blocks)[:5], "traces/bad", *list(self.blocks)[5:]]
        self.covtool("index", *names, "--strict", status=65)
        self.assertFalse((self.folder / "runs.covidx").exists())
        done = self.covtool("index", *names, "--strict", "--failure-mode", "warn")
        self.assertIn("runs.covidx: 10 runs added", done.stderr)
        self.check(("/nowhere/program", 0x2F001), *self.places(10))

    def test_mixed(self):
        """One path that stands for two files, in two parts of an index."""
        for number, size in enumerate((0x30000, 0x50000)):
            (self.folder / f"{number}").write_bytes(drcov.write([(0, size, "/nowhere/a")], [(0, 0x10, 4)]))
            self.covtool("index", "--append", f"{number}")
        done = self.covtool("which", "a+0x10", "--index", "runs.covidx", status=65)
        self.assertIn("/nowhere/a is not one file", done.stderr)
        done = self.covtool("which", "a+0x10", "--index", "runs.covidx", "--mixed", "by-name")
        self.assertEqual(list(answer(done.stdout)), ["0", "1"])


class Demo(Case):
    def test_lines(self):
        """Of real runs, some with hit counts, an index says what the traces say (test_which), for every kind of place."""
        names = []
        for number, input in enumerate(guests.INPUTS):
            names.append(f"{input.stem}.drcov")
            options = ",counts=on" if number % 3 else ""
            guests.qemu("pie", "calculator", input, plugin=f"out={self.folder / names[-1]}{options}")
        self.covtool("index", *names)
        lines, functions = gcov.demo(self.gcov())
        chance = random.Random(SEED)
        demo = str(ROOT / "Fixtures/guests/demo")
        places = [f"{path}:{line}" for path, known in lines.items() if path.startswith(demo)
                  for line in known]
        places = chance.sample(sorted(places), 60) + ["main", "calculator+0x1500", "libtokens.so+4500"]
        answered = 0
        for place in places:
            theirs = run(COVTOOL, "which", place, "--json", *names, folder=self.folder)
            ours = run(COVTOOL, "which", place, "--json", "--index", "runs.covidx", folder=self.folder)
            self.assertEqual((ours.returncode, ours.stdout), (theirs.returncode, theirs.stdout), place)
            if not ours.returncode:
                answered += bool(json.loads(ours.stdout)["runs"])
        self.assertGreater(answered, 30)

    def gcov(self):
        (self.folder / "gcov").mkdir()
        return self.folder / "gcov"

    def test_foreign(self):
        """Lists of places are blocks of the file that --elf names, as for `which` without an index."""
        elf = guests.built("pie") / "calculator"
        start, = (int(line.split()[0], 16) for line in output("nm", elf).splitlines() if line.endswith(" T main"))
        for name, offsets in (("a.modoff", [start]), ("b.modoff", [start, start, 0x10]), ("c.modoff", [0x10])):
            (self.folder / name).write_text("".join(f"calculator+{offset:x}\n" for offset in offsets))
        names = ["a.modoff", "b.modoff", "c.modoff"]
        self.covtool("index", *names, "--elf", elf)
        for place in ("main", f"calculator+{start:#x}"):
            done = self.covtool("which", place, "--index", "runs.covidx", "--elf", elf)
            # A list in which a line is there twice counts.
            self.assertEqual(answer(done.stdout), {"a.modoff": None, "b.modoff": 2}, done.stderr)
            self.assertEqual(done.stdout, self.covtool("which", place, *names, "--elf", elf).stdout)
        self.assertIn("has no size", self.covtool("index", "a.modoff", "-o", "open").stderr)

"""Set algebra over traces, held against Python's sets; modules that are and are not one file; inputs of
every kind; what a signal leaves. Traces are made up by a seed, or recorded where that is said."""

import gzip
import json
import os
import pty
import random
import shutil
import signal
import struct
import subprocess
import time

from Tests.EndToEnd.support import drcov, guests
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, ROOT, Case, output

SEED = 20261121


def made(chance, paths=("/bin/program", "/lib/first.so", "/lib/second.so"), most=300):
    """A trace of a run: modules anywhere and in any order, blocks in any order, some twice."""
    order = list(range(len(paths)))
    chance.shuffle(order)
    modules, base = [], 0x10000
    for module in order:
        base += chance.randrange(1, 1 << 16) << 12
        modules.append((base, base + ((module + 1) << 12), paths[module]))
        base = modules[-1][1]
    blocks = [(chance.choice([*range(len(modules)), drcov.NO_MODULE]), chance.randrange(40),
               chance.randrange(1, 4)) for _ in range(chance.randrange(1, most))]
    return drcov.write(modules, blocks)


def counts(data):
    """Of a file with hit counts: each block by path, offset and size, with its count."""
    trace = drcov.read(data)
    assert trace.flavor == "drcov-hits"
    head = f"Hit Count Table: version 1, count {len(trace.blocks)}\n".encode()
    assert trace.rest.startswith(head), trace.rest[:80]
    numbers = struct.unpack(f"<{len(trace.blocks)}I", trace.rest[len(head):])
    paths = {module.id: module.path for module in trace.modules}
    found = {}
    for (id, start, size), number in zip(trace.blocks, numbers):
        key = paths.get(id), start, size
        assert key not in found
        found[key] = number
    return found


def with_counts(data, numbers):
    table = f"Hit Count Table: version 1, count {len(numbers)}\n".encode()
    return (data.replace(b"drcov-64", b"drcov-hits") + table
            + struct.pack(f"<{len(numbers)}I", *numbers))


class LargeCounts(Case):
    """A hit count has 32 bits in the file."""

    MOST = (1 << 32) - 1

    def write(self, name, numbers):
        data = drcov.write([(0x1000, 0x9000, "/bin/a")], [(0, 16 * n, 4) for n in range(len(numbers))])
        (self.folder / name).write_bytes(with_counts(data, numbers))

    def test_cut(self):
        """A larger sum is written as the largest number, and that is said, once."""
        self.write("one", [1, self.MOST - 1, self.MOST - 2, 1 << 31])
        self.write("two", [2, 1, 1, 1 << 31])
        for command in (["merge"], ["drcov"]):
            done = self.covtool(*command, "one", "two", "--counts", "-o", "sum")
            found = counts((self.folder / "sum").read_bytes())
            self.assertEqual([found["/bin/a", 16 * n, 4] for n in range(4)],
                             [3, self.MOST, self.MOST - 1, self.MOST])
            self.assertEqual(done.stderr, "covtool: warning: 2 hit counts are 4294967295 or more, which is the "
                                          "most that drcov can hold: written as 4294967295\n")
        done = self.covtool("merge", "one", "--counts", "-o", "sum")
        self.assertEqual(done.stderr, "")


class Algebra(Case):
    def setUp(self):
        super().setUp()
        chance = random.Random(SEED)
        self.names = [f"run{number}.drcov" for number in range(80)]
        self.data = [made(chance) for _ in self.names]
        for name, data in zip(self.names, self.data):
            (self.folder / name).write_bytes(data)
        self.sets = [drcov.read(data).offsets() for data in self.data]

    def offsets(self, *arguments, **options):
        return drcov.read(self.covtool(*arguments, text=False, **options).stdout).offsets()

    def test_union(self):
        """More files than one thread gets, in any order: the same bytes."""
        first = self.covtool("merge", *self.names, "-o", "-", text=False).stdout
        self.assertEqual(drcov.read(first).offsets(), set().union(*self.sets))
        names = list(self.names)
        random.Random(1).shuffle(names)
        self.assertEqual(self.covtool("merge", *names, "-o", "-", text=False).stdout, first)
        # A merge of merges is the merge.
        self.covtool("merge", *names[:30], "-o", "half")
        self.covtool("merge", *names[30:], "-o", "other")
        again = self.covtool("merge", "half", "other", "half", "-o", "-", text=False).stdout
        self.assertEqual(drcov.read(again).offsets(), set().union(*self.sets))

    def test_counts(self):
        expected = {}
        for found in self.sets:
            for block in found:
                expected[block] = expected.get(block, 0) + 1
        merged = self.covtool("merge", "--counts", *self.names, "-o", "-", text=False).stdout
        self.assertEqual(counts(merged), expected)
        # Counts that are there are added, to one another and to the runs without; 32 bits are full.
        blocks = drcov.read(self.data[0]).blocks
        numbers = [(index * 977 + 3) % 5000 for index in range(len(blocks))]
        numbers[0] = 0xFFFFFFF0
        (self.folder / "counted").write_bytes(with_counts(self.data[0], numbers))
        paths = {module.id: module.path for module in drcov.read(self.data[0]).modules}
        for (id, start, size), number in zip(blocks, numbers):
            expected[paths.get(id), start, size] += number
        merged = self.covtool("merge", "--counts", *self.names, "counted", "-o", "-",
                              text=False).stdout
        self.assertEqual(counts(merged), {block: min(number, 0xFFFFFFFF)
                                          for block, number in expected.items()})
        (self.folder / "merged").write_bytes(merged)
        again = self.covtool("merge", "--counts", "merged", "-o", "-", text=False).stdout
        self.assertEqual(again, merged)

    def test_intersect(self):
        for names in (self.names[:1], self.names[:2], self.names[:4]):
            expected = set.intersection(*self.sets[:len(names)])
            self.assertEqual(self.offsets("intersect", *names), expected)
            self.assertEqual(self.offsets("intersect", *names, names[0]), expected)
        self.assertTrue(self.sets[0] & self.sets[1])

    def test_subtract(self):
        self.assertEqual(self.offsets("subtract", *self.names[:4]),
                         self.sets[0] - set().union(*self.sets[1:4]))
        self.assertEqual(self.offsets("subtract", *self.names), self.sets[0] - set().union(*self.sets[1:]))
        self.assertEqual(self.offsets("subtract", self.names[0], self.names[0]), set())
        (self.folder / "list").write_text("run3.drcov\nrun4.drcov\n")
        self.assertEqual(self.offsets("subtract", "@list", "run5.drcov"),
                         (self.sets[3] | self.sets[4]) - self.sets[5])
        self.covtool("subtract", "run1.drcov", status=64)

    def test_diff(self):
        old, new = self.sets[0], self.sets[1]
        document = json.loads(
            self.covtool("diff", "--json", "--system-libraries", *self.names[:2]).stdout)
        self.assertEqual((document["format"], document["version"]), ("covtool-diff", 1))

        def blocks(key):
            return {(part["path"], block["offset"], block["size"])
                    for part in document["modules"] for block in part[key]}

        def octets(blocks):
            return {(path, offset + at) for path, offset, size in blocks for at in range(size)}

        self.assertEqual(blocks("newBlocks"), new - old)
        self.assertEqual(blocks("goneBlocks"), old - new)
        for part in document["modules"]:
            was, now = ({block for block in found if block[0] == part["path"]} for found in (old, new))
            self.assertEqual((part["blocksBefore"], part["blocksAfter"]), (len(was), len(now)))
            self.assertEqual(part["newBytes"], len(octets(now) - octets(was)))
            self.assertEqual(part["goneBytes"], len(octets(was) - octets(now)))
        text = self.covtool("diff", "--system-libraries", *self.names[:2]).stdout
        for part in document["modules"]:
            line, = (line for line in text.splitlines()
                     if line.startswith(part["path"] or "(in no module)"))
            self.assertEqual([int(word) for word in line.split()[-6:]],
                             [part["blocksBefore"], part["blocksAfter"], len(part["newBlocks"]),
                              len(part["goneBlocks"]), part["newBytes"], part["goneBytes"]])

    def test_fail_on_lost(self):
        self.assertIn("lost", self.covtool("diff", "--fail-on-lost", *self.names[:2], status=1).stderr)
        self.covtool("merge", *self.names, "-o", "all")
        self.covtool("diff", "--fail-on-lost", self.names[0], "all")
        # The same bytes in other blocks are no loss.
        row = [(0x1000, 0x2000, "/a")]
        (self.folder / "one").write_bytes(drcov.write(row, [(0, 0x10, 8)]))
        (self.folder / "two").write_bytes(drcov.write(row, [(0, 0x10, 4), (0, 0x14, 9)]))
        self.covtool("diff", "--fail-on-lost", "one", "two")
        self.covtool("diff", "--fail-on-lost", "two", "one", status=1)

    def test_inputs(self):
        """Files, folders, lists, compressed ones, standard input: at once."""
        deep = self.folder / "deep/er"
        deep.mkdir(parents=True)
        for name in self.names[10:20]:
            shutil.move(self.folder / name, deep)
        (deep.parent / "notes.txt").write_text("no trace\n")
        (deep.parent / "packed.drcov.gz").write_bytes(gzip.compress(self.data[20]))
        (deep.parent / ".hidden").write_bytes(self.data[50])
        (self.folder / "list").write_text("run30.drcov\nrun31.drcov\n")
        (self.folder / "zeros").write_bytes(b"run32.drcov\0run33.drcov\0")
        with open(self.folder / "run40.drcov", "rb") as standard:
            done = self.covtool("merge", "run0.drcov", "deep", "@list", "@zeros", "-", "-o", "out",
                                stdin=standard)
        expected = [0, *range(10, 21), 30, 31, 32, 33, 40]
        self.assertEqual(drcov.load(self.folder / "out").offsets(),
                         set().union(*(self.sets[index] for index in expected)))
        self.assertIn("1 file in folders is not a trace", done.stderr)
        (self.folder / "empty").mkdir()
        self.covtool("merge", "empty", status=66)
        self.covtool("merge", "@missing", status=66)
        # An output in the folder is not merged into itself.
        self.covtool("merge", "deep", "-o", "deep/merged.drcov")
        first = (self.folder / "deep/merged.drcov").read_bytes()
        self.assertIn("itself", self.covtool("merge", "deep", "-o", "deep/merged.drcov").stderr)
        self.assertEqual((self.folder / "deep/merged.drcov").read_bytes(), first)

    def test_failure_mode(self):
        (self.folder / "bad").write_text("no drcov\n")
        good = set().union(*self.sets[:3])
        arguments = ["merge", "bad", *self.names[:3], "-o", "out"]
        for options in ([], ["--failure-mode", "any"]):
            self.covtool(*arguments, *options, status=65)
            self.assertFalse((self.folder / "out").exists())
        for mode in ("all", "warn"):
            done = self.covtool(*arguments, "--failure-mode", mode)
            self.assertIn("bad", done.stderr)
            self.assertEqual(drcov.load(self.folder / "out").offsets(), good)
            os.unlink(self.folder / "out")
        self.covtool("merge", "bad", "missing", "-o", "out", "--failure-mode", "all", status=65)
        self.covtool("merge", "bad", "missing", "-o", "out", "--failure-mode", "warn")
        self.assertEqual(drcov.load(self.folder / "out").offsets(), set())

    def test_strict_leaves_nothing_of_a_damaged_file(self):
        """A block of an unknown module is found late; the file's other blocks must not be in."""
        row = [(0x1000, 0x2000, "/a")]
        (self.folder / "late").write_bytes(drcov.write(row, [(0, 0x999, 8), (7, 0x10, 8)]))
        merged = self.offsets("merge", "run0.drcov", "late", "--strict", "--failure-mode", "warn",
                              "-o", "-")
        self.assertEqual(merged, self.sets[0])
        merged = self.offsets("merge", "run0.drcov", "late", "-o", "-")
        self.assertEqual(merged, self.sets[0] | {("/a", 0x999, 8)})


class Modules(Case):
    """Which modules are one."""

    def write(self, name, modules, blocks, **more):
        (self.folder / name).write_bytes(drcov.write(modules, blocks, **more))

    def merged(self, *arguments):
        data = self.covtool("merge", *arguments, "-o", "-", text=False).stdout
        return drcov.read(data)

    def test_mixed(self):
        self.write("one", [(0x1000, 0x3000, "/opt/a")], [(0, 0x10, 4)])
        self.write("two", [(0x1000, 0x9000, "/opt/a")], [(0, 0x20, 4)])
        done = self.covtool("merge", "one", "two", status=65)
        for word in ("/opt/a", "one", "two", "0x2000", "0x8000", "--mixed"):
            self.assertIn(word, done.stderr)
        self.assertFalse((self.folder / "merged.drcov").exists())
        apart = self.merged("one", "two", "--mixed", "keep-apart")
        self.assertEqual(sorted((row.end - row.start, row.path) for row in apart.modules),
                         [(0x2000, "/opt/a"), (0x8000, "/opt/a")])
        sizes = {row.id: row.end - row.start for row in apart.modules}
        self.assertEqual({(sizes[id], start) for id, start, _ in apart.blocks},
                         {(0x2000, 0x10), (0x8000, 0x20)})
        together = self.merged("one", "two", "--mixed", "by-name")
        self.assertEqual([row.path for row in together.modules], ["/opt/a"])
        self.assertEqual(together.offsets(), {("/opt/a", 0x10, 4), ("/opt/a", 0x20, 4)})

    def test_mapping(self):
        self.write("one", [(0x1000, 0x3000, "/build/1/bin/a")], [(0, 0x10, 4)])
        self.write("two", [(0x5000, 0x7000, "/build/2/bin/a")], [(0, 0x20, 4)])
        self.assertEqual(len(self.merged("one", "two").modules), 2)
        mapped = self.merged("one", "two", "--module-map", "/build/1,/src", "--module-map",
                             "/build/2/,/src/")
        self.assertEqual(mapped.offsets(), {("/src/bin/a", 0x10, 4), ("/src/bin/a", 0x20, 4)})
        self.covtool("merge", "one", "--module-map", "/build", status=64)

    def test_build_id(self):
        """One file at two paths, by its build-id; another program of the same size is another."""
        source = self.folder / "a.c"
        source.write_text("int main(void) { return 3; }\n")
        for name, id in (("first", "0x" + "12" * 20), ("other", "0x" + "34" * 20)):
            output("gcc", f"-Wl,--build-id={id}", "-o", self.folder / name, source)
        shutil.copy(self.folder / "first", self.folder / "copy")
        _, end = guests.segments(self.folder / "first")
        size = (end + 0xFFF) & ~0xFFF
        for number, name in enumerate(("first", "copy", "other")):
            self.write(f"{name}.drcov", [(0x1000, 0x1000 + size, str(self.folder / name))],
                       [(0, 0x10 * number, 4)])
        merged = self.merged("first.drcov", "copy.drcov", "other.drcov")
        copy, other = str(self.folder / "copy"), str(self.folder / "other")
        self.assertEqual(merged.offsets(), {(copy, 0, 4), (copy, 0x10, 4), (other, 0x20, 4)})
        # Without the file at hand, or with one of another size, the path decides.
        os.unlink(self.folder / "copy")
        self.assertEqual(len(self.merged("first.drcov", "copy.drcov").modules), 2)

    def test_loaded_twice_and_both_widths(self):
        self.write("twice", [(0x1000, 0x3000, "/a"), (0x10000, 0x13000, "/l"), (0x90000, 0x93000, "/l")],
                   [(1, 8, 4), (2, 16, 4), (2, 8, 4)])
        self.assertEqual(self.merged("twice").offsets(), {("/l", 8, 4), ("/l", 16, 4)})
        self.write("narrow", [(0x1000, 0x3000, "/a32"), (0x10000, 0x12000, "/lib32/l")], [(1, 8, 4)],
                   flavor="drcov-32")
        both = self.merged("twice", "narrow")
        self.assertEqual(both.flavor, "drcov-64")
        self.assertEqual(both.offsets(), {("/l", 8, 4), ("/l", 16, 4), ("/lib32/l", 8, 4)})
        self.assertEqual(self.merged("narrow", "narrow").flavor, "drcov-32")


class Source(Case):
    """Differences by function and line, of recorded runs."""

    def test_lines(self):
        elves = guests.elves()

        def hit(trace):
            files = json.loads(self.covtool("json", trace, *elves).stdout)["files"]
            return {(file["path"], kind, thing["line"], thing.get("linkageName")) for file in files
                    for kind in ("lines", "functions") for thing in file[kind] if thing["hits"]}

        hits = {trace: hit(trace) for trace in guests.record_demo(self.folder)}
        traces = next((one, other) for one in hits for other in hits
                      if hits[one] - hits[other] and hits[other] - hits[one])
        old, new = (hits[trace] for trace in traces)
        document = json.loads(self.covtool("diff", "--json", *traces, *elves).stdout)

        def found(which):
            return {(file["path"], "lines", line, None) for file in document["files"]
                    for line in file[f"{which}Lines"]} | {
                   (file["path"], "functions", function["line"], function["linkageName"])
                    for file in document["files"] for function in file[f"{which}Functions"]}

        self.assertEqual(found("new"), new - old)
        self.assertEqual(found("gone"), old - new)
        text = self.covtool("diff", *traces, *elves).stdout
        linked = self.covtool("diff", "--no-demangle", *traces, *elves).stdout
        for file in document["files"]:
            self.assertIn(f"\n{file['path']}\n", text)
            for function in (*file["newFunctions"], *file["goneFunctions"]):
                self.assertIn(f" function {function['name']} (line", text)
                self.assertIn(f" function {function['linkageName']} (line", linked)


class Working(Case):
    """Progress, and an end by a signal."""

    def started(self, **options):
        """A merge of many files and one that nobody writes to: it waits for that."""
        chance = random.Random(SEED)
        for number in range(100):
            (self.folder / f"run{number}.drcov").write_bytes(made(chance))
        os.mkfifo(self.folder / "slow")
        return subprocess.Popen([COVTOOL, "merge", ".", "slow", "-o", "out.drcov"], cwd=self.folder,
                                env={**ENVIRONMENT, "TERM": "xterm"}, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, **options)

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            child = self.started(stderr=subprocess.PIPE)
            time.sleep(0.3)
            child.send_signal(number)
            self.assertEqual(child.wait(20), 128 + number)
            self.assertEqual(child.stderr.read(), b"")  # and no progress in a pipe
            child.stderr.close()
            self.assertEqual([name for name in os.listdir(self.folder) if "out" in name], [])
            os.unlink(self.folder / "slow")

    def test_signal_while_writing(self):
        """The unfinished file goes, and what had its name stays."""
        run0 = made(random.Random(SEED))
        (self.folder / "run.drcov").write_bytes(run0)
        (self.folder / "out").write_text("old")
        shim = self.folder / "slow.so"
        output("gcc", "-shared", "-fPIC", "-o", shim, ROOT / "Tests/EndToEnd/support/slowrename.c")
        child = subprocess.Popen([COVTOOL, "merge", "run.drcov", "-o", "out"], cwd=self.folder,
                                 env={**ENVIRONMENT, "LD_PRELOAD": str(shim)})
        deadline = time.monotonic() + 20
        while not [name for name in os.listdir(self.folder) if name.endswith(".tmp")]:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        self.assertEqual(child.wait(20), 130)
        self.assertEqual(sorted(os.listdir(self.folder)), ["out", "run.drcov", "slow.so"])
        self.assertEqual((self.folder / "out").read_text(), "old")

    def test_progress_on_a_terminal(self):
        control, terminal = pty.openpty()
        child = self.started(stderr=terminal)
        os.close(terminal)
        time.sleep(1)
        writer = open(self.folder / "slow", "wb")
        writer.write((self.folder / "run0.drcov").read_bytes())
        writer.close()
        self.assertEqual(child.wait(20), 0)
        said = b""
        while True:
            try:
                piece = os.read(control, 4096)
            except OSError:
                break
            if not piece:
                break
            said += piece
        os.close(control)
        self.assertRegex(said.decode(), r"Merging 101 of 101 files, \d+ MB/s, 0 s left")
        self.assertTrue(said.endswith(b"\r\x1b[K"))

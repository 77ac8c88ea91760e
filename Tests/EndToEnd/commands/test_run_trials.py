"""covtool run --check and --repeat: whether runs can be relied on."""

import os
import re
import shutil

from Tests.EndToEnd.support import drcov, statuses
from Tests.EndToEnd.support.setting import Case, output

# What it does depends on its parent, on a file that each run changes, or on what the system made up at random.
SOURCE = """\
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static volatile int value;

static void alone(void) { value += 1; }    // alone
static void odd(void) { value += 2; }      // odd
static void even(void) { value += 3; }     // even
static void by_chance(void) { value += 4; }

// One of 256 places, by a byte.
#define CASE(n) case (n): value += (n) * 3 + 1; break;
#define CASES4(n) CASE(n) CASE(n + 1) CASE(n + 2) CASE(n + 3)
#define CASES16(n) CASES4(n) CASES4(n + 4) CASES4(n + 8) CASES4(n + 12)
#define CASES64(n) CASES16(n) CASES16(n + 16) CASES16(n + 32) CASES16(n + 48)
static void drawn(unsigned char byte)
{
    switch (byte) { CASES64(0) CASES64(64) CASES64(128) CASES64(192) }
}

static int parent_is_covtool(void)
{
    char path[64], name[64] = "";
    snprintf(path, sizeof path, "/proc/%d/comm", (int)getppid());
    int file = open(path, O_RDONLY);
    return read(file, name, sizeof name - 1) > 0 && strncmp(name, "covtool", 7) == 0;
}

static int flip(const char *path)
{
    char state = 0;
    int file = open(path, O_RDWR);
    if (pread(file, &state, 1, 0) != 1)
        exit(99);
    state ^= 1;
    if (pwrite(file, &state, 1, 0) != 1)
        exit(98);
    return state & 1;
}

int main(int count, char **arguments)
{
    char input = 0;
    if (getenv("CHANCE") && ((char *)getauxval(AT_RANDOM))[0] & 1)
        by_chance();
    if (getenv("DRAWN"))
        drawn(((unsigned char *)getauxval(AT_RANDOM))[0]);
    if (read(open(arguments[2], O_RDONLY), &input, 1) < 0)
        return 97;
    switch (input) {
    case 'p': if (parent_is_covtool()) alone(); break;
    case 'e': return parent_is_covtool() ? 3 : 4;
    case 'f': if (flip(arguments[1])) odd(); else even(); break;
    case 'x': if (flip(arguments[1])) abort(); break;
    case 'o': odd(); break;
    }
    return 0;
}
"""
LINE = {name: number for number, line in enumerate(SOURCE.splitlines(), 1)
        for name in re.findall(r"// (\w+)$", line)}


class Trials(Case):
    def setUp(self):
        super().setUp()
        (self.folder / "guest.c").write_text(SOURCE)
        output("gcc", "-g", "-O0", "-no-pie", "guest.c", "-o", "guest", folder=self.folder)
        (self.folder / "state").write_bytes(b"0")
        # A folder's inputs are taken by name.
        (self.folder / "corpus").mkdir()

    def inputs(self, *contents):
        for number, content in enumerate(contents):
            (self.folder / f"corpus/{number:02}").write_text(content)

    def run_guest(self, *options, status=0, **more):
        return self.covtool("run", "--corpus", "corpus", "-o", "run.drcov", "--status", "status", *options, "--",
                            "./guest", self.folder / "state", "@@", status=status, **more)

    def status(self):
        return statuses.read(self.folder / "status")

    def symbol(self, name):
        """Bytes from the program's lowest segment (linked to 0x400000, as readelf says)."""
        addresses = dict(reversed(line.split()[::2]) for line in output("nm", self.folder / "guest").splitlines()
                         if len(line.split()) == 3)
        return int(addresses[name], 16) - 0x400000

    def lines(self, trace):
        """Line -> count, of the guest's source."""
        text = self.covtool("lcov", "--elf", "guest", trace).stdout
        return {int(line): int(count) for line, count in re.findall(r"^DA:(\d+),(\d+)", text, re.M)}

    def hit(self, trace):
        return {name for name, line in LINE.items() if self.lines(trace).get(line)}

    def test_same(self):
        """Also of a program that does something else each second time."""
        self.inputs("a", "b", "f", "ff")
        for count, said in ((1, "1 input"), (4, "4 inputs"), (9, "4 inputs")):
            done = self.run_guest("--check", count)
            self.assertIn(f"check: {said}: the same by the fork server and alone", done.stderr)
            self.assertTrue((self.folder / "run.drcov").exists())

    def test_random_at_the_start(self):
        """What a server has drawn at random, each of its children has: that is no difference between the ways."""
        self.inputs("a")
        done = self.run_guest("--check", 1, environment={"DRAWN": "1"})
        self.assertIn("check: 1 input: the same by the fork server and alone", done.stderr)

    def test_differs(self):
        self.inputs("a", "b", "c", "p", "d", "g", "e")
        done = self.run_guest("--check", 7, status=65)
        self.assertIn("the fork server changes what 2 of 7 inputs do: use --no-fork-server", done.stderr)
        self.assertIn("check: corpus/06: by the fork server exit status 4, alone exit status 3", done.stderr)
        named, = re.findall(r"check: corpus/03: \d+ bytes alone only: (guest\+.*)", done.stderr)
        offsets = {int(offset, 16) for offset in re.findall(r"guest\+0x([0-9a-f]+)", named)}
        # Its first block, or the call of it that comes before.
        self.assertTrue(offsets & set(range(self.symbol("alone"), self.symbol("alone") + 16)), named)
        # Nothing is run, nor written, after that.
        self.assertFalse((self.folder / "run.drcov").exists())
        self.assertFalse((self.folder / "status").exists())
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith("covtool-run")], [])

    def test_spread(self):
        """Of ten inputs, three are the first, the fourth and the seventh."""
        self.inputs("0", "p1", "2", "3", "4", "5", "6", "7", "8", "9")
        self.assertIn("check: 3 inputs: the same", self.run_guest("--check", 3).stderr)
        self.inputs("0", "1", "2", "3", "4", "5", "p6", "7", "8", "9")
        self.assertIn("what 1 of 3 inputs does", self.run_guest("--check", 3, status=65).stderr)

    def test_unstable(self):
        self.inputs("a", "f", "b")
        done = self.run_guest("--repeat", 2, "--unstable", "unstable.drcov")
        self.assertRegex(done.stderr, r"1 input did not reach the same blocks in all runs; \d+ blocks are reached by chance, "
                                      "see unstable.drcov")
        counts = [line["unstableBlocks"] for line in self.status()]
        self.assertEqual([count > 0 for count in counts], [False, True, False])
        self.assertEqual(counts[1], len(drcov.load(self.folder / "unstable.drcov").blocks))
        self.assertEqual(self.hit("unstable.drcov"), {"odd", "even"})
        self.assertEqual(self.hit("run.drcov"), {"odd", "even"})
        # Left out, they are missed each time, and the rest is as it was.
        self.covtool("subtract", "run.drcov", "unstable.drcov", "-o", "stable.drcov")
        self.assertEqual(self.hit("stable.drcov"), set())
        before, after = self.lines("run.drcov"), self.lines("stable.drcov")
        lost = {line for line in before if before[line] and not after[line]}
        self.assertLessEqual({LINE["odd"], LINE["even"]}, lost)
        self.assertLess(len(lost), 5)

    def test_traces(self):
        """One of each run; what they do not share is what is reached by chance."""
        self.inputs("f")
        self.run_guest("--repeat", 2, "--unstable", "unstable.drcov", "--keep-traces", "kept")
        self.assertEqual(sorted(os.listdir(self.folder / "kept")), ["00.2.drcov", "00.drcov"])
        one, other = (drcov.load(self.folder / "kept" / name).offsets() for name in ("00.drcov", "00.2.drcov"))
        self.assertEqual(one ^ other, drcov.load(self.folder / "unstable.drcov").offsets())

    def test_stable_elsewhere(self):
        """What all runs of another input reach is not reached by chance."""
        self.inputs("f", "o")
        self.run_guest("--repeat", 3, "--unstable", "unstable.drcov")
        self.assertEqual(self.hit("unstable.drcov"), {"even"})
        self.assertEqual([line["unstableBlocks"] > 0 for line in self.status()], [True, False])

    def test_random(self):
        """What the system makes up when the program starts, which children of one server would share."""
        self.inputs("a", "b")
        self.run_guest("--repeat", 16, "--unstable", "unstable.drcov", environment={"CHANCE": "1"})
        low = self.symbol("by_chance")
        trace = drcov.load(self.folder / "unstable.drcov")
        self.assertIn(low, {start for module, start, _ in trace.blocks if trace.modules[module].path.endswith("/guest")})

    def test_ends(self):
        """A crash in any of the runs is one of the input."""
        self.inputs("a", "x", "xx")
        for state in (b"0", b"1"):  # the first run crashes, or the second
            (self.folder / "state").write_bytes(state)
            shutil.rmtree(self.folder / "crashed", ignore_errors=True)
            done = self.run_guest("--repeat", 2, "--crashes", "crashed", "-j", 1)
            self.assertIn("3 inputs: 2 crashed, 1 done", done.stderr)
            self.assertEqual([line["end"] for line in self.status()], ["done", "crashed", "crashed"])
            self.assertEqual(sorted(os.listdir(self.folder / "crashed")), ["01", "02"])

    def test_wrong_use(self):
        self.inputs("a")
        for options, said in ((["--check", 0], "--check needs a number from 1 on"),
                              (["--repeat", 1], "--repeat needs a number from 2 on"),
                              (["--unstable", "x"], "--unstable needs --repeat"),
                              (["--repeat", 2, "--state", "kept"], "--repeat cannot be combined with --state"),
                              (["--repeat", 2, "--minimise-to", "few"], "--repeat cannot be combined with"),
                              (["--check", 1, "--no-fork-server"], "leave --no-fork-server away")):
            self.assertIn(said, self.run_guest(*options, status=64).stderr)
        self.assertIn("all runs of each input reach the same blocks", self.run_guest("--repeat", 2).stderr)

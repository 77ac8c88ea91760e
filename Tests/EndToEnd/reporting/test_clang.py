"""Lines of programs that clang has compiled and not optimised: hit and missed as its own coverage has them."""

import re

from Tests.EndToEnd.support import guests
from Tests.EndToEnd.support.setting import Case, llvm, output

SOURCE = """\
static volatile int hole;

static void sink(int value) { hole = value; }

static void conditions(int value)
{
    while (hole < 3) {
        hole++;
        if (value > 100) {
            sink(value);
        } else if (value > 50) {
            sink(2);
        }
    }
    for (int i = 0; i < 3; i++) {
        if (value > 100) {
            sink(value);
        } else if (value > 50) {
            sink(2);
        } else if (value > 40)
            sink(3);
    }
}

static int endless(int value)
{
    int i = 0;
    for (;;) {
        if (i++ > 3)
            break;
        if (value > 100)
            sink(value);
    }
    while (1) {
        if (i++ > 9)
            break;
        if (value > 100) {
            sink(value);
        } else if (value > 50) {
            sink(2);
        }
    }
    return value;
}

// So small, and with so much code of no line, that it could be taken for an optimised one.
static int choice(int value)
{
    int i = 0;
    while (1) {
        switch (value) {
        case 1:
            sink(1);
            break;
        case 100:
            sink(100);
        }
        if (i++ > 3)
            return i;
        if (value > 100) {
            sink(value);
        } else if (value > 50) {
            sink(2);
        }
    }
}

static int never(int value)
{
    if (value > 2)
        return 1;
    return 0;
}

int main(int count, char **words)
{
    (void)words;
    conditions(count);
    endless(count);
    choice(count);
    return count > 5 ? never(count) : 0;
}
"""


class Clang(Case):
    def test_states(self):
        (self.folder / "lines.c").write_text(SOURCE)
        flags = ("-g", "-O0", "-Wall", "-Werror")
        output(llvm("clang"), *flags, "lines.c", "-o", "lines", folder=self.folder)
        output(llvm("clang"), *flags, "--coverage", "lines.c", "-o", "counted", folder=self.folder)
        output("./counted", folder=self.folder)
        counters, = self.folder.glob("*.gcda")
        output(llvm("llvm-cov"), "gcov", counters.name, folder=self.folder)
        theirs = {int(line): not count.startswith("#") for count, line in
                  re.findall(r"^ *([0-9#]+)\*?: *(\d+):", (self.folder / "lines.c.gcov").read_text(), re.M)
                  if line != "0"}
        self.assertGreater(len(theirs), 25)
        self.assertIn(False, theirs.values())
        for option in ("", ",counts=on"):
            guests.qemu("pie", self.folder / "lines", plugin=f"out={self.folder}/run.drcov{option}")
            report = self.covtool("lcov", "--elf", "lines", "run.drcov").stdout
            ours = {int(line): count != "0" for line, count in re.findall(r"^DA:(\d+),(\d+)", report, re.M)}
            both = theirs.keys() & ours.keys()
            self.assertGreater(len(both), 25)
            self.assertEqual({line: ours[line] for line in both}, {line: theirs[line] for line in both})

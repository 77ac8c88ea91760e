"""Exclusion markers in sources, and from where sources are read."""

import ctypes
import os
import re
import unittest

from Tests.EndToEnd.support import guests, reports
from Tests.EndToEnd.support.setting import Case, output, run
from Tests.EndToEnd.reporting.test_lcov import READERS

NEWEST = READERS / "newest"

MARKED = """\
#include <stdlib.h>
int one(int n) { // LCOV_EXCL_LINE
    return n + 1;
}
int two(int n) {
    if (n > 90)
        abort(); /* LCOV_EXCL_LINE */
    // LCOV_EXCL_START
    if (n > 80)
        return 7;
    // LCOV_EXCL_STOP
    return n;
}
// LCOV_EXCL_START
int three(int n) {
    return n;
}
int four(int n) {
    return n; // LCOV_EXCL_STOP LCOV_EXCL_START
}
int five(int n) {
    return n; // LCOV_EXCL_STOP LCOV_EXCL_LINE
}
int main(int count, char **words) {
    (void)words; // LCOV_EXCL_BR_LINE
    return one(count) + two(count) + four(count) == 4 ? 0 : 1;
}
"""
UNREACHABLE = """\
int never(int n) { // LCOV_UNREACHABLE_LINE
    return n;
}
int main(int count, char **words) {
    (void)words;
    if (count > 90)
        return never(3); // LCOV_UNREACHABLE_LINE
    // LCOV_UNREACHABLE_START
    if (count > 80)
        count = 1;
    // LCOV_UNREACHABLE_STOP
    return 0;
}
"""
# What geninfo must say as well: each marker where something was executed and where nothing was.
BOTH_KINDS = """\
#include <stdlib.h>
int never(int n) { // LCOV_UNREACHABLE_LINE
    return n;
}
int once(int n) { // LCOV_UNREACHABLE_LINE
    return n + 1;
}
// LCOV_UNREACHABLE_START
int neither(int n) {
    return n;
}
int inside(int n) {
    if (n > 90)
        abort(); // LCOV_EXCL_LINE
    return n + 2;
} // LCOV_UNREACHABLE_STOP
int stopped(int n) {
    // LCOV_UNREACHABLE_START
    if (n > 80)
        return 3;
    // LCOV_UNREACHABLE_STOP
    if (n > 70)
        return 4; // LCOV_UNREACHABLE_LINE
    // LCOV_EXCL_START
    if (n > 60)
        return 5;
    // LCOV_EXCL_STOP
    return n; // LCOV_UNREACHABLE_LINE
}
int main(int count, char **words) {
    (void)words;
    return once(count) + inside(count) + stopped(count) == 6 ? 0 : 1;
}
"""


class MarkerCase(Case):
    def record(self, text, name="a.c", project=None):
        """Builds one file and runs it."""
        self.project = project or self.folder / "project"
        self.project.mkdir(exist_ok=True)
        self.source = self.project / name
        self.source.write_text(text)
        output("gcc", "-g", "-O0", name, "-o", "program", folder=self.project)
        guests.record(self.project / "merged.drcov", "pie", self.project / "program")

    def report(self, *arguments, command="lcov", **more):
        return self.covtool(command, "merged.drcov", "--elf", "program", *arguments,
                            folder=self.project, **more)

    def left(self, *arguments):
        """The lines and functions of the one source file, and what was said."""
        done = self.report(*arguments)
        lines, functions, _ = reports.lcov(done.stdout)
        return lines[str(self.source)], set(functions[str(self.source)]), done.stderr


class Markers(MarkerCase):
    def geninfo(self, *options):
        """What geninfo has of the same source, instrumented and run without QEMU."""
        folder = self.folder / "gcov"
        folder.mkdir(exist_ok=True)
        (folder / "a.c").write_text(MARKED)
        if not (folder / "a.out").exists():
            output("gcc", "-g", "-O0", "--coverage", "a.c", folder=folder)
            output(folder / "a.out", folder=folder)
        output("geninfo", *options, ".", "-o", "info", folder=folder)
        lines, functions, _ = reports.lcov((folder / "info").read_text())
        return set(lines[str(folder / "a.c")]), set(functions[str(folder / "a.c")])

    def test_as_geninfo_has_them(self):
        self.record(MARKED)
        all_lines, all_functions, _ = self.left("--source-root", ".", "--no-markers")
        lines, functions, said = self.left("--source-root", ".")
        their_all_lines, their_all_functions = self.geninfo("--no-markers")
        their_lines, their_functions = self.geninfo()
        both = set(all_lines) & their_all_lines
        self.assertGreater(len(both), 15)
        self.assertEqual(set(lines) & both, their_lines & both)
        self.assertGreaterEqual(len(both - set(lines)), 6)
        self.assertEqual(all_functions, their_all_functions)
        self.assertEqual(functions, their_functions)
        # Of two on a line, the STOP alone counts, so that the next one has nothing to stop.
        self.assertEqual(re.findall(r"a\.c:(\d+): ", said), ["22"])
        # Without a folder to read from there are no markers, in any report.
        self.assertEqual(set(self.left()[0]), set(all_lines))
        rows = reports.table(self.report("--source-root", ".", command="report").stdout)
        self.assertEqual(rows["TOTAL"][0], len(lines))

    def test_unreachable(self):
        """As with lcov 2.5: what was executed all the same stays, and is told of."""
        self.record(UNREACHABLE)
        whole, _, _ = self.left()
        lines, functions, said = self.left("--source-root", self.project)
        self.assertEqual(set(whole) - set(lines), {1, 7, 10})
        self.assertEqual(functions, {"main"})
        self.assertIn(f"{self.source}:9: ", said)
        self.assertIn("unreachable", said)
        done = self.report("--source-root", ".", "--strict", status=65)
        self.assertEqual(done.stdout, "")
        self.source.write_text(UNREACHABLE.replace("UNREACHABLE_START", "").replace(
            "LCOV_UNREACHABLE_STOP", ""))
        lines, _, said = self.left("--source-root", ".", "--strict")
        self.assertEqual((set(whole) - set(lines), said), ({1, 7}, ""))

    @unittest.skipUnless((NEWEST / "whole").exists(), "no newest lcov here (Tests/Scripts/readers): not run")
    def test_unreachable_as_geninfo_has_it(self):
        self.record(BOTH_KINDS)
        whole, _, _ = self.left()
        lines, functions, said = self.left("--source-root", self.project)
        folder = self.folder / "gcov"
        folder.mkdir()
        (folder / "a.c").write_text(BOTH_KINDS)
        output("gcc", "-g", "-O0", "--coverage", "a.c", folder=folder)
        output(folder / "a.out", folder=folder)
        theirs = {}
        for markers in ("--no-markers", "--markers"):
            info = folder / markers
            done = run(NEWEST / "bin/geninfo", *([markers] if markers == "--no-markers" else []),
                       "--ignore-errors", "unreachable", ".", "-o", info, folder=folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            theirs[markers] = info.read_text(), done.stderr
        their_whole = {int(line) for line in re.findall(r"^DA:(\d+),", theirs["--no-markers"][0], re.MULTILINE)}
        info, warned = theirs["--markers"]
        their_lines = {int(line) for line in re.findall(r"^DA:(\d+),", info, re.MULTILINE)}
        both = set(whole) & their_whole
        self.assertEqual((set(lines) & both, functions),
                         (their_lines & both, set(re.findall(r"^FNA:\d+,\d+,(\w+)$", info, re.MULTILINE))))
        self.assertEqual(functions, {"once", "inside", "stopped", "main"})
        self.assertGreater(len(both - set(lines)), 5)
        # Theirs tell of each line and function, ours of the first line and how many more there are.
        told = {int(line) for line in re.findall(r'"[^"]*a\.c":(\d+): ', warned)}
        first, more = re.search(r"a\.c:(\d+): is marked as unreachable but was executed, and so were (\d+) more",
                                said).groups()
        self.assertEqual((int(first), int(more) + 1), (min(told), len(told & both)), warned)

    def test_out_of_balance(self):
        text = "int main(void) {\n    int n = 3; // %s\n    n++; // %s\n    n++;\n    return n - 5;\n}\n"
        for first, second, line, words, missing in (
                ("LCOV_EXCL_START", "", 2, "LCOV_EXCL_START without", {2, 3, 4, 5, 6}),
                ("LCOV_EXCL_STOP", "", 2, "LCOV_EXCL_STOP without", set()),
                ("", "LCOV_UNREACHABLE_STOP", 3, "LCOV_UNREACHABLE_STOP without", set()),
                ("LCOV_EXCL_START", "LCOV_EXCL_START", 3, "line 2", {2, 3, 4, 5, 6})):
            self.record(text % (first, second))
            whole, _, _ = self.left()
            lines, _, said = self.left("--source-root", ".")
            self.assertIn(f"warning: {self.source}:{line}: ", said)
            self.assertIn(words, said)
            self.assertEqual(set(whole) - set(lines), missing & set(whole))
            self.report("--source-root", ".", "--strict", status=65)

    def test_another_version(self):
        """A source that is shorter than what was compiled is another one."""
        self.record(MARKED)
        self.source.write_text("// LCOV_EXCL_START\n// LCOV_EXCL_STOP\n")
        lines, _, said = self.left("--source-root", ".")
        self.assertIn(3, lines)
        self.assertIn(f"{self.source}: ", said)

    def test_diff(self):
        self.record(MARKED)
        empty = self.project / "empty.drcov"
        head, _, _ = (self.project / "merged.drcov").read_bytes().partition(b"BB Table")
        empty.write_bytes(head + b"BB Table: 0 bbs\n")
        for words, expected in ((["--source-root", "."], False), ([], True)):
            done = self.covtool("diff", empty, "merged.drcov", "--elf", "program", *words,
                                folder=self.project)
            self.assertEqual("one" in done.stdout.split(), expected, done.stdout)


class Watch:
    """Sees whether files are opened (inotify)."""

    OPENED = 0x20

    def __init__(self, *paths):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.descriptor = self.libc.inotify_init1(os.O_NONBLOCK)
        for path in paths:
            if self.libc.inotify_add_watch(self.descriptor, os.fsencode(path), self.OPENED) < 0:
                raise OSError(ctypes.get_errno(), "inotify_add_watch")

    def saw(self):
        try:
            return bool(os.read(self.descriptor, 1 << 16))
        except BlockingIOError:
            return False
        finally:
            os.close(self.descriptor)


class Folders(MarkerCase):
    """A path in debug information may be anything: `#line` writes it."""

    # Read from where it must not be, this marker would take the line away.
    SECRET = "\n// LCOV_EXCL_LINE\n\n"

    def setUp(self):
        super().setUp()
        self.outside = self.folder / "outside"
        self.outside.mkdir()
        self.secret = self.outside / "secret.c"
        self.secret.write_text(self.SECRET)

    def build(self, path):
        """A program whose one line says that it stands on line 2 of the file `path`."""
        self.record(f'#line 2 "{path}"\nint main(void) {{ return 0; }}\n')

    def lines(self, path, *roots):
        """Whether the line with the marker is left out, and whether the secret was opened."""
        self.build(path)
        return self.read(*roots)

    def read(self, *roots):
        watch = Watch(self.secret)
        done = self.report(*[word for root in roots for word in ("--source-root", root)])
        lines, _, _ = reports.lcov(done.stdout)
        return not any(lines.values()), watch.saw()

    def test_the_test_sees_it(self):
        for root in (self.outside, "../outside"):
            self.assertEqual(self.lines(self.secret, root), (True, True))

    def test_outside(self):
        (self.folder / "project").mkdir()
        (self.folder / "project/link.c").symlink_to("../outside/secret.c")
        (self.folder / "project/out").symlink_to(self.outside)
        (self.folder / "project/chain").symlink_to("out")
        (self.folder / "project2").mkdir()
        for path in (self.secret, "../outside/secret.c", "x/../../outside/secret.c", "link.c",
                     "out/secret.c", "chain/../chain/secret.c", f"{self.folder}/project/link.c",
                     f"/proc/self/root{self.secret}", "/proc/self/cwd/link.c"):
            self.build(path)
            for roots in ([], ["."], ["../project2"], [".", "../project2"]):
                self.assertEqual(self.read(*roots), (False, False), (path, roots))

    def test_inside(self):
        """A root may be a link, and so may what stays inside of it."""
        project = self.folder / "project"
        (project / "deep").mkdir(parents=True)
        (project / "deep/real.c").write_text(self.SECRET)
        (project / "inner.c").symlink_to("deep/real.c")
        (self.folder / "named").symlink_to(project)
        for path in ("inner.c", "deep/real.c", f"{project}/deep/real.c", "/build/x/deep/real.c",
                     "/build/real/../inner.c"):
            self.build(path)
            for root in (".", project, self.folder / "named"):
                self.assertEqual(self.read(root), (True, False), (path, root))

    def test_no_file(self):
        """FIFOs would block, devices could do anything; a source of more than 64 MiB is none."""
        project = self.folder / "project"
        project.mkdir()
        os.mkfifo(project / "fifo.c")
        (project / "folder.c").mkdir()
        with open(project / "large.c", "w") as large:
            large.write(self.SECRET)
            large.truncate((64 << 20) + 1)
        for path in ("fifo.c", "folder.c", "large.c"):
            self.assertEqual(self.lines(path, "."), (False, False), path)
        self.assertEqual(self.lines("/dev/zero", "/dev"), (False, False))

    def test_longest_end(self):
        """Of several files that it could be, the one with more of the path."""
        project = self.folder / "project"
        (project / "x").mkdir(parents=True)
        (project / "x/b.c").write_text(self.SECRET)
        (project / "b.c").write_text("\n\n\n")
        self.assertEqual(self.lines("/build/x/b.c", "."), (True, False))
        self.assertEqual(self.lines("/build/y/b.c", "."), (False, False))

    def test_folder_that_is_not_there(self):
        self.record("int main(void) { return 0; }\n")
        for root in ("missing", "a.c"):
            done = self.report("--source-root", root, status=66)
            self.assertIn(root, done.stderr)

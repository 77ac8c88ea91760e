"""Modules over time: odd names, files that are replaced and deleted, libraries at two addresses, and
files that the guest maps itself. The truth is QEMU's log, the addresses that the guest prints and
what nm says of the file."""

import os
import re
import resource
import shutil
import subprocess

from Tests.EndToEnd.support import drcov, execlog, guests
from Tests.EndToEnd.support.setting import ENVIRONMENT, PLUGIN, Case, emulator, output

QEMU = "user"


def offset_in_file(path, address):
    """Where the byte is that is loaded to an address, by readelf."""
    for line in output("readelf", "-lW", path).splitlines():
        words = line.split()
        if words[:1] == ["LOAD"]:
            offset, start, size = (int(words[i], 16) for i in (1, 2, 4))
            if start <= address < start + size:
                return offset + address - start
    raise AssertionError(f"{address:#x} is in no segment of {path}")


def build_id(path):
    return re.search(r"Build ID: (\w+)", output("readelf", "-nW", path))[1]


def replaced(path, identity):
    """How the module is named whose file was replaced."""
    return f"{path} (replaced{' ' * bool(identity)}{identity})"


def rewrite(source, path):
    """The same inode, other contents."""
    with open(path, "r+b") as file:
        file.truncate(0)
        file.write(source.read_bytes())


def make_anew(source, path):
    """A new file, to which file systems give the inode that has just become free."""
    path.unlink()
    shutil.copy(source, path)


# How another file comes to a path.
WAYS = {"renamed over": os.rename, "made anew": make_anew, "rewritten": rewrite}

# A function in each of two files that are mapped to one place, and in memory that replaces them.
OVER = r"""
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static unsigned code[] = {0xe3a00001, 0xe12fff1e};  // mov r0, #1; bx lr

static void call(char *place) { ((int (*)(void))place)(); }

int main(int count, char **words)
{
    void *place = (void *)strtoul(words[count - 1], 0, 0);
    const char *names[] = {"one", "two"};
    for (int number = 0; number < 2; number++) {
        int file = open(names[number], O_RDWR | O_CREAT | O_TRUNC, 0600);
        if (ftruncate(file, 4096) || pwrite(file, code, sizeof code, 0) != sizeof code) return 1;
        char *mapped = mmap(place, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, file, 0);
        if (mapped != place) return 2;
        call(mapped);
    }
    char *memory = mmap(place, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0);
    if (memory != place) return 3;
    memcpy(memory + 16, code, sizeof code);
    __builtin___clear_cache(memory + 16, memory + 24);
    call(memory + 16);
    return 0;
}
"""


class Modules(Case):
    def library(self, path, *more, value=1):
        """Builds one; gives its functions' addresses in the file."""
        built = self.folder / "built.so"
        output("gcc", "-shared", "-nostdlib", f"-DVALUE={value}", *more,
               guests.ROOT / "Fixtures/guests/special/library.S", "-o", built)
        names = {name: int(address, 16) for address, name in
                 re.findall(r"^(\w+) T (early|late)$", output("nm", built), re.M)}
        os.makedirs(os.path.dirname(os.fsencode(path)), exist_ok=True)
        os.rename(built, os.fsencode(path))
        return names

    def record(self, *arguments, act=None, program=None, out=None):
        """One run. Gives the trace, the log, and the addresses that the guest said it calls."""
        trace, log = os.fsencode(out or self.folder / "run.drcov"), self.folder / "log"
        option = os.fsencode(f"{PLUGIN},out=") + trace.replace(b",", b",,")
        command = [*emulator("x86_64"), "-plugin", option, *execlog.OPTIONS, log,
                   program or guests.built("pie") / "modules", *arguments]
        with subprocess.Popen([os.fsencode(word) for word in command], env=ENVIRONMENT,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            said = b""
            if act:
                while not said.endswith(b"ready\n"):
                    said += (line := process.stdout.readline())
                    self.assertTrue(line, "it does not come to its work")
                act()
            more, errors = process.communicate(b"\n", timeout=60)
        self.assertEqual((process.returncode, errors), (0, b""))
        with open(trace, "rb") as file:
            read = drcov.read(file.read())
        called = [int(word, 16) for word in re.findall(rb"0x\w+", said + more)]
        return read, execlog.executed(log), called

    def sizes(self, logged, called):
        found = []
        for address in called:
            (size,) = {size for start, size in logged if start == address}
            found.append(size)
        return found

    def check(self, trace, logged, called, expected):
        """`expected`: for each call, the path and the offset that its block must have; None for no
        module. And as many blocks are recorded as were executed at different places of files."""
        rows = trace.offsets()
        self.assertEqual(len(called), len(expected))
        for address, size, (path, offset) in zip(called, self.sizes(logged, called), expected):
            offset = address & 0xFFFFFFFF if path is None else offset
            self.assertIn((path, offset, size), rows, [module.path for module in trace.modules])
        paths = {path for path, _ in expected if path}
        ours = {(path, offset) for path, offset, _ in rows if path in paths}
        functions = {(path, offset) for path, offset in expected if path}
        # Of each function two blocks, and none at a wrong place.
        self.assertEqual({(p, o) for p, o in ours if (p, o - 8) not in functions}, functions)
        known = {module.path for module in trace.modules}
        self.assertFalse([p for p in known - paths if p and p.endswith(" (deleted)")], "rows")
        self.assertGreater(len(logged), 500)
        self.assertLess(len(trace.elsewhere()), 3)

    def test_odd_paths(self):
        for name in ("a,b", "with  spaces ", 'quo"te\'s', "new\nline", "Umlaut-äß", b"\xff\xfe-bytes",
                     "x (deleted)", "back\\slash", "%p%%"):
            with self.subTest(name):
                folder = os.fsencode(self.folder) + b"/" + os.fsencode(name)
                path = folder + b"/lib " + os.fsencode(name) + b".so"
                names = self.library(os.fsdecode(path))
                program = folder + b"/prog"
                shutil.copy(guests.built("pie") / "modules", program)
                out = folder + b"/trace-" + os.fsencode(name).replace(b"%", b"") + b".drcov"
                # In `out` a percent sign is written twice.
                trace, logged, called = self.record_at(out, program, "call", path)
                (row,) = (m for m in trace.modules if m.path.endswith(".so") and "/lib " in m.path)
                written = row.path.encode("utf-8", "surrogateescape")
                expected = re.sub(rb"[\xff\xfe\n]", b"?", path)
                self.assertEqual(written, expected)
                self.check(trace, logged, called, [(row.path, names["early"])])

    def record_at(self, out, program, *arguments):
        written = out.replace(b"%", b"%%")
        target = os.fsdecode(written)
        trace, log = out, self.folder / "log"
        option = os.fsencode(f"{PLUGIN},out=") + os.fsencode(target).replace(b",", b",,")
        command = [*emulator("x86_64"), "-plugin", option, *execlog.OPTIONS, log, program, *arguments]
        done = subprocess.run([os.fsencode(word) for word in command], env=ENVIRONMENT, timeout=60,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        with open(trace, "rb") as file:
            read = drcov.read(file.read())
        return (read, execlog.executed(log),
                [int(word, 16) for word in re.findall(rb"0x\w+", done.stdout)])

    def test_deleted(self):
        """Library and program are deleted while they run."""
        path, program = self.folder / "libgone.so", self.folder / "program"
        names = self.library(path)
        shutil.copy(guests.built("pie") / "modules", program)

        def delete():
            path.unlink()
            program.unlink()
        found = self.record("await", path, act=delete, program=program)
        self.check(*found, [(str(path), names["early"]), (str(path), names["late"])])
        rows = [module.path for module in found[0].modules]
        self.assertEqual((rows.count(str(path)), rows.count(str(program))), (1, 1), rows)

    def test_replaced_while_loaded(self):
        """All that ran is the first build's: none of it is the file's that is there in the end."""
        path = self.folder / "libnew.so"
        names = self.library(path)
        row = replaced(path, build_id(path))
        found = self.record("await", path, act=lambda: self.library(path, value=7))
        self.check(*found, [(row, names["early"]), (row, names["late"])])
        self.assertNotIn(str(path), [m.path for m in found[0].modules])
        # The same build once more is the same file.
        copy = self.folder / "copy.so"
        shutil.copy(path, copy)
        found = self.record("await", path, act=lambda: os.rename(copy, path))
        self.check(*found, [(str(path), names["early"]), (str(path), names["late"])])

    def test_replaced_and_loaded_again(self):
        """Both files are there under their path: at the same address, and at another one."""
        for more in (["close"], []):
            with self.subTest(more):
                path = self.folder / "libnew.so"
                names = self.library(path)
                row = replaced(path, build_id(path))
                found = self.record("reopen", path, *more, act=lambda: self.library(path, value=7))
                self.check(*found, [(row, names["early"]), (str(path), names["late"])])
                self.assertEqual([m.path for m in found[0].modules].count(str(path)), 1)

    def test_builds_at_one_path(self):
        """Whichever way the second build comes to the path: of it only what it executed is reported, and
        the first one's coverage is its own file's."""
        path, first, second = (self.folder / name for name in ("libnew.so", "first.so", "second.so"))
        for way, replace in WAYS.items():
            for flags in ([], ["-Wl,--build-id=none"]):
                with self.subTest((way, *flags)):
                    names = self.library(second, *flags, value=7)
                    self.assertEqual(self.library(first, *flags), names)
                    shutil.copy(first, path)
                    row = replaced(path, "" if flags else build_id(first))
                    found = self.record("reopen", path, "close",
                                        act=lambda replace=replace: replace(second, path))
                    self.check(*found, [(row, names["early"]), (str(path), names["late"])])
                    self.assertEqual(self.called(path), {"early": 0, "late": 1})
                    if not flags:
                        self.assertEqual(self.called(first), {"early": 1, "late": 0})

    def test_builds_at_one_path_in_a_journal(self):
        path = self.folder / "libnew.so"
        self.library(path)
        row = replaced(path, build_id(path))
        journal = self.folder / "journal"
        command = [*emulator("x86_64"), "-plugin",
                   f"{PLUGIN},out={self.folder}/never.drcov,journal={journal}", guests.built("pie") / "modules",
                   "reopen-await", path]
        with subprocess.Popen(command, env=ENVIRONMENT, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as process:
            for act in (lambda: self.library(path, value=7), process.kill):
                while (line := process.stdout.readline()) != b"ready\n":
                    self.assertTrue(line, "it does not come to its work")
                act()
                if process.stdin and act != process.kill:
                    process.stdin.write(b"\n")
                    process.stdin.flush()
            process.wait(timeout=60)
        self.covtool("recover", "-o", self.folder / "recovered.drcov", journal)
        paths = [module.path for module in drcov.load(self.folder / "recovered.drcov").modules]
        self.assertEqual([paths.count(row), paths.count(str(path))], [1, 1], paths)

    def called(self, elf):
        """Which of the library's functions a report of that file has as called."""
        said = self.covtool("lcov", "--elf", elf, self.folder / "run.drcov").stdout
        return {name: int(count) for count, name in re.findall(r"^FNDA:(\d+),(early|late)$", said, re.M)}

    def test_cost_of_mappings(self):
        """Twice as many mappings take twice the work, whether memory without a file is a module or not.
        The processor's time, the shortest of some runs: a square would be four times."""
        guest = self.folder / "mappings"
        output("gcc", "-O1", guests.ROOT / "Fixtures/guests/special/mappings.c", "-o", guest)
        # Few places with code, and as many as there are mappings.
        for option, counts, places in (("jit=off", (10000, 20000), 20), ("jit=on", (10000, 20000), 20),
                                       ("jit=off", (2000, 4000), None)):
            with self.subTest(option, places=places):
                times = {count: min(self.seconds(guest, option, count, places or count) for _ in range(3))
                         for count in counts}
                print(f"{option}: {times}")
                self.assertLess(times[counts[1]], 3 * times[counts[0]])

    def seconds(self, guest, option, count, places):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        output(*emulator("x86_64"), "-plugin", f"{PLUGIN},out={self.folder}/run.drcov,{option}",
               guest, str(count), str(places))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime - before.ru_utime

    def test_at_two_addresses(self):
        path = self.folder / "libtwice.so"
        names = self.library(path)
        found = self.record("twice", path)
        self.assertNotEqual(found[2][1] - found[2][0], names["late"] - names["early"])
        self.check(*found, [(str(path), names["early"]), (str(path), names["late"])])

    def test_mapped_by_the_guest(self):
        self.check_mapped("even", [])

    def test_mapped_by_the_guest_at_other_offsets(self):
        self.check_mapped("moved", ["-Wl,--section-start=.text=0x9000",
                                    "-Wl,-z,max-page-size=4096"])

    def check_mapped(self, what, flags):
        path = self.folder / f"lib{what}.so"
        names = self.library(path, *flags)
        offset = {name: offset_in_file(path, address) for name, address in names.items()}
        for how, start in (("all of it", 0), ("a part", offset["early"] & ~4095)):
            for act in ("map", "both"):
                found = self.record(act, path, hex(start), hex(path.stat().st_size - start),
                                    hex(offset["late"] - start))
                calls = [(str(path), names["early"])] * (act == "both")
                self.check(*found, [*calls, (str(path), names["late"])])

    def test_code_over_a_library(self):
        """Code of no file in the place of a library's page: what is around it stays the library's."""
        path = self.folder / "libover.so"
        names = self.library(path)
        for before in ([], ["first"]):
            with self.subTest(before):
                found = self.record("over", path, *before)
                self.check(*found, [*[(str(path), names["early"])] * (not before), (None, None),
                                    (str(path), names["late"])])

    def test_files_above_the_middle_of_32_bits(self):
        """One file in the place of another, and memory without one in the place of that."""
        (self.folder / "guest.c").write_text(OVER)
        program = self.folder / "guest"
        output("arm-linux-gnueabihf-gcc", "-static", "guest.c", "-o", program, folder=self.folder)
        for place in (0x50000000, 0x90000000):
            with self.subTest(place=hex(place)):
                output(*emulator("arm"), "-plugin", f"{PLUGIN},out=run.drcov", program, hex(place), folder=self.folder)
                trace = drcov.load(self.folder / "run.drcov")
                rows = [(os.path.basename(path) if path else path, offset) for path, offset, _ in trace.offsets()
                        if path != str(program) and not (path or "").startswith("[")]
                self.assertEqual(sorted(rows, key=str), sorted([("one", 0), ("two", 0), (None, place + 16)], key=str))

    def test_a_file_over_a_library(self):
        """A page of another file in the place of a library's, and then the library's own again."""
        path, other = self.folder / "libover.so", self.folder / "libother.so"
        names, others = self.library(path), self.library(other, value=5)
        self.assertEqual(names, others)
        found = self.record("swap", path, other, hex(offset_in_file(other, others["early"])))
        self.check(*found, [(str(path), names["early"]), (str(other), others["early"]),
                            (str(path), names["late"]), (str(path), names["early"])])

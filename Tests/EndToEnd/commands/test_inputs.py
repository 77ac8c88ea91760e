"""No input hurts covtool: numbers that overflow, rows of any size, names of what must not be opened, files that
change while they are read. Each gives a result, or an error that says what is wrong, soon."""

import gzip
import os
import shutil
import subprocess
import time

from Tests.EndToEnd.support import debugforms, drcov
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, Case, output, run

SECONDS = 30
READING = ("merge", "drcov", "intersect", "minimise", "info", "validate", "lcov", "report", "json", "show",
           "symbolise")


class Inputs(Case):
    def soon(self, *arguments, statuses, folder=None):
        """Runs covtool, which must end by itself, with one of the statuses."""
        done = subprocess.run([COVTOOL, *map(str, arguments)], cwd=folder or self.folder, env=ENVIRONMENT,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)
        self.assertIn(done.returncode, statuses, (arguments, done.stderr[-500:]))
        self.assertTrue(done.returncode in (0, 1) or done.stderr.startswith(b"covtool: "), done.stderr)
        return done

    def write(self, name, rows, blocks=((0, 0x1000, 4),), **options):
        (self.folder / name).write_bytes(drcov.write(rows, blocks, **options))
        return self.folder / name


class Numbers(Inputs):
    def test_highest_addresses(self):
        """Rows up to the last addresses, as QEMU's own plugin writes its one (starts are addresses), and not."""
        ends = (0xFFFF_FFFF_FFFF_FFF0, (1 << 64) - 1, 1 << 63, (1 << 63) + 0x1000)
        for number, end in enumerate(ends):
            for start in 0x1000, 0x40_1000, end - 0x1000:
                entry = 0x4_0040_5000
                trace = self.write(f"{number}-{start:x}", [(start, end, "/bin/nosuch")], [(0, 0x405000, 4)])
                text = trace.read_bytes().replace(b"0x0000000000000000, /bin", b"%#018x, /bin" % entry)
                trace.write_bytes(text)
                for command in READING:
                    self.soon(command, trace, "-o", "out", statuses=(0, 1, 65))

    def test_absolute_starts(self):
        """The issue's case: the block is where its start, an address, says."""
        rows = [(0x1000, 0xFFFF_FFFF_FFFF_FFF0, "/bin/nosuch")]
        trace = self.write("trace", rows, [(0, 0x405000, 4)])
        trace.write_bytes(trace.read_bytes().replace(b"0x0000000000000000, /bin", b"0x0000000400405000, /bin"))
        self.soon("merge", trace, "-o", "merged", statuses=(0,))
        self.assertEqual(drcov.load(self.folder / "merged").located(), {(0x405000, 4)})


class LargeRows(Inputs):
    SIZE = 21_817 << 31

    def test_few_rows(self):
        """A row that claims terabytes becomes as many as it takes to name its blocks, and is one module again."""
        base = 0x10_0000
        first = self.write("first", [(base, base + self.SIZE, "/large")], [(0, 0x10, 4), (0, 0xFFFF_FFF0, 4)])
        self.soon("merge", first, "-o", "merged", statuses=(0,))
        trace = drcov.load(self.folder / "merged")
        self.assertLess(len(trace.modules), 8)
        self.assertEqual(trace.located(), drcov.load(first).located())
        self.assertEqual((trace.modules[0].start, trace.modules[-1].end), (base, base + self.SIZE))
        for row, following in zip(trace.modules, trace.modules[1:]):
            self.assertEqual(row.end, following.start)
        # Merged with more blocks, so that other rows are needed, it still is the same module.
        second = self.write("second", [(0x7000, 0x7000 + self.SIZE, "/large")], [(0, 0x8000_0010, 4)])
        self.soon("merge", "merged", second, "-o", "both", statuses=(0,))
        self.soon("merge", second, first, "-o", "again", statuses=(0,))
        both, again = (drcov.load(self.folder / name) for name in ("both", "again"))
        places = {(0x7010, 4), (0x7000 + 0xFFFF_FFF0, 4), (0x7000 + 0x8000_0010, 4)}
        self.assertEqual(both.located(), places)
        self.assertEqual(again.located(), places)


class OtherFiles(Inputs):
    """What a trace, or debug information, names and is not a regular file."""

    def others(self):
        os.mkfifo(self.folder / "fifo")
        (self.folder / "link").symlink_to("fifo")
        (self.folder / "zero").symlink_to("/dev/zero")
        return [self.folder / "fifo", self.folder / "link", self.folder / "zero", "/dev/zero", "/proc/self/mem",
                self.folder]

    def test_modules(self):
        for path in self.others():
            trace = self.write("trace", [(0x1000, 0x9000, str(path))])
            for command in READING:
                self.soon(command, trace, "-o", "out", statuses=(0, 1, 65))
            self.soon("lcov", trace, "--elf", path, statuses=(65, 66))
            self.soon("symbolise", "--elf", path, "0x1000", statuses=(65, 66, 74))
        shown = self.soon("lcov", "trace", "--elf", "fifo", statuses=(65,))
        self.assertIn(b"fifo: is not a regular file", shown.stderr)

    def guest(self, flags, finish=None, name="guest"):
        form = debugforms.Form("", flags, finish or (lambda guest: None))
        return debugforms.build(form, "gcc", "x86_64", self.folder / name)

    def check(self, guest):
        trace = self.folder / "trace"
        if not trace.exists():
            guest.record(trace)
        for command in ("lcov", "report", "symbolise", "json"):
            self.soon(command, trace, "--elf", guest.program, statuses=(0, 65))

    def replace(self, folder, suffix):
        """All files with a suffix become pipes; how many."""
        found = [path for path in folder.rglob(f"*{suffix}") if path.is_file()]
        for path in found:
            path.unlink()
            os.mkfifo(path)
        return len(found)

    def test_split_units(self):
        guest = self.guest("-gdwarf-5 -gsplit-dwarf")
        self.assertGreater(self.replace(guest.folder, ".dwo"), 0)
        os.mkfifo(f"{guest.program}.dwp")
        self.check(guest)

    def test_old_split_units(self):
        guest = self.guest("-gdwarf-4 -gsplit-dwarf")
        self.assertGreater(self.replace(guest.folder, ".dwo"), 0)
        self.check(guest)

    def test_debug_files(self):
        guest = self.guest("-gdwarf-5", debugforms.debuglink)
        self.assertGreater(self.replace(guest.folder, ".debug"), 0)
        self.check(guest)

    def test_endless_debug_file(self):
        """libdwfl would read it for its checksum."""
        guest = self.guest("-gdwarf-5", debugforms.debuglink_without_id)
        for path in list(guest.folder.rglob("*.debug")):
            path.unlink()
            path.symlink_to("/dev/zero")
        self.check(guest)

    def test_shared_file(self):
        guest = self.guest("-gdwarf-5", debugforms.dwz_shared)
        self.assertGreater(self.replace(guest.folder, ".dwz"), 0)
        self.check(guest)

    def test_sources(self):
        guest = self.guest("-gdwarf-5")
        guest.record(self.folder / "trace")
        sources = self.folder / "sources"
        sources.mkdir()
        os.mkfifo(sources / "steps.c")
        for command in ("show", "lcov"):
            self.soon(command, "trace", "--elf", guest.program, "--source-root", sources, statuses=(0,))


class Folders(Inputs):
    def test_bomb(self):
        """A file that unpacks to half a gigabyte is not unpacked to see what it is."""
        trace = self.write("trace.drcov", [(0x1000, 0x9000, "/bin/a")])
        (self.folder / "traces").mkdir()
        shutil.move(trace, self.folder / "traces")
        with open(self.folder / "traces/bomb", "wb") as file:
            zeros = subprocess.Popen(["head", "-c", str(500 << 20), "/dev/zero"], stdout=subprocess.PIPE)
            subprocess.run(["gzip", "-1"], stdin=zeros.stdout, stdout=file, check=True)
        packed = gzip.compress(drcov.write([(0x1000, 0x9000, "/bin/a")], [(0, 0x2000, 4)]))
        (self.folder / "traces/packed").write_bytes(packed)
        limited = subprocess.run(["prlimit", f"--as={400 << 20}", COVTOOL, "merge", "traces", "-o", "out"],
                                 cwd=self.folder, env=ENVIRONMENT, capture_output=True, timeout=SECONDS)
        self.assertEqual(limited.returncode, 0, limited.stderr[-500:])
        self.assertEqual(drcov.load(self.folder / "out").located(), {(0x2000, 4), (0x3000, 4)})
        # Nor where it is named, nor to see whether it is a journal.
        for words in ("merge", "traces/bomb", "-o", "out2"), ("recover", "traces/bomb"), ("recover", "traces"):
            limited = subprocess.run(["prlimit", f"--as={400 << 20}", COVTOOL, *words], cwd=self.folder,
                                     env=ENVIRONMENT, capture_output=True, timeout=SECONDS)
            self.assertIn(limited.returncode, (65, 66), (words, limited.stderr[-500:]))

    def test_loops(self):
        """Links that lead round, a list that names itself, and files that are none."""
        (self.folder / "traces/inner").mkdir(parents=True)
        (self.folder / "traces/inner/up").symlink_to("..")
        (self.folder / "traces/self").symlink_to("self")
        os.mkfifo(self.folder / "traces/fifo")
        (self.folder / "traces/empty").touch()
        shutil.move(self.write("trace", [(0x1000, 0x9000, "/bin/a")]), self.folder / "traces/inner/trace")
        self.soon("merge", "traces", "-o", "out", statuses=(0,))
        (self.folder / "list").write_text("@list\ntraces\n")
        self.soon("merge", "@list", "-o", "out", statuses=(66,))
        for name in ("/proc/self/mem", "/dev/null", "traces/self", "traces/empty"):
            for command in READING:
                self.soon(command, name, "-o", "out2", statuses=(65, 66, 74))


class Endless(Inputs):
    def test_devices(self):
        """What has no end and is no trace is not read for one."""
        for name in ("/dev/zero", "@/dev/zero"):
            for command in READING:
                done = subprocess.run(["prlimit", f"--as={2 << 30}", COVTOOL, command, name, "-o", "out"],
                                      cwd=self.folder, env=ENVIRONMENT, capture_output=True, timeout=SECONDS)
                self.assertEqual(done.returncode, 65, (command, name, done.stderr[-300:]))
        zeros = subprocess.Popen(["cat", "/dev/zero"], stdout=subprocess.PIPE)
        done = subprocess.run([COVTOOL, "info", "-"], stdin=zeros.stdout, env=ENVIRONMENT, capture_output=True,
                              timeout=SECONDS)
        zeros.stdout.close()
        zeros.wait()
        self.assertEqual(done.returncode, 65, done.stderr)

    def test_text(self):
        """So with what is read as text: weights of traces, the configuration."""
        trace = self.write("trace", [(0x1000, 0x9000, "/bin/a")])
        for name in "/dev/zero", "/dev/urandom":
            for words, more, status in ((["--weights", name], {}, 65), ([], {"COVTOOL_CONFIG": name}, 64)):
                done = subprocess.run(["prlimit", f"--as={3 << 30}", COVTOOL, "minimise", trace, *words],
                                      cwd=self.folder, env={**ENVIRONMENT, **more}, capture_output=True,
                                      timeout=SECONDS)
                self.assertEqual(done.returncode, status, (name, words, more, done.stderr[-300:]))


class Strict(Inputs):
    def test_nothing_of_a_damaged_file(self):
        """With --strict a file that is left out leaves nothing behind, be its damage seen late."""
        good = self.write("good", [(0x1000, 0x9000, "/bin/a")], [(0, 1, 4)])
        late = self.write("late", [(0x1000, 0x9000, "/bin/a")], [(0, 2, 4), (7, 3, 4)])
        self.soon("merge", "--strict", good, late, "-o", "out", statuses=(65,))
        self.assertFalse((self.folder / "out").exists())
        self.soon("merge", "--strict", "--failure-mode", "warn", late, good, "-o", "out", statuses=(0,))
        self.assertEqual(drcov.load(self.folder / "out").located(), {(0x1001, 4)})


class Shrinking(Inputs):
    def test_while_it_is_mapped(self):
        """A trace that is cut while covtool reads it: an error that names it, and no half of a result."""
        head = drcov.write([(0x1000, 0x9000, "/bin/a")], [])
        seen = set()
        for attempt in range(40):
            trace = self.folder / "trace"
            blocks = 4_000_000
            trace.write_bytes(head.replace(b"BB Table: 0", b"BB Table: %d" % blocks) + bytes(8 * blocks))
            process = subprocess.Popen([COVTOOL, "merge", trace, "-o", "out"], cwd=self.folder, env=ENVIRONMENT,
                                       stderr=subprocess.PIPE)
            self.addCleanup(process.stderr.close)
            while process.poll() is None and not mapped(process.pid, trace):
                pass
            time.sleep(0.001 * (attempt % 10))
            os.truncate(trace, 4096)
            _, said = process.communicate(timeout=SECONDS)
            seen.add(process.returncode)
            self.assertIn(process.returncode, (0, 74), said)
            if process.returncode == 74:
                self.assertEqual(said.decode(), f"covtool: error: {trace}: has become shorter while it was read\n")
                self.assertEqual(sorted(path.name for path in self.folder.iterdir() if path.name != "out"),
                                 ["trace"])
                break
        self.assertIn(74, seen)


    def test_no_room(self):
        """On a file system in memory that is full, what a file never got cannot be read."""
        if os.geteuid() != 0:
            self.skipTest("needs root, to mount a small file system")
        head = drcov.write([(0x1000, 0x9000, "/bin/a")], []).replace(b"BB Table: 0", b"BB Table: 4000000")
        (self.folder / "head").write_bytes(head)
        script = f"mount -t tmpfs -o size=16k none small && cp head small/trace && truncate -s {len(head) + 8 * 4000000} small/trace && " \
                 f"(cat /dev/zero > small/rest; {COVTOOL} merge small/trace -o out)"
        (self.folder / "small").mkdir()
        done = run("unshare", "-m", "bash", "-c", script, folder=self.folder)
        self.assertEqual(done.returncode, 74, done.stderr)
        self.assertIn("small/trace: cannot be read: its file system is full, or has an error\n", done.stderr)
        self.assertFalse((self.folder / "out").exists())

    def test_elf_file(self):
        """The same with an ELF file, which libelf maps."""
        source = "".join(f"int f{n}(int x) {{ return x + {n}; }}\n" for n in range(20_000))
        (self.folder / "a.c").write_text(source + "int main(void) { return 0; }\n")
        output("gcc", "-g", "a.c", "-o", "whole", folder=self.folder)
        seen = set()
        for attempt in range(40):
            program = self.folder / "program"
            shutil.copy(self.folder / "whole", program)
            process = subprocess.Popen([COVTOOL, "symbolise", "--elf", program, "0x1234"], cwd=self.folder,
                                       env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            self.addCleanup(process.stderr.close)
            while process.poll() is None and not mapped(process.pid, program):
                pass
            time.sleep(0.001 * (attempt % 20))
            os.truncate(program, 4096)
            _, said = process.communicate(timeout=SECONDS)
            seen.add(process.returncode)
            self.assertIn(process.returncode, (0, 65, 74), said)
            if process.returncode == 74:
                self.assertEqual(said.decode(),
                                 f"covtool: error: {program}: has become shorter while it was read\n")
                break
        self.assertIn(74, seen)


def mapped(process, path):
    try:
        with open(f"/proc/{process}/maps", encoding="utf-8") as maps:
            return str(path) in maps.read()
    except OSError:
        return False

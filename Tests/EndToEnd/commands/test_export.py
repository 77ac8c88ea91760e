"""Tables of runs: SQLite's own module and DuckDB read them, and say what gcov, QEMU's log and made-up traces say."""

import functools
import os
import random
import re
import resource
import signal
import sqlite3
import subprocess
import time

from Tests.EndToEnd.commands.test_index import MODULES, made
from Tests.EndToEnd.commands.test_which import DEMO, counters
from Tests.EndToEnd.support import drcov, environments, guests, hitcounts, reports
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, ROOT, Case, output, run

SEED = 31
TABLES = ["runs", "modules", "files", "functions", "lines", "blocks", "runsets"]
VIEWS = ["function_runs", "line_runs", "block_runs"]
# Reads a folder as its user would, and writes what statements give, as Python has it.
DUCKDB = """
import ast, sys
import duckdb
base = duckdb.connect()
base.execute(f"IMPORT DATABASE '{sys.argv[1]}'")
for statement in ast.literal_eval(sys.stdin.read()):
    print(base.execute(statement).fetchall())
"""
# Another reader of Parquet, which checks more of what a file says of itself.
ARROW = """
import sys
import pyarrow.parquet
for name in sys.argv[2:]:
    table = pyarrow.parquet.read_table(f"{sys.argv[1]}/{name}.parquet")
    table.validate(full=True)
    print(list(zip(*(column.to_pylist() for column in table.columns))))
"""

OPTIMISED = """
#include <cstdio>
#include <string>
#include <vector>
template <typename T> struct Sum {
    T value{};
    void add(T more) { if (more > 3) value += more; else value -= more; }
};
static inline int kind(char c) { return c >= '0' && c <= '9' ? 1 : c == '%' ? 2 : 0; }
int main(int count, char **words)
{
    Sum<int> whole;
    Sum<long> parts;
    std::vector<std::string> all(words + 1, words + count);
    for (auto &word : all) {
        auto long_enough = [](const std::string &text) { return text.size() > 2; };
        if (long_enough(word)) parts.add(word.size());
        for (char c : word) {
            switch (kind(c)) {
            case 1: whole.add(c - '0'); break;
            case 2: whole.add(9); break;
            default: parts.add(1);
            }
        }
    }
    std::printf("%d %ld\\n", whole.value, parts.value);
}
"""


@functools.cache
def python():
    return environments.environment_of("export", ("duckdb>=1,<3", "pyarrow>=16"))


class Tables(Case):
    def sqlite(self, *statements, path="runs.sqlite"):
        base = sqlite3.connect(self.folder / path)
        self.addCleanup(base.close)
        return [base.execute(statement).fetchall() for statement in statements]

    def duckdb(self, *statements, path="tables"):
        done = subprocess.run([python(), "-c", DUCKDB, path], cwd=self.folder, env=ENVIRONMENT, check=True,
                              input=repr(statements), stdout=subprocess.PIPE, text=True)
        return [eval(line) for line in done.stdout.splitlines()]

    def both(self, *statements, duckdb=True):
        """What both answer, which must be the same, but for the order."""
        ours = self.sqlite(*statements)
        if duckdb:
            for statement, one, other in zip(statements, ours, self.duckdb(*statements)):
                self.assertTrue(sorted(map(repr, one)) == sorted(map(repr, other)), statement)
        return ours

    def has_duckdb(self):
        if python() is None:
            self.skipTest("DuckDB and pyarrow cannot be had from PyPI")
        return True

    def export(self, *arguments, **more):
        self.covtool("export", "--parquet", "tables", *arguments, **more)
        return self.covtool("export", "--sqlite", "runs.sqlite", *arguments, **more)


class MadeUp(Tables):
    def setUp(self):
        super().setUp()
        chance = random.Random(SEED)
        self.pool = [(module, chance.randrange(0, MODULES[module][1] - 70), chance.randrange(1, 60))
                     for module in range(2) for _ in range(300)]
        self.blocks = {}
        self.chance = chance

    def make(self, count, many=40):
        (self.folder / "traces").mkdir(exist_ok=True)
        for _ in range(count):
            name = f"traces/{len(self.blocks):05}.drcov"
            data, self.blocks[name] = made(self.chance, self.pool, many)
            (self.folder / name).write_bytes(data)

    PAIRS = ("SELECT runs.name, modules.path, blocks.start, blocks.size FROM blocks JOIN modules ON modules.id = module_id "
             "JOIN block_runs ON block_id = blocks.id JOIN runs ON runs.id = run_id")

    def check(self, pairs, runs=None):
        runs = runs or list(self.blocks)
        found = {name: set() for name in runs}
        for name, *block in pairs:
            self.assertNotIn(tuple(block), found[name])
            found[name].add(tuple(block))
        self.assertTrue(found == {name: self.blocks[name] for name in runs})  # a difference would be long

    def test_blocks(self):
        """Which run has what, of more runs than a part of an index has."""
        self.has_duckdb()
        self.make(1100)
        self.export("traces")
        pairs, runs, counts = self.both(
            self.PAIRS, "SELECT id, name, bytes, blocks FROM runs", "SELECT id, run_count, hits FROM blocks")
        self.check(pairs)
        self.assertEqual(sorted(runs), [
            (id, name, (self.folder / name).stat().st_size, len(drcov.load(self.folder / name).blocks))
            for id, name in enumerate(self.blocks, 1)])
        by_block = {}
        for own in self.blocks.values():
            for block in own:
                by_block[block] = by_block.get(block, 0) + 1
        self.assertEqual(sorted(count for _, count, _ in counts), sorted(by_block.values()))
        self.assertEqual({hits for *_, hits in counts}, {None})
        # What is always executed together has one set, and no two sets are the same.
        ((sets,),), ((of_blocks,),) = self.sqlite("SELECT COUNT(DISTINCT id) FROM runsets",
                                                  "SELECT COUNT(DISTINCT runset_id) FROM blocks")
        self.assertEqual(sets, of_blocks)
        self.assertEqual(sets, len({frozenset(name for name, own in self.blocks.items() if block in own)
                                    for block in by_block}))

    def test_same_bytes(self):
        """The same runs make the same bytes, and an earlier export gives way."""
        self.make(50)
        self.export("traces")
        first = self.files()
        self.export("traces")
        self.assertEqual(self.files(), first)

    def files(self):
        return {str(path.relative_to(self.folder)): path.read_bytes()
                for path in [self.folder / "runs.sqlite", *(self.folder / "tables").iterdir()]}

    def test_index(self):
        """Runs of an index come before those of traces, and its blocks are the traces' own."""
        self.make(60)
        names = list(self.blocks)
        self.covtool("index", *names[:40])
        self.export("--index", "runs.covidx", *names[40:])
        pairs, = self.both(self.PAIRS, duckdb=False)
        self.check(pairs)
        self.assertEqual([name for name, in self.sqlite("SELECT name FROM runs ORDER BY id")[0]], names)
        self.covtool("export", "--sqlite", "part", "--index", "runs.covidx")
        self.check(self.sqlite(self.PAIRS, path="part")[0], names[:40])
        # One module is asked for.
        self.export("traces", "--module", "one.so")
        pairs, modules = self.both(self.PAIRS, "SELECT path FROM modules", duckdb=False)
        self.assertEqual(modules, [("/nowhere/lib/one.so",)])
        self.assertEqual(set(pairs), {(name, *block) for name, own in self.blocks.items() for block in own
                                      if block[0] == "/nowhere/lib/one.so"})

    def test_numbers(self):
        """Every number and text comes back: the largest, those of kernels, any bytes, no values and many rows."""
        self.has_duckdb()
        base = 0xFFFFFFFF80000000
        name = "/nowhere/kern\u00e9l, of 'it\""
        # From one to the next it is more than 63 bits.
        far = [(start, start + 0x1000, f"/far/{number}") for number, start in enumerate(
            (0x7FFFFFFFFFFF0000, 0x8000000000000000, 0x2000, 0xFFFFFFFFFFFE0000, 0x7000000000000000))]
        (self.folder / "a").write_bytes(drcov.write(
            [(base, base + 0x40000000, name), (0x1000, 0x3000, "/x"), *far],
            [(0, 0x3FFFFFF0, 0xF), (1, 0, 1), (0xFFFF, 0xFFFFFFFE, 2)]).replace(b"/x", b"/\xff"))
        chance = random.Random(SEED)
        blocks = [(1, start, 1) for start in range(0x2000)]
        # Every second run has a block: more ranges than a group of rows has.
        for number in range(70):
            (self.folder / f"b{number:02}").write_bytes(drcov.write(
                [(base, base + 0x40000000, name), (0x1000, 0x3000, "/x")],
                [block for block in blocks if chance.random() < 0.5]).replace(b"/x", b"/\xff"))
        self.export("a", *(f"b{number:02}" for number in range(70)))
        statements = [f"SELECT * FROM {table}" for table in [*TABLES, "block_runs"]]
        answers = dict(zip([*TABLES, "block_runs"], self.both(*statements)))
        self.assertGreater(len(answers["runsets"]), 130_000)
        self.assertEqual({(path, base % (1 << 64), size) for _, path, base, size in answers["modules"]},
                         {(name, base, 0x40000000), ("/\ufffd", 0x1000, 0x2000),
                          *((path, start, 0x1000) for start, _, path in far)})
        self.assertEqual(answers["blocks"][-1][1:8], (None, 0xFFFFFFFE, 2, None, None, None, 1))
        done = output(python(), "-c", ARROW, "tables", *TABLES, folder=self.folder)
        for table, line in zip(TABLES, done.splitlines()):
            self.assertTrue(eval(line) == sorted(answers[table]), table)


class Demo(Tables):
    """Lines, functions and hits of real runs, in C and C++, some with hit counts."""

    def setUp(self):
        super().setUp()
        self.names = []
        for number, input in enumerate(guests.INPUTS):
            self.names.append(f"{input.stem}.drcov")
            options = ",counts=on" if number % 3 else ""
            guests.qemu("pie", "calculator", input, plugin=f"out={self.folder / self.names[-1]}{options}")
        self.export(*self.names, *guests.elves())

    def reached(self, statement):
        """{key: {run's name}} of rows (*key, name)."""
        found = {}
        for *key, name in self.both(statement, duckdb=False)[0]:
            found.setdefault(tuple(key), set()).add(name)
        return found

    def test_lines(self):
        """Those of reports, and the runs that gcov says."""
        self.covtool("merge", *self.names)
        listed, _, _ = reports.lcov(self.covtool("lcov", *guests.elves()).stdout)
        known, = self.sqlite("SELECT path, line, run_count FROM lines JOIN files ON files.id = file_id")
        self.assertEqual({(path, line) for path, line, _ in known},
                         {(path, line) for path, lines in listed.items() for line in lines})
        self.assertEqual({(path, line) for path, line, count in known if count},
                         {(path, line) for path, lines in listed.items() for line, hits in lines.items() if hits})
        ours = self.reached("SELECT path, line, name FROM lines JOIN files ON files.id = file_id "
                            "JOIN line_runs ON line_id = lines.id JOIN runs ON runs.id = run_id")
        self.assertEqual({(path, line): count for path, line, count in known if count},
                         {key: len(names) for key, names in ours.items()})
        same = total = partial = 0
        for input, (lines, _) in counters().items():
            for path, counts in lines.items():
                for line, count in counts.items():
                    if path.startswith(DEMO) and line in listed.get(path, {}):
                        total += 1
                        names = ours.get((path, line), set())
                        same += (f"{input}.drcov" in names) == (count > 0)
                        partial += 0 < len(names) < len(self.names)
        print(f"[{same} of {total} lines of runs as gcov says] ", end="")
        self.assertGreater(partial, 1000)
        self.assertGreater(same, 0.998 * total)

    def test_reports(self):
        """Every line and function as the report of that run alone has it, also where code was optimised and inlined."""
        (self.folder / "a.cc").write_text(OPTIMISED)
        output("g++", "-g", "-O2", "a.cc", "-o", "a", folder=self.folder)
        words = ["x", "xy", "xyz", "1", "12x", "%%", "a b"]
        names = [f"{number}.drcov" for number in range(len(words))]
        for name, word in zip(names, words):
            guests.record(self.folder / name, "pie", self.folder / "a", word)
        for names, elves in ((self.names[::3], guests.elves()), (names, ["--elf", self.folder / "a"])):
            self.export(*names, *elves)
            lines = self.reached("SELECT path, line, name FROM lines JOIN files ON files.id = file_id "
                                 "JOIN line_runs ON line_id = lines.id JOIN runs ON runs.id = run_id")
            functions = self.reached("SELECT path, linkage_name, runs.name FROM functions JOIN files ON files.id = file_id "
                                     "JOIN function_runs ON function_id = functions.id JOIN runs ON runs.id = run_id")
            for name in names:
                hit, entered, _ = reports.lcov(self.covtool("lcov", name, *elves).stdout)
                self.assertEqual({(path, line) for path, counts in hit.items() for line, count in counts.items() if count},
                                 {key for key, own in lines.items() if name in own})
                self.assertEqual({(path, function) for path, found in entered.items() for function, (_, count) in found.items()
                                  if count}, {key for key, own in functions.items() if name in own})
            # Lines of functions that are inlined in one place and have code of their own in another are among these.
            for path, line in random.Random(SEED).sample(sorted(lines), 25) + sorted(
                    key for key in lines if "stl_construct" in key[0]):
                done = self.covtool("which", f"{path}:{line}", "--names", *names, *elves)
                self.assertEqual(set(done.stdout.splitlines()), lines[path, line], (path, line))

    def test_which(self):
        """A line at a time, what `which` says of the same runs."""
        ours = self.reached("SELECT path, line, name FROM lines JOIN files ON files.id = file_id "
                            "JOIN line_runs ON line_id = lines.id JOIN runs ON runs.id = run_id")
        chosen = random.Random(SEED).sample(sorted(key for key in ours if key[0].startswith(DEMO)), 40)
        for path, line in chosen:
            done = self.covtool("which", f"{path}:{line}", "--names", *self.names, *guests.elves())
            self.assertEqual(set(done.stdout.splitlines()), ours[path, line], (path, line))

    def test_functions(self):
        """Whether entered, against gcov's; where they are, against nm's words."""
        ours = self.reached("SELECT linkage_name, runs.name FROM functions JOIN function_runs ON function_id = functions.id "
                            "JOIN runs ON runs.id = run_id")
        places = {}
        for elf in guests.elves()[1::2]:
            for line in output("nm", "-S", elf).splitlines():
                words = line.split()
                if len(words) == 4 and words[2] in "TtWw":
                    places.setdefault(words[3], set()).add((str(elf), int(words[0], 16), int(words[1], 16)))
        rows, = self.sqlite("SELECT linkage_name, path, start, functions.size FROM functions JOIN modules ON modules.id = module_id "
                            "WHERE functions.line IS NOT NULL")
        placed = 0
        for name, path, start, size in rows:
            if name in places:
                placed += 1
                self.assertIn((path, start, size), places[name], name)
        self.assertGreater(placed, 60)
        compared = 0
        for input, (_, functions) in counters().items():
            for path, found in functions.items():
                for name, (_, count) in found.items():
                    if path.startswith(DEMO) and name in places:
                        compared += 1
                        self.assertEqual(f"{input}.drcov" in ours.get((name,), set()), count > 0, (input, name))
        self.assertGreater(compared, 200)

    def test_hits(self):
        """Executions of blocks, added up here; a run without hit counts is one."""
        theirs, counted = {}, set()
        for name in self.names:
            trace = drcov.load(self.folder / name)
            has = trace.rest.startswith(b"Hit Count")
            for (id, start, size), count in zip(trace.blocks, hitcounts.of_trace(trace) if has else [1] * len(trace.blocks)):
                if id != drcov.NO_MODULE:
                    top = trace.row(trace.row(id).containing)
                    key = top.path, trace.base(id) + start - top.start, size
                    theirs[key] = theirs.get(key, 0) + count
                    if has:
                        counted.add(key)
        rows, = self.sqlite("SELECT path, start, blocks.size, hits FROM blocks JOIN modules ON modules.id = module_id")
        self.assertTrue({tuple(key): hits for *key, hits in rows}
                        == {key: count if key in counted else None for key, count in theirs.items()})

    def test_places_of_blocks(self):
        """The line and the function of a block's first byte, against addr2line's."""
        elf = guests.built("pie") / "calculator"
        rows, = self.sqlite("SELECT start, files.path, line FROM blocks JOIN modules ON modules.id = module_id JOIN lines ON "
                            f"lines.id = line_id JOIN files ON files.id = file_id WHERE modules.path = '{elf}'")
        self.assertGreater(len(rows), 200)
        said = output("addr2line", "-e", elf, *(f"{start:#x}" for start, *_ in rows)).splitlines()
        same = sum(re.sub(r" \(disc.*", "", place) == f"{path}:{line}" for (_, path, line), place in zip(rows, said))
        self.assertGreater(same, 0.99 * len(rows))

    def test_documented(self):
        """The page's five questions are answered, by both alike, and its tables are those that there are."""
        self.has_duckdb()
        page = (ROOT / "Docs/export.md").read_text()
        questions = re.findall(r"^```sql\n(.*?)^```$", page, re.M | re.S)
        self.assertEqual(len(questions), 5)
        answers = self.both(*questions)
        for question, rows in zip(questions, answers):
            self.assertTrue(rows, question)
        rare, main, missed, new, suspects = answers
        found, = self.sqlite("SELECT path, line, MIN(name) FROM lines JOIN files ON files.id = file_id JOIN line_runs ON "
                             "line_id = lines.id JOIN runs ON runs.id = run_id GROUP BY path, line HAVING COUNT(*) = 1")
        self.assertEqual(set(rare), set(found))
        self.assertEqual([name for name, _ in sorted(main)], sorted(self.names))
        self.assertEqual([blocks for _, blocks in main], sorted(blocks for _, blocks in main))
        first, last = (drcov.load(self.folder / name).offsets() for name in (self.names[0], self.names[-1]))
        self.assertEqual(sum(count for *_, count in new), len({block for block in last - first if block[0]}))
        failed = [name for name in self.names if "a" in name]
        document = self.covtool("suspects", "--json", "--failed", *failed, "--passed",
                                *(name for name in self.names if name not in failed), *guests.elves()).stdout
        self.assertIn(f'"line":{suspects[0][1]}'.replace(" ", ""), document.replace(" ", ""))
        for table in TABLES:
            columns = [name for _, name, *_ in self.sqlite(f"PRAGMA table_info({table})")[0]]
            said = re.search(rf"^\| `{table}` \|.*\|(.*)\|$", page, re.M)[1]
            for column in columns:
                self.assertIn(f"`{column}`", said, table)
        self.assertEqual({name for name, in self.sqlite("SELECT name FROM sqlite_master WHERE type = 'view'")[0]}, set(VIEWS))


class Failures(Tables):
    def setUp(self):
        super().setUp()
        (self.folder / "run").write_bytes(drcov.write([(0, 0x3000, "/nowhere/a")], [(0, 0x10, 4)]))

    def left(self):
        return sorted(path for path in os.listdir(self.folder) if path not in ("run", "runs.sqlite", "tables"))

    def test_without_library(self):
        (self.folder / "libsqlite3.so.0").touch()
        done = self.covtool("export", "--sqlite", "runs.sqlite", "run", status=66,
                            environment={"LD_LIBRARY_PATH": str(self.folder)})
        self.assertIn("runs.sqlite: databases need SQLite", done.stderr)
        self.assertIn("libsqlite3-0", done.stderr)
        self.covtool("export", "--parquet", "tables", "run", environment={"LD_LIBRARY_PATH": str(self.folder)})
        self.assertEqual(self.left(), ["libsqlite3.so.0"])

    def test_what_is_no_database(self):
        """Only a database is replaced, and none that has a journal: SQLite would take that for the new one's."""
        path = self.folder / "runs.sqlite"
        path.write_text("int main(void) { return 0; }\n")
        self.assertIn("it is no database", self.covtool("export", "--sqlite", path, "run", status=74).stderr)
        self.assertEqual(path.read_text(), "int main(void) { return 0; }\n")
        path.unlink()
        self.covtool("export", "--sqlite", path, "run")
        before = path.read_bytes()
        for ending in ("-wal", "-journal"):
            journal = self.folder / f"runs.sqlite{ending}"
            journal.write_bytes(b"")
            self.assertIn(str(journal), self.covtool("export", "--sqlite", path, "run", status=74).stderr)
            self.assertEqual(path.read_bytes(), before)
            journal.unlink()
        self.covtool("export", "--sqlite", path, "run")

    def test_index_without_runs(self):
        (self.folder / "runs.covidx").write_bytes(b"")
        done = self.covtool("export", "--sqlite", "runs.sqlite", "--index", "runs.covidx", status=65)
        self.assertIn("no run in this index", done.stderr)
        self.assertFalse((self.folder / "runs.sqlite").exists())

    def test_usage(self):
        for words in ([], ["--sqlite", "a"], ["--sqlite", "a", "--parquet", "b", "run"], ["run"], ["--sqlite", "a", "-"]):
            self.covtool("export", *words, status=64)
        self.covtool("export", "--sqlite", "a", "nosuch", status=66)
        self.assertEqual(self.left(), [])

    def test_whole_or_not(self):
        """What is there stays where nothing can be written, and what is somebody else's in any case."""
        for kind, path in (("--sqlite", "runs.sqlite"), ("--parquet", "tables")):
            self.covtool("export", kind, path, "run")
            before = self.state(path)
            (self.folder / "bad").write_text("no trace")
            self.covtool("export", kind, path, "run", "bad", status=65)
            (self.folder / "bad").unlink()
            # Files may have no more than a few bytes.
            done = run(COVTOOL, "export", kind, path, "run", folder=self.folder, preexec_fn=self.small)
            self.assertEqual(done.returncode, 74, done.stderr)
            self.assertIn(f"{path}", done.stderr)
            self.assertEqual(self.state(path), before)
            self.covtool("export", kind, "nosuch/there", "run", status=74)
        self.covtool("export", "--sqlite", "tables", "run", status=74)
        self.covtool("export", "--parquet", "runs.sqlite", "run", status=74)
        (self.folder / "tables/notes").write_text("mine")
        before = self.state("tables")
        self.assertIn("has files that are not of an export",
                      self.covtool("export", "--parquet", "tables", "run", status=74).stderr)
        self.assertEqual(self.state("tables"), before)
        (self.folder / "empty").mkdir()
        self.covtool("export", "--parquet", "empty/", "run")
        self.assertEqual(len(os.listdir(self.folder / "empty")), len(TABLES) + 2)
        os.symlink("elsewhere", self.folder / "link")
        self.covtool("export", "--parquet", "link", "run")
        self.assertTrue((self.folder / "link").is_symlink() and (self.folder / "elsewhere/runs.parquet").exists())
        self.assertEqual(self.left(), ["elsewhere", "empty", "link"])

    @staticmethod
    def small():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    def state(self, path):
        place = self.folder / path
        return {file.name: file.read_bytes() for file in ([place] if place.is_file() else place.iterdir())}

    def test_interrupted(self):
        """Nothing is left."""
        chance = random.Random(SEED)
        for number in range(400):
            (self.folder / f"{number}").write_bytes(drcov.write(
                [(0, 0x10000, "/nowhere/a")], [(0, start, 1) for start in chance.sample(range(0x10000), 6000)]))
        names = [str(number) for number in range(400)]
        for kind in ("--sqlite", "--parquet"):
            child = subprocess.Popen([COVTOOL, "export", kind, "out", *names], cwd=self.folder, env=ENVIRONMENT,
                                     stderr=subprocess.DEVNULL)
            end = time.monotonic() + 60
            while time.monotonic() < end and not [name for name in os.listdir(self.folder) if name.startswith(".out")]:
                time.sleep(0.01)
            time.sleep(0.05)
            child.send_signal(signal.SIGINT)
            self.assertEqual(child.wait(), 130)
            self.assertEqual([name for name in self.left() if not name.isdigit()], [])

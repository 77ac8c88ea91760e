"""covtool run --shard: what several machines have merges, in any tree, to the bytes of one."""

import itertools
import random
from pathlib import Path

from Tests.EndToEnd.support import drcov, guests, statuses
from Tests.EndToEnd.support.setting import Case, output

# Loads the libraries that its input names, in that order: they stand elsewhere, and have other ids, in each run.
PROGRAM = """\
#include <dlfcn.h>
#include <stdio.h>
int main(int count, char **arguments)
{
    FILE *input = fopen(arguments[1], "r");
    int letter, total = 0;
    while ((letter = getc(input)) != EOF) {
        char name[] = "./lib?.so";
        name[5] = (char)letter;
        void *library = dlopen(name, RTLD_NOW);
        int (*work)(int) = library ? (int (*)(int))dlsym(library, "work") : 0;
        if (work)
            total += work(total);
    }
    return total & 63 & count;
}
"""
LIBRARY = "static char room[SIZE] = {1};\nint work(int n)\n{\n    return n % 3 ? n + room[n & 7] : SIZE;\n}\n"
LIBRARIES = {"z": 5, "a": 70000, "m": 9000, "q": 300000}


class Shards(Case):
    def setUp(self):
        super().setUp()
        (self.folder / "main.c").write_text(PROGRAM)
        (self.folder / "library.c").write_text(LIBRARY)
        output("gcc", "-g", "main.c", "-o", "program", "-ldl", folder=self.folder)
        for name, size in LIBRARIES.items():
            output("gcc", "-g", "-shared", "-fPIC", f"-DSIZE={size}", "library.c", "-o", f"lib{name}.so", folder=self.folder)
        self.corpus = self.folder / "corpus"
        self.corpus.mkdir()
        orders = [order for count in range(4) for order in itertools.permutations(LIBRARIES, count)]
        for order in random.Random(3).sample(orders, 24):
            (self.corpus / f"in-{''.join(order)}").write_text("".join(order))

    def run_shard(self, shard, name, *options, corpus=None, **more):
        return self.covtool("run", *options, *(["--shard", shard] if shard else []), "--corpus", corpus or self.corpus,
                            "-o", f"{name}.drcov", "--status", f"{name}.status", "--", "./program", "@@", **more).stderr

    def bytes(self, name):
        return (self.folder / f"{name}.drcov").read_bytes()

    def inputs(self, name):
        return [Path(line["input"]).name for line in statuses.read(self.folder / f"{name}.status")]

    def merge(self, names, chance, *options):
        """The name of what they are merged to, two or more at a time in any order."""
        names = list(names)
        for number in itertools.count():
            chance.shuffle(names)
            count = chance.randint(2, len(names)) if len(names) > 1 else 1
            self.covtool("merge", *options, "-o", f"merged-{number}.drcov", *(f"{name}.drcov" for name in names[:count]))
            names[:count] = [f"merged-{number}"]
            if len(names) == 1:
                return names[0]

    def test_trees(self):
        chance = random.Random(5)
        for options in ([], ["--counts"]):
            said = self.run_shard(None, "whole", *options)
            self.assertNotIn("shards", said)
            for count in (1, 3, 7):
                names = [f"s{number}" for number in range(1, count + 1)]
                for number, name in enumerate(names, 1):
                    self.run_shard(f"{number}/{count}", name, *options)
                found = [self.inputs(name) for name in names]
                self.assertEqual(sorted(sum(found, [])), sorted(self.inputs("whole")))
                for _ in range(3 if count > 1 else 1):
                    merged = self.merge(names, chance, *options)
                    self.assertEqual(self.bytes(merged), self.bytes("whole"), (options, count))
        # The runs are as unlike as they are meant to be.
        traces = []
        for name in ("in-zam", "in-maz"):
            (self.folder / name).write_text(name[3:])
            self.run_shard(None, name, corpus=self.folder / name)
            traces.append({Path(module.path).name: module.start for module in drcov.load(self.folder / f"{name}.drcov").modules})
        self.assertNotEqual(traces[0]["libz.so"], traces[1]["libz.so"])

    def test_recorded_alone(self):
        """The same of traces that libcov.so wrote, one for each run."""
        names = []
        for number, path in enumerate(sorted(self.corpus.iterdir())):
            names.append(f"t{number}")
            guests.record(self.folder / f"t{number}.drcov", "pie", self.folder / "program", path, folder=self.folder)
        self.covtool("merge", "-o", "whole.drcov", *(f"{name}.drcov" for name in names))
        merged = self.merge(names, random.Random(7))
        self.assertEqual(self.bytes(merged), self.bytes("whole"))
        self.assertEqual(drcov.load(self.folder / "whole.drcov").offsets(),
                         set().union(*(drcov.load(self.folder / f"{name}.drcov").offsets() for name in names)))

    def test_grown(self):
        """Inputs stay in their shards, whatever they are called and whatever comes beside them."""
        self.run_shard("2/3", "before")
        before = self.inputs("before")
        for path in list(self.corpus.iterdir()):
            path.rename(self.corpus / f"{chr(ord('z') - ord(path.name[-1]) % 7)}-{path.name}")
        for number in range(9):
            (self.corpus / f"new{number}").write_text(f"{number}")
        self.run_shard("2/3", "after")
        after = [name.partition("-")[2] for name in self.inputs("after") if not name.startswith("new")]
        self.assertEqual(sorted(before), sorted(after))

    def test_empty(self):
        """A shard without an input has an empty trace, which merges."""
        one = self.corpus / "in-one"
        one.write_text("za")
        self.run_shard(None, "whole", corpus=one)
        empty = []
        for number in range(1, 5):
            said = self.run_shard(f"{number}/4", f"s{number}", corpus=one)
            if not self.inputs(f"s{number}"):
                empty.append(f"s{number}")
                self.assertIn("1 input: all in other shards; 0 blocks in", said)
                self.assertEqual(drcov.load(self.folder / f"s{number}.drcov").blocks, [])
        self.assertEqual(len(empty), 3)
        merged = self.merge(["s1", "s2", "s3", "s4"], random.Random(9))
        self.assertEqual(self.bytes(merged), self.bytes("whole"))
        self.covtool("merge", "-o", "none.drcov", *(f"{name}.drcov" for name in empty))
        self.assertEqual(self.bytes("none"), self.bytes(empty[0]))

    def test_schedulers(self):
        """What the variables say is what is run (Tests/CovtoolKitTests has each scheduler's)."""
        self.run_shard("2/3", "named")
        for shard, environment in (
                ("auto", {"SLURM_ARRAY_TASK_ID": "6", "SLURM_ARRAY_TASK_MIN": "5", "SLURM_ARRAY_TASK_MAX": "7",
                          "SLURM_ARRAY_TASK_COUNT": "3"}),
                ("auto/3", {"JOB_COMPLETION_INDEX": "1"}),
                ("auto", {"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "3"})):
            self.run_shard(shard, "auto", environment=environment)
            self.assertEqual(self.inputs("auto"), self.inputs("named"))
        for shard, environment, said in (
                ("auto", {}, "'auto' needs a scheduler"),
                ("auto", {"JOB_COMPLETION_INDEX": "1"}, "write --shard auto/N"),
                ("4/3", {}, "'4/3' is not a shard")):
            self.assertIn(said, self.run_shard(shard, "no", status=64, environment=environment))

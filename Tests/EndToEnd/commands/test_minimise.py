"""The smallest set: that the chosen runs have all blocks is worked out here, by union of the files."""

import json
import os
import random
from concurrent.futures import ThreadPoolExecutor

from Tests.EndToEnd.support import drcov
from Tests.EndToEnd.support.setting import PLUGIN, Case, emulator, run
from Tests.EndToEnd.commands.test_algebra import SEED, made

CORPUS = 500


def union(paths):
    return set().union(*(drcov.load(path).offsets() for path in paths))


class Minimise(Case):
    def setUp(self):
        super().setUp()
        chance = random.Random(SEED)
        self.names = []
        for number in range(60):
            self.names.append(f"run{number:02}.drcov")
            (self.folder / self.names[-1]).write_bytes(made(chance, most=chance.choice((9, 60, 300))))
        self.all = union(self.folder / name for name in self.names)

    def chosen(self, *arguments, names=None):
        done = self.covtool("minimise", *arguments, *(names or self.names))
        found = done.stdout.splitlines()
        self.assertIn(f"{len(found)} of {len(names or self.names)} traces; blocks before: "
                      f"{len(self.all)}, after: {len(self.all)}, equal", done.stderr)
        return found

    def test_all_blocks(self):
        chosen = self.chosen()
        self.assertEqual(union(self.folder / name for name in chosen), self.all)
        self.assertLess(len(chosen), len(self.names))
        # None of them can be spared.
        for name in chosen:
            self.assertNotEqual(union(self.folder / other for other in chosen if other != name), self.all)
        shuffled = list(self.names)
        random.Random(3).shuffle(shuffled)
        self.assertEqual(self.chosen(names=shuffled), chosen)
        self.assertEqual(self.covtool("minimize", *self.names).stdout.splitlines(), chosen)

    def test_rank(self):
        done = self.covtool("minimise", "--rank", *self.names)
        lines = [line.split("\t") for line in done.stdout.splitlines()]
        self.assertEqual(sorted(name for _, _, name in lines), self.names)
        found, last = set(), None
        for added, total, name in lines:
            more = drcov.load(self.folder / name).offsets() - found
            found |= more
            self.assertEqual((int(added), int(total)), (len(more), len(found)))
            self.assertLessEqual(len(more), len(self.all) if last is None else last)
            last = len(more)
            # Greedy: no other would have added more.
            if more:
                rest = max(len(drcov.load(self.folder / other).offsets() - (found - more))
                           for other in self.names)
                self.assertEqual(len(more), rest)

    def test_json(self):
        document = json.loads(self.covtool("minimise", "--json", *self.names).stdout)
        self.assertEqual((document["format"], document["version"]), ("covtool-minimise", 1))
        chosen = self.chosen()
        self.assertEqual([run["path"] for run in document["runs"]], chosen)
        self.assertEqual((document["runsBefore"], document["runsAfter"]), (60, len(chosen)))
        self.assertEqual((document["blocksBefore"], document["blocksAfter"]), (len(self.all),) * 2)
        found = set()
        for run_ in document["runs"]:
            before = len(found)
            found |= drcov.load(self.folder / run_["path"]).offsets()
            self.assertEqual((run_["added"], run_["blocks"]), (len(found) - before, len(found)))

    def test_weights(self):
        by_size = self.chosen("--weights", "size")
        self.assertEqual(union(self.folder / name for name in by_size), self.all)
        # The runs that were chosen cost much, the others nothing: those are all chosen before.
        chosen = self.chosen()
        (self.folder / "weights").write_text(
            "".join(f"{1000 if name in chosen else 0} {name}\n" for name in self.names))
        cheap = self.chosen("--weights", "weights")
        free = union(self.folder / name for name in self.names if name not in chosen)
        found = set()
        for name in cheap:
            if name in chosen:
                self.assertTrue(drcov.load(self.folder / name).offsets() - free)
            found |= drcov.load(self.folder / name).offsets()
        self.assertEqual(found, self.all)
        self.assertNotEqual(cheap, chosen)
        (self.folder / "few").write_text("1 run00.drcov\n")
        self.assertIn("run01.drcov",
                      self.covtool("minimise", "--weights", "few", *self.names, status=65).stderr)
        (self.folder / "bad").write_text("much run00.drcov\n")
        self.assertIn("line 1", self.covtool("minimise", "--weights", "bad", *self.names, status=65).stderr)

    def test_copies(self):
        chosen = self.chosen("--copy-to", "few")
        self.assertEqual(sorted(os.listdir(self.folder / "few")), sorted(chosen))
        for name in chosen:
            self.assertEqual((self.folder / "few" / name).read_bytes(), (self.folder / name).read_bytes())
        self.covtool("minimise", "--copy-to", "few", *self.names, status=74)

    def test_edges(self):
        self.all = union([self.folder / self.names[0]])
        self.assertEqual(self.chosen(names=[self.names[0]]), [self.names[0]])
        self.assertEqual(self.chosen(names=[self.names[0]] * 3), [self.names[0]])
        (self.folder / "empty").write_bytes(drcov.write([(0, 0x1000, "/a")], []))
        self.all = set()
        self.assertEqual(self.chosen(names=["empty", "empty"]), [])
        self.covtool("minimise", "-", status=64)
        self.covtool("minimise", "missing", status=66)


class Scripts:
    """Shell scripts by a seed, right and wrong ones: a corpus for a real parser."""

    WORDS = ("x", "$x", '"$y z"', "'a b'", "$(echo {})", "`id`", "${{x:-{}}}", "$((1 + {}))", "a{{b,c}}d",
             "*.c", "<(ls)", "$'\\n'", "\\$", "~", "${{#x[@]}}", "!", "{{", "}}", ")")

    def __init__(self, seed):
        self.chance = random.Random(seed)

    def word(self, depth=0):
        word = self.chance.choice(self.WORDS)
        inner = self.word(depth + 1) if depth < 2 else "w"
        return word.replace("{{", "\0").replace("}}", "\1").replace("{}", inner).replace(
            "\0", "{").replace("\1", "}")

    def words(self):
        return " ".join(self.word() for _ in range(self.chance.randrange(1, 4)))

    def command(self, depth=0):
        if depth > 3:
            return self.words()
        sub = lambda: self.command(depth + 1)
        return self.chance.choice((
            self.words, lambda: f"if {sub()}; then {sub()}; else {sub()}; fi",
            lambda: f"while {sub()}; do {sub()}; done", lambda: f"for x in {self.words()}; do {sub()}; done",
            lambda: f"case {self.word()} in {self.word()}) {sub()};; *) {sub()};; esac",
            lambda: f"f() {{ {sub()}; }}", lambda: f"( {sub()} )", lambda: f"{sub()} | {sub()}",
            lambda: f"{sub()} && {sub()} || {sub()}", lambda: f"{sub()} > {self.word()} 2>&1",
            lambda: f"[[ {self.word()} == {self.word()} && -n {self.word()} ]]", lambda: f"x={self.word()}",
            lambda: f"cat <<E\n{self.words()}\nE\n", lambda: f"(( x {self.chance.choice('+-*/%')}= 2 ))",
            lambda: f"a=({self.words()})", lambda: f"{sub()} &", lambda: f"# {self.words()}",
            lambda: f"select x in a b; do {sub()}; done", lambda: f"coproc {sub()}", lambda: "fi"))()

    def script(self):
        return "\n".join(self.command() for _ in range(self.chance.randrange(1, 5))) + "\n"


class Corpus(Case):
    def test_bash(self):
        """bash -n reads each script of the corpus: few of the scripts are enough."""
        scripts = Scripts(SEED)
        inputs = []
        for number in range(CORPUS):
            inputs.append(self.folder / f"{number:03}.sh")
            inputs[-1].write_text(scripts.script())
        traces = self.folder / "traces"
        traces.mkdir()

        def record(input):
            trace = traces / f"{input.stem}.drcov"
            run(*emulator("x86_64"), "-plugin", f"{PLUGIN},out={trace},journal=off", "/bin/bash", "-n",
                input)
            return trace

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            recorded = list(pool.map(record, inputs))
        self.assertTrue(all(trace.exists() for trace in recorded))
        done = self.covtool("minimise", traces)
        chosen = done.stdout.splitlines()
        before, after = union(recorded), union(chosen)
        print(f"[{CORPUS} runs of bash -n: {len(chosen)} have the same {len(before)} blocks] ", end="")
        self.assertEqual(after, before)
        self.assertIn(f"{len(chosen)} of {CORPUS} traces; blocks before: {len(before)}, after: "
                      f"{len(before)}, equal", done.stderr)
        self.assertLess(len(chosen), CORPUS // 3)
        self.assertGreater(len(chosen), 5)

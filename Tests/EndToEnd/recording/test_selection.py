"""Parts of a run: what module=, exclude=, range=, start=, stop=, precise= and jit= leave, against QEMU's
own log of the same run."""

import functools

from Tests.EndToEnd.support import drcov, execlog, guests
from Tests.EndToEnd.support.comparing import Comparing
from Tests.EndToEnd.support.setting import output

QEMU = "user"

INPUT = guests.DEMO / "inputs/mistakes.txt"
PREFIXES = {"aarch64": "aarch64-linux-gnu-"}


@functools.cache
def symbols(kind, program="phases"):
    """Name -> (address, end) in the file, as nm has them; labels end where they begin."""
    found = {}
    for line in output(f"{PREFIXES.get(kind, '')}nm", "-S", guests.built(kind) / program).splitlines():
        words = line.split()
        if len(words) >= 3:
            start = int(words[0], 16)
            size = int(words[1], 16) if len(words) == 4 else 0
            found[words[-1]] = start, start + size
    return found


def base(kind, program="phases"):
    """The page of the file's lowest address, which offsets in a trace count from."""
    return guests.segments(guests.built(kind) / program)[0] // 4096 * 4096


class Selected(Comparing):
    def run_logged(self, kind, program, *arguments, plugin, expected=0, log_options=execlog.OPTIONS, **more):
        """One run with the plugin and with the log; gives the trace, the log's path and the run."""
        trace, log = self.folder / "run.drcov", self.folder / "log"
        trace.unlink(missing_ok=True)
        run = guests.qemu(kind, program, *arguments, plugin=f"out={trace},{plugin}",
                          options=[*log_options, log], **more)
        self.assertEqual(run.returncode, expected, run.stderr)
        return drcov.load(trace), log, run

    def bias(self, kind, trace, program="phases"):
        """What addresses are higher than in the program's file."""
        row, = (m for m in trace.modules if m.path.endswith(f"/{program}"))
        return row.start - base(kind, program)


class Modules(Selected):
    def ranges(self, kind, objects):
        """Path -> where it lies, as the guest's own loader has it."""
        found = {}
        for line in objects.read_text().splitlines():
            bias, _, name = line.partition(" ")
            path = guests.host_path(kind, name or str(guests.built(kind) / "calculator"))
            if path.exists():
                low, high = guests.segments(path)
                found[path] = int(bias, 16) + low, int(bias, 16) + high
        return found

    def check(self, kind, options, wanted, outside=None):
        """`wanted` decides by path; `outside` tells whether blocks in no file are, where it matters."""
        objects = self.folder / "objects"
        trace, log, run = self.run_logged(
            kind, "calculator", INPUT, plugin=options, expected=1,
            environment={"DEMO_OBJECTS": str(objects)})
        logged, ranges = execlog.executed(log), self.ranges(kind, objects)
        expected = {b for path, (low, high) in ranges.items() if wanted(path)
                    for b in logged if low <= b[0] < high}
        files = {b for low, high in ranges.values() for b in logged if low <= b[0] < high}
        memory = {m.id for m in trace.modules if m.path.startswith("[")}
        located = {(trace.base(id) + start, size) for id, start, size in trace.blocks
                   if id not in memory and id != drcov.NO_MODULE}
        print(f"{kind} {options}: recorded {len(located)}, expected {len(expected)} of {len(logged)}")
        self.assertEqual(located ^ expected, set())
        for module in trace.modules:
            if module.id not in memory:
                self.assertTrue(wanted(guests.host_path(kind, module.path)), module.path)
        if outside is not None:
            self.assertEqual(len(trace.blocks) - len(located), len(logged - files) if outside else 0)
        self.assertEqual([m.id for m in trace.modules], list(range(len(trace.modules))))
        return trace, run

    def test_modules(self):
        for kind in ("pie", "aarch64"):
            with self.subTest(kind):
                trace, _ = self.check(kind, "module=libtokens.so,module=calc*",
                                      lambda p: p.name in ("libtokens.so", "calculator"), False)
                self.assertEqual(len(trace.modules), 2)
                folder = guests.built(kind)
                trace, _ = self.check(kind, f"module={folder}/*,exclude=calculator",
                                      lambda p: p.parent == folder and p.name != "calculator", False)
                self.assertEqual({m.path.rpartition("/")[2] for m in trace.modules},
                                 {"libtokens.so", "functions.so"})
                self.check(kind, "exclude=*.so*", lambda p: ".so" not in p.name, True)
                self.check(kind, "exclude=[!c]*", lambda p: p.name[0] == "c")

    def test_program_alone_excluded(self):
        self.check("pie", "exclude=calculator", lambda p: p.name != "calculator", True)

    def test_none_that_matches(self):
        trace, run = self.check("pie", "module=nothing*", lambda p: False, False)
        self.assertEqual((trace.modules, trace.blocks), ([], []))
        self.assertEqual(run.stderr.count("libcov:"), 1)
        self.assertIn("module=", run.stderr)

    def test_by_link(self):
        """A program is known by its own path, whatever link it was started by."""
        link = self.folder / "linked"
        link.symlink_to(guests.built("pie") / "phases")
        for pattern, count in (("phases", 1), ("linked", 0)):
            trace, _, _ = self.run_logged("pie", link, "phases", 1, plugin=f"module={pattern}")
            self.assertEqual(len(trace.modules), count, pattern)

    def test_code_in_no_file(self):
        for options, count in (("exclude=libc*", 1), ("module=special", 0)):
            trace, _, _ = self.run_logged("pie", "special", "code", plugin=options, expected=7)
            self.assertEqual(len(trace.elsewhere()), count, options)


class Ranges(Selected):
    def test_ranges(self):
        for kind in ("no-pie", "static"):
            with self.subTest(kind):
                names = ("inside", "end")
                ranges = [symbols(kind)[name] for name in names]
                options = ",".join(f"range={low:#x}-{high}" for low, high in ranges)
                trace, log, _ = self.run_logged(kind, "phases", "phases", 2, plugin=options)
                expected = {b for b in execlog.executed(log)
                            if any(low <= b[0] < high for low, high in ranges)}
                self.assertGreater(len(expected), 4)
                self.assertEqual(trace.located() ^ expected, set())
                self.assertEqual(trace.elsewhere(), set())

    def test_range_and_module(self):
        low, high = symbols("static")["inside"]
        trace, _, run = self.run_logged("static", "phases", "phases", 2,
                                        plugin=f"range={low}-{high},exclude=phases")
        self.assertEqual(trace.blocks, [])
        self.assertIn("range=", run.stderr)

    def test_refused(self):
        for value in ("5", "5-5", "7-5", "x-y", "-", "1-2:"):
            run = guests.qemu("pie", "phases", "time", plugin=f"range={value}", folder=self.folder)
            self.assertNotEqual(run.returncode, 0, value)
            self.assertIn("range", run.stderr)


class Points(Selected):
    def check(self, kind, arguments, start, stop, more="", by="offset"):
        """Recording between two symbols, either None; a place by its address or in its module."""
        def place(name):
            address = symbols(kind)[name][0]
            return f"{address:#x}" if by == "address" else f"{by}+{address - base(kind):#x}"
        options = [f"{option}={place(name)}" for option, name in (("start", start), ("stop", stop))
                   if name]
        trace, log, _ = self.run_logged(kind, "phases", *arguments, plugin=",".join(options) + more)
        bias = self.bias(kind, trace)
        points = [name and symbols(kind)[name][0] + bias for name in (start, stop)]
        order = execlog.in_order(log)
        expected = execlog.between(order, *points, on=start is None)
        print(f"{kind} {arguments} {options}{more}: recorded {len(trace.blocks)} of {len(set(order))}")
        self.compare("between", trace, expected)
        functions = {name for name in ("before", "begin", "inside", "end", "after")
                     for low, high in [symbols(kind)[name]]
                     if any(low <= address - bias < high for address, _ in trace.located())}
        return trace, functions

    def test_functions(self):
        for kind, by in (("pie", "phases"), ("pie", "ph*s"), ("no-pie", "address"), ("static", "phases"),
                         ("static-pie", str(guests.built("static-pie") / "phases")),
                         ("aarch64", "phases")):
            with self.subTest(kind=kind, by=by):
                _, functions = self.check(kind, ["phases", 3], "begin", "end", by=by)
                self.assertEqual(functions, {"begin", "inside"})
                _, functions = self.check(kind, ["phases", 3], "begin", "after", by=by)
                self.assertEqual(functions, {"begin", "inside", "end"})

    def test_one_of_them(self):
        _, functions = self.check("pie", ["phases", 2], "inside", None, by="phases")
        self.assertEqual(functions, {"begin", "inside", "end", "after"})
        _, functions = self.check("pie", ["phases", 1], "inside", None, by="phases")
        self.assertEqual(functions, {"inside", "end", "after"})
        _, functions = self.check("pie", ["phases", 2], None, "inside", by="phases")
        self.assertEqual(functions, {"before", "begin"})

    def test_the_same_place(self):
        """Each time the guest comes there it begins or ends."""
        _, functions = self.check("pie", ["phases", 2], "begin", "begin", by="phases")
        self.assertEqual(functions, {"begin", "inside", "end", "after"})
        _, functions = self.check("pie", ["phases", 1], "end", "end", by="phases")
        self.assertEqual(functions, {"end", "after"})

    def test_middle_of_a_block(self):
        for kind in ("pie", "aarch64"):
            trace, _ = self.check(kind, ["middle"], "middle_begin", "middle_end", by="phases")
            low, high = symbols(kind)["middle_begin"][0], symbols(kind)["middle_end"][0]
            self.assertEqual(trace.offsets(), {(trace.modules[0].path, low - base(kind), high - low)})
            self.check(kind, ["middle"], None, "middle_end", by="phases")
            self.check(kind, ["middle"], "middle_end", "middle_begin", by="phases")

    def test_with_others(self):
        """Together with the other options and the other engines."""
        self.check("pie", ["phases", 2], "begin", "end", more=",precise=on", by="phases")
        self.check("pie", ["middle"], "middle_begin", "middle_end", more=",precise=on", by="phases")
        done = guests.qemu("pie", "phases", "time", plugin="engine=conditional", folder=self.folder)
        if done.returncode == 0:
            self.check("pie", ["phases", 3], "begin", "end", more=",engine=conditional", by="phases")
        _, functions = self.check("no-pie", ["phases", 2], "begin", "end",
                                  more=",module=phases", by="address")
        self.assertEqual(functions, {"begin", "inside"})

    def test_start_in_a_module_that_is_not_recorded(self):
        place = f"phases+{symbols('pie')['begin'][0]:#x}"
        trace, _, run = self.run_logged("pie", "phases", "phases", 1, plugin=f"start={place},module=libc*")
        self.assertEqual([m.path.rpartition("/")[2] for m in trace.modules], ["libc.so.6"])
        whole, _, _ = self.run_logged("pie", "phases", "phases", 1, plugin="module=libc*")
        self.assertGreater(len(trace.blocks), 50)  # exit() above all
        self.assertLess(trace.offsets(), whole.offsets())

    def test_never_reached(self):
        for place in ("phases+0x1", "nowhere+0x10", "0x10"):
            trace, _, run = self.run_logged("pie", "phases", "time", plugin=f"start={place}")
            self.assertEqual(trace.blocks, [])
            self.assertEqual(run.stderr.count("\n"), 1, run.stderr)
            self.assertIn("start=", run.stderr)

    def test_threads(self):
        place = {name: f"phases+{symbols('pie')[name][0]:#x}" for name in ("begin", "end")}
        trace, _, _ = self.run_logged("pie", "phases", "threads",
                                      plugin=f"start={place['begin']},stop={place['end']}")
        bias = self.bias("pie", trace)
        called = {name for name, (low, high) in symbols("pie").items()
                  if any(low <= address - bias < high for address, _ in trace.located())}
        self.assertLessEqual({"begin", "in_thread", "in_turn", "before"}, called)
        self.assertEqual(called & {"end", "too_late", "after"}, set())

    def test_long_phases(self):
        """Code that runs long while recording is off gets no instrumentation, and has it again in time."""
        order = self.check("static", ["long", 4], "begin", "end", by="address")[0].located()
        places = [symbols("static")[name][0] for name in ("begin", "end")]
        trace = self.folder / "long.drcov"
        run = guests.qemu("static", "phases", "long", 3_000_000,
                          plugin=f"out={trace},start={places[0]},stop={places[1]}")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(drcov.load(trace).located(), order)

    def test_refused(self):
        for options in ("start=", "start=main", "start=phases+main", "stop=+5", "precise=maybe",
                        "start=1,engine=counter"):
            run = guests.qemu("pie", "phases", "time", plugin=options, folder=self.folder)
            self.assertNotEqual(run.returncode, 0, options)
            self.assertIn("libcov: ", run.stderr)


def bytes_of(blocks):
    return {address + i for address, size in blocks for i in range(size)}


class Precise(Selected):
    def single_steps(self, kind, *arguments):
        """The instructions that the same run executes, as QEMU logs them when each is a block."""
        option = "-one-insn-per-tb"
        if guests.qemu(kind, "phases", "time", options=[option]).returncode:
            option = "-singlestep"
        trace, log, _ = self.run_logged(kind, "phases", *arguments, plugin="precise=off",
                                        log_options=[option, *execlog.OPTIONS])
        bias = self.bias(kind, trace)
        return {(address - bias, size) for address, size in execlog.executed(log)}

    def check(self, kind, *arguments, more=""):
        """The bytes within the program, whose functions run the same each time."""
        low, high = symbols(kind)["store"][0], symbols(kind)["store"][1]
        trace, log, _ = self.run_logged(kind, "phases", *arguments, plugin="precise=on" + more)
        blocks = execlog.executed(log)
        bias = self.bias(kind, trace)
        steps = self.single_steps(kind, *arguments)
        plain, _, _ = self.run_logged(kind, "phases", *arguments, plugin="precise=off" + more)

        def within(found, bias):
            return {(a - bias, s) for a, s in found if low <= a - bias < high}
        recorded = within(trace.located(), bias)
        truth = bytes_of(within(steps, 0))
        print(f"{kind} {arguments}{more}: precise {sorted(recorded)}, "
              f"not precise {sorted(within(plain.located(), self.bias(kind, plain)))}")
        self.assertEqual(sorted(bytes_of(recorded) ^ truth)[:9], [])
        # All but the block that faulted is as QEMU's log has it, and that one is cut.
        cut = trace.located() - blocks
        for address, size in cut:
            self.assertTrue(any(a == address and s > size for a, s in blocks), hex(address))
        return recorded, within(blocks, bias), bytes_of(within(plain.located(), self.bias(kind, plain))), truth

    def test_handler_that_jumps(self):
        """The block is never run to its end."""
        for kind in ("static", "aarch64"):
            recorded, logged, plain, truth = self.check(kind, "jump", 3)
            self.assertTrue(plain > truth, "the guest no longer does what it is for")
            self.assertEqual(len(recorded - logged), 1)

    def test_handler_that_returns(self):
        """The rest of the block is a block of its own, and the second round runs through."""
        for kind in ("static", "aarch64"):
            recorded, logged, _, _ = self.check(kind, "fault", 1)
            self.assertEqual(len(recorded - logged), 1)
            self.assertEqual(len(recorded), len(logged))
            recorded, logged, _, _ = self.check(kind, "fault", 2)
            self.assertEqual(recorded, logged)

    def test_engines(self):
        for engine in ("callback", "counter", "conditional"):
            done = guests.qemu("pie", "phases", "time", plugin=f"engine={engine}", folder=self.folder)
            if done.returncode == 0:
                self.check("static", "jump", 2, more=f",engine={engine}")

    def test_all_else_as_logged(self):
        """Where nothing faults, blocks are what they are; also after translation anew."""
        for kind in ("pie", "arm", "aarch64"):
            trace, log, _ = self.run_logged(kind, "calculator", INPUT, plugin="precise=on", expected=1)
            self.compare(kind, trace, execlog.executed(log))
        trace, log, _ = self.run_logged("pie", "crossing", plugin="precise=on")
        self.compare("crossing", trace, execlog.executed(log))

    def test_forked_child(self):
        """A child's blocks are as far executed as it executed them itself."""
        found = []
        for value in ("off", "on"):
            _, _, run = self.run_logged("static", "special", "fork", plugin=f"precise={value}")
            child = self.folder / f"run.{run.stdout.strip()}.drcov"
            found.append([drcov.load(path).offsets() for path in (self.folder / "run.drcov", child)])
        self.assertEqual(found[0], found[1])
        self.assertTrue(found[0][0] - found[0][1])

    def test_journal(self):
        """What a killed process leaves is as precise."""
        recorded, _, plain, _ = self.check("static", "jump", 1)
        bias = self.bias("static", drcov.load(self.folder / "run.drcov"))
        (self.folder / "run.drcov").unlink()
        done = guests.qemu("static", "phases", "jump", 1, "killed", folder=self.folder,
                           plugin="precise=on,out=run.drcov")
        self.assertNotEqual(done.returncode, 0)
        (journal,) = self.folder.glob("run.drcov.*.journal")
        self.covtool("recover", journal)
        low, high = symbols("static")["store"]
        left = {(a - bias, s) for a, s in drcov.load(self.folder / "run.drcov").located()
                if low <= a - bias < high}
        self.assertEqual(left, recorded)


class Memory(Selected):
    def check_code(self, kind, options, name):
        trace, log, run = self.run_logged(kind, "phases", "code", plugin=options)
        logged = execlog.executed(log)
        self.compare(f"{kind} {options}", trace, logged)
        first, second, grown = (int(word, 16) for word in run.stdout.split())
        rows = [m for m in trace.modules if m.path.startswith(name)]
        names = [m.path for m in rows]
        self.assertEqual(len(set(names)), len(names))
        if kind == "aarch64":  # the stack's page with the code behind a signal handler may be one more
            self.assertGreaterEqual(len(rows), 3)
        for address in (first, first + 4096, second, grown, first + 64):
            (row,) = [m for m in rows if m.start <= address < m.end]
            self.assertTrue(any((row.id, address - row.start) == (id, start)
                                for id, start, _ in trace.blocks), hex(address))
        self.assertEqual(rows[0].path, name)
        self.assertEqual(names, [name, *(f"{name}.{i}" for i in range(1, len(names)))])
        self.assertEqual((rows[0].start, rows[0].end), (first, first + 2 * 4096))
        self.assertEqual((rows[1].start, rows[1].end), (second, second + 4096))
        self.assertEqual((rows[2].start, rows[2].end), (grown, grown + 4096))
        self.assertEqual(trace.elsewhere(), set())

    def test_code(self):
        for kind in ("pie", "aarch64"):
            self.check_code(kind, "jit=on", "[jit]")
        self.check_code("pie", "jit=made code", "made code")

    def test_program_of_others(self):
        """grep -P has its patterns compiled to machine code."""
        text = self.folder / "text"
        text.write_text("hello world 12345 abc\n" * 2000)
        trace, log, run = self.run_logged("pie", "/bin/grep", "-cP", r"(\w+) (\w+) \d{3,}", text, plugin="jit=on")
        self.assertEqual(run.stdout, "2000\n")
        self.compare("grep -P", trace, execlog.executed(log))
        (made,) = [m for m in trace.modules if m.path == "[jit]"]
        self.assertGreater(len([b for b in trace.blocks if b[0] == made.id]), 5)
        self.assertEqual(trace.elsewhere(), set())

    def test_selected(self):
        trace, _, _ = self.run_logged("pie", "phases", "code", plugin="jit=on,module=[jit]")
        self.assertEqual({m.path for m in trace.modules}, {"[jit]"})
        trace, _, _ = self.run_logged("pie", "phases", "code", plugin="jit=on,module=*jit*")
        self.assertEqual(len(trace.modules), 3)

    def test_without(self):
        trace, log, _ = self.run_logged("pie", "phases", "code", plugin="jit=off")
        self.compare("jit=off", trace, execlog.executed(log))
        self.assertEqual(len(trace.elsewhere()), 5)

    def test_vdso(self):
        """QEMU from 8.2 on gives the guest one: a module without a file."""
        for kind in ("pie", "static", "aarch64", "arm", "riscv64"):
            with self.subTest(kind):
                trace, log, run = self.run_logged(kind, "phases", "time", plugin="jit=off")
                self.compare(kind, trace, execlog.executed(log))
                rows = [m for m in trace.modules if m.path.startswith("[")]
                place = int(run.stdout, 16)
                self.assertEqual([(m.path, m.start) for m in rows], [("[vdso]", place)] if place else [])
                if place:
                    self.assertTrue([b for b in trace.blocks if b[0] == rows[0].id])
                    self.assertEqual(trace.elsewhere(), set())
                    excluded, _, _ = self.run_logged(kind, "phases", "time", plugin="exclude=[vdso]")
                    self.assertEqual([m.path for m in excluded.modules],
                                     [m.path for m in trace.modules if m not in rows])

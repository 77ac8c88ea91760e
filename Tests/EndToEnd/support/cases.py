"""Small inputs that once failed (Fixtures/cases): what came of each then, what comes now, and what is
right. What is right comes from the guest, gcov, nm, or the same program made without what hurt."""

import re
import resource
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from Tests.EndToEnd.support import gcov, reports
from Tests.EndToEnd.support.setting import COVTOOL, PLUGIN, ROOT, emulator, output, run

SOURCES = ROOT / "Fixtures/cases"
# How often fork-threaded forks; its guest gives up on a child after three seconds.
FORKS = 300
# How often threads-retranslated has all code translated anew.
RETRANSLATIONS = 100


@dataclass
class Entry:
    """One row. `work` gives what comes now and what is right, for a folder of its own."""

    name: str
    before: str
    work: Callable[[Path], tuple[str, str]]


def record(folder, *command, plugin="", out="run.drcov", **more):
    """Runs a command under QEMU with libcov.so, its trace in the folder."""
    plugin = f"{PLUGIN},out={folder / out}" + (f",{plugin}" if plugin else "")
    return run(*emulator("x86_64"), "-plugin", plugin, *command, folder=folder, **more)


def compile(folder, source, *flags, compiler="gcc", program="a.out"):
    output(compiler, "-g", *flags, SOURCES / source, "-o", folder / program, folder=folder)
    return folder / program


def tool(name):
    """LLVM's tools have their version in the name; Debian 12's is the first."""
    return next(found for version in range(14, 30) if (found := shutil.which(f"{name}-{version}")))


def covtool(folder, *arguments):
    return run(COVTOOL, *arguments, folder=folder)


def lcov(folder, program, trace="run.drcov"):
    done = covtool(folder, "lcov", trace, "--elf", program)
    return reports.lcov(done.stdout) if done.returncode == 0 else ({}, {}, {})


def processor_time(*command, folder):
    """Seconds that a command takes of the processor, in it and what it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    output(*command, folder=folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def fork_threaded(folder, forks=FORKS):
    program = compile(folder, "fork-threaded.c", "-O1", "-pthread")
    right = output(program, str(forks)).strip()
    done = record(folder, program, str(forks), out="%p.drcov")
    return done.stdout.strip() or f"status {done.returncode}: {done.stderr}", right


def threads_retranslated(folder):
    """A race within QEMU (see events.c), which one run in three did not come through, on 7.2."""
    program = compile(folder, "threads-retranslated.c", "-O1", "-pthread")
    right = output(program, str(RETRANSLATIONS)).strip()
    done = record(folder, program, str(RETRANSLATIONS))
    return done.stdout.strip() or f"status {done.returncode}: {done.stderr}", right


def many_mappings(plugin):
    """What a run takes of the processor when its mappings double, as a ratio: twice as much where the
    cost is theirs, four times where it is their square's; less where what does not grow outweighs it."""
    def work(folder):
        program = compile(folder, "many-mappings.c", "-O1")
        command = [*emulator("x86_64"), "-plugin", f"{PLUGIN},out={folder}/run.drcov{plugin}", program]
        some, twice = (min(processor_time(*command, str(count), "20", folder=folder) for _ in range(2))
                       for count in (8000, 16000))
        return ("at most twice" if twice < 2.8 * some else f"{twice / some:.1f} times"), "at most twice"
    return work


def closed_stderr(folder):
    program = compile(folder, "closed-stderr.c")
    output(program, folder=folder)
    right = (folder / "data.txt").read_text()
    record(folder, program, plugin="module=nosuch")
    return repr((folder / "data.txt").read_text()), repr(right)


def replaced_library(*arguments):
    """Neither build's g is ever called, and each build's f is, once."""
    def work(folder):
        for name in ("v1", "v2"):
            output("gcc", "-g", "-O0", "-shared", "-fPIC", SOURCES / "replaced-library" / f"{name}.c",
                   "-o", folder / f"{name}.so")
        program = compile(folder, "replaced-library/main.c", program="main")
        record(folder, program, *arguments)
        done = covtool(folder, "lcov", "run.drcov", "--module", "*lx.so*")
        _, functions, _ = reports.lcov(done.stdout)
        hits = sorted({(name, hits) for known in functions.values()
                       for name, (_, hits) in known.items()})
        return str(hits), str([("f", 1), ("g", 0)])
    return work


def highest_address(folder):
    """Each command ends by itself."""
    ends = []
    for words in (["merge"], ["symbolise"], ["drcov"], ["lcov"], ["info"], ["subtract"]):
        trace = SOURCES / "highest-address.drcov"
        status = covtool(folder, *words, trace, *([trace] if words == ["subtract"] else [])).returncode
        if status not in (0, 65):
            ends.append(f"{words[0]} {status}")
    return ", ".join(ends) or "each ends by itself", "each ends by itself"


def long_demangling(folder):
    """The name stays as it is, in little memory."""
    output("as", "-g", SOURCES / "long-demangling.s", "-o", "long.o", folder=folder)
    output("ld", "long.o", "-o", "long", folder=folder)
    symbol, = (line.split()[2] for line in output("nm", folder / "long").splitlines() if " _Z" in line)
    record(folder, folder / "long")
    done = run(COVTOOL, "report", "run.drcov", "--elf", "long", "--functions", folder=folder,
               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (20, 20)))
    return symbol if symbol in done.stdout else f"status {done.returncode}", symbol


def split_dwarf4(pack):
    def work(folder):
        for name in ("a.c", "b.c"):
            shutil.copy(SOURCES / "split-dwarf4" / name, folder)
            output(tool("clang"), "-gdwarf-4", "-gsplit-dwarf", "-O0", "-c", name, folder=folder)
        output("gcc", "a.o", "b.o", "-o", "main", folder=folder)
        if pack:
            output(tool("llvm-dwp"), "-e", "main", "-o", "main.dwp", folder=folder)
            for part in folder.glob("*.dwo"):
                part.unlink()
        record(folder, folder / "main")
        lines, _, _ = lcov(folder, "main")
        return " ".join(sorted(path.replace(str(folder), ".") for path in lines)), "./a.c ./b.c"
    return work


def reordered_blocks(folder):
    """The same lines and functions as without the option."""
    said = []
    for flags in ([], ["-fbasic-block-sections=all", "-fuse-ld=lld"]):
        program = compile(folder, "reordered-blocks.c", "-O0", *flags, compiler=tool("clang"))
        record(folder, program)
        lines, functions, _ = lcov(folder, program)
        said.append(f"{[dict(known) for known in lines.values()]} "
                    f"{[dict(known) for known in functions.values()]}")
    return said[1], said[0]


def thunk(folder):
    return line_count(folder, "thunk.cc", 6)


def with_gcov(folder, source, *flags):
    """Lines of a source as covtool counts them and as gcov does."""
    compiler = "g++" if source.endswith(("cc", "cpp")) else "gcc"
    program = compile(folder, source, *flags, compiler=compiler)
    record(folder, program, plugin="counts=on")
    lines, _, _ = lcov(folder, program)
    other = folder / "gcov"
    other.mkdir()
    output(compiler, "-g", *flags, "--coverage", SOURCES / source, "-o", "a.out", folder=other)
    run(other / "a.out", folder=other)
    theirs, _ = gcov.read(other)
    path = str(SOURCES / source)
    return dict(lines.get(path, {})), dict(theirs[path])


def line_count(folder, source, line):
    ours, theirs = with_gcov(folder, source, "-O0")
    return f"line {line}: {ours.get(line)}", f"line {line}: {theirs[line]}"


def lines_unlike_gcov(source, folder):
    """How many lines of a source are unknown to one of both, or counted otherwise."""
    own = folder / source
    own.mkdir()
    ours, theirs = with_gcov(own, f"lines/{source}", "-O2" if source[:2] in ("20", "21") else "-O0")
    return sum(ours.get(line) != theirs.get(line) for line in ours.keys() | theirs.keys())


MENDED = [
    Entry("fork-threaded", "hung at fork N, N < 20", fork_threaded),
    Entry("threads-retranslated", "7.2: status 127 in each third run", threads_retranslated),
    Entry("many-mappings", "3.7 times for twice as many", many_mappings("")),
    Entry("many-mappings, jit=on", "2.4 times for twice as many", many_mappings(",jit=on")),
    Entry("closed-stderr", "DATA, then our message", closed_stderr),
    Entry("replaced-library, renamed over", "f 1, g 1", replaced_library()),
    Entry("replaced-library, made anew", "f 1, g 1", replaced_library("again")),
    Entry("highest-address", "SIGILL: merge, symbolise, drcov, lcov, subtract", highest_address),
    Entry("long-demangling", "its meaning, hundreds of MB", long_demangling),
    Entry("split-dwarf4", "main/a.c main/b.c", split_dwarf4(False)),
    Entry("split-dwarf4, packed", "main/a.c main/b.c", split_dwarf4(True)),
    Entry("reordered-blocks", "f 0, line 6 unknown", reordered_blocks),
    Entry("thunk", "line 6: 10", thunk),
]


# Of Docs/lines.md's kind: how lines are counted. How many lines differed from gcov's.
LINES = {"01_macro_case_nonstmt.c": 1, "02_clobber_return.c": 0, "03_declaration_loop.c": 0,
         "04_multiline_call.c": 0, "05_builtin_call_ends_block.c": 0, "06_or_operator_line.c": 1,
         "07_ternary_chain.c": 2, "08_u64_to_float.c": 1, "09_after_break_if.c": 3,
         "10_brace_switch_return.c": 0, "11_always_inline.c": 2, "12_cpp_throw_dtor.cpp": 2,
         "13_cpp_template_lambda.cpp": 0, "14_static_init.cpp": 0, "15_kr.c": 0, "16_case_labels.c": 2,
         "20_rep_stos.c": 1, "21_inlined_copies.c": 5, "22_for_forward_jump.c": 0, "23_nop_brace.c": 0,
         "24_lambda_function.cpp": 1, "25_switch_nested_break.c": 2, "26_mul_call_args.cpp": 0}


def outcome(entry, folder):
    """What comes now, and what is right."""
    own = folder / re.sub(r"\W+", "-", entry.name)
    own.mkdir()
    return entry.work(own)

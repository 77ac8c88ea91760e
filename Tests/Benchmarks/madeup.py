"""A made-up program of any size: sources in C, an lcov tracefile, and a program with its line table and functions,
of which a trace can be made. All are of one seed, and say the same."""

import os
import random
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from Tests.EndToEnd.support import drcov

NOUNS = ("node list page entry table index buffer cursor token state block frame parser stream packet header field "
         "value count limit offset range cache queue event timer driver device path name option error flags").split()
VERBS = ("get set add find read write open close parse check init reset move copy merge split insert remove update "
         "flush load store grow next release").split()
COMMENTS = ("Nothing is left to be done.", "The caller holds the lock.", "Cut at the limit.", "See the table above.",
            "Not reached by the tests.", "The first one wins.", "Callers pass what they were given.")
# What is compiled at a time: an object file of so many sources.
SOURCES_IN_UNIT = 100


@dataclass
class Source:
    path: str
    text: list = field(default_factory=list)  # its lines
    hits: dict = field(default_factory=dict)  # {line: count}, of those that have code
    functions: list = field(default_factory=list)  # (name, first line, last line, count)


class Writer:
    """Writes one source: functions of statements and branches, as C is written, some of which never ran."""

    def __init__(self, path, chance):
        self.source, self.chance = Source(path), chance

    def line(self, depth, text, hits=None):
        self.source.text.append("    " * depth + text if text else "")
        if hits is not None:
            self.source.hits[len(self.source.text)] = hits

    def word(self):
        return self.chance.choice(NOUNS)

    def statement(self, depth, hits):
        a, b, c = self.word(), self.word(), self.word()
        n = self.chance.randrange(100)
        self.line(depth, self.chance.choice((
            f"{a} = {b} + {n};", f"{a}->{b} = {c};", f"{a}++;", f"{a} = {self.chance.choice(VERBS)}_{b}({c});",
            f"{self.chance.choice(VERBS)}_{a}({b}, {n});", f"{a}[{b}] = {c} & 0x{n:x};", f"{a} -= {b}->{c};",
            f'log_{a}("{b} of {c}: %d", {a});', f"{a} |= {b.upper()}_{c.upper()};")), hits)

    def block(self, depth, size, hits):
        while size > 0:
            kind = self.chance.random() if depth < 4 else 1
            if kind < 0.16:
                inner = self.chance.randrange(1, 5)
                taken = 0 if self.chance.random() < 0.3 else self.chance.randrange(hits + 1)
                self.line(depth, f"if ({self.word()} {self.chance.choice(('<', '==', '!=', '>'))} {self.word()}) {{",
                          hits)
                self.block(depth + 1, inner, taken)
                if self.chance.random() < 0.3:
                    self.line(depth, "} else {")
                    self.block(depth + 1, inner, hits - taken)
                self.line(depth, "}")
                size -= inner + 2
            elif kind < 0.21:
                inner = self.chance.randrange(1, 4)
                self.line(depth, f"for (i = 0; i < {self.word()}; i++) {{", hits)
                self.block(depth + 1, inner, hits * self.chance.randrange(1, 9))
                self.line(depth, "}")
                size -= inner + 2
            elif kind < 0.27:
                self.line(depth, f"/* {self.chance.choice(COMMENTS)} */")
                size -= 1
            elif kind < 0.36:
                self.line(0, "")
                size -= 1
            else:
                self.statement(depth, hits)
                size -= 1

    def function(self, number, room):
        name = f"{self.chance.choice(VERBS)}_{self.word()}_{self.word()}_{number}"
        hits = 0 if self.chance.random() < 0.2 else self.chance.randrange(1, 5000)
        self.line(0, "/*")
        self.line(0, f" * {self.chance.choice(COMMENTS)}")
        self.line(0, " */")
        self.line(0, f"static int {name}(struct {self.word()} *{self.word()}, int {self.word()})", hits)
        first = len(self.source.text)
        self.line(0, "{")
        self.line(1, "int i = 0;", hits)
        self.line(0, "")
        self.block(1, min(room, self.chance.randrange(6, 40)), hits)
        self.line(1, "return i;", hits)
        self.line(0, "}")
        self.source.functions.append((name, first, len(self.source.text), hits))
        self.line(0, "")


def source(path, seed, lines):
    """One source of some so many lines."""
    writer = Writer(path, random.Random(f"{seed} {path}"))
    for text in ("/* Made up. */", f'#include "{Path(path).stem}.h"', ""):
        writer.line(0, text)
    number = 0
    while len(writer.source.text) < lines - 16:
        number += 1
        writer.function(f"{abs(hash_of(path)) % 10000:04}{number:02}", lines - len(writer.source.text) - 12)
    return writer.source


def hash_of(text):
    value = 0
    for byte in text.encode():
        value = value * 31 + byte & 0xFFFFFFFF
    return value


@dataclass
class Program:
    """What was made, below a folder."""
    folder: Path
    sources: list
    tracefile: Path
    elf: Path | None = None
    trace: Path | None = None

    @property
    def lines(self):
        return sum(len(source.hits) for source in self.sources)


def make(folder, files=2000, lines=500, seed=1, elf=False):
    """Makes a program of so many files of so many lines, twenty files a folder."""
    folder = Path(folder).resolve()
    sources = []
    for number in range(files):
        first, second = NOUNS[number // 400 % len(NOUNS)], NOUNS[number // 20 % len(NOUNS)]
        path = folder / f"src/{first}{number // 400}/{second}/{VERBS[number % len(VERBS)]}_{number:04}.c"
        made = source(str(path), seed, lines)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(made.text) + "\n")
        sources.append(made)
    program = Program(folder, sources, folder / "coverage.info")
    with open(program.tracefile, "w") as out:
        for made in sources:
            out.write(f"TN:\nSF:{made.path}\n")
            out.writelines(f"FN:{first},{name}\n" for name, first, _, _ in made.functions)
            out.writelines(f"FNDA:{hits},{name}\n" for name, _, _, hits in made.functions)
            hit = sum(hits > 0 for *_, hits in made.functions)
            out.write(f"FNF:{len(made.functions)}\nFNH:{hit}\n")
            out.writelines(f"DA:{line},{hits}\n" for line, hits in made.hits.items())
            hit = sum(hits > 0 for hits in made.hits.values())
            out.write(f"LF:{len(made.hits)}\nLH:{hit}\nend_of_record\n")
    if elf:
        assemble(program)
    return program


def assemble(program):
    """A program of which each line with code is one instruction of four bytes, and a trace of it."""
    objects = []
    for start in range(0, len(program.sources), SOURCES_IN_UNIT):
        stem = program.folder / f"unit{start // SOURCES_IN_UNIT}"
        with open(f"{stem}.s", "w") as out:
            unit(program.sources[start:start + SOURCES_IN_UNIT], start == 0, out)
        subprocess.run(["as", f"{stem}.s", "-o", f"{stem}.o"], check=True)
        os.unlink(f"{stem}.s")
        objects.append(f"{stem}.o")
    program.elf = program.folder / "program"
    subprocess.run(["ld", "-Ttext=0x401000", "-o", program.elf, *objects], check=True)
    for name in objects:
        os.unlink(name)
    blocks, address = [], 0x1000
    for made in program.sources:
        for _, first, last, _ in made.functions:
            for hits in (made.hits[line] for line in range(first, last + 1) if line in made.hits):
                if hits:
                    blocks.append((0, address, 4))
                address += 4
            address = address + 15 & ~15
    program.trace = program.folder / "run.drcov"
    rows = [(0, 0x400000, 0x400000 + (address + 4095 & ~4095), str(program.elf))]
    program.trace.write_bytes(drcov.write(rows, blocks))


def unit(sources, is_first, out):
    """One compilation unit, with a line table that the assembler makes and entries for the functions."""
    out.write('.text\n' + ('.globl _start\n_start:\n' if is_first else "") + ".Ltext:\n")
    for number, made in enumerate(sources, 1):
        out.write(f'.file {number} "{made.path}"\n')
    functions = []
    for number, made in enumerate(sources, 1):
        for name, first, last, _ in made.functions:
            label = len(functions)
            out.write(f".p2align 4\n.Lb{label}:\n")
            for line in range(first, last + 1):
                if line in made.hits:
                    out.write(f".loc {number} {line}\n.long 0x401f0f\n")
            out.write(f".Le{label}:\n")
            functions.append((name, number, first))
    out.write(".Lend:\n.section .debug_abbrev,\"\",@progbits\n"
              ".byte 1,0x11,1,0x10,0x17,0x11,1,0x12,7,0x1b,8,3,8,0x13,5,0,0\n"
              ".byte 2,0x2e,0,3,8,0x11,1,0x12,7,0x3a,5,0x3b,6,0,0,0\n"
              ".section .debug_info,\"\",@progbits\n.long .Li1-.Li0\n.Li0: .value 4\n.long .debug_abbrev\n.byte 8\n"
              ".byte 1\n.long .debug_line\n.quad .Ltext\n.quad .Lend-.Ltext\n"
              f'.string "{os.path.dirname(sources[0].path)}"\n.string "{sources[0].path}"\n.value 12\n')
    for label, (name, number, first) in enumerate(functions):
        out.write(f'.byte 2\n.string "{name}"\n.quad .Lb{label}\n.quad .Le{label}-.Lb{label}\n'
                  f".value {number}\n.long {first}\n")
    out.write(".byte 0\n.Li1:\n.section .debug_line,\"\",@progbits\n")

"""Which lines a report has: those that the line table knows, as another program reads it, with the
declarations of functions in place of their opening braces, and without closing braces that gcov does not know."""

import os
import re
from pathlib import Path

from Tests.EndToEnd.support import gcov, guests, reports
from Tests.EndToEnd.support.setting import Case, output

FILE = re.compile(r"  (/.+) \(mtime: ")
ROW = re.compile(r" +(\d+):\d+ +(S?)[ PBE]*(\*?) .*?\+?0x([0-9a-f]+)")


def rows(elf):
    """The rows of an ELF file's line table, sequence by sequence: (address, file, line, whether it
    begins a statement)."""
    found, path = [], None
    for text in output("eu-readelf", "--debug-dump=decodedline", elf).splitlines():
        if match := FILE.match(text):
            path = os.path.normpath(match[1])
        elif (match := ROW.match(text)) and not match[3] and match[1] != "0":
            found.append((int(match[4], 16), path, int(match[1]), bool(match[2])))
    return found


def entries(elf):
    """{address: names} of an ELF file's functions: the linker's, and for those that it need not know
    (of unnamed namespaces) the last part of the source's."""
    found = {}
    for style in ([], ["--demangle"]):
        for line in output("nm", "--defined-only", *style, elf).splitlines():
            address, kind, name = line.split(maxsplit=2)
            if kind in "tTwW":
                short = name.split("(anonymous namespace)::")[-1].split("(")[0]
                found.setdefault(int(address, 16), []).append(short)
    return found


def artificial(elf):
    """The addresses of functions that a compiler has made of its own accord, as readelf says: (first, end)."""
    dies, offset = {}, None
    for text in output("readelf", "--debug-dump=info", "-wN", "--wide", elf).splitlines():
        if match := re.match(r" *<([0-9a-f]+)><([0-9a-f]+)>: Abbrev Number: \d+ \((\w+)\)", text):
            offset = int(match[2], 16)
            dies[offset] = {"tag": match[3]}
        elif offset and (match := re.match(r" *<[0-9a-f]+> +(DW_AT_\w+) *: (.*)", text)):
            dies[offset][match[1]] = match[2].split("\t")[0].strip()
    found = []
    for die in dies.values():
        if die["tag"] != "DW_TAG_subprogram" or "DW_AT_low_pc" not in die:
            continue
        chain = [die]
        while following := (chain[-1].get("DW_AT_abstract_origin") or chain[-1].get("DW_AT_specification")):
            chain.append(dies[int(re.search(r"<(0x[0-9a-f]+)>", following)[1], 16)])
        name = next((one["DW_AT_name"].split("): ")[-1] for one in chain if "DW_AT_name" in one), "")
        if any("DW_AT_artificial" in one for one in chain) and name != "operator()":
            start = int(die["DW_AT_low_pc"].split()[-1], 16)
            found.append((start, start + int(die["DW_AT_high_pc"].split()[-1], 0)))
    return found


def expected_lines(elf, declared, thumb):
    """{file: set of lines}; `declared` is {name: (file, line)} of the functions."""
    found, opening = {}, None
    names = {address & ~thumb: names for address, names in entries(elf).items()}
    left_out = artificial(elf)
    for address, path, line, is_statement in sorted(rows(elf), key=lambda row: row[0]):
        if any(start <= address < end for start, end in left_out):
            continue
        known = [declared[name] for name in names.get(address, []) if name in declared]
        if known and (opening is None or opening[0] != address):
            opening = address, (path, line), known[0]
        elif opening and opening[1] != (path, line):
            opening = None
        if is_statement:
            path, line = opening[2] if opening else (path, line)
            found.setdefault(path, set()).add(line)
    return found


class LineTable(Case):
    def test_every_line_is_there(self):
        (self.folder / "gcov").mkdir()
        theirs, _ = gcov.demo(self.folder / "gcov")
        for kind in ("pie", "static", "arm", "s390x"):
            trace = self.folder / f"{kind}.drcov"
            guests.record(trace, kind, "calculator", guests.INPUTS[0])
            info = self.covtool("lcov", *guests.elves(kind), trace).stdout
            lines, functions, sums = reports.lcov(info)
            declared = {name: (path, line) for path, known in functions.items()
                        for name, (line, _) in known.items()}
            expected = {}
            for elf in guests.elves(kind)[1::2]:
                for path, known in expected_lines(elf, declared, kind == "arm").items():
                    expected.setdefault(path, set()).update(known)
            self.assertIn(str(guests.DEMO / "parser.cpp"), expected)
            # What is inlined all the same is declared somewhere, too.
            for path, known in functions.items():
                expected.setdefault(path, set()).update(line for line, _ in known.values() if line)
            print(f"{kind}: {sum(map(len, expected.values()))} lines in {len(expected)} files")
            ends = {path: known - lines[path].keys() for path, known in expected.items()}
            self.assertTrue(ends[str(guests.DEMO / "parser.cpp")])
            # A statement can go on in the line of the brace, of which the line table says nothing then.
            self.assertEqual([(path, line) for path, known in ends.items() if path in theirs
                              for line in known & theirs[path].keys()
                              if Path(path).read_text().splitlines()[line - 1].strip() == "}"], [])
            self.assertEqual({path: sorted(known) for path, known in lines.items()},
                             {path: sorted(known - ends[path]) for path, known in expected.items()
                              if known - ends[path]})
            self.assertEqual({path: sums[path]["LF"] for path in lines},
                             {path: len(known) for path, known in lines.items()})

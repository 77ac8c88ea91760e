"""Functions, files and lines of block starts, against two other programs that read DWARF."""

import json
import os
import re

import jsonschema

from Tests.EndToEnd.support import drcov, guests
from Tests.EndToEnd.support.setting import ROOT, Case, output

MODULES = ("calculator", "libtokens.so", "functions.so")


def place(text):
    """`path:line`, with `:column` or ` (discriminator 3)` behind it in the other programs' words
    -> path without "..", line; None where nothing is known."""
    path, line = re.match(r"(.*?):(\d+|\?)(?::\d+)?(?: \(.*)?$", text).groups()
    return None if path.startswith("?") or line in ("0", "?") else (os.path.normpath(path), int(line))


def functions(elfutils, binutils):
    """The names that are right: as binutils says; as elfutils says, `INNER inlined at PLACE in
    OUTER` for what was inlined. (They differ where a function cannot be called from outside: then
    its full name is not in the debug information, but in the symbol table alone.)"""
    outer = elfutils.rpartition(" in ")[2] if " inlined at " in elfutils else elfutils
    return {binutils, elfutils.partition(" inlined at ")[0], outer}


class Symbolise(Case):
    def blocks(self, kind):
        """The trace, and for each module that has debug information its blocks' ELF addresses."""
        trace = self.folder / f"{kind}.drcov"
        guests.record(trace, kind, "calculator", guests.DEMO / "inputs/mistakes.txt")
        found = {}
        for path, offset, _ in drcov.load(trace).offsets():
            name = path and path.rpartition("/")[2]
            if name in MODULES:
                low = guests.segments(guests.built(kind) / name)[0] // 4096 * 4096
                found.setdefault(name, set()).add(low + offset)
        return trace, {name: sorted(addresses) for name, addresses in found.items()}

    def check(self, kind, prefix):
        trace, blocks = self.blocks(kind)
        for name, addresses in blocks.items():
            elf = guests.built(kind) / name
            words = [hex(address) for address in addresses]
            self.assertGreater(len(words), 20)
            # The innermost frames: without -i the other programs name no others either.
            ours = [line.split("\t") for line in self.covtool(
                "symbolise", "--no-inlines", "--elf", elf, *words).stdout.splitlines()]
            self.assertEqual([line[0] for line in ours], words)
            elfutils = output("eu-addr2line", "-C", "-f", "-e", elf, *words).splitlines()
            binutils = output(f"{prefix}addr2line", "-C", "-f", "-e", elf, *words).splitlines()
            known = 0
            for i, (word, (_, function, where)) in enumerate(zip(words, ours)):
                self.assertIn(place(where), (place(elfutils[2 * i + 1]), place(binutils[2 * i + 1])),
                              (kind, name, word))
                if place(binutils[2 * i + 1]):
                    known += 1
                    self.assertIn(function, functions(elfutils[2 * i], binutils[2 * i]),
                                  (kind, name, word))
            print(f"{kind} {name}: {len(words)} block starts, {known} with a line")
            self.assertGreater(known, 10)
            # The trace's own blocks come out the same as their addresses.
            low = guests.segments(elf)[0] // 4096 * 4096
            lines = self.covtool(
                "symbolise", "--no-inlines", "--elf", elf, trace).stdout.splitlines()
            by_address = {word: line[1:] for word, line in zip(words, ours)}
            for line in lines:
                block, size, *rest = line.split("\t")
                module, _, offset = block.rpartition("+")
                self.assertEqual(module, name)
                self.assertEqual(rest, by_address.pop(hex(low + int(offset, 16)), rest))
            self.assertEqual(by_address, {}, "blocks that are not listed")

    def test_x86_64(self):
        self.check("pie", "")

    def test_fixed_address(self):
        self.check("no-pie", "")

    def test_thumb(self):
        self.check("arm", "arm-linux-gnueabihf-")

    def test_big_endian(self):
        self.check("s390x", "s390x-linux-gnu-")

    def test_addresses_from_standard_input(self):
        elf = guests.built("pie") / "calculator"
        symbol = next(line for line in output("nm", elf).splitlines() if line.endswith(" main"))
        words = [hex(int(symbol.split()[0], 16) + step) for step in (0, 4, 8)]
        expected = self.covtool("symbolise", "--elf", elf, *words).stdout
        self.assertIn("\tmain\t", expected)
        given = self.folder / "addresses"
        for text in ("\n".join(words), "\n\n  " + " \r\n".join(words) + "\n\n"):
            given.write_text(text)
            with open(given) as stream:
                got = self.covtool("symbolise", "--elf", elf, "-", stdin=stream).stdout
            self.assertEqual(got, expected)
        given.write_text(f"{words[0]}\n0x12 0x13\n")
        with open(given) as stream:
            bad = self.covtool("symbolise", "--elf", elf, "-", stdin=stream, status=65)
        self.assertIn("standard input: line 2: '0x12 0x13' is not an address", bad.stderr)

    def test_trace_from_standard_input(self):
        trace, _ = self.blocks("pie")
        elf = guests.built("pie") / "calculator"
        with open(trace) as stream:
            got = self.covtool("symbolise", "--elf", elf, "-", stdin=stream).stdout
        self.assertEqual(got, self.covtool("symbolise", "--elf", elf, trace).stdout)
        self.assertGreater(len(got.splitlines()), 20)

    def test_json(self):
        schema = json.loads((ROOT / "Docs/symbols.schema.json").read_text())
        elf = guests.built("pie") / "calculator"
        trace, blocks = self.blocks("pie")
        for arguments in (("--elf", elf, *map(hex, blocks["calculator"])), ("--elf", elf, trace)):
            document = json.loads(self.covtool("symbolise", "--json", *arguments).stdout)
            jsonschema.validate(document, schema)
            found = document.get("addresses") or document["modules"][0]["blocks"]
            lines = []
            for one in found:
                first = (f"{one['address']:#x}" if "address" in one else
                         f"calculator+{one['offset']:#x}\t{one['size']}")
                for frame in one["frames"]:
                    lines.append(f"{first}\t{frame['function'] or '??'}\t"
                                 f"{frame['file'] or '??'}:{frame['line']}")
                    first = "\t" * first.count("\t")
            self.assertEqual(lines, self.covtool("symbolise", *arguments).stdout.splitlines())

    def test_wrong_use(self):
        elf = guests.built("pie") / "calculator"
        for arguments, words in (
                (("0x10",), "need exactly one --elf"),
                (("--elf", elf, "--elf", elf, "0x10"), "need exactly one --elf"),
                (("--elf", elf, "0x10", "a.drcov"), "'a.drcov' is not an address"),
                (("--elf", elf, "a.drcov", "0x10"), "addresses or traces, not both"),
                (("--elf", elf, "0x11112222333344445"), "is not an address"),
                (("--elf", elf, "-f", "0x10"), "need --addr2line"),
                (("--addr2line", "--json", "--elf", elf, "0x10"), "--json"),
                (("--addr2line", "10"), "need exactly one --elf"),
                (("--addr2line", "--elf", elf, "xyz"), "'xyz' is not an address")):
            self.assertIn(words, self.covtool("symbolise", *arguments, status=64).stderr)

    def test_american(self):
        trace, _ = self.blocks("pie")
        self.assertEqual(self.covtool("symbolize", trace).stdout,
                         self.covtool("symbolise", trace).stdout)

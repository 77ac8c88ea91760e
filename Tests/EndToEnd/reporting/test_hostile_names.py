"""Paths and names of functions with markup, quotes, control characters, line ends, bytes that are no UTF-8: all forms stay
what they are, and a reader gets the names back as far as the form can hold them."""

import os
import re

from Tests.EndToEnd.support import guests, services
from Tests.EndToEnd.support.setting import COVTOOL, Case, output, run

# As names of files.
PATHS = [
    b"<script>alert(1)<%2fscript>.c", b"&amp;\"quo'tes\".c", b"]]>-->.c", b"tab\tline\nend\rcr.c", b"esc\x1b[31m\x01\x7f.c",
    b"latin\xe9\xff.c", "\ufffe\uffff\U0010ff80 \u202e.c".encode(), b"bar|`tick`\\|**bold**[link](http:%2f%2fx).c",
    b"::error::,x=1:%0A.c", b"@someone #1 www.example.com a@b.c", b"\n::warning::forged.c", b" lead and trail .c",
    b"![x](y)|<img src=x onerror=y>.c", b"```\n# heading\n| a | b |\n.c", "lo\u0301ng.c".encode(), b"{\"a\":1}.c"]
# In the places of names of functions, which no assembler takes.
FUNCTIONS = [b"f<i>&\"'|`\n,;:x", b"]]><!--\x01\x1b\xe9\xff", b"@x %0A::error::y"]
# What XML 1.0 cannot hold.
FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def text(name):
    """A path or name as a document can have it."""
    return name.decode(errors="replace")


class Hostile(Case):
    def setUp(self):
        super().setUp()
        self.place = os.fsencode(self.folder)
        calls = []
        for number, name in enumerate(PATHS):
            with open(self.place + b"/" + name, "w", encoding="ascii") as source:
                source.write(f"int function{number}(int n)\n{{\n    if (n)\n        return 3;\n    return {number};\n}}\n")
            calls.append(f"function{number}")
        plain = [f"name{number}".ljust(len(name), "_") for number, name in enumerate(FUNCTIONS)]
        text = "".join(f"int {name}(int n);\n" for name in calls) + "".join(
            f"int {name}(void)\n{{\n    return 1;\n}}\n" for name in plain)
        used = "".join(f"    {name}(0);\n" for name in [*calls]) + f"    {plain[0]}();\n"
        (self.folder / "main.c").write_text(f"{text}int main(void)\n{{\n{used}    return 0;\n}}\n")
        output("gcc", "-g", "-O0", "-o", "program", "main.c", *[os.fsdecode(b"./" + name) for name in PATHS],
               folder=self.folder)
        program = self.folder / "program"
        data = program.read_bytes()
        for name, hostile in zip(plain, FUNCTIONS):
            self.assertIn(name.encode(), data)
            data = data.replace(name.encode(), hostile)
        program.write_bytes(data)
        guests.record(self.folder / "merged.drcov", "pie", program)

    def said(self, command, *words):
        return self.covtool(command, "--elf", "program", "--source-root", ".", *words, text=False).stdout

    def test_xml(self):
        expected = {FORBIDDEN.sub("\ufffd", text(name)) for name in PATHS} | {"main.c"}
        lines, functions, _ = services.cobertura(self.said("cobertura").decode())
        self.assertEqual(set(lines), expected)
        names = {name for name, _, _ in functions["main.c"]}
        self.assertLessEqual({FORBIDDEN.sub("\ufffd", text(name)) for name in FUNCTIONS}, names)
        self.assertEqual(set(services.sonar(self.said("sonar").decode())), expected)
        (self.folder / "cov.xml").write_bytes(self.said("cobertura"))
        done = run("xmllint", "--noout", self.folder / "cov.xml")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_json(self):
        expected = {text(name) for name in PATHS} | {"main.c"}
        self.assertEqual(set(services.codecov(self.said("codecov").decode())), expected)
        document = self.said("llvm-json").decode()
        files, functions, _ = services.llvm(document)
        self.assertEqual({path.removeprefix(f"{self.folder}/") for path in files}, expected)
        self.assertLessEqual({text(name) for name in FUNCTIONS}, {name for _, name, _ in functions})

    def test_markdown(self):
        """A table of a row for each file, and nothing but code in its cells."""
        (self.folder / "summary.md").write_bytes(self.said("markdown"))
        done = output("cmark-gfm", "-e", "table", "-e", "autolink", "-e", "strikethrough", "--unsafe",
                      self.folder / "summary.md", text=False)
        page = services.Tables(done.decode())
        self.assertLessEqual(set(page.tags), {"h3", "p", "table", "thead", "tbody", "tr", "th", "td", "strong", "code",
                                              "details", "summary"})
        self.assertEqual((page.links, {len(row) for row in page.rows}), ([], {8}))
        rows = [row for row in page.rows if row[0] not in ("File", "Total")]
        self.assertEqual(page.tags["code"], len(rows))
        self.assertEqual(len(rows), len(PATHS) + 1)
        self.assertIsNone(re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", done.decode()))

    def test_annotations(self):
        """No name makes a command of its own, and each is what it was."""
        said = self.covtool("report", "--elf", "program", "--source-root", ".", "-o", "table", "--annotations", "github",
                            text=False).stdout
        found = services.annotations(said.decode(errors="surrogateescape"))
        self.assertEqual(said.count(b"\n"), len(found))
        self.assertEqual([name for name, _, _ in found], ["warning"] * 10 + ["notice"])
        names = {os.fsencode(options["file"]) for name, options, _ in found if name == "warning"}
        self.assertLessEqual(names, {*PATHS, b"main.c"})
        self.assertTrue(all(set(options) == {"file", "line", "endLine", "title"} for _, options, _ in found[:10]))

    def test_one_by_one(self):
        """Each of the files alone, so that it is among those that are marked."""
        for name in PATHS:
            done = run(COVTOOL, "report", "--elf", "program", "--source-root", ".", "--include", self.pattern(name), "-o",
                       "table", "--annotations", "github", folder=self.folder, text=False)
            found = services.annotations(done.stdout.decode(errors="surrogateescape"))
            self.assertIn(name, [os.fsencode(options["file"]) for _, options, _ in found])

    def pattern(self, name):
        """What matches the file, and few others."""
        known = "".join(c if c.isascii() else "*" for c in name.decode(errors="replace"))
        return "*/" + re.sub(r"[?\[\]\\]", r"\\\g<0>", known)

"""`covtool show` against the sources themselves, with the counts that the JSON has."""

import json
import os
import time

from Tests.EndToEnd.support import gcov, guests
from Tests.EndToEnd.support.setting import Case, output

DEMO = str(guests.DEMO)


def listing(file, text, only=None):
    """What a listing says of a file, worked out here."""
    hits = {line["line"]: line["hits"] for line in file["lines"]}
    lines = text.split(b"\n")
    if not lines[-1]:
        lines.pop()
    found = []
    for number in range(1, max(len(lines), *hits) + 1):
        if only and number not in only or (number > len(lines) and number not in hits):
            continue
        count = {None: "", 0: "#####"}.get(hits.get(number), str(hits.get(number)))
        found.append(f"{number:5}|{count:>5}|".encode() + (lines[number - 1] if number <= len(lines) else b""))
    return found


class Show(Case):
    def setUp(self):
        super().setUp()
        self.covtool("merge", *guests.record_demo(self.folder))
        document = json.loads(self.covtool("json", "--source-root", DEMO, *guests.elves()).stdout)
        self.files = {file["path"]: file for file in document["files"]}

    def show(self, *arguments, **options):
        return self.covtool("show", *guests.elves(), *arguments, text=False, **options)

    def parts(self, shown):
        """{path: its lines, those of several parts behind each other}"""
        found = {}
        for line in shown.split(b"\n"):
            if line.startswith(b"/"):
                path, _, said = line.decode().partition(": ")
                found[path] = []
                hits = [line["hits"] for line in self.files[path]["lines"]]
                self.assertIn(f"{sum(count > 0 for count in hits)} of {len(hits)} lines hit (", said)
            elif line:
                found[path].append(line)
        return found

    def test_all(self):
        done = self.show("--source-root", DEMO)
        found = self.parts(done.stdout)
        self.assertEqual(list(found), list(self.files))
        outside = 0
        for path, lines in found.items():
            here = path.startswith(DEMO)
            outside += not here
            text = open(path, "rb").read() if here else b""
            self.assertEqual(lines, listing(self.files[path], text), path)
        self.assertGreater(outside, 3)
        # Which are without text, and why.
        self.assertIn(b"without text: ", done.stderr)
        self.assertIn(f"and {outside - 1} more: is in none of the folders".encode(), done.stderr)
        done = self.show()
        self.assertIn(f"and {len(self.files) - 1} more: no folder".encode(), done.stderr)
        self.assertNotIn(b"return", done.stdout)

    def test_file(self):
        done = self.show("--source-root", DEMO, "--file", "tokens.c", "--file", "*/parser.cpp")
        self.assertEqual(list(self.parts(done.stdout)), [f"{DEMO}/parser.cpp", f"{DEMO}/tokens.c"])
        self.assertEqual(done.stderr, b"")
        self.assertIn(b"--file 'nothing.c'", self.show("--file", "nothing.c", status=65).stderr)
        done = self.show("--source-root", DEMO, "--file", "tokens.c", "--file", "nothing.c")
        self.assertEqual(list(self.parts(done.stdout)), [f"{DEMO}/tokens.c"])
        self.assertIn(b"--file 'nothing.c'", done.stderr)

    def test_functions(self):
        """From the declaration to the closing brace, as gcov knows them."""
        folder = self.folder / "gcov"
        folder.mkdir()
        gcov.demo(folder)
        extents = {}
        for text in output("gcov", "--json-format", "--stdout", *sorted(folder.glob("*.gcda")),
                           folder=folder).splitlines():
            for file in json.loads(text)["files"]:
                for function in file["functions"]:
                    if file["file"] in (f"{DEMO}/tokens.c", f"{DEMO}/functions.c", f"{DEMO}/parser.cpp"):
                        extents[function["demangled_name"]] = (
                            file["file"], function["start_line"], function["end_line"])
        names = [function["name"] for file in self.files.values() for function in file["functions"]]
        checked = 0
        for path, first, last in set(extents.values()):
            name = next(function["name"] for function in self.files[path]["functions"]
                        if function["line"] == first)
            if names.count(name) > 1:
                continue  # It has instances and overloads elsewhere.
            checked += 1
            found = self.parts(self.show("--source-root", DEMO, "--function", name).stdout)
            self.assertEqual(found[path], listing(
                self.files[path], open(path, "rb").read(), range(first, last + 1)), name)
        self.assertGreater(checked, 20)
        self.assertIn(b"--function 'nothing'", self.show("--function", "nothing", status=65).stderr)
        done = self.show("--source-root", DEMO, "--function", name, "--function", "nothing")
        self.assertIn(b"--function 'nothing'", done.stderr)
        self.assertNotIn(name.encode(), done.stderr)

    def test_without_debug_information(self):
        """A program that stands for itself in reports is no source, and not read as one."""
        (self.folder / "a.c").write_text('const char *text = "LCOV_EXCL_START";\nint main(void) { return !text; }\n')
        for name, option in (("symbols", "-O0"), ("stripped", "-s"), ("lines", "-g")):
            output("gcc", option, "a.c", "-o", name, folder=self.folder)
            guests.record(self.folder / f"{name}.drcov", "pie", self.folder / name)
        for name in ("symbols", "stripped"):
            done = self.covtool("show", "--source-root", ".", f"{name}.drcov", status=65)
            self.assertEqual(done.stdout, "")
            self.assertIn("debug information is missing", done.stderr)
            for words in (["report", "--source-root", "."], ["report"], ["lcov", "--source-root", "."]):
                self.assertNotIn("LCOV_EXCL", self.covtool(*words, f"{name}.drcov").stderr)
                self.assertNotIn("markers", self.covtool(*words, f"{name}.drcov").stderr)
        done = self.covtool("show", "--no-markers", "--source-root", ".", "symbols.drcov", "lines.drcov")
        self.assertEqual([line for line in done.stdout.splitlines() if line.startswith("/")],
                         [line for line in done.stdout.splitlines() if "a.c: " in line])
        self.assertIn("|int main", done.stdout)

    def test_strange_sources(self):
        """Bytes that are no text, both ends of lines, one very long line, a file that has become shorter,
        one that is newer than the program."""
        source = self.folder / "odd.c"
        text = (b"/* \xff\xfe \x1b[31m \xe2\x80\xae \x00 */\r\n"
                b"int main(void)\r\n{ return 0; }\n// " + b"x" * 1000000 + b"\n")
        source.write_bytes(text)
        program = self.folder / "odd"
        output("gcc", "-g", "-O0", "-o", program, source)
        os.utime(source, (time.time() - 1000,) * 2)
        guests.record(self.folder / "odd.drcov", "pie", program)
        arguments = ["show", "odd.drcov", "--elf", "odd", "--source-root", ".", "--file", "odd.c"]
        file, = json.loads(self.covtool("json", "odd.drcov", "--elf", "odd").stdout)["files"]
        done = self.covtool(*arguments, text=False)
        self.assertEqual(done.stdout.split(b"\n")[1:-1], listing(file, text))
        self.assertEqual(done.stderr, b"")
        shown = self.covtool(*arguments, "--colour", "always").stdout
        self.assertIn("/* <?><?> <1B>[31m <202E> <00> */\n", shown)
        self.assertNotIn("\r", shown)
        os.utime(source, (time.time() + 1000,) * 2)
        done = self.covtool(*arguments, text=False)
        self.assertIn(b"odd.c: was changed after the program was built", done.stderr)
        source.write_bytes(text.split(b"\n")[0] + b"\n")
        done = self.covtool(*arguments, text=False)
        self.assertIn(b"is not the one that was compiled", done.stderr)
        self.assertEqual(done.stdout.split(b"\n")[1:-1], listing(file, source.read_bytes()))

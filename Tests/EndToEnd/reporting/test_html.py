"""Pages for a browser: what they say against the JSON, the report and the sources themselves; what a browser makes of
them; what hostile names and sources must not."""

import html.parser
import json
import os
import re
import subprocess
import time
import unittest
from pathlib import Path
from urllib.parse import unquote

from Tests.EndToEnd.support import browser, guests, reports
from Tests.EndToEnd.support.setting import COVTOOL, Case, run

DEMO = str(guests.DEMO)
# What would be noticed if it ran.
SCRIPT = "<script>document.title='executed'</script><img src=x onerror=\"document.title='executed'\">"


class Page(html.parser.HTMLParser):
    """A page's lines {number: (count or None, text)}, links, anchors, and rows of tables."""

    def __init__(self, data):
        super().__init__()
        self.lines, self.links, self.ids, self.rows, self.elements = {}, [], [], [], set()
        self.number, self.field, self.cell, self.depth = 0, None, None, 0
        self.title = ""
        self.feed(data.decode())
        self.close()

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.elements.add(tag)
        for name in values:
            assert not name.startswith("on") and name != "style", (tag, name)
        if "href" in values:
            self.links.append(values["href"])
        if "src" in values:
            self.links.append(values["src"])
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "ol":
            self.number = int(values.get("start", 1)) - 1
        elif tag == "li" and not self.depth:
            self.number = int(values.get("value", self.number + 1))
            self.lines[self.number] = [None, ""]
            self.field = 1
        elif tag in ("u", "a") and self.field == 1 and self.lines[self.number] == [None, ""] and not self.depth:
            self.lines[self.number][0] = ""
            self.field = 0
        elif tag == "details":
            self.depth += 1
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self.cell = True
        elif tag == "kbd" and self.field == 1:
            self.lines[self.number][1] += "<"
        elif tag == "title":
            self.field = "title"

    def handle_endtag(self, tag):
        if tag in ("u", "a") and self.field == 0:
            self.field = 1
            self.lines[self.number][0] = int(self.lines[self.number][0])
        elif tag == "details":
            self.depth -= 1
        elif tag == "div":
            self.field = None
        elif tag == "table":
            self.cell = None
        elif tag == "kbd" and self.field == 1:
            self.lines[self.number][1] += ">"
        elif tag == "title":
            self.field = None

    def handle_data(self, data):
        if self.cell:
            self.rows[-1][-1] += data.strip("\n")
        elif self.field == "title":
            self.title += data
        elif self.field is not None and not self.depth:
            self.lines[self.number][self.field] += data


class Pages(Case):
    def setUp(self):
        super().setUp()
        self.report = self.folder / "report"

    def html(self, *arguments, **options):
        return self.covtool("html", *arguments, "-o", self.report, **options)

    def read(self, path):
        return Page(Path(path).read_bytes())

    def pages(self):
        """{path from the report's folder: its page}"""
        return {str(path.relative_to(self.report)): self.read(path) for path in self.report.rglob("*.html")}

    def sources(self):
        """{path of a source: its page}, by the links of folders from the first page on."""
        found = {}

        def visit(name, prefix):
            page = self.read(self.report / name)
            for row, (link, title) in zip(page.rows[1:], self.links(name)):
                self.assertEqual(row[0], title)
                target = os.path.normpath(os.path.join(os.path.dirname(name), link))
                if title.endswith("/"):
                    visit(target, prefix + title)
                else:
                    found[prefix + title] = self.read(self.report / target)

        root = re.search(r"<h1>(.*?)</h1>", (self.report / "index.html").read_text())[1]
        visit("index.html", root if root.startswith("/") else "")
        return found

    def links(self, name):
        text = (self.report / name).read_text()
        return [(link, html.unescape(title)) for link, title in
                re.findall(r"<tr><th><a href=([^ >]+)>(.*?)</a>", text)]

    def check_links(self):
        """Every link leads to a file of the report, and to an anchor in it that is there once. How many have one."""
        pages = self.pages()
        checked = 0
        for name, page in pages.items():
            self.assertEqual(len(page.ids), len(set(page.ids)), name)
            for link in page.links:
                path, _, anchor = link.partition("#")
                target = os.path.normpath(os.path.join(os.path.dirname(name), unquote(path))) if path else name
                self.assertTrue((self.report / target).is_file(), f"{name}: {link}")
                if anchor:
                    checked += 1
                    self.assertIn(anchor, pages[target].ids, name)
        return checked

    def snapshot(self):
        return {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in self.report.rglob("*")
                if path.is_file()}


class Demo(Pages):
    def setUp(self):
        super().setUp()
        self.covtool("merge", *guests.record_demo(self.folder))
        # A source that is read has labels, too.
        self.files = self.document("--source-root", DEMO)

    def document(self, *options):
        files = json.loads(self.covtool("json", *guests.elves(), *options).stdout)["files"]
        return {file["path"]: file for file in files}

    def test_lines_and_texts(self):
        """Each line has the count that the JSON has, and the text that the source has."""
        done = self.html(*guests.elves(), "--source-root", DEMO)
        found = self.sources()
        self.assertEqual(set(found), set(self.files))
        outside = 0
        for path, file in self.files.items():
            hits = {line["line"]: line["hits"] for line in file["lines"]}
            counts = {number: count for number, (count, _) in found[path].lines.items() if count is not None}
            self.assertEqual(counts, hits, path)
            texts = [text for _, (_, text) in sorted(found[path].lines.items())]
            if path.startswith(DEMO):
                self.assertEqual(texts, Path(path).read_text().splitlines(), path)
            else:
                outside += 1
        self.assertIn(f"and {outside - 1} more: is in none of the folders that --source-root names", done.stderr)
        self.assertIn("Without text: is in none of the folders that --source-root names",
                      next(self.report.glob("pages/stl_vector.h-*.html")).read_text())

    def test_without_sources(self):
        done = self.html(*guests.elves())
        self.assertIn("no folder with sources is named (use --source-root)", done.stderr)
        files = self.document()
        for path, page in self.sources().items():
            functions = {function["line"] for function in files[path]["functions"]}
            lines = {line["line"] for line in files[path]["lines"]}
            self.assertEqual(set(page.lines), functions | lines, path)

    def test_totals(self):
        """Each row is what `covtool report` says of the file or folder, and the first page has its total."""
        self.html(*guests.elves())
        rows = reports.table(self.covtool("report", *guests.elves()).stdout)
        total = rows.pop("TOTAL")
        text = (self.report / "index.html").read_text()
        self.assertIn(f"{total[1]} of {total[0]} lines hit, {total[2]} missed", text)
        self.assertIn(f"{total[4]} of {total[3]} functions called, {total[5]} not called", text)
        sums, seen = {}, {}
        for name in self.pages():
            page = self.read(self.report / name)
            if page.rows and page.rows[0][:2] == ["Name", "Lines hit"]:
                for row in page.rows[1:]:
                    cells = [int(row[3]), int(row[3]) - int(row[2]), int(row[2]),
                             int(row[6]), int(row[6]) - int(row[5]), int(row[5])]
                    seen.setdefault(row[0].rsplit("/", 1)[-1], []).append(cells)
                    sums[name] = [a + b for a, b in zip(sums.get(name, [0] * 6), cells)]
        self.assertEqual(sums["index.html"], total)
        for name, cells in rows.items():
            self.assertIn(cells, seen[name.rsplit("/", 1)[-1]], name)

    def test_functions(self):
        """The list of a page has each function with its calls; the parts of the search have all."""
        self.html(*guests.elves(), "--source-root", DEMO)
        searched = {}
        for path in self.report.glob("pages/search-*.js"):
            text = path.read_text()
            for _, name, hit, found, functions in json.loads(text[text.index(",") + 1:text.rindex(")")]):
                searched[name] = hit, found, functions
        common = os.path.commonpath(list(self.files)).rstrip("/") + "/"
        for path, page in self.sources().items():
            functions = [[f["line"], f["hits"], f["name"]] for f in self.files[path]["functions"]]
            self.assertEqual([[row[0], int(row[1])] for row in page.rows[1:]],
                             [[name, hits] for _, hits, name in functions], path)
            total = self.files[path]["summary"]["lines"]
            self.assertEqual(searched.pop(path.removeprefix(common)), (total["hit"], total["found"], functions))
        self.assertEqual(searched, {})

    def test_links(self):
        self.html(*guests.elves(), "--source-root", DEMO)
        self.assertGreater(self.check_links(), 100)

    def test_single_file(self):
        """One page has what all have."""
        path = self.folder / "all.html"
        self.covtool("html", *guests.elves(), "--source-root", DEMO, "--single-file", "-o", path)
        text = path.read_text()
        self.html(*guests.elves(), "--source-root", DEMO)
        for page in self.report.glob("pages/*.html"):
            part = text.partition(f" id={page.stem}>")[2].partition("</section>")[0]
            whole = self.read(page)
            one = Page(part.encode())
            self.assertEqual((one.lines, one.rows), (whole.lines, whole.rows), page)
        page = Page(text.encode())
        self.assertEqual(len(page.ids), len(set(page.ids)))
        self.assertEqual([link for link in page.links if link[:1] != "#" or link[1:] not in page.ids], [])
        shown = self.covtool("html", *guests.elves(), "--source-root", DEMO, "--single-file").stdout
        self.assertEqual(shown, text)

    def test_runs_and_executions(self):
        """Without hit counts, the page says what its numbers are."""
        self.html(*guests.elves())
        self.assertIn("numbers of runs", (self.report / "index.html").read_text())

    def test_output_of_other_commands(self):
        """The same files, beside another report of the same reading."""
        self.html(*guests.elves(), "--source-root", DEMO)
        other = self.folder / "other"
        self.covtool("report", *guests.elves(), "--source-root", DEMO, "--output", f"html:{other}",
                     "--output", "lcov:cov.info")
        self.assertEqual(run("diff", "-r", self.report, other).stdout, "")
        self.assertTrue((self.folder / "cov.info").exists())


class Changes(Pages):
    """Lines that are no code any more have changed too: they are there, and links lead to them."""

    def test_lines_that_are_no_code(self):
        path = self.folder / "a.c"
        for name, lines in (("new", "DA:1,1\nDA:9,0\n"), ("old", "DA:1,1\nDA:3,0\nDA:5,1\nDA:6,1\nDA:12,1\n")):
            (self.folder / f"{name}.info").write_text(f"SF:{path}\n{lines}end_of_record\n")
        words = ["--tracefile", "new.info", "--baseline", "old.info"]
        self.html(*words)
        page, = (page for name, page in self.pages().items() if name.startswith("pages/a.c-"))
        # The ends of genhtml's categories: no code any more, missed and hit; have become code, missed.
        self.assertEqual({line: (count, text.strip()) for line, (count, text) in page.lines.items()},
                         {1: (1, ""), 3: (None, "EUB"), 5: (None, "ECB"), 6: (None, "ECB"), 9: (0, "UIC"), 12: (None, "ECB")})
        self.assertGreaterEqual(self.check_links(), 4)
        # A source that ends before them.
        path.write_text("one\ntwo\nthree\nfour\nfive\n")
        self.html(*words, "--source-root", ".")
        page, = (page for name, page in self.pages().items() if name.startswith("pages/a.c-"))
        self.assertEqual(list(page.lines), [1, 2, 3, 4, 5, 6, 9, 12])
        self.assertGreaterEqual(self.check_links(), 4)
        self.covtool("html", *words, "--single-file", "-o", "all.html")
        page = self.read(self.folder / "all.html")
        self.assertEqual([link for link in page.links if link[:1] != "#" or link[1:] not in page.ids], [])


class Instances(Pages):
    def test_of_a_template(self):
        """Functions of one line are listed below it, each with its own count."""
        (self.folder / "a.cc").write_text("""\
template <class T> T twice(T value)
{
    return value + value;
}

int main(int count, char **)
{
    return count > 1 ? twice<long>(count) : twice(count) - 2;
}
""")
        run("g++", "-g", "-O0", "a.cc", folder=self.folder)
        guests.record(self.folder / "run.drcov", "pie", self.folder / "a.out")
        self.html("--elf", "a.out", "run.drcov", "--source-root", ".", "--include", "a.cc")
        text = next(self.report.glob("pages/a.cc-*.html")).read_text()
        self.assertIn("<summary>2 instances, 1 not called</summary>", text)
        self.assertIn("<li><u>1</u> int twice&lt;int>(int)", text)
        self.assertIn("<li><a>0</a> long twice&lt;long>(long)", text)


class Folders(Pages):
    """What becomes of the folder."""

    def setUp(self):
        super().setUp()
        for name in ("a.c", "b.c"):
            (self.folder / name).write_text(f"int {name[0]};\nint x;\n")
        self.write(a=1, b=2)

    def write(self, **counts):
        (self.folder / "cov.info").write_text("".join(
            f"SF:{self.folder}/{name}.c\nFN:1,{name}\nFNDA:{count},{name}\nDA:1,{count}\nDA:2,0\nend_of_record\n"
            for name, count in counts.items()))

    def html(self, *arguments, **options):
        return super().html("--tracefile", "cov.info", "--source-root", ".", *arguments, **options)

    def test_only_changes_are_written(self):
        self.html()
        before = self.snapshot()
        self.html()
        self.assertEqual(self.snapshot(), before)
        self.write(a=1, b=3)
        self.html()
        changed = {path.name.partition("-")[0] for path, seen in self.snapshot().items() if before[path] != seen}
        # Its page, and the parts of the search, which have its count.
        self.assertEqual(changed, {"b.c", "search"})

    def test_what_is_no_more(self):
        """Pages of an earlier report go, and what is not a page stays."""
        self.html()
        kept = [self.report / name for name in (
            "CNAME", "pages/notes.html", "pages/search-x.js", "pages/search-7.js", "pages/notes-0123456789ab.html",
            "pages/notes-0123456789ab.js", "pages/empty-0123456789ab.html")]
        for path in kept:
            path.write_text("" if path.stem.startswith("empty") else "mine")
        stale = [self.report / "pages" / name for name in (".covtool-999999999-0.tmp", "search-8.js")]
        stale[0].touch()
        stale[1].write_bytes((self.report / "pages/search-0.js").read_bytes())
        self.write(a=1)
        self.html()
        self.assertEqual([path.name for path in self.report.glob("pages/[ab].c-*")],
                         [path.name for path in self.report.glob("pages/a.c-*")])
        self.assertEqual([path for path in stale if path.exists()], [])
        for path in kept:
            self.assertEqual(path.read_text(), "" if path.stem.startswith("empty") else "mine")

    def test_folders_of_others(self):
        self.report.mkdir()
        mine = self.report / "index.html"
        mine.write_text("mine")
        for command in (["html", "-o"], ["report", "--output"]):
            target = f"html:{self.report}" if command[0] == "report" else self.report
            done = self.covtool(*command, target, "--tracefile", "cov.info", status=74)
            self.assertIn(f"{self.report}: has files, and no report of covtool's: name another folder", done.stderr)
        self.assertEqual([path.name for path in self.report.iterdir()], ["index.html"])
        mine.unlink()
        self.html()  # An empty one is taken.
        before = self.snapshot()
        for name in ("index.html", "search.html"):
            path = self.report / name
            page = path.read_bytes()
            path.write_text("mine")
            self.assertIn(f"{path}: is not covtool's: name another folder", self.html(status=74).stderr)
            self.assertEqual(path.read_text(), "mine")
            path.unlink()
            self.html()
            self.assertEqual(path.read_bytes(), page)
        self.assertEqual(set(self.snapshot()), set(before))

    def test_files_of_others_with_names_of_pages(self):
        """Nothing is lost, and nothing written, where somebody else has put a file of a page's name; an empty one has
        nothing to lose."""
        self.html()
        page, = self.report.glob("pages/a.c-*.html")
        names = [self.report / "covtool.css", self.report / "pages/search-0.js", page, page.with_name("changes.html")]
        wanted = {path: path.read_bytes() for path in names[:-1]}
        self.write(a=2, b=2)
        for path in names:
            before = path.read_bytes() if path.exists() else None
            path.write_text("mine")
            seen = self.snapshot()
            done = self.html("--baseline", "cov.info", status=74)
            self.assertIn(f"{path}: is not covtool's: name another folder, or move this file away", done.stderr)
            self.assertEqual(self.snapshot(), seen)
            path.unlink()
            if before is not None:
                path.write_bytes(before)
        for path in names[1:]:
            path.write_bytes(b"")
        self.write(a=1, b=2)
        self.html("--baseline", "cov.info")
        self.assertNotIn(b"", [path.read_bytes() for path in names])
        self.assertEqual((self.report / "covtool.css").read_bytes(), wanted[names[0]])

    def test_links_are_not_followed(self):
        """Neither for writing nor for removing."""
        self.html()
        other = self.folder / "other"
        os.rename(self.report / "pages", other)
        (self.report / "pages").symlink_to(other)
        before = sorted(path.name for path in other.iterdir())
        self.write(a=1)
        self.html(status=74)
        self.assertEqual(sorted(path.name for path in other.iterdir()), before)
        (self.report / "pages").unlink()
        target = self.folder / "target"
        target.write_text("mine")
        (self.report / "index.html").unlink()
        (self.report / "index.html").symlink_to(target)
        self.html(status=74)
        self.assertEqual(target.read_text(), "mine")
        (self.report / "index.html").unlink()
        self.html()
        page, = self.report.glob("pages/a.c-*.html")
        for path in (self.report / "covtool.css", page):
            path.unlink(missing_ok=True)
            path.symlink_to(target)
            self.html(status=74)
            self.assertEqual(target.read_text(), "mine")
            self.assertTrue(path.is_symlink())
            path.unlink()
        self.html()

    def test_usage(self):
        done = self.covtool("html", "--tracefile", "cov.info", status=64)
        self.assertIn("name a folder with -o", done.stderr)
        self.covtool("html", "--tracefile", "cov.info", "-o", "no/such/folder", status=74)
        self.covtool("html", "--tracefile", "cov.info", "-o", "cov.info", status=74)

    def test_interrupted(self):
        """What is there after Ctrl-C are whole pages, and the next report needs nobody to clean up."""
        sources = self.folder / "many"
        sources.mkdir()
        records = []
        for number in range(3000):
            path = sources / f"{number}.c"
            path.write_text("int x;\n" * 40)
            records.append(f"SF:{path}\n" + "".join(f"DA:{line},{number}\n" for line in range(1, 41))
                           + "end_of_record\n")
        (self.folder / "cov.info").write_text("".join(records))
        process = subprocess.Popen([COVTOOL, "html", "--tracefile", "cov.info", "--source-root", ".", "-o",
                                    self.report], cwd=self.folder, stderr=subprocess.DEVNULL)
        while process.poll() is None and len(list(self.report.glob("pages/*"))) < 50:
            time.sleep(0.001)
        process.send_signal(2)
        self.assertEqual(process.wait(), 130)
        pages = list(self.report.glob("pages/*"))
        self.assertLess(len(pages), 3000)
        self.assertEqual([path for path in pages if path.suffix == ".tmp"], [])
        for path in pages:
            self.assertTrue(path.read_text().endswith(("</main>\n", ")\n")), path)
        self.html()
        self.assertEqual(len(list(self.report.glob("pages/*.html"))), 3000)


class Hostile(Pages):
    """Names and sources that try to be more than text, and that no file system takes as they are."""

    NAMES = [b"a.c", b"A.c", b"a'b\"c.c", b"<b>.c", SCRIPT.encode().replace(b"/", b":") + b".c", b"&amp;.c",
             b"x" * 240 + b".c", b"\xff\xfe.c", b"caf\xc3\xa9.c", b"con.c", b"aux", b".hidden.c", b"-o.c", b"a b#?%41.c",
             b"\x01\x1b[31m.c", b"\xe2\x80\xae.c", b"search-0.js", b"index.html", b"<:title><:script>.c"]
    SOURCES = [
        SCRIPT.encode() + b"\n</ol></div></main></script></style></title>-->\n&lt; &amp; &#60;\n",
        b"\x00\x01\x02 \x1b[31m \x7f \xc2\x85 \xe2\x80\xae \xed\xa0\x80 \xf5 \xff \xc3\n\xef\xbb\xbf\r\n\r\rend",
        b"x" * 100_000 + b"\n" + b"<" * 1000 + b"\n",
        b"/* \"not ended <i>\n'", b"\"never </q> ended \\", b"R\"x(<b>\n\n\n", b"// \\\n<b> \\\n", b"", b"\n" * 10,
        "int ümläüt = 'ß'; /* \U0001F600 */\n".encode(), "grüße".encode("latin-1") + b"\n", "int x;\n".encode("utf-16"),
    ]
    FUNCTIONS = ["main", SCRIPT, "operator<<", "a&b", "</script>", "\"'`", "\u202eevil", "${alert(1)}", "f" * 5000]

    def setUp(self):
        super().setUp()
        self.root = self.folder / "root"
        self.root.mkdir()
        self.expected = {}
        records = []
        for index, name in enumerate(self.NAMES):
            text = self.SOURCES[index % len(self.SOURCES)]
            folder = os.fsencode(self.root) + (b"/<i>&\"" if index % 3 == 0 else b"/plain")
            os.makedirs(folder, exist_ok=True)
            path = folder + b"/" + name
            with open(path, "wb") as file:
                file.write(text)
            lines = max(1, text.count(b"\n") + (not text.endswith(b"\n")))
            records.append(b"SF:" + path + b"\n" + b"".join(
                b"FN:%d,%s\nFNDA:%d,%s\n" % (min(number + 1, lines), function.encode(), number, function.encode())
                for number, function in enumerate(self.FUNCTIONS)) + b"".join(
                b"DA:%d,%d\n" % (line, line % 3) for line in range(1, lines + 1)) + b"end_of_record\n")
            self.expected[path] = text
        # One that is in no folder, one that is far away, one with a line that no source has.
        records.append(b"SF:../../../etc/passwd\nDA:1,1\nDA:2000000000,0\nend_of_record\n")
        records.append(b"SF:/" + b"d/" * 3000 + b"deep.c\nDA:1,1\nend_of_record\n")
        (self.folder / "cov.info").write_bytes(b"".join(records))
        self.arguments = ["--tracefile", "cov.info", "--source-root", self.root]

    def test_pages(self):
        self.html(*self.arguments)
        names = [path.name for path in self.report.rglob("*")]
        self.assertEqual(len({name.lower() for name in names}), len(names))
        for name in names:
            self.assertRegex(name, r"^[A-Za-z0-9_][A-Za-z0-9._-]{0,100}$")
            self.assertNotRegex(name.lower(), r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
        pages = self.pages()
        for name, page in pages.items():
            # Nothing but what covtool writes: no element, no attribute, no link elsewhere.
            self.assertLessEqual(page.elements, set(
                "html meta title link script body header nav a h1 p span strong main details summary table thead tbody "
                "tr th td div ol ul li u b i samp kbd noscript".split()), name)
            self.assertEqual(page.elements & {"img", "iframe", "object", "style"}, set(), name)
            for link in page.links:
                self.assertRegex(link, r"^[A-Za-z0-9._/-]*(#L\d+)?$", name)
            data = (self.report / name).read_bytes()
            self.assertIsNone(re.search(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae", data), name)
        for path in self.report.rglob("*.js"):
            if path.name != "covtool.js":
                self.assertNotIn("<", path.read_text(), path)

    def test_texts(self):
        """Each line says what the source says, with a sign for what has no sign of its own."""
        self.html(*self.arguments)
        texts = {}
        for page in self.pages().values():
            if page.lines:
                key = "\n".join(text for _, (_, text) in sorted(page.lines.items()))
                texts.setdefault(key, page)
        for path, source in self.expected.items():
            lines = source.removeprefix(b"\xef\xbb\xbf").split(b"\n")
            if not lines[-1]:
                lines.pop()
            shown = []
            for line in lines:
                text = line.removesuffix(b"\r").decode(errors="replace")
                shown.append(re.sub(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]",
                                    lambda found: f"<{ord(found[0]):02X}>", text))
            if not shown:
                continue
            self.assertIn("\n".join(shown), texts, path)

    @browser.needed
    def test_strictly_parsed(self):
        """A parser that takes nothing but right HTML finds no error."""
        import html5lib

        self.html(*self.arguments)
        self.covtool("html", *self.arguments, "--single-file", "-o", self.folder / "all.html")
        for path in [*self.report.rglob("*.html"), self.folder / "all.html"]:
            parser = html5lib.HTMLParser(strict=False)
            parser.parse(path.read_bytes(), transport_encoding="utf-8")
            self.assertEqual([error for _, error, _ in parser.errors], [], path)

    @browser.needed
    def test_in_a_browser(self):
        """Nothing is executed, and every page is whole, in the single file too."""
        self.html(*self.arguments)
        self.covtool("html", *self.arguments, "--single-file", "-o", self.folder / "all.html")
        with browser.browser() as started:
            window = browser.Window(started)
            for path in self.report.rglob("*.html"):
                page = window.open(path)
                self.assertNotEqual(page.title(), "executed")
                self.assertEqual(page.locator("img, iframe").count(), 0)
                self.assertEqual(page.locator("script").count(), 1)
            page = window.open(self.report / "search.html")
            page.get_by_role("searchbox").fill("script")
            page.wait_for_function("document.querySelectorAll('.found tbody tr').length > 3")
            self.assertEqual(page.locator(".found img, .found script").count(), 0)
            page = window.open(self.report / "index.html")
            for button in page.locator(".tree tbody th button").all():
                button.click()
                page.wait_for_function("button => button.ariaExpanded === 'true'", arg=button.element_handle())
            page = window.open(self.folder / "all.html")
            self.assertEqual(page.locator("section:visible").count(), 1)
            for link in page.locator("#index .tree a").all()[:3]:
                link.click()
                page.go_back()
            self.assertNotEqual(page.title(), "executed")
            self.assertEqual(window.faults, [])


@browser.needed
class Large(Pages):
    """What a browser can be given much of."""

    def page(self, lines, *arguments):
        """The page of a source that a tracefile has these lines of."""
        (self.folder / "cov.info").write_text(f"SF:{self.folder}/a.c\n{lines}end_of_record\n")
        self.html("--tracefile", "cov.info", *arguments)
        return next(self.report.glob("pages/a.c-*.html"))

    def in_window(self, path, fragment, steps):
        with browser.browser() as started:
            window = browser.Window(started)
            steps(window.open(path, fragment))
            self.assertEqual(window.faults, [])

    def test_strings_in_a_line(self):
        """The time to draw them does not grow with the square of their number, which would be minutes."""
        (self.folder / "a.c").write_text("const char *s[] = {" + '"a",' * 60_000 + "};\nint end;\n")
        path = self.page("DA:1,1\n", "--source-root", ".")

        def steps(page):
            self.assertEqual(page.locator(".chosen").inner_text(), "int end;")

        self.in_window(path, "#L2", steps)

    def test_lines_without_text(self):
        path = self.page("".join(f"DA:{line},{line % 2}\n" for line in range(1, 200_001)))

        def one(page):
            self.assertEqual(page.locator(".chosen").evaluate_all("all => all.map(line => line.value)"), [199_999])
            page.keyboard.press("n")
            page.wait_for_function("location.hash === '#L200000'")

        def many(page):
            self.assertEqual(page.locator(".chosen").count(), 2)

        self.in_window(path, "#L199999", one)
        self.in_window(path, "#L199999-L2147483647", many)

    def test_functions_in_a_source(self):
        """More rows than a call has room for arguments are put in order."""
        path = self.page("".join(f"FN:{number},f{number}\nFNDA:1,f{number}\n" for number in range(1, 150_001)))

        def steps(page):
            # The list is closed, so that nothing is drawn.
            for first in ("f1", "f150000"):
                page.evaluate("document.querySelector('.functions thead button').click()")
                self.assertEqual(page.locator(".functions tbody td").first.text_content(), first)

        self.in_window(path, "", steps)


@browser.needed
class Browser(Pages):
    """Clicking and typing, as people do."""

    def setUp(self):
        super().setUp()
        self.covtool("merge", *guests.record_demo(self.folder))
        self.html(*guests.elves(), "--source-root", DEMO)
        files = json.loads(self.covtool("json", *guests.elves(), "--source-root", DEMO).stdout)["files"]
        self.files = {file["path"]: file for file in files}
        # The source of the demo with the most places that were missed.
        self.file = max((file for path, file in self.files.items() if path.startswith(DEMO)),
                        key=lambda file: len(self.missed_runs(file)))
        self.name = os.path.basename(self.file["path"])
        self.source, = self.report.glob(f"pages/{self.name}-*.html")

    def run_in(self, steps, **options):
        with browser.browser() as started:
            window = browser.Window(started, **options)
            steps(window)
            self.assertEqual(window.faults, [])

    def missed_runs(self, file=None):
        """The lines at which missed ones begin."""
        found, is_missing = [], False
        for line in (file or self.file)["lines"]:
            if line["hits"] == 0 and not is_missing:
                found.append(line["line"])
            is_missing = line["hits"] == 0
        return found

    def test_keys_of_a_source(self):
        def steps(window):
            page = window.open(self.source)
            runs = self.missed_runs()
            self.assertGreater(len(runs), 2)
            for key, line in [("n", runs[0]), ("n", runs[1]), ("n", runs[2]), ("p", runs[1]), ("p", runs[0]),
                              ("p", runs[-1])]:
                page.keyboard.press(key)
                page.wait_for_function(f"location.hash === '#L{line}'")
                chosen = page.locator(".chosen")
                self.assertEqual(chosen.count(), 1)
                self.assertTrue(chosen.evaluate("e => { const box = e.getBoundingClientRect(); "
                                                "return box.top >= 0 && box.bottom <= innerHeight; }"))
            page.keyboard.press("f")
            word = self.file["functions"][-1]["name"][:5].lower()
            page.keyboard.type(word)
            names = window.text(".functions tbody tr:not([hidden]) td:first-child")
            self.assertEqual(names, [function["name"] for function in self.file["functions"]
                                     if word in function["name"].lower()])
            page.keyboard.press("Enter")
            page.wait_for_function("location.hash !== ''")
            page.keyboard.press("Escape")
            page.keyboard.press("?")
            self.assertIn("next missed lines", page.get_by_role("dialog").inner_text())
            page.keyboard.press("Escape")
            page.keyboard.press("g")
            page.keyboard.type("3-7")
            page.keyboard.press("Enter")
            self.assertEqual(page.locator(".chosen").count(), 5)
            page.keyboard.press("Escape")
            page.keyboard.press("u")
            page.wait_for_url("**/*.html")
            self.assertNotIn(self.name, page.url)

        self.run_in(steps)

    def test_links_to_lines(self):
        """Any line and lines, by the address and by a click on the number."""
        def steps(window):
            last = len(Path(self.file["path"]).read_text().splitlines())
            for name, expected in (("#L1", 1), ("#L20", 1), (f"#L{last}", 1), ("#L20-L25", 6), ("#L20-25", 6),
                                   ("#L25-L20", 6)):
                page = window.open(self.source, name)
                page.reload()
                self.assertEqual(page.locator(".chosen").count(), expected, name)
                self.assertTrue(page.locator(".chosen").first.evaluate(
                    "e => e.getBoundingClientRect().top < innerHeight"))
            for line, keys in ((10, []), (12, ["Shift"])):
                box = page.locator(".code ol > li").nth(line - 1).bounding_box()
                for key in keys:
                    page.keyboard.down(key)
                page.mouse.click(box["x"] - 12, box["y"] + 8)
                for key in keys:
                    page.keyboard.up(key)
                page.wait_for_function("location.hash.endsWith('L%d')" % line)
            page.wait_for_function("location.hash === '#L10-L12'")

        self.run_in(steps)

    def test_numbers(self):
        """A reader sees and hears the number that a line has: in lists behind the first one, and without texts."""
        lines = "".join(f"DA:{line},{line % 2}\n" for line in range(3, 1600, 3))
        (self.folder / "long.c").write_text("int x;\n" * 1300)
        (self.folder / "cov.info").write_text(f"SF:{self.folder}/long.c\n{lines}end_of_record\n")

        def numbers(window, root):
            self.covtool("html", "--tracefile", "cov.info", *root, "-o", self.report)
            page = window.open(next(self.report.glob("pages/long.c-*.html")))
            for place in range(0, 1600, 100):
                # What is not near the window has no markers yet.
                page.evaluate(f"document.querySelectorAll('.code ol > li')[{place}]?.scrollIntoView()")
                page.wait_for_timeout(50)
                tree = window.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
                yield [int(node["name"]["value"]) for node in tree if node["role"]["value"] == "ListMarker"]

        def steps(window):
            expected = [*range(1, 1301), *range(1302, 1600, 3)]
            seen = [number for found in numbers(window, ["--source-root", "."]) for number in found]
            self.assertEqual(sorted(set(seen)), expected)
            seen = [number for found in numbers(window, []) for number in found]
            self.assertEqual(sorted(set(seen)), [*range(3, 1600, 3)])

        self.run_in(steps)

    def test_folders(self):
        """Opened in place, sorted, and followed."""
        def steps(window):
            page = window.open(self.report / "index.html")
            first = page.locator(".tree tbody th button").first
            before = page.locator(".tree tbody tr").count()
            first.click()
            page.wait_for_function(f"document.querySelectorAll('.tree tbody tr').length > {before}")
            self.assertEqual(first.get_attribute("aria-expanded"), "true")
            inner = page.locator(".tree tbody tr").nth(1).locator("a")
            title = inner.inner_text()
            first.click()
            self.assertEqual(page.locator(".tree tbody tr").count(), before)
            first.click()
            inner.click()
            self.assertTrue(page.locator("h1").inner_text().endswith(title))
            # Sorting, by all columns and both ways.
            path = max(self.report.glob("pages/*.html"), key=lambda path: path.read_text().count("<tr><th>"))
            page = window.open(path)
            heading = page.get_by_role("button", name="Missed")
            for way in ("descending", "ascending"):
                heading.click()
                numbers = [int(text) for text in window.text(".tree tbody td:nth-child(3)")]
                self.assertGreater(len(numbers), 2)
                self.assertEqual(numbers, sorted(numbers, reverse=way == "descending"))
                self.assertEqual(page.locator("th[aria-sort]").get_attribute("aria-sort"), way)

        self.run_in(steps)

    def test_search(self):
        def steps(window):
            page = window.open(self.source)
            page.keyboard.press("/")
            page.wait_for_url("**/search.html*")
            function = self.file["functions"][0]
            page.keyboard.type(function["name"])
            page.wait_for_function("document.querySelectorAll('.found tbody tr').length < 5")
            page.get_by_role("link", name=function["name"]).first.click()
            page.wait_for_url(f"**/{self.source.name}#L{function['line']}")
            page.go_back()
            page.wait_for_function("document.querySelectorAll('.found tbody tr').length > 0")
            self.assertEqual(page.get_by_role("searchbox").input_value(), function["name"])
            page.get_by_role("searchbox").fill("")
            page.get_by_label("not called only").check()
            page.wait_for_timeout(300)
            found = window.text(".found tbody td:nth-child(2)")
            self.assertEqual(len(found), sum(function["hits"] == 0 for file in self.files.values()
                                             for function in file["functions"]))
            self.assertEqual({text.strip() for text in found}, {"0"})

        self.run_in(steps)

    def test_without_scripts(self):
        """Folders, sources, functions and missed lines, by links alone."""
        def steps(window):
            page = window.open(self.report / "index.html")
            while self.name not in page.content():
                page.locator(".tree tbody a", has_text="demo").first.click()
            page.get_by_role("link", name=self.name).click()
            runs = self.missed_runs()
            page.get_by_role("link", name="missed", exact=False).first.click()
            for line in runs[1:] + runs[:1]:
                page.locator("li:target > a").click()
                self.assertTrue(page.url.endswith(f"#L{line}"), page.url)
            page.locator(".functions summary").click()
            page.locator(".functions tbody a").first.click()
            self.assertIn("#L", page.url)
            page.get_by_role("link", name="Search").click()
            self.assertIn("needs JavaScript", page.locator("main").inner_text())

        self.run_in(steps, java_script_enabled=False)

    def test_colours(self):
        """By the system's wish, and by the switch, which is remembered."""
        def back(page):
            return page.evaluate("getComputedStyle(document.body).backgroundColor")

        def steps(window):
            page = window.open(self.source)
            self.assertNotEqual(back(page), "rgb(255, 255, 255)")
            page.keyboard.press("t")
            self.assertEqual(back(page), "rgb(255, 255, 255)")
            page = window.open(self.report / "index.html")
            self.assertEqual(back(page), "rgb(255, 255, 255)")

        self.run_in(steps, color_scheme="dark")
        self.run_in(lambda window: self.assertEqual(
            back(window.open(self.source)), "rgb(255, 255, 255)"), color_scheme="light")

    def test_screen_readers_and_contrast(self):
        """axe-core finds nothing, on any kind of page, light or dark, wide or narrow, opened and closed."""
        single = self.folder / "all.html"
        self.covtool("html", *guests.elves(), "--source-root", DEMO, "--single-file", "-o", single)
        for scheme in ("light", "dark"):
            for width in (1280, 360):
                def steps(window):
                    found = {}
                    for path in (self.report / "index.html", self.source, self.report / "search.html", single):
                        page = window.open(path)
                        page.wait_for_timeout(200)
                        found[path.name] = window.violations()
                    page = window.open(self.source, f"#L{self.missed_runs()[0]}")
                    page.keyboard.press("f")
                    found["functions"] = window.violations()
                    page.keyboard.press("Escape")
                    page.keyboard.press("?")
                    found["keys"] = window.violations()
                    page = window.open(self.report / "index.html")
                    page.locator(".tree tbody th button").first.click()
                    page.get_by_role("button", name="Missed").click()
                    found["opened"] = window.violations()
                    self.assertEqual({name: rules for name, rules in found.items() if rules}, {}, (scheme, width))

                self.run_in(steps, color_scheme=scheme, viewport={"width": width, "height": 800})

    def test_narrow_and_printed(self):
        """No page is wider than a phone, or than paper; paper is white."""
        def steps(window):
            for path in (self.report / "index.html", self.source, self.report / "search.html"):
                page = window.open(path)
                page.wait_for_timeout(200)
                self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 360, path)
            page = window.open(self.source)
            page.emulate_media(media="print")
            self.assertEqual(page.locator(".tools").first.is_visible(), False)
            self.assertEqual(page.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
            data = page.pdf()
            self.assertTrue(data.startswith(b"%PDF"))

        self.run_in(steps, color_scheme="dark", viewport={"width": 360, "height": 700})


if __name__ == "__main__":
    unittest.main()

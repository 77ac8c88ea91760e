"""Pages for a browser: what they say against the JSON, the report and the sources themselves; what becomes of their
folder."""

import json
import os
import subprocess
import time
from pathlib import Path

from Tests.EndToEnd.support import guests, reports
from Tests.EndToEnd.support.pages import Page, Pages
from Tests.EndToEnd.support.setting import COVTOOL, run

DEMO = str(guests.DEMO)


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

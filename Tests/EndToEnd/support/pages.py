"""Reports of covtool html, read again."""

import html.parser
import os
import re
from pathlib import Path
from urllib.parse import unquote

from Tests.EndToEnd.support.setting import Case


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

"""Pages of hostile names and sources, and of very much of something."""

import os
import re

from Tests.EndToEnd.support import browser
from Tests.EndToEnd.support.pages import Pages

# What would be noticed if it ran.
SCRIPT = "<script>document.title='executed'</script><img src=x onerror=\"document.title='executed'\">"


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

"""What a browser makes of pages: clicking, typing, reading aloud, printing."""

import json
import os
import unittest
from pathlib import Path

from Tests.EndToEnd.support import browser, guests
from Tests.EndToEnd.support.pages import Pages

DEMO = str(guests.DEMO)


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

"""Small inputs that once failed, each with what came before, what comes now and what is right: a table."""

from Tests.EndToEnd.support import cases
from Tests.EndToEnd.support.setting import Case


def show(*cells):
    """A row; what is long is cut, as a failure shows it whole."""
    print(" | ".join(f"{cell:.46}".ljust(46 if column else 34) for column, cell in enumerate(cells)))


class Cases(Case):
    def test_mended(self):
        """What comes now is what is right."""
        show("input", "came", "comes", "right")
        for entry in cases.MENDED:
            with self.subTest(entry.name):
                now, right = cases.outcome(entry, self.folder)
                show(entry.name, entry.before, now, right)
                self.assertEqual(now, right)

    def test_lines(self):
        """Lines whose counts are not gcov's yet: none of these sources gets worse."""
        show("input", "came", "comes", "right")
        for source, before in cases.LINES.items():
            with self.subTest(source):
                now = cases.lines_unlike_gcov(source, self.folder)
                show(source, f"{before} lines unlike gcov's", f"{now}", "0")
                self.assertLessEqual(now, before)

"""The package's own rules of names: one name means one thing, on every file system."""

import collections
import re

from Tests.EndToEnd.support.setting import ROOT, Case, output

# A type of a module's own: swift-format indents all others.
TYPE = re.compile(r"(?:@\w+(?:\(\w*\))? )*(?:(?:public|package|internal|private|fileprivate|final|indirect) )*"
                  r"(?:struct|class|enum|protocol|actor|typealias) (\w+)")


class Names(Case):
    def test_types(self):
        """No two types that are not inside of others have one name, be they of one target or of two."""
        places = collections.defaultdict(list)
        for path in sorted((ROOT / "Sources").rglob("*.swift")):
            # Links to the folders of other targets are not gone into.
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if found := TYPE.match(line):
                    places[found[1]].append(f"{path.relative_to(ROOT)}:{number}")
        self.assertGreater(len(places), 400)
        self.assertEqual({name: all for name, all in places.items() if len(all) > 1}, {})

    def test_files(self):
        """No two files of Sources have one name: whoever looks for one opens the right one first."""
        paths = output("git", "ls-files", "Sources/*.swift", folder=ROOT).splitlines()
        self.assertGreater(len(paths), 400)
        names = collections.Counter(path.rpartition("/")[2] for path in paths)
        self.assertEqual([path for path in paths if names[path.rpartition("/")[2]] > 1], [])

    def test_paths(self):
        """No two paths are one where a file system does not tell capitals from small letters."""
        paths = output("git", "ls-files", folder=ROOT).splitlines()
        names = {"/".join(parts[:count]) for parts in (path.split("/") for path in paths)
                 for count in range(1, len(parts) + 1)}
        self.assertEqual([name for name in sorted(names) if not name.isascii()], [])
        folded = collections.Counter(name.casefold() for name in names)
        self.assertEqual([name for name in sorted(names) if folded[name.casefold()] > 1], [])

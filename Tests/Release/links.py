"""Makes text of links that lead out of a package's documents: what is in the source alone is named by its path there.

    links.py FOLDER

FOLDER has README.md, CHANGELOG.md and Docs, as at the root of the source.
"""

import os
import re
import sys
from pathlib import Path

# Code as it stands is none: a lambda in C++, say, looks like a link.
PART = re.compile(r"(?P<code>^```.*?^```$|`[^`\n]*`)|!?\[(?P<label>[^][]*)\]\((?P<target>[^()\s]+)\)", re.M | re.S)


def unlinked(text, page, is_there):
    """The text of a page, whose path from the source's root is `page`; `is_there` says which such paths are kept."""
    def replaced(match):
        label, target = match["label"], match["target"]
        if match["code"] or "://" in target or target.startswith("#"):
            return match[0]
        path = os.path.normpath(os.path.join(os.path.dirname(page), target.partition("#")[0]))
        if is_there(path):
            return match[0]
        if match[0].startswith("!"):
            return ""
        if label.strip("`") == path:
            return label
        return f"`{path}`" if label.strip("`") == os.path.basename(path) else f"{label} (`{path}`)"
    return PART.sub(replaced, text)


def main(folder):
    folder = Path(folder)
    for page in folder.rglob("*.md"):
        page.write_text(unlinked(page.read_text(), page.relative_to(folder), lambda path: (folder / path).exists()))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Two versions of sources, and what other programs make of the change between them."""

import json
import os
import re
from collections import Counter

from Tests.EndToEnd.support import environments
from Tests.EndToEnd.support.setting import output, run

GENHTML = environments.CACHE / "readers/newest/bin/genhtml"
# Of PyPI; it asks git for the repository's root.
DIFF_COVER = ("diff-cover>=9,<12",)
IDENTITY = ("-c", "user.name=T", "-c", "user.email=t@localhost")


def git(folder, *words, **options):
    return output("git", *IDENTITY, *words, folder=folder, **options)


def commit(folder):
    """Records all that is there."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "version")


def tracefile(lines, functions=None, has_ends=False, branches=None):
    """The text of an lcov tracefile: `lines` gives {line: hits} for each path, `functions` {name: (line, last, hits)},
    `branches` {line: [how often each way of a condition was taken, "-" if it was not come to]}."""
    text = []
    for path, hits in sorted(lines.items()):
        known = (functions or {}).get(path, {})
        conditions = (branches or {}).get(path, {})
        text += [f"SF:{path}", *(f"FN:{line},{f'{end},' if has_ends else ''}{name}" for name, (line, end, _) in known.items()),
                 *(f"FNDA:{count},{name}" for name, (_, _, count) in known.items()),
                 *(f"BRDA:{line},{block},{way},{taken}" for line, own in sorted(conditions.items())
                   for block, ways in enumerate(own) for way, taken in enumerate(ways)),
                 *(f"DA:{line},{count}" for line, count in sorted(hits.items())), "end_of_record"]
    return "TN:\n" + "\n".join(text) + "\n"


def changed(diff):
    """What a diff of git's says: for each new path its old one, the lines that were added and those
    that were removed. Written from git's manual, apart from covtool's reader."""
    files, old, new = {}, None, None
    for line in diff.split("\n"):
        if line.startswith("--- ") and not (old or new):
            path = line[4:].rstrip("\t").removeprefix("a/")
        elif line.startswith("+++ ") and not (old or new):
            files[line[4:].rstrip("\t").removeprefix("b/")] = path, added, removed = path, set(), set()
        elif line.startswith("rename from ") and not (old or new):
            path = line.removeprefix("rename from ")
        elif line.startswith("rename to ") and not (old or new):
            files[line.removeprefix("rename to ")] = path, set(), set()
        elif line.startswith("@@ ") and not (old or new):
            spans = [[int(number) for number in (span + ",1").split(",")[:2]]
                     for span in re.match(r"@@ -(\S+) \+(\S+) @@", line).groups()]
            (before, old), (after, new) = spans
            before, after = before + (old == 0), after + (new == 0)
        elif old or new:
            kind = line[:1]
            if kind in ("-", " "):
                if kind == "-":
                    removed.add(before)
                before, old = before + 1, old - 1
            if kind in ("+", " "):
                if kind == "+":
                    added.add(after)
                after, new = after + 1, new - 1
    return files


def genhtml(folder, pages, baseline, current, diff):
    """genhtml's category of each line: {current path: {(category, line or None, old line or None)}}. It says them itself,
    if it is asked what it does. `folder`: where the diff's paths begin."""
    done = run(GENHTML, "--baseline-file", baseline, "--diff-file", diff, "-o", pages, "--rc",
               "scope_regexp=.", "--rc", "check_data_consistency=0", "--no-function-coverage", "--ignore-errors",
               "path,empty,format,inconsistent,source,unmapped,range", current, folder=folder)
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    found, path = {}, None
    for line in done.stdout.splitlines():
        if match := re.search(r"categorize lines (.*)", line):
            path = match[1]
            found[path] = set()
        elif match := re.fullmatch(r"  (insert|equal|delete) (<<<)?(\d+) (\w{3})( in:.*)?", line):
            found[path].add((match[4], int(match[3]) if not match[2] else None, int(match[3]) if match[2] else None))
    return found


def genhtml_sums(kind, folder, pages, baseline, current, diff, *options):
    """How many functions or branches (`kind` is "function", "branch") genhtml has of each category: {path: Counter}. It
    tells a script of the user's its sums."""
    told, script = pages.with_suffix(".told"), pages.with_suffix(".sh")
    told.write_text("")
    script.write_text(f"#!/bin/sh\nprintf '%s\\t%s\\t%s\\n' \"$1\" \"$2\" \"$3\" >>'{told}'\n")
    script.chmod(0o755)
    done = run(GENHTML, *options, "--baseline-file", baseline, "--diff-file", diff, "-o", pages, "--criteria-script", script,
               *(["--branch-coverage"] if kind == "branch" else []), "--rc", "scope_regexp=.", "--rc", "check_data_consistency=0", "--rc", "merge_function_aliases=0",
               "--rc", "derive_function_end_line=0", "--ignore-errors",
               "path,empty,format,inconsistent,source,unmapped,range,category", current, folder=folder)
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    rows = [line.split("\t") for line in told.read_text().splitlines()]
    sums = {name: json.loads(document).get(kind, {}) for name, scope, document in rows if scope == "file"}
    found = {name: Counter({category: count for category, count in own.items() if re.fullmatch("[A-Z]{3}", category) and count})
             for name, own in sums.items()}
    for name, counts in found.items():
        current = {category: count for category, count in counts.items() if category not in ("DUB", "DCB", "EUB", "ECB")}
        # It counts each branch of the newer version twice (2.5), but not in the sum over all.
        if kind == "branch" and sum(current.values()) == 2 * sums[name].get("found", 0):
            counts.update({category: -count // 2 for category, count in current.items()})
    for path in (told, script):
        path.unlink()
    return {path: counts for path, counts in found.items() if counts}


def add_functions(random, versions, has_ends):
    """Gives both tracefiles of made-up versions functions: some that are in both, at lines that are the same, and some
    that are in one."""
    moved = changed(versions.diff_file.read_text())
    old, new = {}, {}
    for path, hits in versions.baseline.items():
        old[path], line, last = {}, 1, max(hits, default=1)
        while line < last - 3:
            end = min(last, line + random.randrange(2, 20))
            old[path][f"f{line}"] = line, end, hits.get(line, random.choice([0, 1]))
            line = end + random.randrange(1, 4)
    for path, hits in versions.current.items():
        name = path.removeprefix(f"{versions.folder}/")
        before, added, removed = moved.get(name, (name, set(), set()))
        free = iter(line for line in range(1, 10**6) if line not in added)
        mapped = {line: next(free) for line in range(1, 1000) if line not in removed}
        known = new[path] = {}
        for function, (line, end, _) in old.get(f"{versions.folder}/{before}", {}).items():
            if line in mapped and random.random() < 0.9:
                first = mapped[line]
                known[function] = first, max(first, mapped.get(end, first + 3)), hits.get(first, random.choice([0, 1]))
        taken = {line for line, _, _ in known.values()}
        for line in sorted({*added, *hits} - taken):
            if random.random() < (0.2 if line in added else 0.03):
                known[f"n{line}"] = line, line + 2, hits.get(line, random.choice([0, 2]))
    for functions, step in ((old, 5), (new, 7)):
        for known in functions.values():
            for function, (line, end, _) in list(known.items())[::step]:
                known[f"{function}bis"] = line, end, random.choice([0, 1])
    for path, lines, functions in ((versions.baseline_info, versions.baseline, old), (versions.info, versions.current, new)):
        path.write_text(tracefile(lines, functions, has_ends))


def random_ways(random, isHit):
    """A condition's ways: how often each was taken, "-" if it was never come to."""
    count = random.choice([2, 2, 2, 3, 5])
    return [random.choice([0, 1, 7]) for _ in range(count)] if isHit else ["-"] * count


def add_branches(random, versions):
    """Gives both tracefiles of made-up versions conditions: those of lines that stay are mostly the same."""
    moved = changed(versions.diff_file.read_text())
    old = {path: {line: [random_ways(random, count > 0) for _ in range(random.choice([1, 1, 2, 4]))]
                  for line, count in hits.items() if random.random() < 0.5}
           for path, hits in versions.baseline.items()}
    new = {}
    for path, hits in versions.current.items():
        name = path.removeprefix(f"{versions.folder}/")
        before, added, removed = moved.get(name, (name, set(), set()))
        lines = (line for line in range(1, 10**6) if line not in removed)
        origin = {line: None if line in added else next(lines) for line in range(1, max(hits, default=0) + 1)}
        known = new[path] = {}
        for line, count in hits.items():
            own = [random_ways(random, count > 0) if random.random() < 0.2 else
                   [random.choice([0, 1, 7]) if count else "-" for _ in ways]
                   for ways in old.get(f"{versions.folder}/{before}", {}).get(origin[line], [])]
            if random.random() < 0.2:
                own.insert(random.randrange(len(own) + 1), random_ways(random, count > 0))
            if own and random.random() < 0.2:
                del own[random.randrange(len(own))]
            if own:
                known[line] = own
    for path, lines, branches in ((versions.baseline_info, versions.baseline, old), (versions.info, versions.current, new)):
        path.write_text(tracefile(lines, branches=branches))


def ours(document):
    """The same of covtool's document, of the files that are in the report."""
    return {file["path"]: {(line["category"], line["line"], None if line["line"] else line["oldLine"])
                           for line in file["lines"]}
            for file in document["files"] if file["path"]}


def diff_cover(folder, info, *options):
    """What diff-cover says of each file that has code: (lines with code, missed lines)."""
    python = environments.environment_of("diffcover", DIFF_COVER)
    document = folder / "diff-cover.json"
    done = run(python.parent / "diff-cover", info, "--format", f"json:{document}", *options, folder=folder)
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    return json.loads(document.read_text())


# A language in which covtool does not look for statements that go on in another line.
ENDING = ".d"
# Some of them look like lines of a diff.
HOSTILE = ["++ z;", "-- z;", "@@ -1 +1 @@", "--- a/one.d", "+++ b/one.d", "\\ No newline at end of file"]


def random_lines(random, count, more):
    """Lines of a source, some of which are the same."""
    return [random.choice(["", "}", f"x = {random.random()};", f"f({random.random()});", "  y++;", *more])
            for _ in range(count)]


def edited(random, lines, more):
    """The lines with some of them removed, added and replaced."""
    lines = list(lines)
    for _ in range(random.randrange(1, 8)):
        place = random.randrange(len(lines) + 1)
        lines[place:place + random.choice([0, 0, 1, 2, 9])] = random_lines(random, random.choice([0, 1, 3]), more)
    return lines


class Versions:
    """Two versions of some sources, with coverage made up for both.

    moves: whether a file is renamed, too. hostile: whether names and lines are such that readers stumble."""

    def __init__(self, random, folder, moves=True, hostile=True):
        self.folder = folder
        git(folder, "init", "--quiet", "--initial-branch", "main")
        more = HOSTILE if hostile else []
        old = {f"{name}{ENDING}": random_lines(random, random.randrange(30, 200), more)
               for name in ("one", "deep/er/two", "gone", "moved", "same", "m\u00e4 n" if hostile else "mn")}
        new = {path: edited(random, lines, more) for path, lines in old.items() if path not in (f"gone{ENDING}", f"same{ENDING}")}
        new |= {f"same{ENDING}": old[f"same{ENDING}"], f"new{ENDING}": random_lines(random, 20, more)}
        if moves:
            new[f"deep/moved to{ENDING}" if hostile else f"deep/moved{ENDING}"] = new.pop(f"moved{ENDING}")
            if not hostile:
                # genhtml does not see what was only renamed.
                new[f"deep/moved{ENDING}"].append("edited();")
        self.old, self.new = (self.write(version) for version in (old, new))
        self.baseline, self.current = (
            {str(folder / path): {line: random.choice([0, 0, 1, 5]) for line in range(1, len(lines) + 1)
                                  if random.random() < 0.6}
             for path, lines in version.items()} for version in (old, new))
        self.diff = git(folder, "diff", "--find-renames", self.old, self.new)
        for name, lines in (("baseline.info", self.baseline), ("current.info", self.current)):
            (folder / ".git" / name).write_text(tracefile(lines))
        (folder / ".git/change.diff").write_text(self.diff)
        self.baseline_info, self.info, self.diff_file = (
            folder / ".git" / name for name in ("baseline.info", "current.info", "change.diff"))

    def write(self, version):
        """Makes a commit of a version, and gives its name."""
        for path in self.folder.rglob("*"):
            if path.is_file() and ".git" not in path.parts:
                os.unlink(path)
        for path, lines in version.items():
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("".join(f"{line}\n" for line in lines))
        commit(self.folder)
        return git(self.folder, "rev-parse", "HEAD").strip()

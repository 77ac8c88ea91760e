"""Reads the reports that other programs and services take, and holds them against what these demand."""

import html.parser
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter

# Element -> what stands in it, as a pattern over the names of its children, and the attributes that it must and may
# have: what coverage-04.dtd demands, in a form of our own.
COBERTURA = {
    "coverage": (r"(sources )?packages ", "line-rate branch-rate lines-covered lines-valid branches-covered "
                 "branches-valid complexity version timestamp", ""),
    "sources": (r"(source )*", "", ""),
    "source": ("", "", ""),
    "packages": (r"(package )*", "", ""),
    "package": (r"classes ", "name line-rate branch-rate complexity", ""),
    "classes": (r"(class )*", "", ""),
    "class": (r"methods lines ", "name filename line-rate branch-rate complexity", ""),
    "methods": (r"(method )*", "", ""),
    "method": (r"lines ", "name signature line-rate branch-rate complexity", ""),
    "lines": (r"(line )*", "", ""),
    "line": (r"(conditions )*", "number hits", "branch condition-coverage"),
    "conditions": (r"(condition )*", "", ""),
    "condition": ("", "number type coverage", ""),
}
# The same of sonar-generic-coverage.xsd.
SONAR = {
    "coverage": (r"(file )*", "version", ""),
    "file": (r"(lineToCover )*", "path", ""),
    "lineToCover": ("", "lineNumber covered", "branchesToCover coveredBranches"),
}
TEXT = {"source"}


def check(root, rules):
    """Raises where an element is not as the rules have it."""
    for element in root.iter():
        children, must, may = rules[element.tag]
        found = "".join(f"{child.tag} " for child in element)
        if not re.fullmatch(children, found):
            raise ValueError(f"<{element.tag}> has {found[:200]}")
        missing, extra = set(must.split()) - set(element.attrib), set(element.attrib) - set((must + " " + may).split())
        if missing or extra:
            raise ValueError(f"<{element.tag}> without {missing}, with {extra}")
        if element.tag not in TEXT and (element.text or "").strip() or (element.tail or "").strip():
            raise ValueError(f"<{element.tag}> has text")


def share(value, lines):
    """A rate must be what the lines' numbers say."""
    hit, found = sum(hits > 0 for hits in lines), len(lines)
    if float(value) != (hit / found if found else 0) or not 0 <= float(value) <= 1:
        raise ValueError(f"{value} of {hit}/{found}")


def cobertura(*documents):
    """Of a report's parts: file -> {line: hits}, file -> Counter of (function, line, whether it was called), the folders
    that files are seen from."""
    lines, functions, sources = {}, {}, set()
    for document in documents:
        root = ET.fromstring(document)
        check(root, COBERTURA)
        all_hits = []
        sources |= {source.text for source in root.iter("source")}
        for package in root.iter("package"):
            in_package = []
            for unit in package.iter("class"):
                name = unit.get("filename")
                if name.rpartition("/")[2] != unit.get("name"):
                    raise ValueError(f"{name} is called {unit.get('name')}")
                found = [(int(line.get("number")), int(line.get("hits"))) for line in unit.find("lines")]
                if sorted({number for number, _ in found}) != [number for number, _ in found]:
                    raise ValueError(f"{name}: lines twice, or not in order")
                known = lines.setdefault(name, {})
                if set(dict(found)) & set(known):
                    raise ValueError(f"{name}: lines are in two parts")
                known.update(found)
                share(unit.get("line-rate"), [hits for _, hits in found])
                in_package += [hits for _, hits in found]
                methods = functions.setdefault(name, Counter())
                for method in unit.iter("method"):
                    place = [(int(line.get("number")), int(line.get("hits"))) for line in method.find("lines")]
                    is_hit = float(method.get("line-rate")) == 1
                    if len(place) > 1 or (place and (place[0][1] > 0) != is_hit):
                        raise ValueError(f"{name}: {method.attrib}")
                    methods[method.get("name"), place[0][0] if place else 0, is_hit] += 1
            share(package.get("line-rate"), in_package)
            all_hits += in_package
        share(root.get("line-rate"), all_hits)
        if (int(root.get("lines-valid")), int(root.get("lines-covered"))) != (
                len(all_hits), sum(hits > 0 for hits in all_hits)):
            raise ValueError(f"{root.attrib}")
    return lines, functions, sources


def gitlab(document, project, worktree):
    """The files of a merge request that GitLab finds in a document: it knows a project's folder by the project's path,
    and joins what is behind that in a source with a file's name; without such, the name alone must be right."""
    root = ET.fromstring(document)
    behind = [source.text.split(f"{project}/", 1)[1:] for source in root.iter("source")]
    folders = [folder for parts in behind for folder in parts if folder]
    found = set()
    for unit in root.iter("class"):
        names = [f"{folder.rstrip('/')}/{unit.get('filename')}" for folder in folders] or [unit.get("filename")]
        found |= set(names) & set(worktree)
    return found


def sonar(document):
    """File -> {line: whether it was executed}."""
    root = ET.fromstring(document)
    check(root, SONAR)
    if root.get("version") != "1":
        raise ValueError(root.get("version"))
    files = {}
    for file in root:
        if file.get("path") in files:
            raise ValueError(f"{file.get('path')} twice")
        found = [(int(line.get("lineNumber")), {"true": True, "false": False}[line.get("covered")]) for line in file]
        if min(number for number, _ in found) < 1 or len(dict(found)) != len(found):
            raise ValueError(f"{file.get('path')}: {found[:9]}")
        files[file.get("path")] = dict(found)
    return files


def unique(pairs):
    """An object's members; a name that stands there twice is an error."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError(f"a name twice: {pairs[:9]}")
    return dict(pairs)


def codecov(document):
    """File -> {line: hits}."""
    whole = json.loads(document, object_pairs_hook=unique)
    if list(whole) != ["coverage"]:
        raise ValueError(list(whole))
    return {file: {int(line): hits for line, hits in lines.items()} for file, lines in whole["coverage"].items()}


def llvm(document):
    """What llvm-cov itself would make of an export: file -> {line: count}, by the rules of its LineCoverageStats: a line
    has what goes into it and what begins on it, the most of both. And the sums, and functions by (file, name, line)."""
    whole = json.loads(document, object_pairs_hook=unique)
    data, = whole["data"]
    files = {}
    for file in data["files"]:
        segments = file["segments"]
        if segments != sorted(segments, key=lambda segment: segment[:2]):
            raise ValueError(f"{file['filename']}: segments are not in order")
        by_line, lines, wrapped = {}, {}, None
        for segment in segments:
            by_line.setdefault(segment[0], []).append(segment)
        for line in range(min(by_line, default=1), max(by_line, default=0) + 1):
            begun = [count for _, _, count, counted, entry, gap in by_line.get(line, []) if counted and entry and not gap]
            into = [wrapped[2]] if wrapped and wrapped[3] else []
            if begun or into:
                lines[line] = max(begun + into)
            wrapped = by_line.get(line, [wrapped])[-1]
        files[file["filename"]] = lines
        summary = file["summary"]["lines"]
        if (summary["count"], summary["covered"]) != (len(lines), sum(count > 0 for count in lines.values())):
            raise ValueError(f"{file['filename']}: {summary}")
    functions = {}
    for function in data["functions"]:
        for region in function["regions"] or [[0]]:
            functions[function["filenames"][0], function["name"], region[0]] = function["count"]
    return files, functions, data["totals"]


class Tables(html.parser.HTMLParser):
    """The rows of a page's tables, and all its elements and links."""

    def __init__(self, page):
        super().__init__()
        self.rows, self.cell, self.tags, self.links = [], None, Counter(), []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags[tag] += 1
        self.links += [value for name, value in attributes if name in ("href", "src")]
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.cell = ""

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.rows[-1].append(self.cell.strip())
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data


def annotations(text):
    """Workflow commands, as GitHub's runner takes them apart: (name, {property: value}, message) of each line that is
    one."""
    found = []
    for line in text.split("\n"):
        if command := re.match(r"::([a-z-]+)(?: ([^:]*))?::(.*)", line, re.S):
            def plain(value, more=()):
                for code, character in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
                    value = value.replace(code, character)
                return value

            pairs = [pair.partition("=") for pair in (command[2] or "").split(",") if pair]
            found.append((command[1], {name: plain(value, (("%3A", ":"), ("%2C", ","))) for name, _, value in pairs},
                          plain(command[3])))
    return found

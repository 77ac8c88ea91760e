"""Reads covtool's reports, for the tests."""

from collections import defaultdict


def lcov(text):
    """An lcov tracefile: for each file {line: hits}, {name: (line, hits)} and the summary's fields."""
    lines, functions, sums = defaultdict(dict), defaultdict(dict), defaultdict(dict)
    path = None
    for record in text.splitlines():
        key, _, value = record.partition(":")
        if key == "SF":
            path, starts = value, {}
            if path in sums:
                raise ValueError(f"{path} has two records")
        elif key == "DA":
            line, hits = map(int, value.split(","))
            if line in lines[path]:
                raise ValueError(f"{path}: line {line} stands there twice")
            lines[path][line] = hits
        elif key == "FN":
            line, name = value.split(",", 1)
            if name in functions[path]:
                raise ValueError(f"{path}: {name} stands there twice")
            functions[path][name] = int(line), None
        elif key == "FNDA":
            hits, name = value.split(",", 1)
            functions[path][name] = functions[path][name][0], int(hits)
        elif key == "FNL":
            index, line = value.split(",")[:2]
            starts[index] = int(line)
        elif key == "FNA":
            index, hits, name = value.split(",", 2)
            if name in functions[path]:
                raise ValueError(f"{path}: {name} stands there twice")
            functions[path][name] = starts[index], int(hits)
        elif key in ("LF", "LH", "FNF", "FNH"):
            sums[path][key] = int(value)
        elif key not in ("TN", "end_of_record"):
            raise ValueError(f"an unknown record: {record}")
    return lines, functions, sums


def table(text):
    """The report's table: for each row (the last is TOTAL) its file's name and whole numbers."""
    rows = {}
    for line in text.splitlines():
        cells = line.split()
        if len(cells) == 9 and cells[1].isdigit():
            rows[cells[0]] = [int(cell) for cell in cells[1:] if cell.isdigit()]
    return rows

"""Faults that people make, in a line of C or C++, as text."""

import re

# What stands in comments, texts and the preprocessor's lines is no code.
SKIPPED = re.compile(r'//.*|/\*.*?\*/|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')
COMPARISONS = {"<=": "<", ">=": ">", "==": "!=", "!=": "=="}


def blanked(line):
    """The line with spaces for what is no code."""
    return SKIPPED.sub(lambda match: " " * len(match[0]), line)


def changes(line):
    """What the line can be changed to: (kind, text) of each."""
    code = blanked(line)
    found = []

    def change(kind, start, end, text):
        found.append((kind, line[:start] + text + line[end:]))

    for match in re.finditer(r"<=|>=|==|!=", code):
        change("comparison", *match.span(), COMPARISONS[match[0]])
    for match in re.finditer(r"(?<=[\w)\] ])([<>])(?=[\w( -])(?![<>=])", code):
        if code[match.start() - 1] not in "<>-" and "template" not in code and "#include" not in code:
            change("comparison", *match.span(), match[1] + "=")
    for match in re.finditer(r"(?<=[\w)\]]) ([+-]) (?=[\w(])", code):
        change("operator", *match.span(1), {"+": "-", "-": "+"}[match[1]])
    for match in re.finditer(r"&&|\|\|", code):
        change("operator", *match.span(), {"&&": "||", "||": "&&"}[match[0]])
    for match in re.finditer(r"(?<![\w.])(\d+)(?![\w.])", code):
        change("number", *match.span(), str(int(match[1]) + 1))
    for match in re.finditer(r"\bif \((?=.*\)\s*\{?\s*$)", code):
        change("condition", match.end(), match.end(), "!")
    return found


def candidates(lines, executed):
    """All faults of a source: (line, kind, text), of lines that are executed."""
    in_comment, continued = False, False
    for number, line in enumerate(lines, 1):
        starts, ends = line.rfind("/*"), line.rfind("*/")
        was_comment, in_comment = in_comment, (in_comment and ends < 0) or starts > ends
        is_directive = continued or line.lstrip().startswith("#")
        continued = is_directive and line.endswith("\\")
        if was_comment or in_comment or is_directive or number not in executed:
            continue
        for kind, text in changes(line):
            yield number, kind, text

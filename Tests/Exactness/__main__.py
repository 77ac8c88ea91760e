"""Prints how well lines, counts and functions agree with gcov's; see Tests/Scripts/exactness."""

import argparse
import sys

from Tests.Exactness import branches
from Tests.Exactness.building import FLAGS, PREFIXES, Variant
from Tests.Exactness.comparing import FIGURES, compare, percent
from Tests.Exactness.programs import ALL, FIRST, KEPT, LATER, program

# In percent: what is asked for, at the least, of C and C++ at -O0 and -O2.
LEAST = {
    ("gcc", "0"): {"hit state": 99.99, "counts": 99.85, "lines known": 95, "lines known with sources": 99.5,
                   "functions known": 100, "functions' hit state": 100, "calls": 100},
    ("g++", "0"): {"hit state": 99.98, "counts": 99.3, "lines known": 95, "lines known with sources": 99.5,
                   "functions known": 99, "functions' hit state": 100, "calls": 99.8},
    ("gcc", "2"): {"hit state": 99.5, "counts": 94, "functions known": 98, "functions' hit state": 99},
    ("g++", "2"): {"hit state": 99.3, "counts": 88, "functions known": 88, "functions' hit state": 97}}
# At the most: lines that gcov does not know.
MOST = {("gcc", "0"): 0.3, ("g++", "0"): 2, ("gcc", "2"): 0.2, ("g++", "2"): 1}
EXTRA = "lines gcov does not know"


def chosen(known):
    """An option's choice of some of `known`, comma-separated."""
    def parse(text):
        words = text.split(",")
        if unknown := [word for word in words if word not in known]:
            raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(known)}")
        return words
    return parse


def misses(name, variant, figures):
    kind = program(name).compiler, variant.level
    for figure, least in LEAST[kind].items():
        if percent(*figures[figure]) < least:
            yield f"{name} {variant.text}: {figure} {percent(*figures[figure]):.3f} %, at least {least}"
    if percent(*figures[EXTRA]) > MOST[kind]:
        yield f"{name} {variant.text}: {EXTRA} {percent(*figures[EXTRA]):.3f} %, at most {MOST[kind]}"


def table(variant, results):
    """Prints a row for each program."""
    print(f"\n{variant.text}\n{'':14}" + "".join(f"{figure.replace('functions', 'func.'):>26}" for figure in FIGURES))
    for name, figures in results.items():
        mark = " *" if name in KEPT else ""
        print(f"{name + mark:14}" + "".join(f"{percent(*figures[figure]):26.3f}" for figure in FIGURES))
    if KEPT.keys() & results.keys():
        print("* first run when the rules stood")


def main():
    parser = argparse.ArgumentParser(prog="Tests/Scripts/exactness", description=__doc__)
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", choices=[[], *ALL], default=[],
                        help="of these, by default all but the last three: " + ", ".join(ALL))
    parser.add_argument("--kept", action="store_true", help="also those that were kept to the end")
    parser.add_argument("--branches", action="store_true", help="compare branches alone, with those of gcov -b")
    parser.add_argument("--list", action="store_true", help="name every line that differs")
    parser.add_argument("--levels", type=chosen(["0", "2"]), default=["0", "2"])
    parser.add_argument("--processors", type=chosen(PREFIXES), default=["x86-64"])
    parser.add_argument("--flags", type=chosen(FLAGS), default=list(FLAGS))
    options = parser.parse_args()
    names = options.programs or [*FIRST, *LATER, *(KEPT if options.kept else [])]
    results, missed = {}, []
    if options.branches:
        for variant in [Variant(processor, level, flags) for processor in options.processors
                        for level in options.levels for flags in options.flags]:
            for name in names:
                missed += branches.compare(name, variant, options.list)
        for miss in missed:
            print(f"MISSED {miss}")
        return bool(missed)
    for processor in options.processors:
        for level in options.levels:
            for flags in options.flags:
                variant = Variant(processor, level, flags)
                results[variant] = {name: compare(name, variant, options.list) for name in names}
    for variant, figures in results.items():
        table(variant, figures)
        missed += [miss for name in names for miss in misses(name, variant, figures[name])]
    print()
    for miss in missed:
        print(f"MISSED {miss}")
    return bool(missed)


sys.exit(main())

"""Functions that several units have and the linker keeps once: their lines and calls are counted once, as gcov
counts them, whatever the linker leaves in the other units' debug information."""

import itertools

from Tests.EndToEnd.reporting.test_othertools import LINKERS
from Tests.EndToEnd.support import gcov, reports
from Tests.EndToEnd.support.setting import PLUGIN, Case, emulator, llvm, output, run

HEADER = """\
template <typename T> T scaled(T value, int times)
{
    T sum = 0;
    for (int i = 0; i < times; i++)
        sum += value;
    return sum;
}
inline int shared(int value)
{
    if (value > 100)
        return 0;
    return value + 1;
}
inline int unused(int value)
{
    return value * 3;
}
struct Object {
    int value;
    Object(int given) : value(given)
    {
        value++;
    }
    virtual int get()
    {
        return value;
    }
};
"""
UNITS = {"one": """\
#include "header.h"
int other(int value);
int main(int count, char **)
{
    int sum = 0;
    for (int i = 0; i < 4; i++)
        sum += shared(i);
    Object object(3);
    sum += scaled<int>(2, 3) + object.get();
    if (count > 7)
        sum += unused(sum);
    return sum + other(2) > 1000;
}
""", "other": """\
#include "header.h"
int other(int value)
{
    Object object(value);
    int sum = 0;
    for (int i = 0; i < 3; i++)
        sum += shared(i);
    if (value > 9)
        sum += unused(sum);
    return sum + scaled<int>(value, 2) + object.get();
}
"""}


class CommonFunctions(Case):
    def setUp(self):
        super().setUp()
        (self.folder / "header.h").write_text(HEADER)
        for name, text in UNITS.items():
            (self.folder / f"{name}.cc").write_text(text)

    def theirs(self):
        """What gcov counts: {line: count} of the header, {function: count}."""
        folder = self.folder / "gcov"
        folder.mkdir()
        output("g++", "-O0", "--coverage", *(self.folder / f"{name}.cc" for name in UNITS), "-o", "program",
               folder=folder)
        run(folder / "program", folder=folder, check=True)
        lines, functions = gcov.read(folder)
        header = str(self.folder / "header.h")
        return lines[header], functions[header]

    def ours(self, name):
        trace = self.folder / f"{name}.drcov"
        run(*emulator("x86_64"), "-plugin", f"{PLUGIN},counts=on,out={trace}", self.folder / name, check=True)
        lines, functions, _ = reports.lcov(self.covtool("lcov", trace).stdout)
        return lines[str(self.folder / "header.h")], functions[str(self.folder / "header.h")]

    def test_counts(self):
        lines, functions = self.theirs()
        self.assertEqual((lines[5], lines[12], lines[16]), (5, 7, 0))  # as UNITS say
        self.assertGreater(len(LINKERS), 1)
        units = list(UNITS)
        forms = itertools.product(("g++", llvm("clang++")), (4, 5), LINKERS, (False, True))
        for number, (compiler, version, linker, has_sections) in enumerate(forms):
            # The copy that is kept is the first unit's.
            order = units[::-1] if has_sections else units
            with self.subTest(f"{compiler} {version} {linker} {has_sections}"):
                name = f"program-{number}"
                linking = ["-B/usr/libexec/mold"] if (compiler, linker) == ("g++", "mold") else []
                output(compiler, "-O0", f"-gdwarf-{version}", *linking, f"-fuse-ld={linker}",
                       *(["-ffunction-sections", "-Wl,--gc-sections"] if has_sections else []),
                       *(f"{unit}.cc" for unit in order), "-o", name, folder=self.folder)
                own, called = self.ours(name)
                self.assertEqual(called, functions)
                # What only one of the two has, the closing lines, is not of the matter.
                both = set(own) & set(lines)
                self.assertGreater(len(both), 10)
                self.assertEqual({line: own[line] for line in both}, {line: lines[line] for line in both})

"""A program and a library of sources in several folders, built in a test's own folder, and run."""

import os

from Tests.EndToEnd.support import guests, reports
from Tests.EndToEnd.support.setting import Case, output

SOURCES = {
    "src/main.c": '#include "../include/shared.h"\nint used(int);\nint wide(int);\n'
                  "int main(int count, char **words) {\n    (void)words;\n"
                  "    return used(count) + wide(count) + shared(count) == 7 ? 0 : 1;\n}\n",
    "src/deep/er/used.c": "int used(int n) {\n    if (n > 1)\n        return 9;\n    return n + 1;\n}\n",
    "src/wide.c": '#include "../include/shared.h"\n'
                  "int wide(int n) {\n    return shared(n) + 1;\n}\n",
    "tests/used.c": "int tested(int n) {\n    return n;\n}\n",
    "include/shared.h": "static inline int shared(int n) {\n    return n + 1;\n}\n",
}
PROGRAM = ["src/main.c", "src/deep/er/used.c", "tests/used.c"]
LIBRARY = ["src/wide.c"]


class SourceCase(Case):
    """Has the sources in `project`, and `merged.drcov` of one run."""

    def setUp(self):
        super().setUp()
        self.project = self.folder / "project"
        self.build(self.project)
        guests.record(self.project / "merged.drcov", "pie", self.project / "program")

    def build(self, project, *options):
        for name, text in SOURCES.items():
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        flags = ["-g", "-O0", *options]
        output("gcc", *flags, "-shared", "-fPIC", *[project / name for name in LIBRARY],
               "-o", project / "libwide.so", folder=project)
        output("gcc", *flags, *[project / name for name in PROGRAM], project / "libwide.so",
               "-Wl,-rpath,$ORIGIN", "-o", project / "program", folder=project)

    def report(self, command, *arguments, folder=None, elves=("program", "libwide.so"), **more):
        """What a command says, run in the project's folder."""
        words = [word for name in elves for word in ("--elf", self.project / name)]
        return self.covtool(command, self.project / "merged.drcov", *words, *arguments,
                            folder=folder or self.project, **more)

    def files(self, *arguments, **more):
        """The source files of the report, by their paths in the project where they are in it."""
        lines, _, _ = reports.lcov(self.report("lcov", *arguments, **more).stdout)
        return {os.path.relpath(path, self.project) if path.startswith(str(self.project)) else path
                for path in lines}

"""Missed lines as commands that GitHub's runner takes from a step's output."""

from Tests.EndToEnd.support import guests, reports, services
from Tests.EndToEnd.support.setting import Case, output

MOST = 10  # of a kind that GitHub shows in a step


class Annotations(Case):
    def project(self, functions):
        """A program of so many functions, each with two lines that are missed, in a file with a comma and a colon in
        its name."""
        self.name = "a,b: 100%.c"
        text = "".join(f"void f{n}(void)\n{{\n}}\n\n" for n in range(functions))
        (self.folder / self.name).write_text(text + "int main(void)\n{\n    return 0;\n}\n")
        output("gcc", "-g", "-O0", self.name, "-o", "program", folder=self.folder)
        guests.record(self.folder / "merged.drcov", "pie", self.folder / "program")

    def said(self, *words, status=0, **more):
        return self.covtool("report", "--elf", "program", "--annotations", "github", *words, status=status, **more)

    def missed(self):
        lines, _, _ = reports.lcov(self.covtool("lcov", "--elf", "program").stdout)
        return {line for line, hits in lines[str(self.folder / self.name)].items() if not hits}

    def test_lines(self):
        self.project(3)
        found = services.annotations(self.said().stdout)
        self.assertEqual({name for name, _, _ in found}, {"warning"})
        self.assertEqual({options["file"] for _, options, _ in found}, {self.name})
        self.assertEqual({line for _, options, _ in found
                          for line in range(int(options["line"]), int(options["endLine"]) + 1)}, self.missed())
        self.assertIn("TOTAL", self.said().stdout)
        # To a file goes the table alone.
        self.assertEqual(services.annotations(self.said("-o", "table").stdout), found)
        self.assertEqual((self.folder / "table").read_text(), self.covtool("report", "--elf", "program").stdout)

    def test_many(self):
        self.project(40)
        found = services.annotations(self.said().stdout)
        self.assertEqual([name for name, _, _ in found], ["warning"] * MOST + ["notice"])
        self.assertIn(f"{len(self.missed())} lines in 1 file ", found[-1][2])
        sizes = [int(options["endLine"]) - int(options["line"]) for _, options, _ in found[:-1]]
        self.assertEqual(sizes, sorted(sizes, reverse=True))

    def test_gates(self):
        self.project(1)
        done = self.said("--fail-under-lines", "90", status=1)
        error, = [text for name, _, text in services.annotations(done.stdout) if name == "error"]
        self.assertIn(error, done.stderr)
        self.assertNotIn("error", {name for name, _, _ in services.annotations(self.said("--fail-under-lines", "1").stdout)})

    def test_standard_output(self):
        """It has no report and annotations at once; no trace is read to find that out."""
        for command, *words in (["report", "none.drcov"], ["report", "--output", "lcov:cov.info", "none.drcov"],
                                ["patch", "none.drcov", "--diff", "none"], ["run", "-o", "new.drcov", "--", "none"]):
            done = self.covtool(command, "--annotations", "github", "--output", "json:-", *words, status=64)
            self.assertEqual(done.stdout, "")
            self.assertIn("--annotations github and --output json:- both write to standard output", done.stderr)
        self.project(1)
        found = services.annotations(self.said().stdout)
        self.assertEqual(services.annotations(self.said("--output", "json:cov.json").stdout), found)
        self.assertEqual(services.annotations(self.said("-o", "-").stdout), found)

    BRANCHES = """int main(int n, char **words)
{
    if (n > 1)
        return 7;
    return n > 0 && words[0] ? 0 : 1;
}
"""

    def test_branches(self):
        """Ways that were never gone stand behind lines that were not executed. What ways those are is worked out by hand:
        the program is called without words."""
        (self.folder / "branches.c").write_text(self.BRANCHES)
        output("gcc", "-g", "-O0", "branches.c", "-o", "program", folder=self.folder)
        guests.qemu("pie", self.folder / "program", plugin=f"counts=on,out={self.folder}/merged.drcov")
        plain = services.annotations(self.said().stdout)
        self.assertEqual([(options["line"], options["title"]) for _, options, _ in plain], [("4", "Missed lines")])
        found = services.annotations(self.said("--branch-coverage").stdout)
        self.assertEqual(found[:1], plain)
        self.assertEqual([(name, options["file"], options["line"], options["endLine"], options["title"])
                          for name, options, _ in found[1:]],
                         [("warning", "branches.c", line, line, "Missed branches") for line in ("3", "5")])
        self.assertEqual(found[1][2], "Line 3: never went to line 4")
        self.assertIn("condition 1 of", found[2][2])
        (self.folder / "new.diff").write_text(
            "--- /dev/null\n+++ b/branches.c\n@@ -0,0 +1,6 @@\n" + "".join(f"+{line}\n" for line in self.BRANCHES.splitlines()))
        done = self.covtool("patch", "--diff", "new.diff", "--source-root", ".", "--elf", "program", "--branch-coverage",
                            "--annotations", "github", "merged.drcov")
        self.assertEqual(services.annotations(done.stdout), found)

    def test_places(self):
        """A path is seen from the workspace of GitHub's runner, which is the folder of the project there."""
        self.project(1)
        (self.folder / "sub").mkdir()
        words = ["../merged.drcov", "--elf", "../program"]
        done = self.covtool("report", *words, "--annotations", "github", folder=self.folder / "sub",
                            environment={"GITHUB_WORKSPACE": str(self.folder)})
        self.assertEqual({options["file"] for _, options, _ in services.annotations(done.stdout)}, {self.name})

    def test_link(self):
        """A working folder that is reached by a link is the folder that debug information names."""
        self.project(1)
        link = self.folder / "a link"
        link.symlink_to(self.folder)
        for folder in (self.folder, link):
            more = {"folder": folder, "environment": {"PWD": str(folder), "GITHUB_WORKSPACE": ""}}
            found = services.annotations(self.said("merged.drcov", **more).stdout)
            self.assertEqual({options["file"] for _, options, _ in found}, {self.name})
            lines, _, sources = services.cobertura(self.covtool("cobertura", "merged.drcov", "--elf", "program", **more).stdout)
            self.assertEqual((set(lines), sources), ({self.name}, {str(self.folder)}))

    def test_nothing_missed(self):
        self.project(0)
        self.assertEqual(services.annotations(self.said().stdout), [])
        self.covtool("report", "--elf", "program", "--annotations", "gitlab", status=64)

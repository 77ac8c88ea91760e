"""Docs/github-actions.yml: its steps but for those that fetch and build covtool, typed as they stand, in a project
of this test's own."""

import os
import re
import subprocess
import textwrap
from pathlib import Path

from Tests.EndToEnd.support import changes, services, setting
from Tests.EndToEnd.support.setting import COVTOOL, ROOT, Case, output

SOURCE = """\
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
    FILE *file = fopen(argv[1], "r");
    int character, digits = 0;
    if (!file) {
        return 2;
    }
    while ((character = getc(file)) != EOF) {
        if (character == '!') {
            abort();
        }
        digits += character >= '0' && character <= '9';
    }
    printf("%d\\n", digits);
    return 0;
}
"""
NEVER = 7  # the line that no input reaches


def steps():
    """Name -> what a step runs."""
    text = (ROOT / "Docs/github-actions.yml").read_text()
    found = re.findall(r"^      - name: (.+)\n(?:        if: .*\n)?        run: \|\n((?:          .*\n|\n)+)", text, re.M)
    return {name: textwrap.dedent(lines) for name, lines in found}


class GitHubActions(Case):
    def test_steps(self):
        path = f"{Path(setting.emulator('x86_64')[0]).parent}:{os.environ['PATH']}"
        known = steps()
        self.assertEqual(["Build covtool", "Packages", "Build", "Record", "Report", "Change"], list(known))
        (self.folder / "a.c").write_text(SOURCE.replace("    return 0;", "    return 1;"))
        (self.folder / ".gitignore").write_text("*\n!a.c\n")
        changes.git(self.folder, "init", "--quiet", "--initial-branch", "main")
        changes.commit(self.folder)
        # As a clone has it, of the branch that the change is for.
        changes.git(self.folder, "update-ref", "refs/remotes/origin/main", "HEAD")
        (self.folder / "a.c").write_text(SOURCE)
        changes.commit(self.folder)
        (self.folder / "Makefile").write_text("a.out: a.c\n\t$(CC) $(CFLAGS) $< -o $@\n")
        (self.folder / "inputs").mkdir()
        for name, content in {"one": "a1b2", "two": "", "three": "1!"}.items():
            (self.folder / "inputs" / name).write_text(content)
        output(COVTOOL, "install", "--prefix", self.folder / "covtool-installed")
        said = {}
        runner = {"GITHUB_WORKSPACE": str(self.folder), "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
                  "GITHUB_BASE_REF": "main", "HOME": str(self.folder)}
        (self.folder / "summary").touch()
        for name in ("Build", "Record", "Report", "Change"):
            done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", known[name]],
                                  cwd=self.folder, env={**os.environ, "PATH": path, **runner}, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
            said[name] = done.stdout
            self.assertEqual(0, done.returncode, f"{name}: {done.stderr}")
        self.assertIn("inputs/three: exit status 134", said["Record"])
        tracefile = (self.folder / "cov.info").read_text()
        lines = {int(line): int(count) for line, count in re.findall(r"^DA:(\d+),(\d+)", tracefile, re.M)}
        self.assertEqual([NEVER], [line for line, count in lines.items() if not count])
        self.assertTrue((self.folder / "pages/index.html").exists())
        self.assertRegex((self.folder / "summary").read_text(), r"(?m)^\| `a\.c` \| .* \| 7 \|$")
        # The changed line is executed; of another change, the missed line is marked, and the gate is said to fail.
        self.assertEqual(services.annotations(said["Change"]), [])
        changes.git(self.folder, "checkout", "--quiet", "--detach")
        (self.folder / "a.c").write_text(SOURCE.replace("return 2;", "return 3;"))
        done = subprocess.run(["bash", "-eo", "pipefail", "-c", known["Change"]], cwd=self.folder,
                              env={**os.environ, "PATH": path, **runner}, text=True, stdout=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 1)
        (_, options, _), (name, _, text) = services.annotations(done.stdout)
        self.assertEqual((options["file"], options["line"]), ("a.c", str(NEVER)))
        self.assertEqual((name, text.split(":")[0]), ("error", "--fail-under-patch 80"))

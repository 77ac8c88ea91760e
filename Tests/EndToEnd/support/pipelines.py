"""The examples for continuous integration (Docs/ci) as a shell would run them, and a project that they are run in.

    python3 -m Tests.EndToEnd.support.pipelines EXAMPLE FOLDER

makes the project in FOLDER, and `lines` beside it: what EXAMPLE (github-actions.yml, ...) runs there, as a script for
bash.
"""

import re
import sys
import textwrap
from pathlib import Path

from Tests.EndToEnd.support import changes

EXAMPLES = Path(__file__).resolve().parents[3] / "Docs/ci"
NAMES = ["Jenkinsfile", "coverage.sh", "github-actions.yml", "gitlab-ci.yml"]
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
# What a runner sets, in a folder that it is given.
RUNNER = {"GITHUB_WORKSPACE": "{folder}", "GITHUB_STEP_SUMMARY": "{folder}/summary", "GITHUB_BASE_REF": "main",
          "HOME": "{folder}"}


def steps(name):
    """Name -> what a step of the example runs, in the order of its steps."""
    text = (EXAMPLES / name).read_text()
    if name == "github-actions.yml":
        found = re.findall(r"^      - name: (.+)\n(?:        if: .*\n)?        run: \|\n((?:          .*\n|\n)+)", text, re.M)
    elif name == "action.yml":
        found = [("Install", "".join(re.findall(r"^        (.*\n)", text.partition("run: |\n")[2], re.M)))]
    elif name == "gitlab-ci.yml":
        found = [(part, "".join(re.findall(r"^    - (.*\n)", lines, re.M)))
                 for part, lines in re.findall(r"^  (\w*script):\n((?:    .*\n)+)", text, re.M)]
    elif name == "Jenkinsfile":
        found = re.findall(r"stage\('(\w+)'\) \{\s+steps \{\s+sh '''\n(.*?)'''", text, re.S)
    else:
        found = [("All", text)]
    return {step: textwrap.dedent(lines) for step, lines in found}


def make_project(folder):
    """A project with a change: what is in its branch differs from origin/main in line 17, which is executed."""
    folder.mkdir(exist_ok=True)
    (folder / "a.c").write_text(SOURCE.replace("    return 0;", "    return 1;"))
    (folder / ".gitignore").write_text("*\n!a.c\n")
    changes.git(folder, "init", "--quiet", "--initial-branch", "main")
    changes.commit(folder)
    # As a clone has it, of the branch that the change is for.
    changes.git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    (folder / "a.c").write_text(SOURCE)
    changes.commit(folder)
    (folder / "Makefile").write_text("a.out: a.c\n\t$(CC) $(CFLAGS) $< -o $@\n")
    (folder / "inputs").mkdir()
    for name, content in {"one": "a1b2", "two": "", "three": "1!"}.items():
        (folder / "inputs" / name).write_text(content)
    (folder / "summary").touch()


if __name__ == "__main__":
    make_project(Path(sys.argv[2]))
    script = ["set -eo pipefail"] + [f"export {name}=\"{value.format(folder='$PWD')}\"" for name, value in RUNNER.items()]
    Path(sys.argv[2], "lines").write_text("\n".join(script + list(steps(sys.argv[1]).values())))

"""What the shells themselves make of the completions."""

import shutil

from Tests.EndToEnd.support.setting import COVTOOL, Case, output, run

BASH = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
"$(complete -p covtool | sed 's/.*-F \\([^ ]*\\).*/\\1/')" covtool "${@: -1}" "${@: -2:1}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


class Completions(Case):
    def setUp(self):
        super().setUp()
        self.environment = {"PATH": f"{COVTOOL.parent}:/usr/bin:/bin"}

    def script(self, shell):
        path = self.folder / f"covtool.{shell}"
        path.write_text(self.covtool("--generate-completion-script", shell).stdout)
        return path

    def check(self, complete):
        """`complete` gives the completions of the last of some words."""
        commands = {line.split()[0].rstrip(",") for line in
                    self.covtool("--help").stdout.partition("SUBCOMMANDS:\n")[2].splitlines()
                    if line.startswith("  ") and not line.startswith("   ") and "See '" not in line}
        self.assertGreater(len(commands), 15)
        self.assertLessEqual(commands, complete("covtool", ""))
        self.assertIn("report", complete("covtool", "rep"))
        for command in commands:
            help = self.covtool(command, "--help").stdout
            options = {word.strip("[](),/") for word in help.split() if word.startswith("--") and word != "--"}
            listed = {option for option in options if f"\n  {option}" in help}
            self.assertLessEqual(listed, complete("covtool", command, "--"), command)
        self.assertIn("refuse", complete("covtool", "report", "--mixed", ""))
        self.assertIn("report", complete("covtool", "config", "rep"))
        (self.folder / "one.drcov").touch()
        self.assertIn("one.drcov", complete("covtool", "report", "on"))

    def test_bash(self):
        script = self.script("bash")
        self.check(lambda *words: set(output(
            "bash", "-c", BASH, "bash", script, *words, folder=self.folder,
            environment=self.environment).splitlines()))

    def test_fish(self):
        if not shutil.which("fish"):
            self.skipTest("no fish")
        script = self.script("fish")
        environment = {**self.environment, "HOME": str(self.folder), "TERM": "dumb"}
        self.check(lambda *words: {line.split("\t")[0] for line in output(
            "fish", "-c", f"source {script}; complete --do-complete '{' '.join(words)}'",
            folder=self.folder, environment=environment).splitlines()})

    def test_zsh(self):
        """It reads the script, and knows the function."""
        if not shutil.which("zsh"):
            self.skipTest("no zsh")
        shutil.copy(self.script("zsh"), self.folder / "_covtool")
        done = run("zsh", "-f", "-c", f"fpath=({self.folder} $fpath); autoload -Uz compinit; "
                   f"compinit -u -d {self.folder}/dump; autoload +X _covtool && "
                   "print $_comps[covtool]", environment=self.environment)
        self.assertEqual((done.stdout, done.stderr), ("_covtool\n", ""))

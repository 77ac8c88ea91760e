"""README.md and Docs say what is so: their commands are typed, their tables compared with what they are of."""

import itertools
import re
import shutil
import subprocess

from Tests.EndToEnd.support import changes, guests
from Tests.EndToEnd.support.setting import COVTOOL, PLUGIN, ROOT, Case, emulator, output, run

PAGES = [ROOT / "README.md", ROOT / "Tests/README.md", *sorted((ROOT / "Docs").rglob("*.md"))]
# Options in these pages that are of other programs.
FOREIGN = {"--decompress-debug-sections": "objcopy", "--demangle-cpp": "genhtml", "--enable-plugins": "QEMU",
           "--cobertura-add-tracefile": "gcovr", "--coverage": "gcc", "--ignore-errors": "lcov", "--no-install-recommends": "apt-get", "--no-prefix": "git",
           "--rc": "lcov", "--show-details": "genhtml", "--strip-components": "tar", "--style": "wtf"}
# What `show` and the .covtool file of Docs are of.
SOURCE = """\
#include <stdio.h>

static int parse(const char *text)
{
    return text[0] == '-';
}

int main(int count, char **arguments)
{
    return count > 1 && parse(arguments[1]);
}
"""


def fenced(text):
    """The blocks between fences that name no language, and what is left of the page without all blocks."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S)
    return [block for language, block in blocks if not language], re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)


def first_column(text, *titles):
    """The first cells of the table that has these titles."""
    head = "| " + " | ".join(titles) + " |\n"
    rows = itertools.takewhile(lambda line: line.startswith("|"), text.partition(head)[2].splitlines()[1:])
    return [re.split(r"(?<!\\)\|", row)[1].strip() for row in rows]


class Documents(Case):
    def test_links(self):
        """Every file that is linked or named is there, every heading too."""
        headings = {page: {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
                           for title in re.findall(r"^#+ (.*)$", fenced(page.read_text())[1], re.M)}
                    for page in PAGES}
        for page in PAGES:
            text = fenced(page.read_text())[1]
            for target in re.findall(r"\]\(([^)]+)\)", text):
                path, _, anchor = target.partition("#")
                if "://" in target:
                    continue
                other = (page.parent / path).resolve() if path else page
                self.assertTrue(other.exists(), f"{page}: {target}")
                self.assertTrue(not anchor or anchor in headings[other], f"{page}: {target}")
            for name in re.findall(r"`((?:Tests|Fixtures|Docs|Sources)/[^` *…]*)", text):
                self.assertTrue((ROOT / name).exists(), f"{page}: {name}")

    def test_commands(self):
        """Docs/commands.md has the commands that there are."""
        text = self.covtool("--help").stdout.partition("SUBCOMMANDS:\n")[2]
        commands = {name for line in text.splitlines() if re.match(r"  \w", line) and "See '" not in line
                    for name in re.match(r"  (\S+)", line)[1].rstrip(",").split()}
        cells = first_column((ROOT / "Docs/commands.md").read_text(), "command", "what it does")
        named = {re.sub("^covtool ", "", words).split()[0] for cell in cells for words in re.findall("`([^`]+)`", cell)}
        self.assertEqual(named, commands)

    def test_options(self):
        """Every option that a page names is one of a command, or of another program."""
        known = set(FOREIGN)
        helped = self.covtool("--help").stdout.partition("SUBCOMMANDS:\n")[2]
        for command in re.findall(r"^  ([a-z][\w-]*)", helped, re.M):
            known |= set(re.findall(r"--[a-z0-9][a-z0-9-]*", self.covtool(command, "--help").stdout))
        for page in PAGES:
            for option in re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", page.read_text()):
                self.assertIn(option, known, page)

    def test_plugin_options(self):
        """The table and the man page have the options and choices that the plugin itself lists."""
        done = run("qemu-x86_64", "-plugin", f"{PLUGIN},nosuchoption=1", "/bin/true")
        listed = dict(re.findall(r"(?:options:|,) ([a-z]+)=([A-Za-z0-9|]+)", done.stderr))
        self.assertIn("out", listed)
        cells = " ".join(first_column((ROOT / "Docs/recording.md").read_text(), "option", "meaning", "without it"))
        cells = cells.replace("\\|", "|")
        self.assertEqual(set(re.findall(r"`([a-z]+)=", cells)), set(listed))
        for name, choices in re.findall(r"`([a-z]+)=([A-Za-z0-9|]+)", cells):
            self.assertLessEqual(set(choices.split("|")), set(listed[name].split("|")), name)
        self.covtool("install", "--prefix", "prefix")
        page = (self.folder / "prefix/share/man/man7/libcov.so.7").read_text()
        heads = " ".join(re.findall(r"^\.TP\n\.B ([a-z].*)", page, re.M))
        shown = dict(re.findall(r"([a-z]+)=([A-Za-z0-9|]+)", heads.replace("\\-", "-")))
        self.assertEqual({name: set(choices.split("|")) for name, choices in shown.items()},
                         {name: set(choices.split("|")) for name, choices in listed.items()})

    def test_sizes(self):
        """README says how large what is installed is."""
        text = (ROOT / "README.md").read_text()
        for name, file in (("covtool", COVTOOL), ("libcov.so", PLUGIN)):
            said = float(re.search(rf"`{re.escape(name)}`\s+\(([0-9.]+) MB\)", text)[1])
            self.assertAlmostEqual(file.stat().st_size / 1e6, said, delta=max(0.5, said / 10), msg=name)

    def test_exit_statuses(self):
        """Each that Docs/commands.md or Docs/reports.md says, covtool's own help says too, and the other way round."""
        helped = set(re.findall(r"\b(0|1|6\d|7\d)\b", self.covtool("--help").stdout.partition("Exit status:")[2]
                                .partition("USAGE")[0]))
        listed = set(first_column((ROOT / "Docs/reports.md").read_text(), "status", "meaning"))
        self.assertEqual(listed - {"130"}, helped)
        text = re.sub(r"\s+", " ", (ROOT / "Docs/commands.md").read_text())
        sentence = text.partition("The exit status is ")[2].partition("[reports.md")[0]
        self.assertEqual(set(re.findall(r"\b(0|1|6\d|7\d)\b", sentence)), helped)

    def test_typed(self):
        """The lines to be typed, page by page, in a folder as they take it; all end with 0."""
        shutil.copy2(COVTOOL, self.folder / "covtool")
        shutil.copy2(PLUGIN, self.folder / "libcov.so")
        # Docs/changes.md: what was there before, as a branch and as a diff.
        (self.folder / "parser.c").write_text(SOURCE.replace("'-'", "'+'"))
        changes.git(self.folder, "init", "--quiet")
        changes.git(self.folder, "add", "parser.c")
        changes.git(self.folder, "commit", "--quiet", "--message", "before")
        changes.git(self.folder, "update-ref", "refs/remotes/origin/main", "HEAD")
        (self.folder / "parser.c").write_text(SOURCE)
        (self.folder / "change.diff").write_text(changes.git(self.folder, "diff"))
        (self.folder / "old.info").write_text("SF:parser.c\nDA:5,1\nend_of_record\n")
        for program in ("a.out", "program"):
            output("gcc", "-g", "parser.c", "-o", program, folder=self.folder)
        # Docs/foreign-traces.md: where main begins, which is an offset in a program that has no address of its own.
        (self.folder / "run.modoff").write_text(f"a.out+{guests.place_of(self.folder / 'a.out', 'main'):x}\n")
        (self.folder / "out/default/queue").mkdir(parents=True)
        (self.folder / "out/default/queue/id:000000,orig:1").write_text("1")
        (self.folder / "unit-tests.info").write_text("SF:parser.c\nDA:1,1\nend_of_record\n")
        environment = {"PATH": f"{self.folder}:/usr/bin:/bin", "LD_LIBRARY_PATH": str(PLUGIN.parent),
                       "GITHUB_STEP_SUMMARY": str(self.folder / "summary")}
        # As a release has QEMU.
        (self.folder / "covtool-qemu-x86_64").symlink_to(shutil.which(emulator("x86_64")[0]))
        typed = []
        for page in PAGES:
            for line in "\n".join(fenced(page.read_text())[0]).splitlines():
                if re.match(r"((?:covtool-)?qemu-\w+|covtool|genhtml) [^►]*$", line):
                    typed.append(line)
                    output("bash", "-c", line, folder=self.folder, environment=environment)
        # README's three lines, Docs/recording.md's, and those of Docs/reports.md.
        self.assertGreaterEqual(len(typed), 8, typed)
        self.assertIn("DA:", (self.folder / "cov.info").read_text())
        self.assertTrue((self.folder / "html/index.html").exists())

    def test_project_file(self):
        """Docs/selecting.md's .covtool is one that is understood."""
        block, = [block for block in fenced((ROOT / "Docs/selecting.md").read_text())[0] if "[report]" in block]
        (self.folder / ".covtool").write_text(block)
        said = {command: self.covtool("config", command).stdout for command in ("lcov", "report")}
        for setting in (f"elf = {self.folder}/build/app", f"source-root = {self.folder}", "exclude = */third_party/*"):
            self.assertIn(setting, said["lcov"])
        # The nearer one wins, whole.
        self.assertIn(f"exclude = {self.folder}/tests/", said["report"])
        self.assertNotIn("third_party", said["report"])

    def test_qemus(self):
        """Those that README says were tested are those that Tests/Scripts/qemus knows."""
        text = re.sub(r"\s+", " ", (ROOT / "README.md").read_text())
        tried, = re.findall(r"Tested: (.*?);", text)
        user, system = tried.split("in user mode")
        listed = subprocess.run([ROOT / "Tests/Scripts/qemus", "--list"], stdout=subprocess.PIPE, text=True,
                                check=True).stdout
        columns = {tuple(line.split("\t")[0].split("-", 1)) for line in listed.splitlines()}
        said = {(kind, version) for kind, part in (("user", user), ("system", system))
                for version in re.findall(r"\b\d+\.\d+\b", part)}
        # What is known, and was not tested, README says of its own.
        untried = set(re.findall(r"`Tests/Scripts/qemus (user|system)-([\d.]+)` builds the newest .*? that was not tested", text))
        self.assertEqual(said | untried, columns)

"""covtool run: what programs do to the corpus, to the place where they run, and what they leave behind."""

import os
import subprocess
import time
from pathlib import Path

from Tests.EndToEnd.support import statuses
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, Case, output, run

# Leaves a process that is in no group of its parent's, where its input begins with d.
DAEMON = """
#include <stdio.h>
#include <unistd.h>

__attribute__((noinline)) static void in_daemon(void) { write(1, "", 0); }

int main(int count, char **words)
{
    FILE *file = fopen(words[count - 1], "r");
    if (fgetc(file) != 'd') {
        usleep(1500000);
        return 0;
    }
    // The second child's parent is gone before the run is over.
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            usleep(700000);
            in_daemon();
            for (;;)
                pause();
        }
        _exit(0);
    }
    usleep(200000);
    return 0;
}
"""

# The same, of a process that executes another program, and has standard error open.
EXECUTES = """
#include <unistd.h>

int main(void)
{
    if (fork() == 0) {
        setsid();
        execl("/bin/sleep", "sleep", "86421", (char *)0);
    }
    usleep(300000);
    return 0;
}
"""

# Gives up its rights before it opens its input, as a server does.
DROPS = """
#include <stdio.h>
#include <unistd.h>

__attribute__((noinline)) static void read_as_nobody(FILE *file) { fgetc(file); }

int main(int count, char **words)
{
    if (setgid(65534) != 0 || setuid(65534) != 0)
        return 2;
    FILE *file = fopen(words[count - 1], "r");
    if (!file)
        return 1;
    read_as_nobody(file);
    return 0;
}
"""


def processes(word):
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in command.read_bytes():
                found.append(command)
        except OSError:
            continue
    return found


class Left(Case):
    def setUp(self):
        super().setUp()
        self.corpus = self.folder / "corpus"
        self.corpus.mkdir()
        (self.folder / "tmp").mkdir()
        self.environment = {"TMPDIR": str(self.folder / "tmp")}

    def replay(self, *words, status=0, **environment):
        done = self.covtool("run", "-j", "1", "--corpus", self.corpus, "-o", "run.drcov", "--status", "status", *words,
                            status=status, environment={**self.environment, **environment})
        return done, {Path(line["input"]).name: line for line in statuses.read(self.folder / "status")}

    def test_daemon(self):
        """What it reaches is nothing that the next input has reached, and it does not outlive its run."""
        program = self.folder / "program"
        (self.folder / "daemon.c").write_text(DAEMON)
        output("gcc", "-g", "-Wall", "-Werror=implicit", self.folder / "daemon.c", "-o", program)
        (self.corpus / "1").write_text("d")
        (self.corpus / "2").write_text("x")
        for number, how in enumerate(([], ["--no-fork-server"])):
            with self.subTest(how=how):
                _, ended = self.replay("-t", "20s", *how, "--keep-traces", f"kept{number}", "--", program, "@@")
                self.assertEqual([line["end"] for line in ended.values()], ["done"] * 2)
                found = run(COVTOOL, "which", "in_daemon", f"kept{number}", folder=self.folder).stdout
                self.assertNotIn("2.drcov", found)
                self.assertEqual(processes(str(program)), [])
                self.assertEqual(os.listdir(self.folder / "tmp"), [])

    def test_daemon_below_a_link(self):
        """Where TMPDIR is reached by a link, or by a relative path."""
        (self.folder / "guest.c").write_text(EXECUTES)
        output("gcc", "guest.c", "-o", "guest", folder=self.folder)
        (self.corpus / "a").write_text("a")
        (self.folder / "link").symlink_to("tmp")
        for place in (self.folder / "link", "tmp", "./link/"):
            with self.subTest(place=place):
                self.replay("--", self.folder / "guest", "@@", TMPDIR=str(place))
                self.assertEqual(processes("86421"), [])
                self.assertEqual(os.listdir(self.folder / "tmp"), [])

    def test_rights_that_are_given_up(self):
        """The program finds its input as nobody, too, and what it reaches then is recorded."""
        if os.geteuid() != 0:
            self.skipTest("needs root, whose rights can be given up")
        self.addCleanup(os.umask, os.umask(0o022))
        for folder in (self.folder, self.folder / "tmp"):
            folder.chmod(0o711)
        (self.folder / "drops.c").write_text(DROPS)
        program = self.folder / "program"
        output("gcc", "-g", "-Wall", self.folder / "drops.c", "-o", program)
        for name in "ab":
            (self.corpus / name).write_text(name)
            (self.corpus / name).chmod(0o600)
        for number, how in enumerate(([], ["--no-fork-server"], ["--state", "state"])):
            with self.subTest(how=how):
                _, ended = self.replay(*how, "--keep-traces", f"dropped{number}", "--", program, "@@")
                self.assertEqual([(line["end"], line["status"]) for line in ended.values()], [("done", 0)] * 2)
                found = run(COVTOOL, "which", "read_as_nobody", f"dropped{number}", folder=self.folder).stdout
                self.assertIn("a.drcov", found)
                self.assertIn("b.drcov", found)
                self.assertEqual(os.listdir(self.folder / "tmp"), [])

    def test_several_at_once(self):
        """A run does not end what another has left and may still want."""
        (self.corpus / "a").write_text("(setsid sh -c 'sleep 3; echo > $KEPT/done' &); sleep 6; test -e $KEPT/done")
        for number in range(12):
            (self.corpus / f"z{number}").write_text(f": {number}; (setsid sleep 61.25 &)")
        for how in ([], ["--no-fork-server"]):
            with self.subTest(how=how):
                (self.folder / "done").unlink(missing_ok=True)
                _, ended = self.replay("-j", "3", "-t", "60s", *how, "--", "/bin/sh", "@@", KEPT=str(self.folder))
                self.assertEqual({line["status"] for line in ended.values()}, {0})
                self.assertEqual(processes("61.25"), [])

    def test_memory_of_children(self):
        """A limit is one of all processes of a run together."""
        python = "b = bytearray(150 << 20); import time; time.sleep(8)"
        three = " ".join([f'python3 -c "{python}" &'] * 3) + " wait"
        (self.corpus / "three").write_text(three)
        (self.corpus / "one").write_text(f'python3 -c "{python}" & wait')
        for how in ([], ["--no-fork-server"]):
            with self.subTest(how=how):
                _, ended = self.replay("-m", "400", "-t", "60s", *how, "--", "/bin/sh", "@@")
                self.assertEqual({name: line["end"] for name, line in ended.items()},
                                 {"three": "out-of-memory", "one": "done"})

    def test_much_on_standard_error(self):
        """It does not fill the folder for temporary files."""
        (self.corpus / "a").write_text("while :; do head -c 1000000 /dev/zero >&2; done")
        for how in ([], ["--no-fork-server"]):
            with self.subTest(how=how):
                command = ["run", *how, "--corpus", self.corpus, "-t", "8s", "-o", "run.drcov", "--", "/bin/sh", "@@"]
                process = subprocess.Popen([COVTOOL, *command], cwd=self.folder, stderr=subprocess.PIPE, text=True,
                                           env={**ENVIRONMENT, **self.environment})
                largest = 0
                while process.poll() is None:
                    for path in (self.folder / "tmp").rglob("messages"):
                        try:
                            largest = max(largest, path.stat().st_size)
                        except OSError:
                            continue
                    time.sleep(0.02)
                self.assertEqual(process.returncode, 0, process.communicate()[1])
                self.assertGreater(largest, 0)
                self.assertLess(largest, 40 << 20)

    def test_linked_input(self):
        """A program that links its input elsewhere keeps it."""
        for name in "abc":
            (self.corpus / name).write_text(name)
        for number, how in enumerate(([], ["--no-fork-server"])):
            with self.subTest(how=how):
                kept = self.folder / f"kept{number}"
                kept.mkdir()
                links = 'ln "$1" "$KEPT/$(cat "$1")"'
                _, ended = self.replay(*how, "--", "/bin/sh", "-c", links, "sh", "@@", KEPT=str(kept))
                self.assertEqual({line["status"] for line in ended.values()}, {0})
                found = {path.name: path.read_text() for path in kept.iterdir()}
                self.assertEqual(found, {name: name for name in "abc"})

    def test_corpus_that_changes(self):
        """Inputs that crash are kept as they were run; one that was chosen and is another now is not copied."""
        contents = {"a": "rm $CORPUS/a; kill -SEGV $$", "b": "echo other > $CORPUS/b; kill -SEGV $$",
                    "c": "case x in y) ;; *) kill -SEGV $$;; esac"}
        for number, how in enumerate(([], ["--no-fork-server"])):
            with self.subTest(how=how):
                for name, content in contents.items():
                    (self.corpus / name).write_text(content)
                folders = ["--crashes", f"crashed{number}", "--minimise-to", f"few{number}"]
                done, ended = self.replay(*how, *folders, "--", "/bin/sh", "@@", CORPUS=str(self.corpus))
                self.assertEqual({line["end"] for line in ended.values()}, {"crashed"})
                crashed = (self.folder / f"crashed{number}").iterdir()
                self.assertEqual({path.name: path.read_text() for path in crashed}, contents)
                few = {path.name: path.read_text() for path in (self.folder / f"few{number}").iterdir()}
                self.assertLessEqual(few.items(), {("c", contents["c"])})
                missing = done.stderr.count("has changed, or is gone, since it was run; it is not copied")
                self.assertGreater(missing, 0)
                self.assertIn(f"equal with the {missing} that could not be copied", done.stderr)

    def test_without_permission(self):
        (self.corpus / "a").write_text("a")
        program = self.folder / "program"
        program.write_bytes(Path("/bin/true").read_bytes())
        program.chmod(0o644)
        for how in ([], ["--no-fork-server"]):
            done, _ = self.replay(*how, "--", program, status=65)
            self.assertIn(f"{program} has no permission to be executed", done.stderr)

    def test_result_in_place_of_an_archive(self):
        (self.corpus / "a").write_text("a")
        output("tar", "-cf", self.folder / "in.tar", "-C", self.corpus, "a")
        (self.folder / "list").write_text("in.tar\n")
        before = (self.folder / "in.tar").read_bytes(), (self.folder / "list").read_bytes()
        for corpus, result in (("in.tar", "in.tar"), ("@list", "in.tar"), ("@list", "list")):
            done = self.covtool("run", "--corpus", corpus, "-o", result, "--", "/bin/true", status=64)
            self.assertIn("name another file for the result", done.stderr)
        self.assertEqual(((self.folder / "in.tar").read_bytes(), (self.folder / "list").read_bytes()), before)

"""covtool run: programs and corpora that do what one does not expect."""

import os
import resource
import shutil

from Tests.EndToEnd.support import statuses
from Tests.EndToEnd.support.setting import COVTOOL, PLUGIN, Case, run

# A shell that first looks whether it finds its input alone, and then spoils the place for the next one.
SPOILS = """
cd "${1%/*}" && [ "$(ls -A)" = "${1##*/}" ] && [ -f "$1" ] && [ ! -L "$1" ] && [ -r "$1" ] || exit 1
case $(cat "$1") in
a) rm "$1";;
b) mv "$1" other;;
c) rm "$1" && mkdir -p "$1/in";;
d) chmod 0 "$1";;
e) rm "$1" && ln -s /dev/null "$1";;
f) touch .hidden;;
g) rm "$1" && echo other > "$1";;
h) rm "$1" && cd / && rmdir "${1%/*}";;
z) ;;
*) exit 2;;
esac
"""


class Hostile(Case):
    def setUp(self):
        super().setUp()
        self.corpus = self.folder / "corpus"
        self.corpus.mkdir()

    def replay(self, *words, status=0, **options):
        done = self.covtool("run", "-o", "run.drcov", "--status", "status", *words, status=status, **options)
        return done, statuses.read(self.folder / "status")

    def test_spoilt_inputs(self):
        """Each input is found as it is, whatever the run before has done to its file."""
        for name in "abcdefghz":
            (self.corpus / name).write_text(name)
        for how in ([], ["--no-fork-server"]):
            with self.subTest(how=how):
                _, ended = self.replay("-j", "1", *how, "--corpus", self.corpus, "--", "/bin/sh", "-c", SPOILS, "sh", "@@")
                self.assertEqual([(line["end"], line["status"]) for line in ended], [("done", 0)] * 9)
                self.assertEqual([(self.corpus / name).read_text() for name in "abcdefghz"], [*"abcdefghz"])

    def test_folders_without_permission(self):
        """What a program has made beside its input, and lets nobody change, the next input does not find; as a user, since
        the superuser needs no permission."""
        self.folder.chmod(0o777)
        (self.folder / "tmp").mkdir(mode=0o777)
        (self.folder / "tmp").chmod(0o777)
        for name in "abc":
            (self.corpus / name).write_text(name)
        command = '[ "$(ls -A "${1%/*}")" = input ] && cd "${1%/*}" && mkdir -p one/two && touch one/two/three && ' \
            'chmod 0555 one/two && chmod 0 one'
        for file in (COVTOOL, PLUGIN):  # which may be where only the superuser comes to
            shutil.copy2(file, self.folder)
        user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if os.geteuid() == 0 else []
        done = run(*user, self.folder / "covtool", "run", "-j", "1", "--corpus", self.corpus, "-o", "tmp/run.drcov", "--status", "tmp/status",
                   "--", "/bin/sh", "-c", command, "sh", "@@", folder=self.folder,
                   environment={"TMPDIR": str(self.folder / "tmp")})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([line["status"] for line in statuses.read(self.folder / "tmp/status")], [0] * 3)
        self.assertEqual(sorted(os.listdir(self.folder / "tmp")), ["run.drcov", "status"])

    def test_programs_that_write_beside(self):
        """gzip's status is the one that it has alone."""
        for name in "abc":
            (self.corpus / name).write_text(name)
        for options in ([], ["-k"]):
            with self.subTest(options=options):
                shutil.copytree(self.corpus, self.folder / "alone", dirs_exist_ok=True)
                alone = [run("/bin/gzip", *options, self.folder / "alone" / name).returncode for name in "abc"]
                shutil.rmtree(self.folder / "alone")
                _, ended = self.replay("-j", "1", "--corpus", self.corpus, "--", "/bin/gzip", *options, "@@")
                self.assertEqual([line["status"] for line in ended], alone)

    def test_odd_folder(self):
        """Links that lead in circles end; a name that is not text is not lost; what is no file is no input."""
        (self.corpus / "in").mkdir()
        for link, target in (("here", "."), ("in/up", ".."), ("in/here", "."), ("gone", "nowhere"), ("zero", "/dev/zero")):
            (self.corpus / link).symlink_to(target)
        os.mkfifo(self.corpus / "pipe")
        (self.corpus / "a").write_text("a")
        (self.corpus / "in/b").write_text("b")
        (self.corpus / os.fsdecode(b"\xff")).write_text("c")
        done, ended = self.replay("--corpus", self.corpus, "--", "/bin/true")
        ends = {line["input"].removeprefix(f"{self.corpus}/"): line["end"] for line in ended}
        self.assertEqual(ends, {"a": "done", "in/b": "done", "\ufffd": "done"})
        self.assertIn("3 inputs: 3 done", done.stderr)

    def test_empty_list(self):
        (self.folder / "list").write_text("\n")
        done = self.covtool("run", "--corpus", "@list", "--", "/bin/true", status=66)
        self.assertIn("list: no name is in this list", done.stderr)

    def test_joined_options(self):
        (self.corpus / "a").write_text("a")
        self.covtool("run", "-j2", "-t5000", "-mnone", "-ojoined.drcov", "--corpus", self.corpus, "--", "/bin/true")
        self.assertTrue((self.folder / "joined.drcov").exists())

    def test_folder_called_queue(self):
        """It is AFL's where something else says so, too."""
        for path in ("json/queue/1", "json/2", "xml/3"):
            (self.corpus / path).parent.mkdir(parents=True, exist_ok=True)
            (self.corpus / path).write_text(path)
        shutil.make_archive(str(self.folder / "packed"), "zip", self.corpus)
        for corpus in (self.corpus, self.folder / "packed.zip"):
            _, ended = self.replay("--corpus", corpus, "--", "/bin/true")
            self.assertEqual(len(ended), 3, corpus)

    def test_results_replace_nothing_that_is_run(self):
        program, input = self.folder / "program", self.corpus / "a"
        shutil.copy("/bin/true", program)
        input.write_text("a")
        (self.folder / "link").symlink_to(program)
        for result in (program, self.folder / "link", input):
            for option in ("-o", "--status", "--growth"):
                with self.subTest(result=result, option=option):
                    done = self.covtool("run", option, result, "--corpus", self.corpus, "--", program, status=64)
                    self.assertIn("name another file for the result", done.stderr)
        self.assertEqual((input.read_text(), program.read_bytes()), ("a", open("/bin/true", "rb").read()))

    def test_results_below_the_corpus(self):
        """What an earlier run has left there is no input."""
        (self.corpus / "a").write_text("a")
        (self.corpus / "b").write_text("b")
        for resumed in ([], ["--resume"]):
            _, ended = self.replay("--corpus", self.corpus, "--state", self.corpus / "state", *resumed, "--", "/bin/true")
            self.assertEqual([line["input"] for line in ended], [str(self.corpus / name) for name in "ab"])

    def test_replaced_program(self):
        """What is reached would be of two builds."""
        program, other = self.folder / "program", self.folder / "other"
        shutil.copy("/bin/sh", program)
        shutil.copy("/bin/sh", other)
        for name in "abcd":
            (self.corpus / name).write_text(f"mv {other} {program}; exit 0  # {name}")
        for how in ([], ["--no-fork-server"]):
            with self.subTest(how=how):
                shutil.copy("/bin/sh", other)
                done = self.covtool("run", "-j", "1", *how, "--corpus", self.corpus, "-o", "run.drcov", "--", program, "@@",
                                    status=65)
                self.assertIn("has been replaced while it was run", done.stderr)

    def test_no_core_dumps(self):
        for name in "ab":
            (self.corpus / name).write_text(f"kill -SEGV $$  # {name}")
        unlimited = lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
        for how in ([], ["--no-fork-server"]):
            with self.subTest(how=how):
                _, ended = self.replay(*how, "--corpus", self.corpus, "--", "/bin/sh", "@@", preexec_fn=unlimited)
                self.assertEqual([line["end"] for line in ended], ["crashed"] * 2)
                self.assertEqual([path for path in self.folder.rglob("*core*")], [])

    def test_long_names(self):
        for folder in ("a", "b"):
            (self.corpus / folder).mkdir()
            (self.corpus / folder / ("n" * 254)).write_text(f"kill -SEGV $$  # {folder}")
        _, ended = self.replay("--corpus", self.corpus, "--crashes", "crashes", "--", "/bin/sh", "@@")
        self.assertEqual([line["end"] for line in ended], ["crashed"] * 2)
        kept = {path.read_text() for path in (self.folder / "crashes").iterdir()}
        self.assertEqual(kept, {f"kill -SEGV $$  # {folder}" for folder in ("a", "b")})

    def test_option_for_qemu(self):
        """Most begin with a dash."""
        (self.corpus / "a").write_text("exit $STATUS")
        _, ended = self.replay("--corpus", self.corpus, "--qemu-option", "-E", "--qemu-option", "STATUS=7", "--", "/bin/sh", "@@")
        self.assertEqual([line["status"] for line in ended], [7])

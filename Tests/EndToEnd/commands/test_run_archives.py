"""covtool run: archives as corpora, and the corpora of fuzzers as they are."""

import hashlib
import io
import os
import re
import subprocess
import tarfile
import time
import zipfile
from pathlib import Path

from Tests.EndToEnd.support import guests, statuses
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, Case, output

# In an archive's order, which is not that of names.
INPUTS = {"./in/b": b"bbb", "./in/a": b"abc", "./in/deeper/" + "x" * 120: b"xyz", "./in/c": b"c crashes",
          "./in/é": b"e", "./in/empty": b"", "./in/nested.zip": b"no archive", "./in/same": b"abc"}
OTHERS = {"./in/README.txt": b"r", "./in/.hidden": b"h", "./.folder/x": b"f"}
FORMS = ("zip", "tar", "tar.gz", "tgz", "tar.bz2", "tar.xz")
MIB = 1 << 20


def write_zip(path, members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def write_tar(path, members, more=(), mode="w"):
    with tarfile.open(path, mode) as archive:
        for member in more:
            archive.addfile(member)
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def no_files():
    """Members that are no regular files."""
    for name, kind, target in (("in", tarfile.DIRTYPE, ""), ("in/link", tarfile.SYMTYPE, "a"), ("in/pipe", tarfile.FIFOTYPE, ""),
                               ("in/device", tarfile.CHRTYPE, ""), ("in/hard", tarfile.LNKTYPE, "in/a")):
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, target
        yield member


class Archives(Case):
    program = property(lambda self: guests.built("no-pie") / "inputs")

    def archive(self, form, members):
        path = self.folder / f"corpus.{form}"
        if form == "zip":
            write_zip(path, members)
        else:
            mode = {"tar": "w", "tar.gz": "w:gz", "tgz": "w:gz", "tar.bz2": "w:bz2", "tar.xz": "w:xz"}[form]
            write_tar(path, members, no_files(), mode)
        return path

    def run_on(self, *corpora, status=0, options=()):
        words = [word for corpus in corpora for word in ("--corpus", corpus)]
        done = self.covtool("run", "-o", "run.drcov", "--status", "status", *options, *words, "--", self.program, "@@",
                            status=status)
        if status == 0:
            self.lines = statuses.read(self.folder / "status")
        return done

    def test_forms(self):
        """As if they were unpacked; what is no file, hidden or a readme is no input."""
        for name, content in INPUTS.items():
            (self.folder / "plain" / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / "plain" / name).write_bytes(content)
        self.run_on(self.folder / "plain")
        expected = {Path(line["input"]).name: line["end"] for line in self.lines}
        self.assertEqual(len(expected), len(INPUTS) - 1)
        merged = (self.folder / "run.drcov").read_bytes()
        # The same content runs once: the first that has it.
        names = [name for name in INPUTS if name != "./in/same"]
        for form in FORMS:
            with self.subTest(form=form):
                path = self.archive(form, {**INPUTS, **OTHERS})
                done = self.run_on(path, options=["--crashes", f"{form}-crashed", "--keep-traces", f"{form}-kept",
                                                  "--minimise-to", f"{form}-few"])
                self.assertEqual([line["input"] for line in self.lines], [f"{path}:{name}" for name in names])
                self.assertEqual([line["end"] for line in self.lines], [expected[Path(name).name] for name in names])
                links = 0 if form == "zip" else 2
                self.assertIn(f"{len(INPUTS) + links} inputs: 1 crashed, {len(names) - 1} done, {1 + links} with the content",
                              done.stderr)
                self.assertEqual((self.folder / "run.drcov").read_bytes(), merged)
                self.assertEqual((self.folder / f"{form}-crashed/c").read_bytes(), INPUTS["./in/c"])
                few = {path.name: path.read_bytes() for path in (self.folder / f"{form}-few").iterdir()}
                contents = {Path(name).name: content for name, content in INPUTS.items()}
                self.assertLessEqual(few.items(), contents.items())
                self.assertIn("c", few)
                self.assertEqual(sorted(os.listdir(self.folder / f"{form}-kept")),
                                 sorted(Path(name).name + ".drcov" for name in names))

    def test_afl_folder(self):
        self.archive("tar.gz", {"out/one/queue/id:0": b"0", "out/one/queue/.state/x": b"x", "out/one/crashes/id:1": b"1",
                                "out/one/crashes/README.txt": b"r", "out/one/fuzz_bitmap": b"m", "out/plot": b"p",
                                "out/two/hangs/id:2": b"2", "out/two/queue/id:3": b"3", "out/three/other": b"o"})
        self.run_on("corpus.tar.gz")
        self.assertEqual([line["input"] for line in self.lines],
                         [f"corpus.tar.gz:out/{name}" for name in ("one/queue/id:0", "one/crashes/id:1", "two/hangs/id:2",
                                                                  "two/queue/id:3")])

    def test_hard_links(self):
        """AFL's seeds are hard links in its queue; the first name of a file need not be an input."""
        seeds, queue = self.folder / "hl/seeds", self.folder / "hl/default/queue"
        seeds.mkdir(parents=True)
        queue.mkdir(parents=True)
        for name in ("a", "b", ".hidden"):
            (seeds / name).write_text(f"{name} of the seeds")
            (queue / f"id:{name}").hardlink_to(seeds / name)
        (queue / "id:new").write_text("new")
        for words, expected in ((["default", "seeds"], ["default/queue/id:.hidden", "default/queue/id:a", "default/queue/id:b",
                                                       "default/queue/id:new"]),
                                (["seeds"], ["seeds/a", "seeds/b"]),
                                (["seeds/.hidden", "default/queue/id:.hidden"], ["default/queue/id:.hidden"])):
            for form in ("tar", "tar.gz"):
                with self.subTest(words=words, form=form):
                    output("tar", "-caf", self.folder / f"hl.{form}", "--sort=name", *words, folder=self.folder / "hl")
                    done = self.run_on(f"hl.{form}", options=["--keep-traces", f"{form}-{len(words)}{words[0][-1]}"])
                    self.assertEqual([line["input"] for line in self.lines], [f"hl.{form}:{name}" for name in expected])
                    self.assertNotIn("left out", done.stderr)
        # Links behind files that they do not stand beside; what is in each is that of its own file.
        output("tar", "-cf", self.folder / "hl.tar", "seeds/a", "seeds/b", "seeds/.hidden", "default", folder=self.folder / "hl")
        done = self.run_on("hl.tar", options=["--minimise-to", "few"])
        self.assertIn("4 inputs: 4 done", done.stderr)
        few = {path.name: path.read_text() for path in (self.folder / "few").iterdir()}
        contents = {path.name: path.read_text() for path in [*seeds.iterdir(), *queue.iterdir()]}
        self.assertLessEqual(few.items(), contents.items())

    def test_symbolic_links(self):
        """They are the files in the archive that they lead to; where there is none, that is said."""
        (self.folder / "in/deeper").mkdir(parents=True)
        (self.folder / ".files").mkdir()
        (self.folder / ".files/one").write_text("one")
        (self.folder / "in/pair").write_text("pair")
        for name, target in (("in/link", "../.files/one"), ("in/deeper/link", "../../in/./pair"), ("in/chain", "link"),
                             ("in/gone", "nowhere"), ("in/circle", "circle"), ("in/outside", "/etc/passwd"),
                             ("in/folder", "deeper"), ("in/.hidden", "nowhere")):
            (self.folder / name).symlink_to(target)
        output("tar", "-cf", self.folder / "in.tar", "in", ".files", folder=self.folder)
        with zipfile.ZipFile(self.folder / "in.zip", "w") as archive:
            for name, target in (("in/link", "../.files/one"), ("in/gone", "nowhere")):
                link = zipfile.ZipInfo(name)
                link.create_system, link.external_attr = 3, 0o120777 << 16
                archive.writestr(link, target)
            archive.writestr(".files/one", "one")
        done = self.run_on("in.tar")
        self.assertIn("4 inputs: 2 done, 2 with the content of", done.stderr)
        self.assertRegex(done.stderr, r"warning: in\.tar:in/\w+: is a link to no file in this archive; it is left out, and 3 more")
        done = self.run_on("in.zip")
        self.assertEqual([line["input"] for line in self.lines], ["in.zip:in/link"])
        self.assertIn("warning: in.zip:in/gone: is a link to no file in this archive; it is left out\n", done.stderr)
        output("tar", "-cf", self.folder / "links.tar", "in/gone", folder=self.folder)
        self.assertIn("links.tar:in/gone: is a link to no file", self.run_on("links.tar", status=66).stderr)

    def test_afl_that_has_gone_on(self):
        """As afl-fuzz -i - leaves it: what an earlier session found is put aside, by a date, and is input too."""
        inputs = ("queue/id:0", "queue/id:1", "crashes/id:2", "crashes.2026-11-28-10:00:00/id:3", "crashes_20261128100000/id_4",
                  "hangs.2026-11-28-10:00:00/id:5", "hangs_20261128100000/id_6")
        others = ("crashes.mine/7", "queue.2026/8", "hangs_/9", "hangs.2026-11-28-10:00:00/README.txt", "crashes.20261128")
        for path in (*inputs, *others):
            (self.folder / "out/default" / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / "out/default" / path).write_text(path)
        output("tar", "-cf", self.folder / "out.tar", "-C", self.folder, "out")
        for corpus, named in (("out", "out/default/"), ("out/default", "out/default/"), ("out.tar", "out.tar:out/default/")):
            with self.subTest(corpus=corpus):
                self.run_on(corpus)
                self.assertEqual(sorted(line["input"] for line in self.lines), sorted(named + path for path in inputs))

    def test_fuzzers_folders(self):
        """libFuzzer's and honggfuzz's: flat, files named by their hashes, with and without an ending."""
        folder = self.folder / "corpus"
        folder.mkdir()
        contents = [b"one", b"two", b"three"]
        for content, ending in zip(contents, ("", ".00000003.honggfuzz.cov", "")):
            (folder / (hashlib.sha1(content).hexdigest() + ending)).write_bytes(content)
        self.run_on(folder)
        self.assertEqual(sorted(line["input"] for line in self.lines), sorted(str(path) for path in folder.iterdir()))

    def test_several(self):
        """Archives beside folders, in lists; an archive in a folder is an input."""
        self.archive("zip", {"a": b"abc"})
        (self.folder / "folder").mkdir()
        self.archive("tar", {"b": b"b"}).rename(self.folder / "folder/corpus.tar")
        (self.folder / "list").write_text("corpus.zip\nfolder\n")
        self.run_on("@list")
        self.assertEqual([line["input"] for line in self.lines], ["corpus.zip:a", "folder/corpus.tar"])

    def test_broken(self):
        members = {f"m{number}": b"x" + os.urandom(5000) for number in range(4)}
        for form in FORMS:
            whole = self.archive(form, members).read_bytes()
            for part in (whole[:100], whole[:len(whole) // 2], b"", b"This is no archive." * 100):
                with self.subTest(form=form, bytes=len(part)):
                    (self.folder / f"corpus.{form}").write_bytes(part)
                    done = self.run_on(f"corpus.{form}", status=65)
                    self.assertRegex(done.stderr, rf"error: corpus\.{form}(:m\d)?: cannot be unpacked")
                    if len(part) == len(whole) // 2 and form in ("tar", "zip"):
                        self.assertRegex(done.stderr, rf"corpus\.{form}:m[12]: cannot be unpacked, at byte \d+ of the archive: ")
        # A member whose bytes do not fit its checksum is not run; the others are.
        path = self.archive("zip", members)
        damaged = bytearray(path.read_bytes())
        damaged[damaged.index(members["m2"][100:120])] ^= 1
        path.write_bytes(damaged)
        done = self.run_on("corpus.zip")
        self.assertEqual([line["end"] for line in self.lines], ["done", "done", "not-run", "done"])
        self.assertIn("warning: corpus.zip:m2: could not be run: cannot be unpacked", done.stderr)

    def test_missing(self):
        self.archive("zip", {"README.txt": b"r", ".hidden": b"h", "folder/": b""})
        self.assertIn("corpus.zip: no input is in this archive", self.run_on("corpus.zip", status=66).stderr)
        self.assertIn("nosuch.zip: cannot be read", self.run_on("nosuch.zip", status=66).stderr)
        # A machine whose libarchive cannot be loaded.
        (self.folder / "libarchive.so.13").touch()
        done = self.covtool("run", "--corpus", "corpus.zip", "--", self.program, status=66,
                            environment={"LD_LIBRARY_PATH": str(self.folder)})
        self.assertIn("corpus.zip: archives need libarchive (", done.stderr)
        self.covtool("run", "--", self.program, environment={"LD_LIBRARY_PATH": str(self.folder)})

    def test_large(self):
        """One member at a time is in memory."""
        count, size = 40, 8 * MIB
        write_zip(self.folder / "corpus.zip", {f"m{number}": bytes([number]) * size for number in range(count)},
                  compresslevel=1)
        process = subprocess.Popen(
            [COVTOOL, "run", "-j", "1", "-m", "none", "--corpus", "corpus.zip", "--status", "status", "-o", "run.drcov", "--",
             self.program, "@@"], cwd=self.folder, env=ENVIRONMENT, stderr=subprocess.DEVNULL)
        most = 0
        while process.poll() is None:
            status = Path(f"/proc/{process.pid}/status").read_text()
            most = max(most, *map(int, re.findall(r"^VmHWM:\s+(\d+) kB", status, re.M)), 0)
            time.sleep(0.01)
        self.assertEqual(process.returncode, 0)
        ends = [line["end"] for line in statuses.read(self.folder / "status")]
        self.assertEqual(ends, ["done"] * count)
        self.assertGreater(most, 0)
        self.assertLess(most << 10, count * size // 3)

    def test_bomb(self):
        with zipfile.ZipFile(self.folder / "corpus.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr("first", b"first")
            with archive.open("bomb", "w", force_zip64=True) as member:
                for _ in range(257):
                    member.write(bytes(MIB))
            archive.writestr("last", b"last")
        self.assertLess((self.folder / "corpus.zip").stat().st_size, 2 * MIB)
        done = self.run_on("corpus.zip")
        self.assertEqual([line["end"] for line in self.lines], ["done", "not-run", "done"])
        self.assertIn("corpus.zip:bomb: could not be run: more than 256 MiB, which is too much for an input", done.stderr)

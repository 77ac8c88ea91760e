"""Where reports go: what a link leads to, one place for each, and names that a document cannot hold."""

import json
import os

from Tests.EndToEnd.support.setting import COVTOOL, Case, run


def tracefile(paths, lines=1):
    return b"".join(b"SF:" + path + b"\n" + b"".join(b"DA:%d,1\n" % (number + 1) for number in range(lines)) +
                    b"end_of_record\n" for path in paths)


class Places(Case):
    def setUp(self):
        super().setUp()
        self.info = self.folder / "cov.info"
        self.info.write_bytes(tracefile([b"/src/a.c"]))

    def large(self):
        """More bytes than a part has."""
        self.info.write_bytes(tracefile([b"/src/%d.c" % number for number in range(200)], 2000))

    def test_split_behind_a_link(self):
        """Parts stand beside the file that a link leads to, and the link stays."""
        self.large()
        (self.folder / "there").mkdir()
        (self.folder / "there/cov.xml").write_text("")
        (self.folder / "cov.xml").symlink_to("there/cov.xml")
        self.covtool("cobertura", "--tracefile", self.info, "-o", "cov.xml")
        self.assertTrue((self.folder / "cov.xml").is_symlink())
        self.assertEqual(sorted(os.listdir(self.folder / "there")), ["cov-1.xml", "cov-2.xml"])

    def test_split_to_standard_output(self):
        """/dev/stdout is standard output, whatever that is: here a file."""
        self.large()
        link = self.folder / "stdout"
        link.symlink_to("/proc/self/fd/1")
        with (self.folder / "out").open("w") as out:
            done = run(COVTOOL, "cobertura", "--tracefile", self.info, "-o", link, folder=self.folder, stdout=out)
        self.assertEqual(done.returncode, 64, done.stderr)
        self.assertIn("use -o FILE", done.stderr)
        self.assertTrue(link.is_symlink())
        self.assertEqual(sorted(os.listdir(self.folder)), ["cov.info", "out", "stdout"])

    def test_one_place_each(self):
        for words in (["--output", "lcov:s", "--output", "json:s"], ["-o", "s", "--output", "json:./s"],
                      ["--output", "lcov:-", "--output", "json:-"], ["--output", "html:h", "--output", "html:h/"]):
            (self.folder / "h").mkdir(exist_ok=True)
            done = self.covtool("report", "--tracefile", self.info, *words, status=64)
            self.assertIn("is named for two results", done.stderr)
        (self.folder / "a.diff").write_text("")
        done = self.covtool("patch", "--diff", "a.diff", "--tracefile", self.info, "--output", "json:s", "-o", "s", status=64)
        self.assertIn("is named for two results", done.stderr)
        for command in (["report"], ["patch", "--diff", "a.diff"]):
            done = self.covtool(*command, "--tracefile", self.info, "--output", "json:-")
            json.loads(done.stdout)

    def test_names_that_become_one(self):
        """A document that cannot hold the bytes of a path still has each file once."""
        self.info.write_bytes(tracefile([b"/src/a\xff.c", b"/src/a\xfe.c", "/src/a\ufffd.c".encode(), b"/src/b.c"], 3))
        names = [name for name, _ in json.JSONDecoder(object_pairs_hook=list).decode(
            self.covtool("codecov", "--tracefile", self.info).stdout)[0][1]]
        self.assertEqual((len(names), len(set(names))), (4, 4))

    def test_large_line_numbers(self):
        """Lines beyond what anything else can name are left out, and said."""
        self.info.write_bytes(b"SF:/a.c\nDA:%d,1\nDA:%d,0\nDA:7,1\nend_of_record\n" % (2**63 - 1, 2**31))
        done = self.covtool("lcov", "--tracefile", self.info)
        self.assertIn("line 2: a record that cannot be read", done.stderr)
        self.assertIn("line 3: a record that cannot be read", done.stderr)
        self.assertEqual([line for line in done.stdout.splitlines() if line.startswith("DA:")], ["DA:7,1"])

"""A Cobertura report that GitLab would not read in one file becomes several, and a pattern finds these and nothing else."""

import signal
import subprocess
import time

from Tests.EndToEnd.support import services
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, Case

MOST = 10 << 20  # what GitLab reads in a file
LARGE, SMALL = 700, 3  # files; the large program's report is more than two of GitLab's


class Parts(Case):
    def tracefile(self, files, lines=1000, lines_of_first=1000):
        """One of so many files, in folders whose names sort between files' names."""
        path = self.folder / f"{files}-{lines}-{lines_of_first}.info"
        if path.exists():
            return path
        with open(path, "w", encoding="ascii") as info:
            for number in range(files):
                print(f"SF:{self.folder}/src/m{number % 7}/file{number}.c\nFN:1,f{number}\nFNDA:{number % 3},f{number}", file=info)
                for line in range(1, (lines if number else lines_of_first) + 1):
                    print(f"DA:{line},{(line + number) % 5}", file=info)
                print("end_of_record", file=info)
        return path

    def write(self, files, *words, **more):
        return self.covtool("cobertura", "--tracefile", self.tracefile(files), "-o", "cov.xml", *words, **more)

    def names(self):
        return sorted(path.name for path in self.folder.glob("*.xml"))

    def check(self, files):
        """The parts have all that there is, and each is one that GitLab reads."""
        paths = sorted(self.folder.glob("cov*.xml"))
        documents = [path.read_text() for path in paths]
        lines, functions, sources = services.cobertura(*documents)
        self.assertEqual(lines, {f"src/m{number % 7}/file{number}.c": {
            line: (line + number) % 5 for line in range(1, 1001)} for number in range(files)})
        self.assertEqual(sum(sum(found.values()) for found in functions.values()), files)
        self.assertEqual(sources, {str(self.folder)})
        self.assertLess(max(path.stat().st_size for path in paths), MOST)
        found = set().union(*(services.gitlab(document, str(self.folder)[1:], lines) for document in documents))
        self.assertEqual(found, set(lines))

    def test_split(self):
        said = self.write(LARGE).stderr
        self.assertEqual(self.names(), ["cov-1.xml", "cov-2.xml", "cov-3.xml"])
        self.assertIn("cov-1.xml to cov-3.xml", said)
        self.check(LARGE)
        # The same again is the same, and a small one leaves nothing of it.
        before = [path.read_bytes() for path in sorted(self.folder.glob("cov*"))]
        self.write(LARGE)
        self.assertEqual([path.read_bytes() for path in sorted(self.folder.glob("cov*"))], before)
        self.write(SMALL)
        self.assertEqual(self.names(), ["cov.xml"])
        self.check(SMALL)
        # And the other way round; a part of a larger one goes, too.
        self.write(LARGE)
        (self.folder / "cov-4.xml").write_bytes(before[0].replace(b"part 1 ", b"part 4 "))
        self.write(LARGE)
        self.assertEqual(self.names(), ["cov-1.xml", "cov-2.xml", "cov-3.xml"])

    def test_files_of_others_stay(self):
        for name in ("cov-1.xml", "cov-5.xml", "cov-x.xml"):
            (self.folder / name).write_text("<coverage/>")
        (self.folder / "cov.xml").write_text("old")
        done = self.write(LARGE, status=74)
        self.assertIn("cov-1.xml", done.stderr)
        self.assertEqual((self.folder / "cov.xml").read_text(), "old")
        self.write(SMALL)
        self.assertEqual(self.names(), ["cov-1.xml", "cov-5.xml", "cov-x.xml", "cov.xml"])
        (self.folder / "cov-1.xml").unlink()
        self.write(LARGE)
        self.assertEqual(self.names(), ["cov-1.xml", "cov-2.xml", "cov-3.xml", "cov-5.xml", "cov-x.xml"])
        self.assertEqual((self.folder / "cov-5.xml").read_text(), "<coverage/>")

    def test_one_large_file(self):
        """A source that is too large by itself is in several parts, its lines once."""
        info = self.tracefile(2, lines_of_first=700_000)
        self.covtool("cobertura", "--tracefile", info, "-o", "deep.cov")
        paths = sorted(self.folder.glob("deep*"))
        self.assertEqual([path.name for path in paths], ["deep-1.cov", "deep-2.cov", "deep-3.cov"])
        self.assertLess(max(path.stat().st_size for path in paths), MOST)
        lines, functions, _ = services.cobertura(*(path.read_text() for path in paths))
        self.assertEqual({path: len(found) for path, found in lines.items()},
                         {"src/m0/file0.c": 700_000, "src/m1/file1.c": 1000})
        self.assertEqual(sum(sum(found.values()) for found in functions.values()), 2)

    def test_not_to_a_file(self):
        """It says what to do, and writes nothing."""
        info = self.tracefile(LARGE)
        for words in ([], ["-o", "-"], ["-o", "/dev/stdout"]):
            done = self.covtool("cobertura", "--tracefile", info, *words, status=64)
            self.assertEqual(done.stdout, "")
            self.assertIn("-o FILE", done.stderr)
        done = self.covtool("report", "--tracefile", info, "--output", "cobertura:sub/cov.xml", status=74)
        self.assertEqual(done.stdout, "")

    def test_interrupted(self):
        """All parts or none: none is left unfinished."""
        info = self.tracefile(LARGE)
        for wait in range(8):
            process = subprocess.Popen([COVTOOL, "cobertura", "--tracefile", info, "-o", "cov.xml"], cwd=self.folder,
                                       env=ENVIRONMENT, stderr=subprocess.DEVNULL)
            while process.poll() is None and not any(self.folder.glob(".cov-2*")):
                time.sleep(0.0005)
            time.sleep(wait / 1000)
            process.send_signal(signal.SIGINT)
            process.wait()
            self.assertEqual([path.name for path in self.folder.glob(".*")], [])

    def test_time(self):
        """Of whoever wants it in the report."""
        info = self.tracefile(1)
        said = [self.covtool("cobertura", "--tracefile", info, environment=environment).stdout for environment in (
            {}, {}, {"SOURCE_DATE_EPOCH": "1700000000"})]
        self.assertEqual(said[0], said[1])
        self.assertIn(' timestamp="0"', said[0])
        self.assertEqual(said[2], said[0].replace(' timestamp="0"', ' timestamp="1700000000000"'))
        self.covtool("cobertura", "--tracefile", info, environment={"SOURCE_DATE_EPOCH": "now"}, status=64)

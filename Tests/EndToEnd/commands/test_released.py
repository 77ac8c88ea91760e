"""The files that Tests/Scripts/release made, where they are there. Tests/Scripts/released tries them in bare Debians."""

import base64
import csv
import hashlib
import io
import json
import os
import re
import tarfile
import zipfile

from Tests.EndToEnd.support import drcov, environments, guests
from Tests.EndToEnd.support.setting import ROOT, Case, output, run

FILES = environments.CACHE / "release/files"
# Debian 11's; what is linked against later ones says so.
GLIBC = (2, 31)
LIBC = {"libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "ld-linux-x86-64.so.2"}
# Bytes, of the stripped files: what they have, and a little more.
LIMITS = {"bin/covtool": 12_000_000, "lib/libcov.so": 250_000}


class Released(Case):
    def setUp(self):
        super().setUp()
        if not (FILES / "SHA256SUMS").exists():
            self.skipTest("not run: there are no files of a release (Tests/Scripts/release)")
        archive, = FILES.glob("covtool-[0-9]*-linux-x86_64.tar.gz")
        output("tar", "-xf", archive, "-C", self.folder)
        self.tree, = self.folder.iterdir()
        self.version = self.tree.name.split("-")[1]

    def test_sums(self):
        """Every file has its checksum, and the list of what all is made of has the same ones."""
        output("sha256sum", "--check", "--strict", "SHA256SUMS", folder=FILES)
        sums = {name: digest for digest, name in
                (line.split(maxsplit=1) for line in (FILES / "SHA256SUMS").read_text().splitlines())}
        self.assertEqual(set(sums) | {"SHA256SUMS"},
                         {str(path.relative_to(FILES)) for path in FILES.rglob("*") if path.is_file()})
        parts = json.loads((FILES / f"covtool-{self.version}.cdx.json").read_text())["components"]
        listed = {part["name"]: part["hashes"][0]["content"] for part in parts if part["type"] == "file"}
        self.assertGreaterEqual(len(listed), 4)
        self.assertEqual({name: sums[name] for name in listed}, listed)
        self.assertLess({"elfutils", "swift", "swift-argument-parser", "zlib"}, {part["name"] for part in parts})

    def test_needs(self):
        """The C library alone, and no newer one than Debian 11's; no path of the machine that it was built on."""
        for name, limit in LIMITS.items():
            file = self.tree / name
            needed = set(re.findall(r"NEEDED.*\[(.*)\]", output("readelf", "-d", file)))
            self.assertLessEqual(needed, LIBC, name)
            versions = {tuple(map(int, version.split("."))) for version in
                        re.findall(r"GLIBC_([0-9.]+)", output("objdump", "-T", file))}
            self.assertLessEqual(max(versions), GLIBC, name)
            self.assertNotIn(".symtab", output("readelf", "-SW", file))
            text = file.read_bytes()
            for path in {str(ROOT), os.environ.get("HOME", "/root"), "/tmp/covtool-release"}:
                self.assertNotIn(f"{path}/".encode(), text, name)
            self.assertLessEqual(file.stat().st_size, limit, name)
        exported = output("nm", "-D", "--defined-only", self.tree / "lib/libcov.so").split()[2::3]
        self.assertEqual(set(exported), {"qemu_plugin_install", "qemu_plugin_version"})

    def test_use(self):
        """It says what it is, and records, merges and reports as an installed one does."""
        covtool, plugin = self.tree / "bin/covtool", self.tree / "lib/libcov.so"
        self.assertRegex(output(covtool, "--version"),
                         rf"^covtool {re.escape(self.version)} \(commit [0-9a-f]+, packaged build\)$")
        self.assertEqual(output(covtool, "plugin-path"), f"{plugin}\n")
        (self.folder / "sums").write_text("1 + 2\n")
        output("qemu-x86_64", "-plugin", f"{plugin},out=run.drcov", guests.built("pie") / "calculator", "sums",
               folder=self.folder)
        self.assertTrue(drcov.read((self.folder / "run.drcov").read_bytes()).blocks)
        output(covtool, "merge", "run.drcov", folder=self.folder)
        self.assertRegex(output(covtool, "lcov", folder=self.folder), r"SF:.*/main\.cpp\n")

    def test_aarch64(self):
        """The libcov.so for AArch64, in Debian's QEMU for that processor, records what this machine's does. It needs the
        C library of Debian 11 alone."""
        archive, = FILES.glob("libcov-*-linux-aarch64.tar.gz")
        output("tar", "-xf", archive, "-C", self.folder)
        plugin, = self.folder.glob("libcov-*/lib/libcov.so")
        self.assertIn("AArch64", output("readelf", "-h", plugin))
        needed = set(re.findall(r"NEEDED.*\[(.*)\]", output("readelf", "-d", plugin)))
        self.assertLessEqual(needed, LIBC | {"ld-linux-aarch64.so.1"})
        text = output("readelf", "-W", "--version-info", plugin)
        versions = {tuple(map(int, version.split("."))) for version in re.findall(r"GLIBC_([0-9.]+)", text)}
        self.assertLessEqual(max(versions), GLIBC)
        root = environments.CACHE / "guests-arm64"
        emulator = root / "usr/bin/qemu-x86_64"
        if not emulator.exists():
            self.skipTest(f"not run: there is no {emulator} (Tests/Scripts/foreign)")
        (self.folder / "sums").write_text("1 + 2\n")
        guest = [guests.built("pie") / "calculator", "sums"]
        output("qemu-aarch64", "-L", root, emulator, "-plugin", f"{plugin},out=theirs.drcov", *guest, folder=self.folder)
        output("qemu-x86_64", "-plugin", f"{self.tree}/lib/libcov.so,out=ours.drcov", *guest, folder=self.folder)
        # The C library's own ways depend on where things lie.
        theirs, ours = ({block for block in drcov.load(self.folder / f"{name}.drcov").offsets() if "/guests/" in str(block[0])}
                        for name in ("theirs", "ours"))
        self.assertGreater(len(ours), 100)
        self.assertEqual(theirs, ours)

    def test_archives_are_read_without_a_library(self):
        """libarchive is linked in: all kinds of archives that Docs/running.md names."""
        (self.folder / "input").write_text("abc")
        for ending in ("gz", "bz2", "xz"):
            with tarfile.open(self.folder / f"inputs.tar.{ending}", f"w:{ending}") as archive:
                archive.add(self.folder / "input", "input")
        with zipfile.ZipFile(self.folder / "inputs.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(self.folder / "input", "input")
        for name in ("inputs.tar.gz", "inputs.tar.bz2", "inputs.tar.xz", "inputs.zip"):
            output(self.tree / "bin/covtool", "run", "--corpus", name, "--status", "status", "--", "/bin/cat", "@@",
                   folder=self.folder)
            line, = (self.folder / "status").read_text().splitlines()
            self.assertEqual(json.loads(line)["end"], "done", name)

    def test_same_help(self):
        """What the linker left out nothing needs: all help and all options are those of a build with everything."""
        made = re.search(r"commit (\w+)", output(self.tree / "bin/covtool", "--version"))[1]
        here = run("git", "-C", ROOT, "rev-parse", "HEAD").stdout
        if not here.startswith(made):
            self.skipTest(f"not run: the release's files are of commit {made} (Tests/Scripts/release)")
        for arguments in (["--help"], ["--experimental-dump-help"], ["help", "run"]):
            self.assertEqual(output(self.tree / "bin/covtool", *arguments), self.covtool(*arguments).stdout, arguments)

    def test_wheel(self):
        """Each file is recorded with its digest; programs can be executed."""
        path, = FILES.glob("*.whl")
        with zipfile.ZipFile(path) as wheel:
            names = wheel.namelist()
            record, = [name for name in names if name.endswith("/RECORD")]
            rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(wheel.read(record).decode()))}
            self.assertEqual(sorted(rows), sorted(names))
            for name in set(names) - {record}:
                digest = base64.urlsafe_b64encode(hashlib.sha256(wheel.read(name)).digest()).rstrip(b"=").decode()
                self.assertEqual(rows[name], [f"sha256={digest}", str(wheel.getinfo(name).file_size)], name)
            program, = [name for name in names if name.endswith(".data/scripts/covtool")]
            self.assertEqual(wheel.getinfo(program).external_attr >> 16 & 0o777, 0o755)
            self.assertEqual(wheel.read(program), (self.tree / "bin/covtool").read_bytes())

    def test_package(self):
        path, = FILES.glob("covtool_*_amd64.deb")
        output("dpkg-deb", "-x", path, self.folder / "package")
        package = self.folder / "package/usr"
        self.assertEqual((package / "bin/covtool").read_bytes(), (self.tree / "bin/covtool").read_bytes())
        self.assertEqual(output(package / "bin/covtool", "plugin-path"),
                         f"{package}/lib/x86_64-linux-gnu/libcov.so\n")
        self.assertTrue((package / "share/man/man7/libcov.so.7.gz").exists())
        self.assertEqual(output("dpkg-deb", "-f", path, "Version"), f"{self.version}\n")

"""How a release's files are packed (Tests/Release), tried with what `covtool install` puts into a folder."""

import json
import os
import re
import shutil
import sys

from Tests.EndToEnd.support import environments
from Tests.EndToEnd.support.setting import ROOT, Case, output, run

RELEASE = ROOT / "Tests/Release"
TIME = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
DSC = "Format: 3.0 (quilt)\nSource: qemu\nVersion: 1:10.2.2+ds-1\n"
PARTS = """\
libdw-dev\t0.188-2.1\telfutils\t0.188-2.1
libgcc-10-dev\t10.2.1-6\tgcc-10\t10.2.1-6
libc6\t2.31-13\tglibc\t2.31-13
"""


class Packing(Case):
    def setUp(self):
        super().setUp()
        self.tree = self.folder / "covtool-1-linux"
        self.covtool("install", "--prefix", self.tree)
        self.documents = self.tree / "share/doc/covtool"
        self.documents.mkdir(parents=True)
        for name in ("README.md", "CHANGELOG.md"):
            shutil.copy2(ROOT / name, self.documents)
        shutil.copytree(ROOT / "Docs", self.documents / "Docs")

    def test_links(self):
        """No link of the documents leads out of them; what was one is named by its path in the source."""
        output(sys.executable, RELEASE / "links.py", self.documents)
        for page in self.documents.rglob("*.md"):
            text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text(), flags=re.M | re.S)
            for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
                self.assertTrue("://" in target or (page.parent / target).exists(), f"{page}: {target}")
        self.assertIn("[Docs/commands.md](Docs/commands.md)", (self.documents / "README.md").read_text())
        self.assertIn("tutorial (`Sources/QEMUPlugin/QEMUPlugin.docc/Tutorial.md`)",
                      (self.documents / "README.md").read_text())
        self.assertIn(" (Tests/README.md)", (self.documents / "README.md").read_text())

    def test_folders_that_are_there(self):
        """Unpacked over a prefix, the archive leaves its folders' modes, and a folder that is a link, as they are."""
        output("bash", "-c", f'source "{RELEASE}/files.sh" && tarball "{self.tree}" archive.tar.gz', folder=self.folder,
               environment=TIME)
        prefix = self.folder / "prefix"
        for name in ("bin", "elsewhere"):
            (prefix / name).mkdir(parents=True)
            (prefix / name).chmod(0o2775)
        (prefix / "share").symlink_to("elsewhere")
        output("tar", "-xf", "archive.tar.gz", "-C", prefix, "--strip-components=1", folder=self.folder)
        self.assertTrue((prefix / "share").is_symlink())
        for name in ("bin", "elsewhere"):
            self.assertEqual((prefix / name).stat().st_mode & 0o7777, 0o2775, name)
        self.assertEqual(output("diff", "-r", self.tree, prefix, "-x", "elsewhere"), "")

    def test_wheel_in_a_folder(self):
        """What `pip install --target` leaves of the wheel has the plugin, and its page no link to what it has not."""
        if run(sys.executable, "-m", "venv", "environment", folder=self.folder).returncode != 0:
            self.skipTest("not run: this Python makes no environment")
        python = self.folder / "environment/bin/python"
        (self.documents / "licences").mkdir()
        (self.documents / "licences/zlib").write_text("Zlib\n")
        shutil.copy2(RELEASE / "copyright", self.documents)
        output(sys.executable, RELEASE / "wheel.py", self.tree, "1.0", "linux_x86_64", self.folder, environment=TIME)
        wheel, = self.folder.glob("*.whl")
        output(python, "-m", "pip", "install", "--no-index", "--target", "target", wheel, folder=self.folder)
        target = self.folder / "target"
        self.assertEqual(output(target / "bin/covtool", "plugin-path"), f"{target}/bin/libcov.so\n")
        self.assertTrue(os.access(target / "bin/libcov.so", os.X_OK))
        metadata, = target.glob("*.dist-info/METADATA")
        self.assertEqual([target for target in re.findall(r"\]\(([^)#]+)", metadata.read_text()) if "://" not in target], [])

    def test_parts_of_each_file(self):
        """The list of what all is made of has each file, with what is in that file."""
        python = environments.CACHE / "release/tools/bin/python"
        if not python.exists():
            self.skipTest("not run: there are no tools for a release (Tests/Scripts/release)")
        files = self.folder / "files"
        (files / "sources").mkdir(parents=True)
        (files / "sources/qemu_10.2.2+ds-1.dsc").write_text(DSC)
        (self.folder / "packages").write_text(PARTS)
        covtool = ["covtool-1.0-linux-x86_64.tar.gz", "covtool_1.0_amd64.deb", "qemu_covtool-1.0-py3-none-any.whl"]
        emulators = ["covtool-qemu-10.2-linux-x86_64.tar.gz", "covtool-qemu_10.2_amd64.deb"]
        others = ["covtool-1.0.tar.gz", "libcov-1.0-linux-aarch64.tar.gz"]
        for name in covtool + emulators + others:
            (files / name).write_text(name)
        output(python, RELEASE / "sbom.py", "1.0", "0123", self.folder / "packages", "6.3", "1.5.0", files,
               environment=TIME)
        document = json.loads((files / "covtool-1.0.cdx.json").read_text())
        names = {part["bom-ref"]: part["name"] for part in document["components"]}
        self.assertEqual({part["name"] for part in document["components"] if part["type"] == "file"},
                         {*covtool, *emulators, *others})
        self.assertIn("pkg:deb/debian/qemu@1:10.2.2%2Bds-1?arch=source",
                      {part["purl"].replace("%3A", ":") for part in document["components"] if part["name"] == "qemu"})
        needs = {entry["ref"]: {names[part] for part in entry.get("dependsOn", [])} for entry in document["dependencies"]}
        for name in covtool:
            self.assertEqual(needs[name], {"elfutils", "gcc-10", "swift", "swift-argument-parser"}, name)
        for name in emulators:
            self.assertEqual(needs[name], {"qemu"}, name)
        self.assertEqual(needs["libcov-1.0-linux-aarch64.tar.gz"], {"gcc-10", "swift"})
        self.assertEqual(needs["covtool-1.0.tar.gz"], set())

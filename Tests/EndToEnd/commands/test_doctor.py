"""covtool doctor: which QEMUs of the PATH record."""

import os
import re
import shutil
from pathlib import Path

from Tests.EndToEnd.support import qemus
from Tests.EndToEnd.support.setting import Case, emulator, output, run

QEMU = "user"


class Doctor(Case):
    def doctor(self, *folders, status=0):
        done = self.covtool("doctor", status=status, environment={"PATH": ":".join(map(str, folders))})
        self.assertEqual(done.stderr, "")
        first, *lines = done.stdout.splitlines()
        self.assertRegex(first, r"^/.*/libcov\.so: the loader ")
        return lines

    def folder_with(self, name, target):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        (folder / "qemu-x86_64").symlink_to(target)
        return folder

    def test_records(self):
        path = shutil.which(emulator("x86_64")[0])
        said = output(path, "--version")
        release = re.search(r"version (([0-9]+\.[0-9]+)[.0-9]*)", said)
        line, = self.doctor(self.folder_with("one", path))
        interface = qemus.API[f"user-{release[2]}"]
        self.assertEqual(line, f"{self.folder}/one: QEMU {release[1]}, plugin interface {interface}, records: "
                               "qemu-x86_64")

    def test_program_in_two_folders_stands_once(self):
        path = shutil.which(emulator("x86_64")[0])
        lines = self.doctor(self.folder_with("one", path), self.folder_with("two", path))
        self.assertEqual(len(lines), 1)

    def test_all_of_a_folder_on_one_line(self):
        folder = Path(shutil.which(emulator("x86_64")[0])).parent
        line, = [line for line in self.doctor(folder) if "qemu-x86_64" in line.split()]
        for target in ("aarch64", "arm", "riscv64", "s390x"):
            self.assertIn(f"qemu-{target}", line.split())
        self.assertNotIn("qemu-img", line.split())

    def test_system(self):
        command = qemus.command("system-10.0", "x86_64")
        if not command:
            self.skipTest("not run: system-10.0 is not prepared (Tests/Scripts/qemus)")
        script = self.folder / "qemu-system-x86_64"
        script.write_text(f"#!/bin/bash\nexec {' '.join(command)} \"$@\"\n")
        script.chmod(0o755)
        line, *_ = self.doctor(self.folder, "/usr/bin", "/bin")
        self.assertRegex(line, rf"^{self.folder}: QEMU 10\.0\.[0-9]+, plugin interface 4, records: qemu-system-x86_64$")

    def test_without_plugins(self):
        """Debian 12's other package of QEMUs is static, as Debian 13's only one."""
        if os.geteuid() == 0:
            os.chmod(self.folder, 0o777)  # apt fetches as a user of its own
        if run("apt-get", "download", "qemu-user-static", folder=self.folder).returncode:
            self.skipTest("not run: apt-get cannot fetch qemu-user-static")
        package, = self.folder.glob("*.deb")
        output("dpkg-deb", "-x", package, self.folder / "root")
        static, = self.folder.glob("root/usr/bin/qemu-x86_64-static")
        none = self.folder_with("none", static)
        *lines, last = self.doctor(none, status=1)
        self.assertRegex(lines[0], rf"^{self.folder}/none: QEMU [0-9.]+, takes no plugins, cannot record: qemu-x86_64$")
        self.assertEqual(last, "none of these QEMUs records: install covtool-qemu, or put one that takes plugins first on "
                               "the PATH")
        # The first that records decides what `run` takes.
        recording = self.folder_with("one", shutil.which(emulator("x86_64")[0]))
        self.assertEqual(len(self.doctor(none, recording)), 2)
        # As does covtool-qemu's, which goes by its own name: on Debian 13 the system's is such a one.
        done = self.covtool("run", "--", "/bin/true", status=66, environment={"PATH": str(none)})
        self.assertRegex(done.stderr, f"^covtool: error: {none}/qemu-x86_64: takes no plugins.* install covtool-qemu")
        (self.folder / "own").mkdir()
        (self.folder / "own/covtool-qemu-x86_64").symlink_to(shutil.which(emulator("x86_64")[0]))
        both = {"PATH": f"{none}:{self.folder / 'own'}"}
        self.covtool("run", "--", "/bin/true", environment=both)
        self.assertIn("/true", self.covtool("info", "merged.drcov").stdout)
        self.assertIn("records: covtool-qemu-x86_64", "\n".join(self.doctor(*both["PATH"].split(":"))))

    def test_what_is_no_emulator(self):
        folder = self.folder_with("broken", "/bin/false")
        *lines, last = self.doctor(folder, status=1)
        self.assertEqual(lines, [f"{folder}: cannot be used (it is not a QEMU): qemu-x86_64"])
        line, = self.doctor(self.folder, status=1)
        self.assertTrue(line.startswith("there is no QEMU on the PATH: install covtool-qemu, or"), line)

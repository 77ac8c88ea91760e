"""covtool doctor: which QEMUs of the PATH record."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from Tests.EndToEnd.support import qemus
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, ROOT, Case, emulator, output, run

QEMU = "user"


class Doctor(Case):
    def doctor(self, *folders, status=0):
        done = self.covtool("doctor", status=status, environment={"PATH": ":".join(map(str, folders))})
        self.assertEqual(done.stderr, "")
        first, *lines = done.stdout.splitlines()
        self.assertRegex(first, r"^/.*/libcov\.so: the loader ")
        return lines

    def script(self, path, *lines):
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(("#!/bin/bash", *lines, "")))
        path.chmod(0o755)

    def check_ended(self, file):
        """That the processes whose numbers are in a file have ended; init can be late to wait for one."""
        numbers = (self.folder / file).read_text().split()
        self.assertTrue(numbers)
        for number in numbers:
            try:
                state = Path("/proc", number, "stat").read_text().rpartition(")")[2].split()[0]
            except (FileNotFoundError, ProcessLookupError):
                continue
            self.assertEqual(state, "Z", number)

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

    def test_does_not_answer(self):
        """It is ended, with what it has started; what others said stands there before that."""
        hanging = self.folder / "two/qemu-x86_64"
        self.script(hanging, "/bin/sleep 1000 &", f"echo $$ $! >> {self.folder}/numbers", "wait")
        path = shutil.which(emulator("x86_64")[0])
        self.folder_with("one", path)
        folders = {"PATH": f"{self.folder}/one:{self.folder}/two"}
        start = time.monotonic()
        with subprocess.Popen([COVTOOL, "doctor"], env=ENVIRONMENT | folders, stdout=subprocess.PIPE, text=True) as doctor:
            self.addCleanup(doctor.kill)
            lines = [doctor.stdout.readline() for _ in range(2)]
            self.assertLess(time.monotonic() - start, 9)
            rest = doctor.stdout.read()
        self.assertEqual(doctor.returncode, 0)
        self.assertIn(f"{self.folder}/one: QEMU ", lines[1])
        self.assertEqual(rest, f"{self.folder}/two: cannot be used (it does not answer): qemu-x86_64\n")
        self.check_ended("numbers")

    def test_run_where_one_does_not_answer(self):
        """The next one on the PATH is taken; where there is none, that is said."""
        for closed in ("", "exec >&- 2>&-"):  # it can hang with nobody to hear it
            hanging = self.folder / "two/qemu-x86_64"
            self.script(hanging, closed, "/bin/sleep 1000 &", f"echo $$ $! >> {self.folder}/numbers", "wait")
            done = self.covtool("run", "--", "/bin/true", status=66, environment={"PATH": f"{self.folder}/two"})
            self.assertRegex(done.stderr, f"^covtool: error: {hanging}: cannot be used \\(it does not answer\\); ")
            self.check_ended("numbers")
        folder = self.folder_with("one", shutil.which(emulator("x86_64")[0]))
        self.covtool("run", "--", "/bin/true", environment={"PATH": f"{self.folder}/two:{folder}"})
        self.assertIn("/true", self.covtool("info", "merged.drcov").stdout)

    def test_cause(self):
        """What the loader says where a library is missing; several that fail alike stand on one line."""
        (self.folder / "none.c").write_text("int none(void) { return 0; }\n")
        (self.folder / "main.c").write_text("int none(void);\nint main(void) { return none(); }\n")
        output("gcc", "-shared", "none.c", "-o", "libnone.so", folder=self.folder)
        for target in ("arm", "x86_64"):
            place = self.folder / f"own/covtool-qemu-{target}"
            place.parent.mkdir(exist_ok=True)
            output("gcc", "main.c", "-L.", "-lnone", "-o", place, folder=self.folder)
        (self.folder / "libnone.so").unlink()
        said = run(place).stderr.removeprefix(f"{place}: ").removesuffix("\n")
        self.assertRegex(said, r"^error while loading .*libnone\.so")
        line, last = self.doctor(self.folder / "own", status=1)
        self.assertEqual(line, f"{self.folder}/own: cannot be used ({said}): covtool-qemu-arm covtool-qemu-x86_64")
        self.assertEqual(last, "none of these QEMUs records: put one that takes plugins first on the PATH")
        done = self.covtool("run", "--", "/bin/true", status=66, environment={"PATH": str(self.folder / "own")})
        self.assertEqual(done.stderr, f"covtool: error: {place}: cannot be used ({said}); name another QEMU with --qemu "
                                      "(covtool doctor tries all on the PATH)\n")

    def test_what_covtool_qemu_has(self):
        """It is advised for the processors that it is built for."""
        ours = re.search(r"COVTOOL_TARGETS:-([^}]*)", (ROOT / "Tests/Release/qemu").read_text())[1].split()
        program = bytearray(Path("/bin/true").read_bytes()[:64])
        # ELF's class, byte order and machine (elf.h).
        machines = {"aarch64": (2, 1, 183), "arm": (1, 1, 40), "i386": (1, 1, 3), "mips": (1, 2, 8), "ppc64le": (2, 1, 21),
                    "riscv64": (2, 1, 243), "s390x": (2, 2, 22), "x86_64": (2, 1, 62), "mipsel": (1, 1, 8),
                    "ppc": (1, 2, 20), "sparc64": (2, 2, 43), "armeb": (1, 2, 40)}
        self.assertLess(set(ours), set(machines))
        for name, (bits, order, machine) in machines.items():
            program[4:6] = bytes((bits, order))
            program[18:20] = machine.to_bytes(2, "little" if order == 1 else "big")
            (self.folder / "program").write_bytes(program)
            done = self.covtool("run", "--", "./program", status=66, environment={"PATH": "/nowhere"})
            self.assertRegex(done.stderr, f"^covtool: error: qemu-{name}: is not on the PATH; install ")
            self.assertEqual("covtool-qemu" in done.stderr, name in ours, done.stderr)


class Loader(Case):
    """Which libcov.so the loader takes for the bare name, in a /usr that has some more files, for this process alone."""

    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            self.skipTest("not root, so it cannot mount anything: not run")
        self.usr = self.folder / "usr"
        self.triple = output("gcc", "-print-multiarch").strip()
        (self.folder / "cov.c").write_text("int cov;\n")

    def library(self, *places):
        for place in places:
            (self.usr / place).parent.mkdir(parents=True, exist_ok=True)
            output("gcc", "-shared", "cov.c", "-o", self.usr / place, folder=self.folder)

    def covtool_at(self, place):
        (self.usr / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(COVTOOL, self.usr / place)

    def said(self, covtool, *before, environment=None):
        """What doctor says, and the file that the loader has taken; `before` are commands."""
        load = ("import ctypes; ctypes.CDLL('libcov.so'); "
                "print({line.split()[-1] for line in open('/proc/self/maps') if 'libcov' in line}.pop())")
        done = run("unshare", "--mount", "--propagation", "private", "bash", "-c", "\n".join((
            f"mount -t overlay overlay -o lowerdir={self.usr}:/usr /usr || exit 9", *before,
            f"PATH=/nowhere {covtool} doctor", f"python3 -c \"{load}\" 2>&1 | tail -n 1")), folder=self.folder,
            environment=environment)
        if done.returncode == 9:
            self.skipTest(f"not run: {done.stderr}")
        first, _, loaded = done.stdout.splitlines()
        return first.partition(": the loader ")[2], loaded

    def cache(self):
        return "ldconfig -C cache", "mount --bind cache /etc/ld.so.cache"

    def test_two_versions(self):
        """A package's, and a tarball's in /usr/local: the loader takes one of them."""
        package = f"lib/{self.triple}/libcov.so"
        self.library(package, "local/lib/libcov.so")
        for place in ("bin/covtool", "local/bin/covtool"):
            self.covtool_at(place)
        said, loaded = self.said("/usr/bin/covtool", *self.cache())
        self.assertEqual(loaded, "/usr/local/lib/libcov.so")
        self.assertEqual(said, f"finds another, {loaded}: -plugin \"$(covtool plugin-path)\"")
        said, _ = self.said("/usr/local/bin/covtool", *self.cache())
        self.assertEqual(said, "finds it: '-plugin libcov.so'")
        said, loaded = self.said("/usr/bin/covtool", *self.cache(),
                                 environment={"LD_LIBRARY_PATH": f"/nowhere:/usr/lib/{self.triple}"})
        self.assertEqual((said, loaded), ("finds it: '-plugin libcov.so'", f"/usr/{package}"))

    def test_folders_that_need_no_cache(self):
        for place in (f"lib/{self.triple}", "lib"):
            shutil.rmtree(self.usr, ignore_errors=True)
            self.library(f"{place}/libcov.so")
            self.covtool_at("bin/covtool")
            said, loaded = self.said("/usr/bin/covtool")
            self.assertTrue(loaded.endswith(f"{place}/libcov.so"), loaded)
            self.assertEqual(said, "finds it: '-plugin libcov.so'", place)

    def test_cache_that_is_old(self):
        """It has no line for one that is there, or one for what is gone."""
        self.library("local/lib/libcov.so")
        self.covtool_at("local/bin/covtool")
        said, loaded = self.said("/usr/local/bin/covtool")
        self.assertIn("cannot open shared object file", loaded)
        self.assertTrue(said.startswith("does not search its folder: "), said)
        package = f"lib/{self.triple}/libcov.so"
        self.library(package)
        self.covtool_at("bin/covtool")
        gone = "mount -t tmpfs none /usr/local"
        said, loaded = self.said("/usr/bin/covtool", *self.cache(), gone)
        self.assertTrue(loaded.endswith(package), loaded)
        self.assertEqual(said, "finds it: '-plugin libcov.so'")

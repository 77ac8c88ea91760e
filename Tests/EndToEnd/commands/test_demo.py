"""What somebody meets who has just cloned this: Fixtures/demo, and what the scripts say of a machine where
something is missing. Tests/Scripts/newcomer does it in whole Debians."""

import os
import shutil
import unittest

from Tests.EndToEnd.support.setting import BUILD, ROOT, Case, output, run

OWN = {path.name for path in (ROOT / "Fixtures/guests/demo").iterdir()}


class Clone(Case):
    """A copy of what the demo takes, in a folder whose name QEMU and libcov.so would read something into."""

    def setUp(self):
        super().setUp()
        self.folder.chmod(0o755)
        self.clone = self.folder / "a=b,c 100%p"
        shutil.copytree(ROOT / "Fixtures", self.clone / "Fixtures")

    def demo(self, *arguments, status=0, **options):
        done = run(self.clone / "Fixtures/demo", *arguments, folder=self.folder, **options)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def tool(self, name, *lines):
        """A program of this name that comes first on the PATH."""
        path = self.folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
        path.chmod(0o755)


class Demo(Clone):
    def setUp(self):
        super().setUp()
        build = self.clone / "build"
        build.mkdir()
        for name in ("covtool", "libcov.so"):
            shutil.copy2(BUILD / name, build)
        self.built = {"COVTOOL_BUILD": str(build)}
        (self.folder / "a.c").write_text("int main(void)\n{\n    return 0;\n}\n")
        output("gcc", "-g", "a.c", "-o", "with", folder=self.folder)
        output("gcc", "a.c", "-o", "without", folder=self.folder)

    def test_own_guest(self):
        """Its table is of its own sources, and all that it names in the end is there."""
        said = self.demo(environment=self.built).stdout
        table = said.partition("Functions")[2].partition("TOTAL")[0].splitlines()
        rows = {line.split()[0] for line in table if len(line.split()) > 3}
        self.assertTrue(rows)
        self.assertLessEqual(rows, OWN)
        results = self.clone / ".build/demo"
        for name in ("merged.drcov", "cov.info", "coverage.json"):
            self.assertTrue((results / name).stat().st_size, name)
        self.assertEqual(said.splitlines()[-1], str(results / "html/index.html"))
        self.assertIn("tokens.c", (results / "html/index.html").read_text())

    def test_own_program(self):
        said = self.demo("./with", environment=self.built).stdout
        self.assertIn("a.c", said)
        # Sources are those below the folder that it is called in.
        page, = (self.clone / ".build/demo/html/pages").glob("a.c-*.html")
        self.assertIn("return", page.read_text())

    def test_without_debug_information(self):
        done = self.demo("./without", status=1, environment=self.built)
        self.assertIn("build the program with -g", done.stderr)
        self.assertNotIn("index.html", done.stdout)

    def test_wrong_usage(self):
        self.assertIn("Fixtures/demo PROGRAM ARGS", self.demo("--help").stdout)
        self.assertIn("Fixtures/demo PROGRAM ARGS", self.demo("--nosuch", status=64).stderr)
        self.assertIn("write ./with", self.demo("with", status=66).stderr)
        self.assertIn("/nosuch has no covtool", self.demo("./with", status=66, environment={
            "COVTOOL_BUILD": "/nosuch"}).stderr)


class Missing(Clone):
    """Nothing is built, and as another user nothing is installed; these say what to do."""

    def refused(self, *arguments):
        who = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
        path = f"{self.folder}/bin:/usr/bin:/bin"
        done = self.demo(*arguments, status=1, environment={"PATH": path}, **who)
        self.assertNotIn("Building", done.stdout)
        return done.stderr

    @unittest.skipIf(os.path.exists("/usr/bin/swift"), "Swift is in /usr/bin")
    def test_swift(self):
        """It is looked for before anything is asked for."""
        self.tool("dpkg-query")
        said = self.refused()
        self.assertIn("https://www.swift.org/install", said)
        self.assertNotIn("missing", said)

    def test_old_swift(self):
        self.tool("swift", "echo 'Swift version 6.2.1 (swift-6.2.1-RELEASE)'")
        self.tool("dpkg-query")
        said = self.refused()
        self.assertIn("version 6.2; 6.3 or later", said)
        self.assertNotIn("missing", said)

    def test_packages(self):
        """Each is named once in the line to be typed; one by another name, as in Debian 13, is there."""
        self.tool("swift", "exit 127")  # cannot run yet
        self.tool("dpkg-query", "echo 'installed libcurl4t64, libcurl4 (= 8.14.1), libother'",
                  "echo 'config-files libdw-dev, '")
        said = self.refused()
        line, = [line for line in said.splitlines() if line.startswith("sudo")]
        self.assertRegex(line, "^sudo apt-get update && sudo apt-get install ")
        names = line.split()[7:]
        self.assertEqual(len(names), len(set(names)))
        self.assertIn("libdw-dev", names)
        self.assertNotIn("libcurl4", names)

    def test_plugins(self):
        """A QEMU that takes none, as Debian 13's."""
        self.tool("swift", "echo 'Swift version 6.3'")
        self.tool("qemu-x86_64", "echo 'usage: qemu-x86_64 [options] program'")
        # As if all packages were there that it names.
        self.tool("dpkg-query", f"tr -cs 'a-z0-9.+-' '\\n' <'{self.clone}/Fixtures/packages.sh' |"
                  "sed 's/.*/installed &, /'")
        self.assertRegex(self.refused(), "takes no plugins.*Tests/Scripts/qemus user-10.2.*COVTOOL_QEMU=user-10.2")

"""Docs/ci: the lines of each example, typed as they stand in a project of this test's own. Those that get packages are
left out here; Tests/Scripts/released runs all of them in bare Debians."""

import os
import re
import subprocess
from pathlib import Path

from Tests.EndToEnd.support import changes, pipelines, services, setting
from Tests.EndToEnd.support.environments import environment_of
from Tests.EndToEnd.support.setting import COVTOOL, ROOT, Case, output, run


class Examples(Case):
    def setUp(self):
        super().setUp()
        pipelines.make_project(self.folder)
        installed = self.folder / "installed"
        output(COVTOOL, "install", "--prefix", installed)
        emulator = Path(setting.emulator("x86_64")[0]).parent
        self.environment = {name: value.format(folder=self.folder) for name, value in pipelines.RUNNER.items()}
        self.environment.update(PATH=f"{installed}/bin:{emulator}:{os.environ['PATH']}",
                                LD_LIBRARY_PATH=str(installed / "lib"))

    def typed(self, lines, status=0):
        """What the lines print, without those that get packages."""
        lines = "\n".join(line for line in lines.splitlines() if not re.match(r"(apt-get|curl) ", line))
        done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", lines], cwd=self.folder,
                              env={**os.environ, **self.environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout

    def test_all(self):
        """Each records, merges, passes its gate and leaves a tracefile and pages."""
        self.assertEqual(sorted(path.name for path in (ROOT / "Docs/ci").iterdir()
                                if path.suffix != ".md" and path.name not in ("action.yml", "Containerfile")),
                         pipelines.NAMES)
        for name in pipelines.NAMES:
            with self.subTest(name):
                output("rm", "-rf", "merged.drcov", "cov.info", "pages", "traces", folder=self.folder)
                said = "".join(self.typed(lines) for lines in pipelines.steps(name).values())
                self.assertRegex(said, r"inputs/three(: exit status 134| failed)")
                tracefile = (self.folder / "cov.info").read_text()
                lines = {int(line): int(count) for line, count in re.findall(r"^DA:(\d+),(\d+)", tracefile, re.M)}
                self.assertEqual([pipelines.NEVER], [line for line, count in lines.items() if not count])
                self.assertTrue((self.folder / "pages/index.html").exists())

    def test_kept_folder(self):
        """In a folder that a service keeps, nothing that an earlier build left is in the report: neither what an input
        executed that is gone, nor a part of a larger report."""
        for name in pipelines.NAMES:
            with self.subTest(name):
                steps = pipelines.steps(name).values()
                abort = self.folder / "inputs/three"
                abort.write_text("1!")
                (self.folder / "cov-2.xml").write_text("<coverage/>")
                for count in (1, 0):
                    for lines in steps:
                        self.typed(lines)
                    self.assertRegex((self.folder / "cov.info").read_text(), rf"(?m)^DA:11,{count}$")
                    abort.unlink(missing_ok=True)
                written = re.findall(r"cov\S*\.xml", "".join(steps))
                self.assertEqual([path.name for path in self.folder.glob("cov-*.xml") if written], [])

    def test_change(self):
        """GitHub's: the changed line is executed; of another change, the missed line is marked, and the gate fails."""
        known = pipelines.steps("github-actions.yml")
        self.assertEqual(["Packages", "Install", "Build", "Record", "Report", "Change"], list(known))
        said = {name: self.typed(lines) for name, lines in known.items()}
        self.assertRegex((self.folder / "summary").read_text(), r"(?m)^\| `a\.c` \| .* \| 7 \|$")
        self.assertEqual(services.annotations(said["Change"]), [])
        changes.git(self.folder, "checkout", "--quiet", "--detach")
        (self.folder / "a.c").write_text(pipelines.SOURCE.replace("return 2;", "return 3;"))
        (_, options, _), (name, _, text) = services.annotations(self.typed(known["Change"], status=1))
        self.assertEqual((options["file"], options["line"]), ("a.c", str(pipelines.NEVER)))
        self.assertEqual((name, text.split(":")[0]), ("error", "--fail-under-patch 80"))

    def test_schemas(self):
        """The services' own schemas take the files, and not what is wrong in them."""
        python = environment_of("schemas", ("kubernetes-validate", "check-jsonschema"))
        if not python:
            self.skipTest("PyPI's check-jsonschema cannot be had: not run")
        for name, schema, old, new in (
                ("github-actions.yml", ["vendor.github-workflows"], "runs-on:", "runs-at:"),
                ("action.yml", ["vendor.github-actions"], "using:", "with-use:"),
                ("gitlab-ci.yml", ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"], "  script:", "  scripts:")):
            command = [python.parent / "check-jsonschema", "--builtin-schema", *schema]
            done = run(*command, ROOT / "Docs/ci" / name)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            wrong = self.folder / name
            wrong.write_text((ROOT / "Docs/ci" / name).read_text().replace(old, new, 1))
            self.assertNotEqual(run(*command, wrong).returncode, 0, name)

    def test_version(self):
        """They, and README, name the files of the newest release, and of the QEMU that it has."""
        newest = re.search(r"^## \[(\d[\d.]*)\]", (ROOT / "CHANGELOG.md").read_text(), re.M)[1]
        emulators = re.search(r"^release=(.+)$", (ROOT / "Tests/Release/qemu").read_text(), re.M)[1]
        for path in (ROOT / "README.md", *(ROOT / "Docs/ci").iterdir()):
            text = path.read_text()
            for version in re.findall(r"covtool[_-](\d[\d.]*\d)[_-]|default: (\d[\d.]*)", text):
                self.assertEqual("".join(version), newest, path)
            for version in re.findall(r"covtool-qemu[_-](\d[\d.]*\d)[_-]", text):
                self.assertEqual(version, emulators, path)

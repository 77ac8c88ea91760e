"""Installing below a prefix, using what is installed, and taking it away again."""

import os
import re
import shutil

from Tests.EndToEnd.support import reports
from Tests.EndToEnd.support.setting import COVTOOL, PLUGIN, ROOT, Case, output, run

FILES = {"bin/covtool", "lib/libcov.so", "share/bash-completion/completions/covtool",
         "share/zsh/site-functions/_covtool", "share/fish/vendor_completions.d/covtool.fish",
         "share/man/man7/libcov.so.7"}


class Install(Case):
    def setUp(self):
        super().setUp()
        self.prefix = self.folder / "prefix"

    def files(self):
        return {str(path.relative_to(self.prefix)) for path in self.prefix.rglob("*")
                if not path.is_dir()}

    def install(self):
        self.covtool("install", "--prefix", self.prefix)

    def test_files(self):
        self.install()
        pages = {name for name in self.files() if name.startswith("share/man/man1/")}
        self.assertEqual(self.files() - pages, FILES)
        self.assertIn("share/man/man1/covtool.1", pages)
        for page in pages | {"share/man/man7/libcov.so.7"}:
            said = run("mandoc", "-Tlint", "-Wwarning", self.prefix / page)
            self.assertEqual((said.returncode, said.stdout), (0, ""))
        for name, mode in (("bin/covtool", 0o755), ("lib/libcov.so", 0o755)):
            self.assertEqual((self.prefix / name).stat().st_mode & 0o777, mode)
        self.assertEqual((self.prefix / "lib/libcov.so").read_bytes(), PLUGIN.read_bytes())
        self.assertEqual((self.prefix / "bin/covtool").read_bytes(), COVTOOL.read_bytes())

    def test_completions_can_be_read(self):
        self.install()
        output("bash", "-n", self.prefix / "share/bash-completion/completions/covtool")
        for name in FILES - {"bin/covtool", "lib/libcov.so", "share/man/man7/libcov.so.7"}:
            text = (self.prefix / name).read_text()
            for word in ("merge", "symbolise", "plugin-path", "elf"):
                self.assertIn(word, text, name)

    def test_manual_pages_are_shown(self):
        self.install()
        text = output("mandoc", "-Tutf8", self.prefix / "share/man/man1/covtool-merge.1")
        self.assertIn("merged.drcov", text)
        folder = self.prefix / "share/man/man1"
        commands = [line.split()[0].rstrip(",") for line in
                    self.covtool("--help").stdout.partition("SUBCOMMANDS:\n")[2].splitlines()
                    if line.startswith("  ") and not line.startswith("   ") and "See '" not in line]
        self.assertEqual({path.name for path in folder.iterdir()},
                         {"covtool.1", *(f"covtool-{command}.1" for command in commands)})
        # Bold letters are struck twice.
        text = re.sub(".\b", "", output("mandoc", "-Tascii", folder / "covtool.1"))
        self.assertIn("COVTOOL_CONFIG", text)
        text = re.sub(".\b", "", output("mandoc", "-Tascii", folder / "covtool-lcov.1"))
        for option in ("--include", "--source-root", "--path-equivalence"):
            self.assertIn(option, text)

    def test_uninstall(self):
        self.prefix.mkdir()
        kept = {"bin/other", "lib/libother.so", "share/man/man1/other.1", "lib/libcov.so.bak"}
        for name in kept:
            (self.prefix / name).parent.mkdir(parents=True, exist_ok=True)
            (self.prefix / name).write_text("not ours")
        self.install()
        self.assertLess(kept | FILES, self.files())
        self.install()  # again, over itself
        done = output(self.prefix / "bin/covtool", "uninstall", "--prefix", self.prefix)
        self.assertEqual(done, f"covtool and libcov.so were removed from {self.prefix}/\n")
        self.assertEqual(self.files(), kept)
        # Nothing left to do is no error.
        done = self.covtool("uninstall", "--prefix", self.prefix)
        self.assertEqual(done.stdout, f"covtool and libcov.so are not installed below {self.prefix}/: nothing was removed\n")

    def test_uninstall_a_tarball(self):
        """It has documents besides."""
        self.install()
        documents = self.prefix / "share/doc/covtool"
        documents.mkdir(parents=True)
        (documents / "README.md").write_text("covtool\n")
        said = run(self.prefix / "bin/covtool", "uninstall", "--prefix", self.prefix).stderr
        self.assertEqual(said, f"covtool: {documents}: is left: a release's tarball has brought it\n")
        self.assertEqual(self.files(), {"share/doc/covtool/README.md"})

    def test_prefix_that_cannot_be_written(self):
        self.prefix.write_text("a file")
        done = self.covtool("install", "--prefix", self.prefix, status=74)
        self.assertIn(str(self.prefix), done.stderr)

    def test_links_are_replaced(self):
        """What stands there may be links to a build, or to another version's files."""
        other = self.folder / "other"
        other.mkdir()
        for name in FILES:
            (other / os.path.basename(name)).write_text("another's")
            (self.prefix / name).parent.mkdir(parents=True, exist_ok=True)
            (self.prefix / name).symlink_to(other / os.path.basename(name))
        (self.prefix / "lib/libcov.so").unlink()
        (self.prefix / "lib/libcov.so").symlink_to(PLUGIN)
        (self.prefix / "share/zsh/site-functions/_covtool").unlink()
        (self.prefix / "share/zsh/site-functions/_covtool").symlink_to("nothing")
        self.install()
        for path in other.iterdir():
            self.assertEqual(path.read_text(), "another's", path)
        self.assertEqual([name for name in FILES if (self.prefix / name).is_symlink()], [])
        self.assertFalse((self.prefix / "share/zsh/site-functions/nothing").exists())
        self.assertEqual((self.prefix / "lib/libcov.so").read_bytes(), PLUGIN.read_bytes())

    def test_nothing_by_half(self):
        """A file stands where the last of the folders should be."""
        self.prefix.mkdir()
        (self.prefix / "share").write_text("a file")
        self.assertIn(f"{self.prefix}/share", self.covtool("install", "--prefix", self.prefix, status=74).stderr)
        self.assertEqual(self.files(), {"share"})

    def test_without_rights(self):
        """As another user: the message says what to do, and nothing is installed by half."""
        if os.geteuid() != 0:
            self.skipTest("not root, so it cannot be another user: not run")
        self.prefix.mkdir()
        (self.prefix / "bin").mkdir(mode=0o777)
        (self.prefix / "bin").chmod(0o777)
        self.folder.chmod(0o755)
        copy = self.folder / "build"
        copy.mkdir()
        for file in (COVTOOL, PLUGIN):
            shutil.copy2(file, copy)
        for command in ("install", "uninstall"):
            if command == "uninstall":
                self.install()
            before = self.files()
            done = run(copy / "covtool", command, "--prefix", self.prefix, user="nobody", group="nogroup")
            self.assertEqual(done.returncode, 74)
            self.assertRegex(done.stderr, r"^covtool: [^\n]*Permission denied[^\n]*--prefix[^\n]*\n$")
            self.assertEqual(self.files(), before)

    def test_refuses_what_needs_swift(self):
        """A debug build has Swift's libraries beside it, which other machines have not."""
        debug = ROOT / ".build/debug/covtool"
        if not debug.exists():
            self.skipTest(f"{debug} is not built ('swift build'): not run")
        self.assertIn("libswiftCore", output("readelf", "-d", debug))
        done = run(debug, "install", "--prefix", self.prefix)
        self.assertEqual(done.returncode, 65)
        self.assertIn("needs Swift's shared libraries", done.stderr)
        self.assertIn("Fixtures/build", done.stderr)
        self.assertFalse(self.prefix.exists())

    def test_needs_no_swift(self):
        """What is installed needs libraries of Debian alone, and has no symbols of its own."""
        self.install()
        for name in ("bin/covtool", "lib/libcov.so"):
            needed = re.findall(r"NEEDED.*\[(.*)\]", output("readelf", "-d", self.prefix / name))
            self.assertTrue(needed)
            for library in needed:
                self.assertNotRegex(library, "swift|Foundation|dispatch|Blocks")
        self.assertNotIn(".symtab", output("readelf", "-SW", self.prefix / "bin/covtool"))

    def test_plugin_path(self):
        path = self.covtool("plugin-path").stdout
        self.assertTrue(os.path.samefile(path.removesuffix("\n"), PLUGIN))
        self.install()
        path = output(self.prefix / "bin/covtool", "plugin-path").removesuffix("\n")
        self.assertTrue(os.path.samefile(path, self.prefix / "lib/libcov.so"))

    def test_without_its_plugin(self):
        self.install()
        (self.prefix / "lib/libcov.so").unlink()
        done = run(self.prefix / "bin/covtool", "plugin-path")
        self.assertEqual(done.returncode, 66)
        self.assertIn("/bin/libcov.so: not there, nor in ../lib: install covtool again", done.stderr)

    def test_plugin_path_in_odd_folders(self):
        """It is printed as QEMU's option takes it; the README's line works wherever covtool stands."""
        (self.folder / "a.c").write_text("int main(void) { return 0; }\n")
        output("gcc", "a.c", "-o", "a.out", folder=self.folder)
        for name in ("a,b", "a=b", "a=b,c", "a,b=c", "a,,b", "a b'\"$x;%p", "b\\c"):
            self.prefix = self.folder / name / "prefix"
            self.install()
            output("bash", "-c", 'qemu-x86_64 -plugin "$(covtool plugin-path),out=run.drcov" ./a.out',
                   folder=self.folder, environment={"PATH": f"{self.prefix}/bin:{os.environ['PATH']}"})
            trace = self.folder / "run.drcov"
            self.assertTrue(trace.stat().st_size, name)
            trace.unlink()

    def literal_lines(self, environment):
        """The README's lines as they are typed, in a folder with a.out."""
        (self.folder / "a.c").write_text(
            "#include <stdio.h>\n"
            "int main(int count, char **arguments) {\n"
            "    if (count > 1)\n"
            "        puts(arguments[1]);\n"
            "    else\n"
            "        puts(\"nothing\");\n"
            "    if (count > 2)\n"
            "        puts(\"never\");\n"
            "    return 0;\n"
            "}\n")
        output("gcc", "-g", "-O0", self.folder / "a.c", "-o", self.folder / "a.out")
        for line in ("qemu-x86_64 -plugin libcov.so,out=run.drcov ./a.out",
                     "qemu-x86_64 -plugin libcov.so,out=run2.drcov ./a.out argument",
                     "covtool merge *.drcov",
                     "covtool lcov --elf a.out > cov.info"):
            output("bash", "-c", line, folder=self.folder, environment=environment)
        lines, _, _ = reports.lcov((self.folder / "cov.info").read_text())
        self.assertEqual({line: hits > 0 for line, hits in lines[str(self.folder / "a.c")].items()},
                         {2: True, 3: True, 4: True, 6: True, 7: True, 8: False, 9: True})

    def test_literal_lines(self):
        """With a prefix of one's own, the loader must be told of it, which is said where it has not been."""
        told = {"LD_LIBRARY_PATH": f"/nowhere:{self.prefix}/lib/"}
        done = self.covtool("install", "--prefix", self.prefix)
        self.assertIn(f"LD_LIBRARY_PATH={self.prefix}/lib", done.stderr)
        done = self.covtool("install", "--prefix", self.prefix, environment=told)
        self.assertEqual(done.stderr, "")
        done = self.covtool("install", "--prefix", "prefix/")  # the advice is of use from any folder
        self.assertIn(f"LD_LIBRARY_PATH={self.prefix}/lib", done.stderr)
        self.literal_lines({"LD_LIBRARY_PATH": str(self.prefix / "lib"),
                            "PATH": f"{self.prefix}/bin:{os.environ['PATH']}"})

    def test_literal_lines_with_the_default_prefix(self):
        """Below /usr/local, for root only, and only where nothing stands there already."""
        standing = [name for name in FILES if os.path.lexists(f"/usr/local/{name}")]
        if os.geteuid() != 0 or standing:
            self.skipTest(f"not root, or it would replace {standing}")
        self.addCleanup(self.covtool, "uninstall")
        self.assertEqual(self.covtool("install").stderr, "")
        self.literal_lines({"PATH": f"/usr/local/bin:{os.environ['PATH']}"})
        self.covtool("uninstall")
        self.assertEqual([name for name in FILES if os.path.lexists(f"/usr/local/{name}")], [])

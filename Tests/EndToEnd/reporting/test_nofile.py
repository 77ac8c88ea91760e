"""Code of no file, which compilers name in angle brackets: no row of a report, since nothing could show it."""

from Tests.EndToEnd.support import reports
from Tests.EndToEnd.support.setting import PLUGIN, Case, emulator, output, run

C = "int main(void)\n{\n    return 0;\n}\n"
# gdc makes a constructor and a destructor of each module.
D = "void main()\n{\n}\n"


class NoFile(Case):
    def files(self, program):
        trace = self.folder / "run.drcov"
        run(*emulator("x86_64"), "-plugin", f"{PLUGIN},out={trace}", program, check=True)
        self.assertIn("<", output("objdump", "--dwarf=decodedline", program))
        return set(reports.lcov(self.covtool("lcov", trace).stdout)[0])

    def test_gdc(self):
        (self.folder / "main.d").write_text(D)
        output("gdc", "-g", "main.d", "-o", "main", folder=self.folder)
        files = self.files(self.folder / "main")
        self.assertIn(str(self.folder / "main.d"), files)
        self.assertEqual([path for path in files if "<" in path], [])

    def test_standard_input(self):
        for name, text in (("piped.c", 'extern int piped(void);\n' + C.replace("0;", "piped();")),):
            (self.folder / name).write_text(text)
        with open(self.folder / "text", "w+", encoding="ascii") as text:
            text.write("int piped(void)\n{\n    return 0;\n}\n")
            text.seek(0)
            output("gcc", "-g", "-c", "-x", "c", "-", "-o", "text.o", folder=self.folder, stdin=text)
        output("gcc", "-g", "piped.c", "text.o", "-o", "piped", folder=self.folder)
        self.assertEqual(self.files(self.folder / "piped"), {str(self.folder / "piped.c")})

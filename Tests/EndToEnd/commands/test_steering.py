"""What a trace or an ELF file names cannot steer the terminal of who looks at it, and is exact where programs
read it."""

import json
import re
import subprocess

from Tests.EndToEnd.support import drcov, terminals
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, Case, output

# What ends a title or clears the screen on most terminals, as one byte in UTF-8 too, and turns text around.
STEERING = "\x1b]0;owned\x07\x1b[2J\x9b2J\u202e\r\x7f"
# All that steers but a line's end and a tab.
HARM = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Steering(Case):
    def setUp(self):
        super().setUp()
        escaped = STEERING.replace("\r", "")
        self.source = self.folder / f"a{escaped}.c"
        # No assembler takes such a function's name: it is put in the place of one as long.
        name = f"f{STEERING}"
        plain = "f".ljust(len(name.encode()), "_")
        self.source.write_text(f"void {plain}(void) {{}}\nint main(void) {{ {plain}(); return 0; }}\n")
        self.program = self.folder / f"program{escaped}"
        output("gcc", "-g", "-static", self.source.name, "-o", self.program, folder=self.folder)
        at, = (int(line.split()[0], 16) for line in output("nm", self.program).splitlines() if plain in line)
        self.program.write_bytes(self.program.read_bytes().replace(plain.encode(), name.encode()))
        self.trace = self.folder / f"trace{escaped}"
        base, end = 0x400000, 0x400000 + self.size()
        self.trace.write_bytes(drcov.write([(base, end, str(self.program))], [(0, at - base, 4)],
                                           flavor="drcov" + escaped))
        self.at = at

    def size(self):
        """Bytes from the lowest to the highest address that is loaded."""
        found = re.findall(r"LOAD +0x\w+ 0x(\w+) 0x\w+ 0x\w+ 0x(\w+)", output("readelf", "-lW", self.program))
        places = [(int(start, 16), int(size, 16)) for start, size in found]
        return max(start + size for start, size in places) - (min(places)[0] & ~0xFFF)

    def commands(self):
        elf = ["--elf", self.program]
        return (["info", self.trace, "--blocks"], ["validate", self.trace], ["symbolise", self.trace],
                ["symbolise", *elf, hex(self.at)], ["report", self.trace], ["report", self.trace, "--functions"],
                ["show", self.trace, *elf], ["diff", self.trace, self.trace])

    def test_text(self):
        for command in self.commands():
            done = subprocess.run([COVTOOL, *map(str, command)], cwd=self.folder, env=ENVIRONMENT,
                                  capture_output=True)
            text = done.stdout.decode() + done.stderr.decode()
            self.assertIn(done.returncode, (0, 1), done.stderr)
            self.assertIn("owned", text, command)
            self.assertIsNone(HARM.search(text), (command, text))

    def test_terminal(self):
        """There, forms for programs are shown too, and colours are the only sequences."""
        services = ("cobertura", "sonar", "codecov", "llvm-json", "markdown")
        more = (*([form, self.trace] for form in services), ["report", self.trace, "--annotations", "github"],
                ["lcov", self.trace], ["json", self.trace], ["info", "--json", self.trace],
                ["symbolise", "--addr2line", "-f", "--elf", self.program, hex(self.at)],
                ["minimise", self.trace])
        for command in (*self.commands(), *more):
            shown, status, said = terminals.run([COVTOOL, *command], self.folder, columns=200)
            self.assertIn(status, (0, 1), said)
            text = re.sub("\x1b\\[\\d*m", "", shown) + said
            self.assertIsNone(HARM.search(text), (command, text))

    def test_messages(self):
        """Errors and warnings, and a name with a line's end begins no line."""
        name = f"no{STEERING}\ncovtool: error: forged"
        for command in (["merge", name], ["report", self.trace, "--elf", name], ["lcov", self.trace, "--module", name],
                        [name], ["merge", f"--{name}"], ["merge", "a", "--mixed", name]):
            done = subprocess.run([COVTOOL, *map(str, command)], cwd=self.folder, env=ENVIRONMENT,
                                  capture_output=True)
            text = done.stderr.decode()
            self.assertGreater(done.returncode, 63, command)
            self.assertIsNone(HARM.search(text), (command, text))
            self.assertEqual(text.count("\ncovtool: error: forged"), 0, (command, text))

    def test_programs(self):
        """In a pipe or a file, forms for programs have the names as they are."""
        found = json.loads(self.covtool("info", "--json", self.trace).stdout)
        self.assertEqual(found["recordings"][0]["modules"][0]["path"], str(self.program))
        done = subprocess.run([COVTOOL, "lcov", self.trace], env=ENVIRONMENT, capture_output=True)
        self.assertIn(f"SF:{self.source}\n".encode(), done.stdout)
        done = subprocess.run([COVTOOL, "minimise", self.trace], env=ENVIRONMENT, capture_output=True)
        self.assertEqual(done.stdout, f"{self.trace}\n".encode())

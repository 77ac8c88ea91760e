"""Texts for people, as they stood when they were last looked at.

COVTOOL_RECORD=1 writes them anew. What the reports say is held to be true by the other tests.
"""

from pathlib import Path

from Tests.EndToEnd.support import drcov, guests
from Tests.EndToEnd.support.setting import RECORDING, ROOT, Case

GOLDEN = Path(__file__).parent / "golden"
COMMANDS = ("run", "merge", "intersect", "subtract", "diff", "minimise", "which", "index", "export", "suspects", "lcov", "json", "html", "cobertura",
            "sonar", "codecov", "llvm-json", "markdown", "report", "patch", "differential",
            "show", "disassemble", "symbolise", "drcov", "doctor", "info", "validate", "repair", "recover", "config", "install", "uninstall",
            "plugin-path")


class Golden(Case):
    def check(self, name, text):
        text = text.replace(str(ROOT), "ROOT").replace(str(self.folder), "FOLDER")
        path = GOLDEN / f"{name}.txt"
        if RECORDING:
            path.write_text(text)
        self.assertTrue(path.exists(), f"{path.name}: record it with COVTOOL_RECORD=1")
        self.assertEqual(text, path.read_text(), f"{path.name}; COVTOOL_RECORD=1 records it anew")

    def test_help(self):
        help = self.covtool("--help").stdout
        self.check("help", help)
        for command in COMMANDS:
            self.assertIn(f"\n  {command}", help)
            text = self.covtool(command, "--help").stdout
            self.check(f"help-{command}", text)
            self.assertEqual(self.covtool("help", command).stdout, text)

    def test_every_command_is_here(self):
        listed = self.covtool("--help").stdout.partition("SUBCOMMANDS:\n")[2]
        names = {line.split()[0].rstrip(",") for line in listed.splitlines()
                 if line.startswith("  ") and not line.startswith("   ") and "See '" not in line}
        self.assertEqual(names, set(COMMANDS))

    def test_reports(self):
        """Of the two C libraries, whose tables hold nothing of the system's headers."""
        libraries = guests.elves()[2:]
        modules, blocks = [], []
        for path in map(str, libraries[1::2]):
            for trace in guests.record_demo(self.folder):
                trace = drcov.load(trace)
                row, = (module for module in trace.modules if module.path == path)
                blocks += [(len(modules), start, size) for id, start, size in trace.blocks
                           if id == row.id]
            modules.append((row.start, row.end, path))
        # What the C library does depends on the length of folders' names: its rows are left out.
        (self.folder / "merged.drcov").write_bytes(drcov.write(modules, blocks))
        for command in ("report", "lcov", "json", "symbolise"):
            self.check(command, self.covtool(command, *libraries).stdout)

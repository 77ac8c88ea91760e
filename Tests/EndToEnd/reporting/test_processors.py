"""How often lines were executed, against gcov, for each processor whose branches are read."""

import json
import shutil

from Tests.EndToEnd.support import gcov, guests
from Tests.EndToEnd.support.setting import ROOT, Case, output

SOURCE = ROOT / "Fixtures/guests/special/flow.c"
# A compiler's prefix, and its flags.
COMPILERS = {
    "pie": ("", []),
    "aarch64": ("aarch64-linux-gnu-", []),
    "arm": ("arm-linux-gnueabihf-", ["-mthumb"]),
    "arm-marm": ("arm-linux-gnueabihf-", ["-marm"]),
    "riscv64": ("riscv64-linux-gnu-", []),
    "s390x": ("s390x-linux-gnu-", []),
}


class Processors(Case):
    def test_counts(self):
        for kind, (prefix, flags) in COMPILERS.items():
            with self.subTest(kind):
                if not shutil.which(f"{prefix}gcc"):
                    self.skipTest(f"not run: no {prefix}gcc")
                self.assertEqual(*self.counts(kind, prefix, flags))

    def counts(self, kind, prefix, flags):
        """Lines and their counts as covtool has them and as gcov does, of those that both know."""
        folder = self.folder / kind
        folder.mkdir()
        for program, more in (("plain", []), ("counting", ["--coverage"])):
            output(f"{prefix}gcc", "-g", "-O0", *flags, *more, SOURCE, "-o", folder / program, folder=folder)
        said = guests.qemu(kind, folder / "counting").stdout
        recorded = guests.qemu(kind, folder / "plain", plugin=f"counts=on,out={folder / 'run.drcov'}")
        self.assertTrue(said)
        self.assertEqual(recorded.stdout, said)
        theirs = gcov.read(folder, f"{prefix}gcov")[0][str(SOURCE)]
        document = json.loads(self.covtool("json", "--elf", folder / "plain", folder / "run.drcov").stdout)
        ours = {line["line"]: line["hits"] for file in document["files"] if file["path"] == str(SOURCE)
                for line in file["lines"]}
        both = ours.keys() & theirs.keys()
        # gcov knows labels too, which have no code.
        self.assertGreater(len(both), 0.8 * len(theirs))
        self.assertEqual(ours.keys() - theirs.keys(), set())
        return {line: ours[line] for line in both}, {line: theirs[line] for line in both}

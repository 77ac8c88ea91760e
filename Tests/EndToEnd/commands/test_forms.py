"""Each form of drcov is read as what it is, and validate says of it what the readers do."""

import json
import subprocess

from Tests.EndToEnd.support import drcov, forms
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, Case


class Forms(Case):
    def each(self, check):
        for number, form in enumerate(forms.forms()):
            path = self.folder / f"{number}.drcov"
            path.write_bytes(form.data)
            with self.subTest(form.name):
                check(form, path)

    def offsets(self, data):
        """With a module's rows put together: a large one is written in pieces."""
        trace = drcov.read(data)
        bases = {}
        for row in trace.modules:
            bases[row.path] = min(row.start, bases.get(row.path, row.start))
        return {(None, start, size) if id == drcov.NO_MODULE
                else (trace.row(id).path, trace.base(id) + start - bases[trace.row(id).path], size)
                for id, start, size in trace.blocks}

    def test_read(self):
        def check(form, path):
            done = self.covtool("drcov", path, text=False)
            self.assertEqual(self.offsets(done.stdout), form.blocks)
            self.assertEqual(b"warning: " in done.stderr, form.damaged, done.stderr)

        self.each(check)

    def test_standard_input(self):
        def check(form, path):
            with open(path, "rb") as file:
                piped = subprocess.run([COVTOOL, "drcov", "-"], stdin=file, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, env=ENVIRONMENT, check=True)
            self.assertEqual(self.offsets(piped.stdout), form.blocks)

        self.each(check)

    def test_strict(self):
        def check(form, path):
            done = self.covtool("drcov", "--strict", path, status=65 if form.damaged else 0, text=False)
            self.assertEqual(bool(done.stdout), not form.damaged)

        self.each(check)

    def test_validate(self):
        """The verdicts of the seven readers, one table."""
        def check(form, path):
            document = json.loads(self.covtool("validate", "--json", path, status=int(form.damaged)).stdout)
            found, = document["traces"]
            reasons = {reader["name"]: reader["reasons"] for reader in found["readers"]}
            self.assertEqual(bool(found["damage"]), form.damaged, found)
            self.assertEqual(set(reasons), forms.READERS)
            takers = {reader for reader, no in reasons.items() if not no}
            self.assertEqual(takers, form.readers, reasons)

        self.each(check)

    def test_validate_for(self):
        path = self.folder / "a.drcov"
        path.write_bytes(next(forms.plain()).data)
        for reader in sorted(forms.READERS):
            status = int(reader not in next(forms.plain()).readers)
            out = self.covtool("validate", "--for", reader, path, status=status).stdout
            self.assertIn(f"  {reader} ", out)
            self.assertEqual("no: " in out, bool(status))

    def test_repair(self):
        """What is repaired is sound, and has the same blocks, in the tests' own reader too."""
        def check(form, path):
            repaired = self.folder / "repaired"
            done = self.covtool("repair", path, "-o", repaired)
            self.assertEqual("repaired" in done.stderr.splitlines()[-1].rpartition(": ")[2], form.damaged)
            strict = self.covtool("drcov", "--strict", repaired, text=False)
            # What is not UTF-8 is not written: readers fail on it.
            blocks = {(path and path.replace("\ufffd", "?"), start, size)
                      for path, start, size in form.blocks}
            self.assertEqual(self.offsets(strict.stdout), blocks)

        self.each(check)

    def test_info(self):
        def check(form, path):
            dumps = json.loads(self.covtool("info", "--json", "--blocks", path).stdout)["recordings"]
            self.assertGreater(len(dumps), 0)
            for dump in dumps:
                self.assertEqual(len(dump["blockList"]), dump["blocks"])
                self.assertEqual(sum(row["blocks"] for row in dump["modules"]) + dump["outside"]
                                 + dump["unknown"], dump["blocks"])
                self.assertEqual(dump["hits"] is not None,
                                 any("count" in block for block in dump["blockList"]))
            self.covtool("info", "--blocks", path)

        self.each(check)

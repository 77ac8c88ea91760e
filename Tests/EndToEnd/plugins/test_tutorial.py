"""The tutorial's package, as the tutorial has it: made in an empty folder, built against this package by
its path, and run; with warnings as errors and strict memory safety. In Embedded Swift; in regular Swift,
changed as the tutorial says, too with COVTOOL_SLOW=1."""

import os
import re
import unittest

from Tests.EndToEnd.support import execlog, guests, qemus
from Tests.EndToEnd.support.setting import ROOT, Case, run

PAGE = ROOT / "Sources/QEMUPlugin/QEMUPlugin.docc/Tutorial.md"


class Tutorial(Case):
    def code(self):
        """The manifest and the source."""
        manifest, source = re.findall(r"^```swift\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
        return manifest, source

    def said(self, pattern):
        """What a sentence of the page names."""
        found = re.search(pattern.replace(" ", r"\s+"), PAGE.read_text())
        self.assertTrue(found, pattern)
        return found.groups()

    def check(self, manifest, source):
        sources = self.folder / "blockcount/Sources/BlockCount"
        sources.mkdir(parents=True)
        named = manifest.replace("../covtool", str(ROOT))
        self.assertNotEqual(named, manifest)
        strict = re.sub(r"(swiftSettings: \[\n)",
                        r"\1.strictMemorySafety(), .treatAllWarnings(as: .error), .swiftLanguageMode(.v6),\n", named)
        self.assertNotEqual(strict, named)
        (self.folder / "blockcount/Package.swift").write_text(strict)
        (sources / "BlockCount.swift").write_text(source)
        build, = self.said(r"```\n(swift build .*)\n")
        made = run(*build.split(), folder=self.folder / "blockcount")
        self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
        self.assertNotIn("warning:", made.stdout + made.stderr)
        # Nothing is fetched for it.
        self.assertFalse(list((self.folder / "blockcount/.build").glob("checkouts/*")))
        plugin = self.folder / "blockcount/.build/release/libblockcount.so"
        for column in ("user-7.2", "user-10.2"):
            command = qemus.command(column, "x86_64")
            if not command:
                continue
            log = self.folder / f"log-{column}"
            done = run(*command, "-d", "exec,nochain,plugin", "-D", log, "-plugin", plugin,
                       guests.built("static") / "calculator", guests.INPUTS[0])
            self.assertEqual(done.stderr, "")
            lines = log.read_text().splitlines()
            executed = (sum(bool(execlog.TRACE.match(line)) for line in lines)
                        - sum(bool(execlog.STOPPED.match(line)) for line in lines))
            said, = [line for line in lines if line.endswith(" blocks")]
            self.assertEqual(said, f"{executed} blocks")

    def test_length(self):
        _, source = self.code()
        self.assertLessEqual(len([line for line in source.splitlines() if line.strip()]), 30)

    def test_embedded(self):
        self.check(*self.code())

    @unittest.skipUnless(os.environ.get("COVTOOL_SLOW") == "1", "COVTOOL_SLOW=1 runs it")
    def test_regular(self):
        manifest, source = self.code()
        to, origin = self.said("For regular Swift, write `(\\w+)` for `(\\w+)`, here and in the import")
        line, = self.said("leave the line with `([^`]+)` away")
        kept = [text for text in manifest.splitlines(keepends=True) if line not in text]
        self.assertEqual(len(kept), len(manifest.splitlines()) - 1)
        self.check("".join(kept).replace(origin, to), source.replace(origin, to))


class Documentation(Case):
    def test_builds(self):
        """Every public symbol has a summary and says what it throws, and every link leads somewhere."""
        done = run(ROOT / "Tests/Scripts/documentation", self.folder / "pages")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue((self.folder / "pages/documentation").exists())

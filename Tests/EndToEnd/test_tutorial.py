"""The tutorial's package, as the tutorial has it: made in an empty folder, built against this package by
its path, and run. In Embedded Swift; in regular Swift too with COVTOOL_SLOW=1."""

import os
import re
import unittest

from Tests.EndToEnd import execlog, guests, qemus
from Tests.EndToEnd.setting import ROOT, Case, output, run

PAGE = ROOT / "Sources/QEMUPlugin/QEMUPlugin.docc/Tutorial.md"


class Tutorial(Case):
    def code(self):
        """The manifest and the source."""
        manifest, source = re.findall(r"^```swift\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
        return manifest.replace("../covtool", str(ROOT)), source

    def check(self, manifest, source):
        sources = self.folder / "blockcount/Sources/BlockCount"
        sources.mkdir(parents=True)
        (self.folder / "blockcount/Package.swift").write_text(manifest)
        (sources / "BlockCount.swift").write_text(source)
        output("swift", "build", "-c", "release", "--omit-frame-pointers",
               folder=self.folder / "blockcount")
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
        manifest = re.sub(r",\n *swiftSettings: .*\)\n", ")\n", manifest)
        self.assertNotIn("Embedded", manifest.replace("QEMUPluginEmbedded", ""))
        self.check(manifest.replace("QEMUPluginEmbedded", "QEMUPlugin"),
                   source.replace("QEMUPluginEmbedded", "QEMUPlugin"))

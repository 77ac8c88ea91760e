"""The README's section "Installing" in a clean clone in a bare Debian with Swift, and what it installed in one
without. Tests/Scripts/newcomer does that, and more."""

import os
import platform
import subprocess

from Tests.EndToEnd.support.setting import ROOT, Case


class Newcomer(Case):
    def test_installing(self):
        if os.geteuid() != 0:
            self.skipTest("not run: only root can make a bare Debian")
        system = platform.freedesktop_os_release()
        debian = system.get("VERSION_ID") if system["ID"] == "debian" else None
        if debian not in ("12", "13"):
            self.skipTest("not run: this is neither Debian 12 nor 13")
        done = subprocess.run(
            [ROOT / "Tests/Scripts/newcomer", "--debian", debian, "--as", "root", "--do", "installing"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=3600, check=False)
        if done.returncode == 69:
            self.skipTest(f"not run: {done.stderr}")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

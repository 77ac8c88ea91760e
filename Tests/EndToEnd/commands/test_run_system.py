"""covtool run of a machine: QEMU's whole command line in place of a program."""


from Tests.EndToEnd.support import drcov, execlog, firmware, statuses
from Tests.EndToEnd.support.comparing import Comparing
from Tests.EndToEnd.support.setting import emulator

QEMU = "system"


class RunSystem(Comparing):
    def test_firmware(self):
        name = "aarch64" if firmware.is_there("aarch64") else "x86"
        target, machine, status, _ = firmware.GUESTS[name]
        elf = firmware.elf(name)
        corpus = self.folder / "corpus"
        corpus.mkdir()
        for number in range(3):
            (corpus / f"{number}").write_text(f"{number}")
        # As it is on a PATH: these QEMUs need an environment of their own.
        qemu = self.folder / f"qemu-system-{target}"
        qemu.write_text(f"#!/bin/sh\nexec {' '.join(map(str, emulator(target)))} \"$@\"\n")
        qemu.chmod(0o755)
        words = [*machine, "-kernel", elf, "-display", "none", "-monitor", "none", "-serial", "none",
                 "-fw_cfg", "name=opt/input,file=@@"]
        self.covtool("run", "-t", "60s", "-m", "none", "--elf", elf, "--report", "--corpus", corpus, "--status", "status",
                     "-o", "run.drcov", "--", qemu, *words)
        lines = statuses.read(self.folder / "status")
        self.assertEqual([(line["end"], line["status"]) for line in lines], [("done", status)] * 3)
        log = self.folder / "log"
        run = firmware.boot(name, options=[*execlog.OPTIONS, log])
        self.assertEqual(run.returncode, status, run.stderr)
        trace = drcov.load(self.folder / "run.drcov")
        self.assertEqual([module.path for module in trace.modules], [str(elf)])
        # A PC's BIOS, which waits for clocks, is in no module.
        module = trace.modules[0]
        logged = {block for block in execlog.executed(log) if module.start <= block[0] < module.end}
        self.assertEqual(trace.located() ^ logged, set())
        self.assertGreater(len(logged), 50)

    def test_wrong_use(self):
        for arguments, said in (
                ([], "a machine has no modules that are known"),
                (["--elf", "fw.elf", "--qemu", "x"], "--qemu, -L and --qemu-option are for programs"),
                (["--elf", "fw.elf", "--check", "1"], "--check is for programs")):
            done = self.covtool("run", *arguments, "--", "qemu-system-aarch64", "-kernel", "fw.elf", status=64)
            self.assertIn(said, done.stderr)

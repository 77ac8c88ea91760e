"""Full-system emulation: bare-metal guests, and what is recorded of them against QEMU's own log."""

from Tests.EndToEnd import drcov, execlog, firmware, guests
from Tests.EndToEnd.comparing import Comparing
from Tests.EndToEnd.setting import output

QEMU = "system"


class System(Comparing):
    def boot(self, name, plugin=None):
        """One run with the log; gives what the log says."""
        log = self.folder / "log"
        run = firmware.boot(name, plugin, [*execlog.OPTIONS, log])
        self.assertEqual(run.returncode, firmware.GUESTS[name][2], run.stderr)
        logged = execlog.executed(log)
        log.unlink()
        return logged

    def check_guest(self, name):
        """The guest does what it is for, as the log and the ELF file's symbols have it."""
        logged = self.boot(name)
        low, high = guests.segments(firmware.elf(name))
        starts = {address for address, _ in logged if low <= address < high}
        called = {function for start, end, function in firmware.functions(name)
                  if any(start <= address < end for address in starts)}
        expected = {"firmware", "fibonacci", "sort", "checksum", "chosen", "faulting"}
        if name.endswith("-pair"):
            expected.add("second")
        self.assertEqual(called, expected)
        words = [hex(address) for address in sorted(starts)]
        lines = output(f"{firmware.GUESTS[name][3]}addr2line", "-e", firmware.elf(name), *words)
        self.assertNotIn("?", lines)
        self.assertIn("firmware.c:", lines)

    def check_recorded(self, name):
        trace = self.folder / "run.drcov"
        elf = firmware.elf(name)
        logged = self.boot(name, f"out={trace},elf={elf}")
        trace = drcov.load(trace)
        self.assertEqual([module.path for module in trace.modules], [str(elf)])
        self.assertEqual(trace.modules[0].start, guests.segments(elf)[0] // 4096 * 4096)
        self.assertGreater(len(trace.located()), 50)
        self.compare(name, trace, logged)


for _name in firmware.GUESTS:
    setattr(System, f"test_guest_{_name.replace('-', '_')}",
            lambda self, name=_name: self.check_guest(name))
    setattr(System, f"test_recorded_{_name.replace('-', '_')}",
            lambda self, name=_name: self.check_recorded(name))

"""Tests of traces in other formats: runs as QEMU logs them, and reports that have to be the same."""

from Tests.EndToEnd.support import drcov, guests, reports
from Tests.EndToEnd.support.setting import Case


def logged(folder, kind, program, *arguments, what="exec,nochain,in_asm", name="log"):
    """The log of a run."""
    log = folder / name
    done = guests.qemu(kind, program, *arguments, options=("-d", what, "-D", log))
    if done.returncode < 0 or not log.exists():
        raise AssertionError(done.stderr)
    return log


class Comparing(Case):
    def same(self, trace, blocks, elf, base=None, counts=None, options=()):
        """A report of the trace is that of a drcov file with these blocks: (address, size)."""
        low, high = guests.segments(elf)
        low = low & ~0xFFF if base is None else base
        end = low + (high - (guests.segments(elf)[0] & ~0xFFF) + 0xFFF & ~0xFFF)
        inside = sorted((address - low, size) for address, size in blocks if low <= address < end)
        self.assertGreater(len(inside), 100)
        other = self.folder / "independent"
        other.write_bytes(drcov.write([(low, end, str(elf))], [(0, start, size) for start, size in inside]))
        named = elf if base is None else f"{elf}@{base:#x}"
        ours = reports.lcov(self.covtool("lcov", trace, "--elf", named, *options).stdout)
        theirs = reports.lcov(self.covtool("lcov", other, "--elf", elf).stdout)
        if counts is None:
            ours, theirs = [[{path: {key: bool(value if isinstance(value, int) else value[1])
                                     for key, value in found.items()} for path, found in part.items()}
                             for part in report[:2]] for report in (ours, theirs)]
        self.assertTrue(any(any(lines.values()) for lines in ours[0].values()))
        self.assertEqual(ours, theirs)
        return ours

"""Programs that nobody here wrote, with something small to do for each: this machine's own, and those
of Debian's arm64 packages (Tests/Scripts/foreign)."""

import functools
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from Tests.EndToEnd.support import columns, execlog
from Tests.EndToEnd.support.setting import PLUGIN, emulator, output, run

# Name -> arguments. {folder} is a folder with the file `numbers`. All is done by the program itself
# and its forked children: no other program is there for both processors. Where it can, the program
# prints its descriptors.
WORK = {
    "xz": ["-1", "-c", "{folder}/numbers"],
    "gzip": ["-c", "{folder}/numbers"],
    "sort": ["-n", "-r", "{folder}/numbers"],
    "find": ["{folder}", "/proc/self/fd", "-name", "[0-9n]*", "-printf", "%f %y\\n"],
    "bash": ["--norc", "-c",
             "declare -A seen; f() { local n=$1; ((n < 2)) && echo $n || echo $(($(f $((n - 1))) + n)); };"
             "while read -r n; do [[ $n == *7* ]] && seen[$n]=${n//7/-}; done < {folder}/numbers;"
             "exec 7<{folder}/numbers; exec {free}<{folder}/numbers; echo ${#seen[@]} $free;"
             "(f 4; exit 3) | while read -r n; do echo \"got $n\"; done; echo ${PIPESTATUS[*]};"
             "echo /proc/self/fd/*; exit 5"],
    "perl": ["-e", "$| = 1; my %h; $h{$_ % 17} .= $_ for 1..300;"
             "print join(',', map { \"$_=\" . length $h{$_} } sort keys %h), qq{\\n};"
             "open my $f, '<', '{folder}/numbers' or die; print fileno($f), ' ', join('', (<$f>)[1, 2]);"
             "opendir my $d, '/proc/self/fd'; print join(' ', sort readdir $d), qq{\\n};"
             "my $child = fork; exit 3 if !$child; waitpid $child, 0; print $? >> 8, qq{\\n}; exit 7"],
    "python3": ["-E", "-s", "-S", "-c",
                "import posix\n"
                "print(sorted(str(n)[::-1] for n in range(60))[:9])\n"
                "print(posix.open('{folder}/numbers', 0), posix.listdir('/proc/self/fd'), flush=True)\n"
                "child = posix.fork()\n"
                "if not child: posix._exit(3)\n"
                "print(posix.waitpid(child, 0)[1] >> 8, flush=True)\n"
                "raise SystemExit(9)"],
}

_FOREIGN = columns.CACHE / "guests-arm64"
# Processor -> the folders with programs, the folder for -L.
PROCESSORS = {
    "x86_64": ([Path("/usr/bin"), Path("/bin")], None),
    "aarch64": ([_FOREIGN / "usr/bin", _FOREIGN / "bin"], _FOREIGN),
}


class NotThere(Exception):
    """A program is not on this machine."""


@functools.cache
def engines():
    """Those that the chosen QEMU has."""
    version = output(*emulator("x86_64"), "--version")
    release = tuple(map(int, re.search(r"version (\d+)\.(\d+)", version).groups()))
    return ["callback", *["counter"] * (release < (9, 0)), *["conditional"] * (release >= (9, 1))]


@dataclass
class Program:
    processor: str
    name: str

    def command(self, folder, *options):
        """What runs it, in a folder that it finds its input in."""
        folders, root = PROCESSORS[self.processor]
        path = next((f / self.name for f in folders if (f / self.name).exists()), None)
        if not path:
            raise NotThere(f"not run: no {self.name} for {self.processor} (Tests/Scripts/foreign gets arm64's)")
        command = [*emulator(self.processor), *(["-L", root] if root else []), *options, path]
        return [*command, *(word.replace("{folder}", str(folder)) for word in WORK[self.name])]


def prepare(folder):
    """A folder as the programs want it."""
    folder.mkdir()
    (folder / "numbers").write_text("".join(f"{n * 7919 % 1000}\n" for n in range(300)))
    return folder


def reopening(folder):
    """What gives each forked child a log of its own, beside its parent's: environment for QEMU."""
    library = folder / "reopenlog.so"
    if not library.exists():
        output("gcc", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror",
               Path(__file__).with_name("reopenlog.c"), "-o", library)
    return {"LD_PRELOAD": str(library)}


ENVIRONMENT = {"PYTHONHASHSEED": "0", "PERL_HASH_SEED": "0"}


def record(program, folder, work, options):
    """One run with the plugin and its options, and with QEMU's log. Gives the run, and the trace of each process
    with its log."""
    traces, logs = folder / "traces", folder / "logs"
    for each in (traces, logs):
        shutil.rmtree(each, ignore_errors=True)
        each.mkdir()
    log = logs / "log"
    done = run(*program.command(work, "-U", "LD_PRELOAD", "-U", "REOPENLOG", "-plugin",
                                f"{PLUGIN},{options},out={traces}/run.drcov",
                                *execlog.OPTIONS, log),
               environment={**ENVIRONMENT, **reopening(folder), "REOPENLOG": str(log)}, text=False)
    found = {traces / "run.drcov": log}
    found |= {traces / f"run.{child.suffix[1:]}.drcov": child for child in logs.glob("log.*")}
    left = sorted(traces.iterdir())
    if left != sorted(found):
        raise AssertionError(f"{left}; {done.returncode} {done.stderr!r}")
    return done, found

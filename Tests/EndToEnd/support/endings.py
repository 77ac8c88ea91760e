"""Runs of the guest that ends in the way that it is asked for, and what they leave behind."""

import resource
import select
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from Tests.EndToEnd.support import columns, drcov, execlog, guests
from Tests.EndToEnd.support.setting import ENVIRONMENT, PLUGIN, Case


@dataclass
class Ended:
    status: int
    out: bytes
    err: str
    said: str  # what our plugin wrote to standard error
    process: int


class Endings(Case):
    def setUp(self):
        super().setUp()
        self.folder.chmod(0o755)  # a guest that drops its user comes in
        self.program = guests.built("pie") / "endings"

    def start(self, column, arguments, plugin=None, log=None, limit=None):
        command = [columns.qemu(column)]
        if plugin:
            command += ["-plugin", f"{PLUGIN},out={plugin}"]
        if log:
            command += [*execlog.OPTIONS, log]

        def prepare():
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        return subprocess.Popen(
            [str(word) for word in [*command, self.program, *arguments.split()]],
            env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=prepare)

    def line(self, process):
        """What the guest says once it is where the test wants it."""
        if not select.select([process.stdout], [], [], 60)[0]:
            process.kill()
            raise AssertionError(f"{process.args} does not come to its work")
        ready = process.stdout.readline()
        self.assertEqual(ready, b"ready\n")
        return ready

    def ended(self, column, event, folder, plugin=None, log=None, reference=False):
        """One run to its end."""
        arguments = event.reference if reference else event.arguments
        process = self.start(column, arguments, plugin, log, None if reference else event.limit)
        with process:
            ready = b""
            if event.act:
                ready = self.line(process)
                # It is on its way into the system call that it waits in.
                wait_for_sleep(process.pid)
                event.act(process, folder)
            try:
                out, err = process.communicate(timeout=120)
            except subprocess.TimeoutExpired:
                process.kill()
                raise AssertionError(f"{event.name}: does not end") from None
        lines = err.decode().splitlines(keepends=True)
        ours = [line for line in lines if line.startswith("libcov:")]
        return Ended(process.returncode, ready + out,
                     "".join(line for line in lines if line not in ours), "".join(ours),
                     process.pid)

    def recovered(self, journal):
        """What covtool makes of the journal; nothing but covtool's own file is left of it."""
        trace = self.folder / "recovered.drcov"
        self.covtool("recover", journal, "-o", trace)
        self.assertFalse(journal.exists())
        return drcov.load(trace)

    def left(self, folder):
        """The trace, the journals, and what else there is."""
        if not folder.exists():
            return None, [], []
        files = sorted(folder.iterdir())
        journals = [file for file in files if file.suffix == ".journal"]
        trace = folder / "run.drcov"
        others = [file.name for file in files if file not in (trace, *journals)]
        return drcov.load(trace) if trace.exists() else None, journals, others


def wait_for_sleep(process):
    """Until every thread of the process waits for something."""
    deadline = time.monotonic() + 30
    for task in Path(f"/proc/{process}/task").iterdir():
        while (task / "stat").read_text().rpartition(")")[2].split()[0] not in "SD":
            if time.monotonic() > deadline:
                raise AssertionError("it does not wait")
            time.sleep(0.001)
    time.sleep(0.02)

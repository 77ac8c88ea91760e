"""AFL's side of its fork server's protocol (AFL's docs/technical_details.txt): what a fuzzer does."""

import os
import select
import signal
import struct
import subprocess

REQUESTS, ANSWERS = 198, 199


class Gone(Exception):
    """The server has ended, or never was one; `status` and `said` are what `end` gives."""


class Server:
    """A program that forks for each input, which it gets as a file that stays the same: by its name, or as standard
    input."""

    def __init__(self, command, input, printed, folder, environment, limit=60):
        self.limit = limit
        self.input = os.open(input, os.O_RDWR | os.O_CREAT, 0o666)
        requests, self.requests = os.pipe()
        self.answers, answers = os.pipe()
        for own, known in ((requests, REQUESTS), (answers, ANSWERS)):
            os.dup2(own, known)
            os.close(own)
        with open(printed, "ab") as printed:
            self.process = subprocess.Popen(
                command, stdin=self.input, stdout=printed, stderr=subprocess.PIPE, text=True, env=environment,
                cwd=folder, pass_fds=(REQUESTS, ANSWERS))
        os.close(REQUESTS)
        os.close(ANSWERS)
        try:
            self._answer()
        except Gone as gone:
            gone.status, gone.said = self.end()
            raise

    def _answer(self, limit=None):
        if not select.select([self.answers], [], [], self.limit if limit is None else limit)[0]:
            raise TimeoutError
        answer = os.read(self.answers, 4)
        if len(answer) != 4:
            raise Gone
        return struct.unpack("i", answer)[0]

    def run(self, content, limit=None):
        """A run with this input; gives the child's process and how it ended, as `wait` does. After `limit` seconds it is
        killed."""
        os.ftruncate(self.input, 0)
        os.pwrite(self.input, content, 0)
        os.lseek(self.input, 0, os.SEEK_SET)
        os.write(self.requests, bytes(4))
        child = self._answer()
        try:
            return child, self._answer(limit)
        except TimeoutError:
            os.killpg(child, signal.SIGKILL)
            return child, self._answer()

    def end(self):
        """Asks for no more, so that the server ends; gives its exit status and what it said."""
        os.close(self.requests)
        _, said = self.process.communicate(timeout=self.limit)
        os.close(self.answers)
        os.close(self.input)
        return self.process.returncode, said


def group(number):
    """The processes of a group."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                state, _, its = file.read().rsplit(")", 1)[1].split()[:3]
        except OSError:
            continue
        if int(its) == number and state != "Z":
            found.append(int(name))
    return found

"""A program on a terminal of a chosen width."""

import fcntl
import os
import pty
import struct
import subprocess
import termios

from Tests.EndToEnd.support.setting import ENVIRONMENT


def run(command, folder, columns=0, environment=()):
    """What stands on the terminal, the exit status, and what went to standard error, which is a pipe."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [str(word) for word in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=theirs,
        stderr=subprocess.PIPE,
        env={**ENVIRONMENT, "TERM": "xterm", "NO_COLOR": "", **dict(environment)})
    os.close(theirs)
    found = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        found += part
    os.close(ours)
    said = process.stderr.read().decode()
    process.stderr.close()
    return found.decode().replace("\r\n", "\n"), process.wait(), said

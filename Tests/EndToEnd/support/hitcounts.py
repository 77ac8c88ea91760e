"""How often each block was executed: by a trace's table of hit counts, and by QEMU's own log."""

import collections
import re
import struct

from Tests.EndToEnd.support import execlog

HEADING = re.compile(rb"Hit Count Table: version 1, count (\d+)\n")
MOST = 0xFFFFFFFF


def of_trace(trace):
    """The counts behind a trace's blocks, in their order."""
    match = HEADING.match(trace.rest)
    if not match:
        raise AssertionError(f"no table of hit counts: {trace.rest[:60]}")
    data = trace.rest[match.end():]
    if len(data) != 4 * int(match[1]) or int(match[1]) != len(trace.blocks):
        raise AssertionError(f"{match[1].decode()} counts in {len(data)} bytes, {len(trace.blocks)} blocks")
    return list(struct.unpack(f"<{match[1].decode()}I", data))


def by_address(trace):
    """(address, size) -> count; the address of what is in no module is cut to 32 bits."""
    found = {}
    for (id, start, size), count in zip(trace.blocks, of_trace(trace)):
        base = trace.base(id) if id != 0xFFFF else 0
        found[base + start, size] = count
    return found


class Executions(collections.Counter):
    """Stands in for the log's set of blocks."""

    def add(self, block):
        self[block] += 1


class Log(execlog.Log):
    def count(self, path):
        """(address, size) -> how often the log says that the block was executed."""
        found, running = Executions(), {}
        with open(path, "rb") as log:
            for line in log:
                self.line(path, line.decode("utf-8", errors="replace"), found, running)
        self.translated(path)
        for _, block in running.values():
            found.add(block)
        return found

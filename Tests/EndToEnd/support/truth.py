"""A trace against the exec log of the same process."""


def differences(trace, logged):
    """(missing, extra): the blocks that only the log has, and those that only the trace has. What is
    in no module stands in the trace with its address cut to 32 bits, and is so cut in the log."""
    inside = {b for b in logged if any(m.start <= b[0] < m.end for m in trace.modules)}
    outside = {(address & 0xFFFFFFFF, size) for address, size in logged - inside}
    located, elsewhere = trace.located(), trace.elsewhere()
    return ((inside - located) | (outside - elsewhere), (located - inside) | (elsewhere - outside))

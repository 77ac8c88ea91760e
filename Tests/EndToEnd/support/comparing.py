"""Compares what was recorded with what QEMU's own log says of the same run."""

from Tests.EndToEnd.support.setting import Case


class Comparing(Case):
    def compare(self, name, trace, logged):
        """Addresses first, then addresses with sizes. Blocks in no module are kept with their
        address cut to 32 bits, and must not lie in a row's range."""
        located = trace.located()
        inside = {b for b in logged if any(m.start <= b[0] < m.end for m in trace.modules)}
        outside = {(address & 0xFFFFFFFF, size) for address, size in logged - inside}
        recorded = {a for a, _ in located}, {a for a, _ in trace.elsewhere()}
        truth = {a for a, _ in inside}, {a for a, _ in outside}
        missing = sum(len(t - r) for t, r in zip(truth, recorded))
        extra = sum(len(r - t) for t, r in zip(truth, recorded))
        print(f"{name}: recorded {sum(map(len, recorded))}, logged {len({a for a, _ in logged})}, "
              f"missing {missing}, extra {extra}")
        self.assertEqual((missing, extra), (0, 0))
        self.assertEqual(located ^ inside, set(), "sizes (recorded or logged, not both)")
        self.assertEqual(trace.elsewhere(), outside)
        self.assertEqual(len(trace.blocks), len(set(trace.blocks)), "a block stands there twice")

"""The table of edges behind a trace's blocks: read, merged, written, and damaged."""

import json

from Tests.EndToEnd.support import drcov, edges
from Tests.EndToEnd.support.setting import Case

ROWS = [(0x1000, 0x9000, "/opt/a"), (0x20000, 0x30000, "/opt/b")]
BLOCKS = [(0, 0x10, 8), (1, 0x20, 6)]
PLAIN = drcov.write(ROWS, BLOCKS)
# The same modules, in the other order and elsewhere.
SWAPPED = drcov.write([(0x50000, 0x60000, "/opt/b"), (0x3000, 0xb000, "/opt/a")], [(1, 0x10, 8), (0, 0x30, 4)])


class EdgeTable(Case):
    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def merged(self, *traces, command=("merge",)):
        target = self.folder / "merged"
        self.covtool(*command, *traces, "-o", target)
        return target.read_bytes()

    def test_merging(self):
        one = self.write("one", PLAIN + edges.written([(0, 0x16, 2, False), (1, 0x24, 2, True)]))
        two = self.write("two", SWAPPED + edges.written([(1, 0x16, 2, True), (0, 0x24, 2, True), (0, 0x32, 2, False)]))
        both = self.merged(one, two)
        self.assertEqual(both, self.merged(two, one))
        self.assertEqual(edges.table(drcov.read(both)),
                         ([(0, 0x16, 2, False), (0, 0x16, 2, True), (1, 0x24, 2, True), (1, 0x32, 2, False)], False))
        # In steps, and with a trace that says nothing of edges, in any order.
        plain = self.write("plain", PLAIN)
        halfway = self.write("halfway", self.merged(plain, one))
        for traces in ((halfway, two), (two, halfway), (one, two, plain), (plain, two, one)):
            found, is_partial = edges.table(drcov.read(self.merged(*traces)))
            self.assertEqual(found, edges.table(drcov.read(both))[0])
            self.assertTrue(is_partial)
        # Without any edges there is no table.
        self.assertEqual(drcov.read(self.merged(plain)).rest, b"")

    def test_selection(self):
        one = self.write("one", PLAIN + edges.written([(0, 0x16, 2, False), (1, 0x24, 2, True)]))
        found = drcov.read(self.merged(one, command=("merge", "--module", "b")))
        self.assertEqual(edges.table(found), ([(0, 0x24, 2, True)], False))

    def test_drcov(self):
        """Left out, since readers refuse it, unless they are asked for."""
        one = self.write("one", PLAIN + edges.written([(0, 0x16, 2, False)]))
        self.assertEqual(drcov.read(self.merged(one, command=("drcov",))).rest, b"")
        for form in ((), ("--drcov-version", "3"), ("--text",)):
            found = drcov.read(self.merged(one, command=("drcov", "--edges", *form)))
            self.assertEqual(edges.table(found), ([(0, 0x16, 2, False)], False))
        counted = drcov.read(self.merged(one, command=("drcov", "--edges", "--counts")))
        self.assertIn(b"Hit Count Table", counted.rest)
        self.assertIn(b"Edge Table", counted.rest)
        again = self.write("again", self.merged(one, command=("drcov", "--edges", "--counts")))
        self.assertEqual(edges.table(drcov.read(self.merged(again))), ([(0, 0x16, 2, False)], False))

    def test_info(self):
        one = self.write("one", PLAIN + edges.written([(0, 0x16, 2, False), (0, 0x16, 2, True), (1, 4, 2, True)]))
        self.assertIn("3 edges of 2 conditional jumps\n", self.covtool("info", one).stdout)
        (recording,) = json.loads(self.covtool("info", "--json", one).stdout)["recordings"]
        self.assertEqual((recording["edges"], recording["jumps"]), (3, 2))
        plain = self.write("plain", PLAIN)
        (recording,) = json.loads(self.covtool("info", "--json", plain).stdout)["recordings"]
        self.assertEqual((recording["edges"], recording["jumps"]), (None, None))

    def test_readers(self):
        """Those that take whatever follows for blocks, or nothing behind the blocks, do not take it."""
        one = self.write("one", PLAIN + edges.written([(0, 0x16, 2, False)]))
        (trace,) = json.loads(self.covtool("validate", "--json", one).stdout)["traces"]
        self.assertEqual(trace["damage"], [])
        refusing = {reader["name"] for reader in trace["readers"] if reader["reasons"]}
        plain = self.write("plain", PLAIN)
        (trace,) = json.loads(self.covtool("validate", "--json", plain).stdout)["traces"]
        before = {reader["name"] for reader in trace["readers"] if reader["reasons"]}
        self.assertEqual(refusing - before, {"lightkeeper", "bncov"})

    def damaged(self, data, message, kept, is_partial=False):
        trace = self.write("damaged", data)
        strict = self.covtool("info", "--strict", trace, status=65)
        self.assertIn(message, strict.stderr)
        repaired = self.folder / "repaired"
        self.assertIn(message, self.covtool("repair", trace, "-o", repaired).stderr)
        self.assertEqual(self.covtool("validate", repaired).stdout.split("\n")[0], f"{repaired}: sound")
        found = drcov.load(repaired)
        self.assertEqual(edges.table(found) if kept is not None else found.rest,
                         (kept, is_partial) if kept is not None else b"")

    def test_damage(self):
        edge = (0, 0x16, 2, False)
        self.damaged(PLAIN + edges.written([edge], count=5), "the edge table ends after 1 of 5 edges", [edge], True)
        self.damaged(PLAIN + edges.written([edge, (7, 1, 2, True)]),
                     "1 edges name a module that is not in the table, the first one 7", [edge])
        for head in (b"version 2, count 1", b"version 1, count x", b"version 1, count 1, whole", b"version 1"):
            self.damaged(PLAIN + b"Edge Table: " + head + b"\n12345678", "not an edge table of version 1", None)

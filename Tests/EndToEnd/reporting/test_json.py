"""The JSON documents: an independent validator takes them by their schemas, and they say what they must."""

import json
from fractions import Fraction

import jsonschema

from Tests.EndToEnd.support import drcov, guests, hitcounts
from Tests.EndToEnd.support.setting import ROOT, Case


def shortened(value, most):
    """The document with lists of so many members at most."""
    if isinstance(value, dict):
        return {key: shortened(member, most) for key, member in value.items()}
    return [shortened(member, most) for member in value[:most]] if isinstance(value, list) else value


class Schemas(Case):
    def setUp(self):
        super().setUp()
        self.traces = guests.record_demo(self.folder)

    def document(self, name, *arguments, most=None):
        """What a command wrote, which its schema allows; `most`: of lists, so many at the beginning
        are looked at, since the validator takes its time."""
        document = json.loads(self.covtool(*arguments).stdout)
        self.validator(name).validate(shortened(document, most))
        return document

    def validator(self, name):
        schema = json.loads((ROOT / f"Docs/{name}.schema.json").read_text())
        kind = jsonschema.validators.validator_for(schema)
        kind.check_schema(schema)
        return kind(schema)

    def refuses(self, name, document):
        """A schema that lets everything through would say nothing: each member that is of another
        kind, or is not there, or is one too many, spoils a document."""
        validator = self.validator(name)

        def spoil(holder, key):
            whole, holder[key] = holder[key], {"no": "such"}
            self.assertFalse(validator.is_valid(document), (name, key))
            holder[key] = whole
            return whole

        def walk(value):
            if isinstance(value, dict):
                value["more"] = 1
                self.assertFalse(validator.is_valid(document), (name, list(value)))
                del value["more"]
                for key in list(value):
                    walk(spoil(value, key))
            elif isinstance(value, list) and value:
                walk(spoil(value, 0))

        document = shortened(document, 1)
        self.assertTrue(validator.is_valid(document))
        walk(document)
        for key in list(document):
            if (name, key) != ("diff", "files"):
                self.assertFalse(validator.is_valid({k: v for k, v in document.items() if k != key}), key)

    def test_coverage(self):
        traces = [str(trace) for trace in self.traces]
        document = self.document("coverage", "json", *traces, *guests.elves())
        self.assertEqual((document["format"], document["version"]), ("covtool-coverage", 2))
        self.assertGreater(len(document["files"]), 5)
        self.refuses("coverage", document)
        for file in document["files"]:
            for kind in ("lines", "functions"):
                hits = [thing["hits"] for thing in file[kind]]
                summary = file["summary"][kind]
                self.assertEqual((summary["found"], summary["hit"]),
                                 (len(hits), sum(count > 0 for count in hits)))
                self.check_percent(summary)
        for summary in document["totals"].values():
            self.check_percent(summary)

    def check_percent(self, summary):
        if not summary["found"]:
            self.assertIsNone(summary["percent"])
            return
        share = Fraction(100 * summary["hit"], summary["found"])
        self.assertEqual(Fraction(str(summary["percent"])), Fraction(int(share * 100), 100))

    def test_summary(self):
        traces = [str(trace) for trace in self.traces]
        whole = self.document("coverage", "json", *traces, *guests.elves(), most=1)
        for file in whole["files"]:
            del file["lines"], file["functions"]
        self.assertEqual(
            self.document("coverage", "json", "--summary-only", *traces, *guests.elves()), whole)

    def test_blocks(self):
        """As the trace itself has them, read here."""
        for options in ("", ",counts=on"):
            trace = self.folder / "run.drcov"
            done = guests.qemu("pie", "calculator", guests.INPUTS[0], plugin=f"out={trace}{options}")
            self.assertTrue(trace.exists(), done.stderr)
            ours = self.document("coverage", "json", "--blocks", trace, *guests.elves(), most=20)
            self.refuses("coverage", ours)
            theirs = drcov.load(trace)
            expected = theirs.offsets()
            counts = dict.fromkeys(expected, 1)  # one run
            if options:
                for (id, start, size), count in zip(theirs.blocks, hitcounts.of_trace(theirs)):
                    row = theirs.row(theirs.row(id).containing)
                    counts[row.path, theirs.base(id) + start - row.start, size] = count
            found = {}
            for module in ours["modules"]:
                blocks = [(module["path"], block["offset"], block["size"]) for block in module["blockList"]]
                self.assertTrue(blocks == sorted(blocks))
                self.assertEqual(module["blocks"], len(blocks))
                found.update(zip(blocks, (block["count"] for block in module["blockList"])))
            self.assertTrue(found == counts)  # a difference would be long

    def test_diff(self):
        for elves in (guests.elves(), []):
            document = self.document("diff", "diff", "--json", *self.traces[:2], *elves, most=20)
            self.assertTrue(document["files"])
            self.refuses("diff", document)
        (self.folder / "one").write_bytes(drcov.write([(0, 0x1000, "/nowhere/a")], [(0, 0x10, 4)]))
        (self.folder / "two").write_bytes(
            drcov.write([(0, 0x1000, "/nowhere/a")], [(0, 0x20, 4), (0xFFFF, 0x8000, 2)]))
        document = self.document("diff", "diff", "--json", "one", "two")
        self.assertNotIn("files", document)
        self.assertEqual([part["path"] for part in document["modules"]], ["/nowhere/a", None])

    def test_minimise(self):
        for options in ([], ["--rank"], ["--weights", "size"]):
            document = self.document("minimise", "minimise", "--json", *options, *self.traces)
            self.assertTrue(document["runs"])
            self.refuses("minimise", document)

    def test_which(self):
        for options in ([], ["--not"]):
            document = self.document("which", "which", "main", "--json", *options, *self.traces, *guests.elves())
            self.assertEqual(bool(document["runs"]), not options)
            self.refuses("which", document)

    def test_suspects(self):
        document = self.document("suspects", "suspects", "--json", "--failed", *self.traces[:2], "--passed",
                                 *self.traces[2:], *guests.elves())
        self.assertTrue(document["lines"] and document["functions"])
        self.refuses("suspects", document)

    def test_info(self):
        """Each row and block as the trace itself has them, read here."""
        trace = self.folder / "run.drcov"
        for options in ("", ",counts=on,version=3"):
            done = guests.qemu("pie", "calculator", guests.INPUTS[0], plugin=f"out={trace}{options}")
            self.assertTrue(trace.exists(), done.stderr)
            document = self.document("info", "info", "--json", "--blocks", trace, most=20)
            self.refuses("info", document)
            found, = document["recordings"]
            theirs = drcov.load(trace)
            self.assertEqual([(row["id"], row["containingId"], row["start"], row["end"], row["path"])
                              for row in found["modules"]],
                             [(row.id, row.containing, row.start, row.end, row.path) for row in theirs.modules])
            blocks = [(drcov.NO_MODULE if block["module"] is None else block["module"],
                       block["start"], block["size"]) for block in found["blockList"]]
            self.assertTrue(blocks == theirs.blocks)
            if options:
                self.assertEqual([block["count"] for block in found["blockList"]], hitcounts.of_trace(theirs))
        both = self.document("info", "info", "--json", *self.traces[:2])
        self.assertEqual([one["file"] for one in both["recordings"]], [str(path) for path in self.traces[:2]])

    def test_validate(self):
        (self.folder / "bad").write_bytes(self.traces[0].read_bytes()[:-3])
        document = json.loads(self.covtool("validate", "--json", self.traces[0], "bad", status=1).stdout)
        self.validator("validate").validate(document)
        self.assertEqual([bool(trace["damage"]) for trace in document["traces"]], [False, True])
        # An empty list has nothing that could be spoilt.
        document["traces"] = [trace for trace in document["traces"] if trace["damage"]]
        for trace in document["traces"]:
            trace["readers"] = [reader for reader in trace["readers"] if reader["reasons"]]
        self.assertTrue(document["traces"][0]["readers"])
        self.refuses("validate", document)

    def test_config(self):
        (self.folder / ".covtool").write_text("exclude = tests/\n")
        document = self.document("config", "config", "--json")
        self.assertEqual([(one["option"], one["value"]) for one in document["settings"]],
                         [("exclude", f"{self.folder}/tests/")])
        self.refuses("config", document)

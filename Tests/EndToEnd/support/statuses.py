"""Reads what `covtool run --status` writes."""

import functools
import json
from pathlib import Path

import jsonschema

from Tests.EndToEnd.support.setting import ROOT


@functools.cache
def schema():
    return json.loads((ROOT / "Docs/run-status.schema.json").read_text())


def read(path):
    """The lines in their order, each as the schema has it."""
    lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
    for line in lines:
        jsonschema.validate(line, schema())
    return lines

"""Prints what a plug-in's own reader, in Python, has read of a trace: a module, offset and size of a block a line.

    blocks.py READER FOLDER TRACE MODULE

READER is lighthouse, bncov or cutter, FOLDER a clone of its repository. Nothing else of a plug-in is imported: the rest of it
needs the disassembler.
"""

import importlib
import sys
import types


def part(package, folder, module):
    """A module of a package whose own __init__ is not run."""
    sys.modules[package] = types.ModuleType(package)
    sys.modules[package].__path__ = [folder]
    return importlib.import_module(f"{package}.{module}")


def lighthouse(folder, trace, module):
    util, disassembler = types.ModuleType("lighthouse.util"), types.ModuleType("lighthouse.util.disassembler")
    util.__path__, disassembler.disassembler = [f"{folder}/plugins/lighthouse/util"], None
    sys.modules.update({"lighthouse.util": util, "lighthouse.util.disassembler": disassembler})
    read = part("lighthouse", f"{folder}/plugins/lighthouse", "reader.coverage_reader").CoverageReader().open(trace)
    try:
        return read.get_offset_blocks(module)
    except NotImplementedError:
        return [(offset, 1) for offset in read.get_offsets(module)]


class Anything:
    """Stands for the blocks that the disassembler has found: each byte begins one."""

    def __contains__(self, address):
        return True

    def __getitem__(self, address):
        return 1


def bncov(folder, trace, module):
    sys.path.insert(0, folder)
    found = importlib.import_module("parse").parse_coverage_file(trace, module, 0, Anything())
    return [(address, 1) for address in found]


def cutter(folder, trace, module):
    modules, blocks = part("cutterdrcov_plugin", f"{folder}/cutterdrcov_plugin", "drcov").load(trace)
    return [block for own, found in zip(modules, blocks) if own["name"] == module for block in found.items()]


if __name__ == "__main__":
    reader, folder, trace, module = sys.argv[1:]
    for offset, size in globals()[reader](folder, trace, module):
        print(module, offset, size, sep="\t")

"""What the programs that read drcov need of a file, each as a check that says what is wrong.

They are the readers of our default form. Two that are known cannot read it whatever it says: Cutter's
plugin wants VERSION 3, LibAFL the columns of Windows.
"""

from Tests.EndToEnd.support.drcov import COLUMNS, NO_MODULE

PAGE = 4096


def lighthouse(data, trace):
    if trace.version not in (2, 3) or trace.table not in range(1, 6):
        yield "versions 2 and 3 and tables 1 to 5 only"
    for module in trace.modules:
        if not module.path:
            yield "an empty path"
        if ", " in module.path:
            yield f"the path is cut at its comma: {module.path}"


def drcov2lcov(data, trace):
    if trace.flavor not in ("drcov-64", "drcov-32"):
        yield f"the flavor is {trace.flavor}"
    for index, module in enumerate(trace.modules):
        if module.id != index:
            yield f"row {index} has id {module.id}"
        if (module.end - module.start) % PAGE:
            yield f"row {index} is not of whole pages"
    for id, start, size in trace.blocks:
        if id != NO_MODULE and trace.base(id) + start + size >= trace.row(id).end:
            yield f"the block at {start:#x} does not end before the end of row {id}"


def lightkeeper(data, trace):
    if trace.version != 2 or trace.table not in (2, 4):
        yield "VERSION 2 with table 2 or 4 only"
    elif trace.columns != "Columns: " + ", ".join(COLUMNS[trace.table]):
        yield f"other columns: {trace.columns}"
    if trace.rest:
        yield f"{len(trace.rest)} bytes behind the blocks"
    for id in {block[0] for block in trace.blocks} - {module.id for module in trace.modules}:
        yield f"blocks of an unknown module {id:#x}"


def cartographer(data, trace):
    if [module.id for module in trace.modules] != list(range(len(trace.modules))):
        yield "the ids are not dense"
    for id, start, size in trace.blocks:
        if size > 0x7FFF:
            yield f"the block at {start:#x} has a negative size"


def bncov(data, trace):
    if trace.rest:
        yield "it takes all that comes behind the blocks for blocks"


def ourselves(data, trace):
    """What the format's description calls the safest thing to write."""
    if len(set(trace.blocks)) != len(trace.blocks):
        yield "blocks that stand there twice"
    paths = [module.path for module in trace.modules]
    if len(set(paths)) != len(paths):
        yield "paths that stand there twice"
    for module in trace.modules:
        if module.start % PAGE or not 0 < module.end - module.start < 1 << 32:
            yield f"row {module.id} is {module.start:#x} to {module.end:#x}"
    for id, start, size in trace.blocks:
        if size == 0:
            yield f"the block at {start:#x} is empty"


READERS = [lighthouse, drcov2lcov, lightkeeper, cartographer, bncov, ourselves]


def problems(data, trace, readers=READERS):
    """All that the readers would trip over, one line each."""
    return [f"{reader.__name__}: {problem}" for reader in readers for problem in reader(data, trace)]

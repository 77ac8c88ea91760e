"""Makes drcov files of runs that have most in common, by a seed: moved, and with ids in any order."""

import itertools
import random
import struct
import sys
from pathlib import Path

PAGE = 0x1000
MODULES = (("/opt/example/bin/program", 0x200000), ("/opt/example/lib/libcore.so.1", 0x400000),
           ("/opt/example/lib/libsmall.so.2", 0x100000))
PERMUTATIONS = list(itertools.permutations(range(len(MODULES))))


class Maker:
    """Files of `blocks` blocks, of which `common` (a part of 1) are in every file and the others are
    among the `rare` others that the programs have. Where they stand in a file differs: the common
    ones come in pieces whose order is the file's own, the others between them."""

    PIECE, CHUNK = 250, 20

    def __init__(self, seed, blocks=20_000, common=0.95, rare=41_000):
        self.chance = random.Random(seed)
        in_common = round(blocks * common) // self.PIECE * self.PIECE
        self.blocks, self.chunks = blocks, (blocks - in_common) // self.CHUNK
        pool = set()
        while len(pool) < in_common + rare:
            module = self.chance.choices(range(3), weights=(4, 5, 1))[0]
            start = self.chance.randrange(PAGE, MODULES[module][1] - 64, 4)
            pool.add((module, start, self.chance.randrange(1, 60)))
        pool = sorted(pool)
        self.chance.shuffle(pool)
        self.common = [self.encoded(pool[:in_common], ids, self.PIECE) for ids in PERMUTATIONS]
        self.rare = [self.encoded(pool[in_common:], ids, self.CHUNK) for ids in PERMUTATIONS]

    @staticmethod
    def encoded(blocks, ids, size):
        data = b"".join(struct.pack("<IHH", start, length, ids[module])
                        for module, start, length in blocks)
        return [data[at:at + 8 * size] for at in range(0, len(data) - 8 * size + 1, 8 * size)]

    def file(self, number):
        """The bytes of one run: half of them moved, a third with the modules in another order."""
        order = self.chance.randrange(1, len(PERMUTATIONS)) if number % 3 == 2 else 0
        ids, rows = PERMUTATIONS[order], [None] * len(MODULES)
        for module, (path, size) in enumerate(MODULES):
            base = 0x40_0000_0000 + module * 0x1000_0000
            if number % 2:
                base += self.chance.randrange(1, 0x8000) * PAGE
            id = ids[module]
            rows[id] = f"{id:3}, {base:#018x}, {base + size:#018x}, {base + 0x1040:#018x}, {path}\n"
        pieces = self.common[order] + self.chance.sample(self.rare[order], self.chunks)
        self.chance.shuffle(pieces)
        head = (f"DRCOV VERSION: 2\nDRCOV FLAVOR: drcov-64\nModule Table: version 2, count {len(rows)}\n"
                f"Columns: id, base, end, entry, path\n{''.join(rows)}BB Table: {self.blocks} bbs\n")
        return head.encode() + b"".join(pieces)


class Shaped:
    """Files of `blocks` blocks in ascending order, each of them two thirds of all that there are, in the
    modules above. Their SHAPE is

    bytes      blocks of one byte, one behind the other, as who converts other coverage writes them
    dense      blocks that begin every other byte, of up to 59 bytes
    spread     the others' ordinary twin: as many blocks, anywhere

    or, with no block in two files, 4,000 of which are a corpus of static programs,

    programs   one module for each file, all of which were loaded at one address
    program    their ordinary twin: as many blocks of the same modules in each file
    """

    BASE = 0x400000

    def __init__(self, seed, shape, blocks, count):
        self.chance, self.shape, self.blocks = random.Random(seed), shape, blocks
        self.isApart = shape in ("programs", "program")
        different = blocks * (count if self.isApart else 3) // (1 if self.isApart else 2)
        if shape in ("bytes", "dense"):
            step = 1 if shape == "bytes" else 2
            self.pool = [(module, PAGE + step * n, 1 if step == 1 else self.chance.randrange(1, 60))
                         for module, part in enumerate((4, 5, 1)) for n in range(different * part // 10)]
        else:
            pool = set()
            while len(pool) < different:
                module = self.chance.choices(range(3), weights=(4, 5, 1))[0]
                start = self.chance.randrange(PAGE, MODULES[module][1] - 64)
                pool.add((module, start, self.chance.randrange(1, 60)))
            self.pool = list(pool)

    def file(self, number):
        if self.isApart:
            own = self.pool[number * self.blocks:(number + 1) * self.blocks]
        else:
            own = self.chance.sample(self.pool, self.blocks)
        rows = [(0x40_0000_0000 + module * 0x1000_0000, size, path) for module, (path, size) in enumerate(MODULES)]
        if self.shape == "programs":
            own = [(0, start, size) for _, start, size in own]
            rows = [(self.BASE, MODULES[1][1], f"/opt/example/bin/program-{number:05}")]
        table = "".join(f"{id:3}, {base:#018x}, {base + size:#018x}, {base + 0x1040:#018x}, {path}\n"
                        for id, (base, size, path) in enumerate(rows))
        head = (f"DRCOV VERSION: 2\nDRCOV FLAVOR: drcov-64\nModule Table: version 2, count {len(rows)}\n"
                f"Columns: id, base, end, entry, path\n{table}BB Table: {len(own)} bbs\n")
        return head.encode() + b"".join(struct.pack("<IHH", start, size, module)
                                        for module, start, size in sorted(own))


def make(folder, count, seed, **shape):
    """Writes so many files into the folder; gives their paths."""
    maker = Shaped(seed, count=count, **shape) if "shape" in shape else Maker(seed, **shape)
    paths = []
    for number in range(count):
        paths.append(folder / f"run-{number:05}.drcov")
        paths[-1].write_bytes(maker.file(number))
    return paths


if __name__ == "__main__":
    # traces.py FOLDER FILES SEED [SHAPE BLOCKS]
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]),
         **({"shape": sys.argv[4], "blocks": int(sys.argv[5])} if len(sys.argv) > 4 else {}))

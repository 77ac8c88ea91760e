"""The programs that are compared: how they are built and run."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from Tests.EndToEnd.support.setting import output

FOLDER = Path(os.environ.get("COVTOOL_EXACTNESS", ""))
SOURCES = FOLDER / "sources"
INPUTS = Path(__file__).resolve().parent


class Program(NamedTuple):
    compiler: str
    sources: list[Path]
    flags: list[str]
    libraries: list[str]
    arguments: list[str]
    # What it reads from standard input.
    input: Path | None = None
    status: int = 0
    # What must stand in the folder that it is run in.
    files: list[Path] = []
    # What is on the lines of its output that are not the same in each run.
    differs: bytes | None = None


def program(name):
    if name == "sqlite":
        folder = SOURCES / "sqlite3"
        features = ["THREADSAFE=0", "ENABLE_FTS5", "ENABLE_RTREE", "ENABLE_MATH_FUNCTIONS",
                    "ENABLE_DBSTAT_VTAB", "OMIT_LOAD_EXTENSION"]
        return Program("gcc", [folder / "shell.c", folder / "sqlite3.c"],
                       [f"-I{folder}", *(f"-DSQLITE_{feature}" for feature in features)],
                       ["-lm"], ["-batch", "test.db"], INPUTS / "sqlite.sql",
                       status=1)  # some of its input is wrong
    if name == "lua":
        folder = SOURCES / "lua5.4/src"
        return Program("gcc", [path for path in sorted(folder.glob("*.c")) if path.stem != "luac"],
                       ["-DLUA_USE_POSIX", "-Dluai_makeseed(L)=1"], ["-lm"],
                       [str(INPUTS / "lua.lua")])
    if name == "zlib":
        folder = SOURCES / "zlib"
        return Program("gcc", sorted(folder.glob("*.c")) + [folder / "test/example.c"],
                       [f"-I{folder}", "-DHAVE_UNISTD_H"], [], [])
    if name == "bzip2":
        folder = SOURCES / "bzip2"
        names = ["blocksort", "huffman", "crctable", "randtable", "compress", "decompress", "bzlib",
                 "bzip2"]
        return Program("gcc", [folder / f"{name}.c" for name in names], ["-D_FILE_OFFSET_BITS=64"],
                       [], ["--compress", "--stdout", "--verbose"], INPUTS / "sqlite.sql")
    if name == "tinyxml2":
        folder = SOURCES / "tinyxml2"
        return Program("g++", [folder / "tinyxml2.cpp", folder / "xmltest.cpp"], [f"-I{folder}"],
                       [], [], files=[folder / "resources"], differs=b"milli-seconds")
    if name == "jsoncpp":
        folder = SOURCES / "libjsoncpp"
        return Program("g++", sorted(folder.glob("src/lib_json/*.cpp"))
                       + sorted(folder.glob("src/test_lib_json/*.cpp")),
                       [f"-I{folder}/include", "-std=c++17"], [], [])
    raise SystemExit(f"there is no program {name!r}: {', '.join(ASKED + OTHERS)}")


# Those of which something is asked, and those that show where a line table ends: large `switch`
# statements, macros, and exceptions on most lines.
ASKED = ["sqlite", "bzip2", "tinyxml2"]
OTHERS = ["zlib", "lua", "jsoncpp"]


def build(name, level, instrumented):
    """The folder with NAME, built at -O`level`; with gcov's notes where it is instrumented."""
    # Names of one length, since programs go over their own path.
    folder = FOLDER / f"{name}-O{level}-{'gcov' if instrumented else 'none'}"
    if (folder / name).exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    what = program(name)
    # Without -fstack-reuse=none, gcov has the ends of variables' lives on lines that never ran: on
    # sqlite, "return 0; /* Corruption */" 239,961 times, and 12 more.
    flags = ["-g", f"-O{level}", "-w", "-fstack-reuse=none", *what.flags,
             *(["--coverage"] if instrumented else [])]

    def compile(source):
        output(what.compiler, *flags, "-c", source, "-o", f"{source.stem}.o", folder=folder)
        return f"{source.stem}.o"

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(compile, what.sources))
    output(what.compiler, *flags, *objects, *what.libraries, "-o", f"{name}.part", folder=folder)
    (folder / f"{name}.part").rename(folder / name)
    return folder

"""The programs that are compared: what they are made of, and what they do when they are run."""

import os
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(os.environ.get("COVTOOL_EXACTNESS", ""))
SOURCES = FOLDER / "sources"
INPUTS = Path(__file__).resolve().parent / "inputs"


class Program(NamedTuple):
    compiler: str
    sources: list[Path]
    flags: list[str]
    libraries: list[str]
    arguments: list[str]
    # What it reads from standard input.
    input: Path | None = None
    status: int = 0
    # What must stand in the folder that it is run in: files and folders.
    files: list[Path] = []
    # What is on the lines of its output that are not the same in each run.
    differs: bytes | None = None


def sqlite():
    folder = SOURCES / "sqlite3"
    features = ["THREADSAFE=0", "ENABLE_FTS5", "ENABLE_RTREE", "ENABLE_MATH_FUNCTIONS",
                "ENABLE_DBSTAT_VTAB", "OMIT_LOAD_EXTENSION"]
    return Program("gcc", [folder / "shell.c", folder / "sqlite3.c"],
                   [f"-I{folder}", *(f"-DSQLITE_{feature}" for feature in features)],
                   ["-lm"], ["-batch", "test.db"], INPUTS / "sqlite.sql",
                   status=1)  # some of its input is wrong


def lua():
    folder = SOURCES / "lua5.4/src"
    return Program("gcc", [path for path in sorted(folder.glob("*.c")) if path.stem != "luac"],
                   ["-DLUA_USE_POSIX", "-Dluai_makeseed(L)=1"], ["-lm"], [str(INPUTS / "lua.lua")])


def zlib_sources():
    return sorted((SOURCES / "zlib").glob("*.c"))


def zlib():
    folder = SOURCES / "zlib"
    return Program("gcc", zlib_sources() + [folder / "test/example.c"],
                   [f"-I{folder}", "-DHAVE_UNISTD_H"], [], [])


def bzip2():
    folder = SOURCES / "bzip2"
    names = ["blocksort", "huffman", "crctable", "randtable", "compress", "decompress", "bzlib",
             "bzip2"]
    return Program("gcc", [folder / f"{name}.c" for name in names], ["-D_FILE_OFFSET_BITS=64"],
                   [], ["--compress", "--stdout", "--verbose"], INPUTS / "sqlite.sql")


def tinyxml2():
    folder = SOURCES / "tinyxml2"
    return Program("g++", [folder / "tinyxml2.cpp", folder / "xmltest.cpp"], [f"-I{folder}"],
                   [], [], files=[folder / "resources"], differs=b"milli-seconds")


def jsoncpp():
    folder = SOURCES / "libjsoncpp"
    return Program("g++", sorted(folder.glob("src/lib_json/*.cpp"))
                   + sorted(folder.glob("src/test_lib_json/*.cpp")),
                   [f"-I{folder}/include", "-std=c++17"], [], [])


def expat():
    folder = SOURCES / "expat/expat"
    names = ["lib/xmlparse", "lib/xmlrole", "lib/xmltok", "tests/chardata", "tests/memcheck",
             "tests/minicheck", "tests/runtests", "tests/structdata"]
    # Its hash tables begin with a random number, which is 0 here.
    return Program("gcc", [folder / f"{name}.c" for name in names],
                   [f"-I{folder}/lib", "-DXML_NS", "-DXML_DTD", "-DXML_CONTEXT_BYTES=1024",
                    "-DBYTEORDER=1234", "-DHAVE_ARC4RANDOM_BUF", "-Darc4random_buf=bzero",
                    '-DPACKAGE_VERSION="2.5.0"'], [], [])


def lz4():
    folder = SOURCES / "lz4"
    names = ["lib/lz4", "lib/lz4hc", "lib/lz4frame", "lib/lz4file", "lib/xxhash", "programs/bench",
             "programs/datagen", "programs/lz4cli", "programs/lz4io"]
    return Program("gcc", [folder / f"{name}.c" for name in names],
                   [f"-I{folder}/lib", f"-I{folder}/programs", "-DXXH_NAMESPACE=LZ4_"], [],
                   ["-9", "-c"], INPUTS / "sqlite.sql")


def ed():
    folder = SOURCES / "ed"
    return Program("gcc", sorted(folder.glob("*.c")), ['-DPROGVERSION="0"'], [],
                   ["-s", "-v", "ed.txt"], INPUTS / "ed.txt", status=1, files=[INPUTS / "ed.txt"])


def mujs():
    folder = SOURCES / "mujs"
    return Program("gcc", [folder / "one.c", folder / "main.c"], [], ["-lm"],
                   [str(INPUTS / "mujs.js")])


def libpng():
    folder = SOURCES / "libpng1.6"
    sources = [path for path in sorted(folder.glob("png*.c"))]
    return Program("gcc", sources + zlib_sources(),
                   [f"-I{folder}", f"-I{SOURCES / 'zlib'}", "-DHAVE_UNISTD_H", "-DPNG_ARM_NEON_OPT=0"],
                   ["-lm"], [], files=[folder / "pngtest.png"], differs=b"time")


def pugixml():
    folder = SOURCES / "pugixml"
    sources = [path for path in sorted(folder.glob("tests/*.cpp")) if not path.stem.startswith("fuzz")]
    return Program("g++", [folder / "src/pugixml.cpp", *sources], [], [], [], files=[folder / "tests"],
                   differs=b"Success")


def muparser():
    folder = SOURCES / "muparser"
    sources = [path for path in sorted(folder.glob("src/*.cpp")) if path.stem != "muParserDLL"]
    return Program("g++", [*sources, folder / "test/t_ParserTest.cpp"], [f"-I{folder}/include"], [], [])


def doubles():
    folder = SOURCES / "double-conversion"
    return Program("g++", sorted(folder.glob("double-conversion/*.cc"))
                   + sorted(folder.glob("test/cctest/*.cc")), [f"-I{folder}"], [], [])


def libyaml():
    folder = SOURCES / "libyaml"
    version = ['-DYAML_VERSION_STRING="0.2.5"', "-DYAML_VERSION_MAJOR=0", "-DYAML_VERSION_MINOR=2",
               "-DYAML_VERSION_PATCH=5"]
    return Program("gcc", sorted(folder.glob("src/*.c")) + [folder / "tests/run-parser-test-suite.c"],
                   [f"-I{folder}/include", *version], [], [str(INPUTS / "some.yaml")])


def tidy():
    folder = SOURCES / "tidy-html5"
    return Program("gcc", sorted(folder.glob("src/*.c")) + [folder / "console/tidy.c"],
                   [f"-I{folder}/include", f"-I{folder}/src", '-DLIBTIDY_VERSION="5.6.0"',
                    '-DRELEASE_DATE="2017/11/25"'], [],
                   ["-indent", "-wrap", "60", SOURCES / "expat/expat/doc/reference.html"])


def yaml_cpp():
    folder = SOURCES / "yaml-cpp"
    return Program("g++", [*sorted(folder.glob("src/*.cpp")), *sorted(folder.glob("src/contrib/*.cpp")),
                           folder / "util/parse.cpp"],
                   [f"-I{folder}/include", f"-I{folder}/src"], [], [str(INPUTS / "some.yaml")])


# In three lists: those that the rules were first made with; those that they were proved with later;
# and those that were run for the first time when the rules stood.
FIRST = {function.__name__: function for function in [sqlite, bzip2, tinyxml2, zlib, lua, jsoncpp]}
LATER = {function.__name__: function for function in [
    expat, lz4, ed, mujs, libpng, pugixml, muparser, doubles]}
KEPT = {function.__name__: function for function in [libyaml, tidy, yaml_cpp]}
ALL = {**FIRST, **LATER, **KEPT}


def program(name):
    if name not in ALL:
        raise SystemExit(f"there is no program {name!r}: {', '.join(ALL)}")
    return ALL[name]()

"""Debian source packages whose patches are a history of commits: how they are built, and what they are run on."""

import json
import zipfile
from dataclasses import dataclass, field


@dataclass
class Package:
    name: str
    sources: list  # patterns, from the package's folder
    flags: list
    libraries: list = field(default_factory=list)
    # Makes the files that the program is run on, and gives the arguments of each run.
    prepare: object = None
    # Makes files that the package's own rules would make.
    generate: object = None


def zips(folder):
    """Archives, sound and damaged, and what unzip is to do with them."""
    names = []
    for name, method in (("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED), ("bzip2", zipfile.ZIP_BZIP2)):
        path = folder / f"{name}.zip"
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.comment = b"a comment"
            for number in range(6):
                entry = zipfile.ZipInfo(f"folder/{'long' * number}{number}.txt", (2020, 1, 2, 3, 4, 6))
                entry.compress_type = method
                entry.external_attr = (0o100644 if number else 0o120777) << 16
                archive.writestr(entry, ("text %d\n" % number) * (1 + 400 * number))
            archive.writestr(zipfile.ZipInfo("empty/", (2020, 1, 2, 3, 4, 6)), b"")
        names.append(path)
        data = path.read_bytes()
        for kind, bad in (("cut", data[:len(data) * 2 // 3]), ("flipped", data[:200] + b"\xff\xff\xff" + data[203:]),
                          ("behind", b"before" + data), ("tail", data[-200:])):
            names.append(folder / f"{name}-{kind}.zip")
            names[-1].write_bytes(bad)
    for path in names:
        yield ["-t", path]
        yield ["-Z", "-v", path]
        yield ["-o", "-q", "-d", "out", path]
    for words in (["-l"], ["-v"], ["-Z", "-1"], ["-Z"], ["-p"], ["-z"], ["-aa", "-o", "-L", "-j", "-d", "out"]):
        yield [*words, names[5]]
    yield []
    yield ["-hh"]
    yield ["-v"]


def documents(folder):
    """JSON documents, sound and damaged, and what jq is to do with them."""
    value = {"a": [1, 2.5, None, True, "x\u00e4\U0001f600\n"], "b": {"c": {"d": [[[]]]}}, "t": 1600000000, "e": ""}
    texts = {"one": json.dumps(value), "many": "\n".join(map(json.dumps, range(20))), "deep": "[" * 300 + "]" * 300,
             "bad": '{"a": [1, 2,, }', "cut": '{"a": "x', "surrogate": '"\\ud83d \\udc00 \\ud83d\\ude00"', "number": "1e1000 -0 nan"}
    filters = (".", "keys?", ".a[1:3]?", "[.. | numbers]", "tojson|fromjson", ".b.c.d|length?", "@base64? // @text", "@sh?", "@uri",
               ".a? | map(tostring)?", "to_entries?", "[paths]", "del(.a)?", ".a[-1]? |= 3", "reduce .. as $x (0; . + 1)",
               "splits(\"a\")?", "indices(1)?", "implode?", "(explode|implode)?", ".t | todate?", "tojson | ascii_downcase", "limit(3; .[]?)",
               "try error(\"x\") catch .", "getpath([\"b\",\"c\"])?", "input?", "$__loc__", "def f(x): x * 2; f(.t?)?",
               "[.[]?] | sort", "ltrimstr(\"x\")", ". as [$a] ?// $a | $a", "env | type", "@json \"x\\(.)\"", "[limit(5; repeat(1))]", "splits(",
               "include \"nothing\"; .", "strptime(\"%Y\")?", "setpath([\"a\"]; 1)?", "tostream", "fromstream(tostream)", "ascii", "@csv?", "@html")
    for name, text in texts.items():
        path = folder / f"{name}.json"
        path.write_text(text)
        for number, program in enumerate(filters):
            if name == "one" or number % 11 == 0:
                yield [program, path]
    for words in (["-c"], ["-S", "-C"], ["-r"], ["-j"], ["-e"], ["-s"], ["-R"], ["--tab"], ["--stream"], ["-a"], ["--seq"]):
        yield [*words, ".", folder / "one.json"]
    yield ["-n", "--arg", "x", "1", "--argjson", "y", "[2]", "[$x, $y, $ARGS.named]"]
    yield ["-h"]
    yield ["--nothing"]


def jq_files(folder):
    """What its Makefile makes: the version, and the part of jq that is written in jq."""
    (folder / "src/version.h").write_text('#define JQ_VERSION "test"\n')
    lines = (folder / "src/builtin.jq").read_text().replace("\\", "\\\\").replace('"', '\\"').splitlines()
    (folder / "src/builtin.inc").write_text("".join(f'"{line}\\n"\n' for line in lines))


PACKAGES = [
    Package("unzip", ["unzip.c", "crc32.c", "crypt.c", "envargs.c", "explode.c", "extract.c", "fileio.c", "globals.c",
                      "inflate.c", "list.c", "match.c", "process.c", "ttyio.c", "ubz2err.c", "unreduce.c", "unshrink.c",
                      "zipinfo.c", "unix/unix.c"],
            ["-I.", "-DUNIX", "-DLARGE_FILE_SUPPORT", "-DUNICODE_SUPPORT", "-DUNICODE_WCHAR", "-DUTF8_MAYBE_NATIVE",
             "-DNO_LCHMOD", "-DHAVE_DIRENT_H", "-DHAVE_TERMIOS_H", "-DDATE_FORMAT=DF_YMD", "-DNOMEMCPY",
             "-DNO_WORKING_ISPRINT", "-D_MBCS"], prepare=zips),
    Package("jq", ["src/*.c"],
            ["-Isrc", "-I.", "-D_GNU_SOURCE", "-DIEEE_8087=1", "-DHAVE_MEMMEM", "-DHAVE_TIMEGM", "-DHAVE_GMTIME_R",
             "-DHAVE_STRPTIME", "-DHAVE_STRFTIME", "-DHAVE_GMTIME", "-DHAVE_MKTIME", "-DHAVE_ISATTY", "-DHAVE_PTHREAD_KEY_CREATE",
             "-DHAVE_PTHREAD", "-DHAVE_FLOOR", "-DHAVE_POW", "-DHAVE_LOG", "-DHAVE_LOG10", "-DHAVE_TM_TM_GMT_OFF", "-DHAVE_TM___TM_GMT_OFF=0"],
            ["-lm", "-lpthread"], prepare=documents, generate=jq_files),
]

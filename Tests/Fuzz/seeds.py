"""Writes what a fuzz target begins with into a folder: each form of drcov that the tests know and small
journals, small ELF files with debug information of each kind, or diffs, sources and documents.

    python3 -m Tests.Fuzz.seeds traces|tables|changes FOLDER
"""

import random
import struct
import sys
import tempfile
from pathlib import Path

from Tests.EndToEnd.support import changes as versions
from Tests.EndToEnd.support import debugforms, forms
from Tests.EndToEnd.support.setting import output

FLAGS = ["-gdwarf-2", "-gdwarf-3", "-gdwarf-4", "-gdwarf-5", "-gdwarf-4 -O2", "-gdwarf-5 -O2",
         "-gdwarf64 -gdwarf-5", "-gdwarf-5 -gz=zlib", "-gdwarf-5 -fdebug-types-section", "-g1",
         "-gdwarf-4 -gsplit-dwarf", "-gdwarf-5 -gsplit-dwarf", "-g0"]


def traces(folder):
    for number, form in enumerate(forms.forms()):
        (folder / f"form-{number:03}").write_bytes(form.data)
    modules = [(0x400000, 0x4FF000, 0x401000, b"/bin/a"), (0xFFFFFFFF81000000, 0xFFFFFFFF82000000, 0, b"vmlinux")]
    blocks = [(0x401000 + n, 0x1000 + n, 4 + n, n % 3 - 1 & 0xFFFF, n % 4, 0, n) for n in range(9)]
    for number, counts in enumerate((0, 1)):
        (folder / f"journal-{number}").write_bytes(journal(modules, blocks, counts))
        (folder / f"journal-{number}-older").write_bytes(journal(modules, blocks, counts, version=2))
    (folder / "journal-messages").write_bytes(journal([], [], 0, b"one\ntwo\n"))


def journal(modules, blocks, counts, messages=b"", version=3):
    """A journal as Tests/Fuzz/Sources/FuzzTraces/PackedJournal.swift has it, by Sources/Journal/Layout.swift."""
    head = struct.pack("<IIQQI4xQ16x", 1234, 0, len(blocks), len(modules), counts, len(messages)) + messages
    if version == 3 and modules:
        head += bytes(2048 - 8 - len(head))
    for start, end, entry, path in modules:
        head += struct.pack("<QQQQ", start, end, entry, len(path)) + path + bytes(-len(path) % 8)
    rows = (struct.pack("<QIHHBxHIQ", address, start, size, module, page, unreached, 0, count)
            for address, start, size, module, page, unreached, count in blocks)
    return b"COVJRNL%d" % version + struct.pack("<H", len(head)) + head + b"".join(rows)


def tables(folder):
    source = debugforms.SOURCES / "steps.c"
    for number, flags in enumerate(FLAGS):
        for processor in ("x86_64", "arm", "s390x"):
            if "gdwarf64" in flags and processor == "arm":
                continue
            object = folder / f"{processor}-{number:02}.o"
            compiler = f"{debugforms.TRIPLETS[processor]}-gcc"
            output(compiler, *flags.split(), "-c", source, "-o", object)
            linked = ["-nostdlib", "-static", "-Wl,--entry=kind,-N,--build-id=none", object]
            output(compiler, *linked, "-o", object.with_suffix(""))
    for split in folder.glob("*.dwo"):
        split.unlink()


DIFFS = [b'--- "a/\\303\\244.c"\n+++ "b/\\303\\244.c"\t\n@@ -1 +1,2 @@ f()\n-a\n+b\n+c\n\\ No newline at end of file\n',
         b"--- /dev/null\n+++ new/x.c\n@@ -0,0 +1 @@\n+a\n",
         b"diff --git a/x y.c b/z.c\nsimilarity index 90%\ncopy from x y.c\ncopy to z.c\n--- a/x y.c\n+++ b/z.c\n"
         b"@@ -1,2 +1,2 @@\n a\n-b\n+c\n"]
SOURCES = [
    '#if A\nint f(int a, /* b\n */ char *c)\n{\n    return R"x(")x" [0] + \'"\' +\n        1\'000;\n}\n#else // \\\n x\n#endif\n',
    'fn f<\'a>(x: &\'a str) -> char {\n    match x { r#"a"# => \'"\', _ => /* /* */ */ b\'\\\'\',\n }\n}\n',
    'func f() {\n\tx := `a\n"`\n\ty(\n\t\t1)\n}\n',
    'let x = #"a\\"# + """\n b\n"""\n',
    '.text\n# a\nf:  mov r0, #1 @ b\n .ascii "x"\n']
DOCUMENT = ('{"format": "covtool-coverage", "version": 2, "files": [{"path": "/a\\u00e4\\n.c", "functions": [{"name": "f()", '
            '"linkageName": "f", "line": 1, "hits": 2}], "lines": [{"line": 1, "hits": 2}, {"line": 3, "hits": 0}]}]}')


def changes(folder):
    """The first byte says what it is: see Tests/Fuzz/Sources/FuzzChanges/FuzzChanges.swift."""
    diffs = list(DIFFS)
    for number in range(2):
        with tempfile.TemporaryDirectory() as place:
            made = versions.Versions(random.Random(number), Path(place))
            diffs += [versions.git(place, "diff", *words, "--find-renames", made.old, made.new).encode()[:4096]
                      for words in (["-U0"], ["--no-prefix"], ["-R", "-U1"])]
    for number, text in enumerate(diffs):
        # A diff that begins with a letter for a source has an empty line before it.
        (folder / f"diff-{number}").write_bytes(b"\n" + text)
    for number, text in enumerate(SOURCES):
        for kind in "abcdefg":
            (folder / f"source-{kind}-{number}").write_text(kind + text)
    (folder / "document").write_text("j" + DOCUMENT)


if __name__ == "__main__":
    {"traces": traces, "tables": tables, "changes": changes}[sys.argv[1]](Path(sys.argv[2]))

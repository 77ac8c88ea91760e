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


    for number, text in enumerate(FOREIGN):
        (folder / f"foreign-{number}").write_bytes(text)


# Of each format of other programs a small file.
LOG = (b"----------------\nIN: f\n0x00401000:  31 ed                    xorl %ebp, %ebp\n0x00401002:  eb fc  jmp 0x401000\n\n"
       b"Trace 0: 0x7f00 [00000000/00401000/c0b3/00000200] f\nTrace 1: 0x7f40 [0/00402000/0/0] \n"
       b"Stopped execution of TB chain before 0x7f40 [00402000] \nLinking TBs 0x7f00 index 0 -> 0x7f40\n")
FOREIGN = [b"; list\ncalculator+1000\nlibc.so.6+0x1f\ncalculator+1000\n", b"0x401000\n0x401002\n401005\n0x401000\n", LOG,
           LOG.partition(b"Trace")[0] + b"0x00402000:  \nOBJD-T: 0102\n\n",
           struct.pack("<QQQ", 0xC0BFFFFFFFFFFF64, 0x401005, 0x401010), struct.pack("<QI", 0xC0BFFFFFFFFFFF32, 0x401005),
           b"#QEMU-Traces\1\2\0\0\0\0\0\0\1\0\0\0\2\0\0\0ab\0\0" + bytes(8) + b"#QEMU-Traces\1\0\4\0\0\x3e\0\0"
           + struct.pack("<IHBxIHBx", 0x401000, 4, 0x11, 0x40000000, 2, 0x80)
           + b"\1\0\0\0\2\0\0\0so\0\0\n\0\0\0\4\0\0\x004096" + bytes(8) + struct.pack("<IHBx", 0x40000010, 4, 0x12),
           b"ReTrace\5\4\1\1\3a b" + b"\0\x10\x40\0\2\1\2\1" + bytes(25) + b"\0" + b"\2\x10\x40\0\1\1\3\1\2\0" + bytes(16) + b"\0",
           b"ReTrace\2\4\1\1\1x\1\1" + bytes(7) + b"\0\x10\x40\0\2\1\2\4\1\1\1a\1b\0", b"ReTrace\5\x08\0" + struct.pack("<QB", 0x401000, 0),
           struct.pack("<HHIQHH", 0x4554, 0, 12, 0, 0, 0) + struct.pack("<HHIIBxHIBxH", 5, 0, 16, 40, 32, 0, 62, 64, 0)
           + struct.pack("<HHIQIII", 1, 0, 20, 5, 9, 0x401000, 0x401004),
           b"0x401010/0x401002/P/-/-/1 0x401000/0x40100e/M/-/-/2\n a 0x401010(/a)/0x401002(/a)/-/-/-/0\n"]


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

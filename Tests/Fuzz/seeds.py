"""Writes what a fuzz target begins with into a folder: each form of drcov that the tests know, or small ELF files
with debug information of each kind.

    python3 -m Tests.Fuzz.seeds drcov|tables FOLDER
"""

import sys
from pathlib import Path

from Tests.EndToEnd import debugforms, forms
from Tests.EndToEnd.setting import output

FLAGS = ["-gdwarf-2", "-gdwarf-3", "-gdwarf-4", "-gdwarf-5", "-gdwarf-4 -O2", "-gdwarf-5 -O2",
         "-gdwarf64 -gdwarf-5", "-gdwarf-5 -gz=zlib", "-gdwarf-5 -fdebug-types-section", "-g1",
         "-gdwarf-4 -gsplit-dwarf", "-gdwarf-5 -gsplit-dwarf", "-g0"]


def drcov(folder):
    for number, form in enumerate(forms.forms()):
        (folder / f"form-{number:03}").write_bytes(form.data)


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


if __name__ == "__main__":
    {"drcov": drcov, "tables": tables}[sys.argv[1]](Path(sys.argv[2]))

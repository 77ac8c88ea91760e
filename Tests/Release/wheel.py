"""Makes a wheel of an installed tree. covtool and libcov.so go to the folder of programs, where one finds the other:
`pip install --target` leaves out what is to go into a folder `lib`.

    wheel.py TREE VERSION PLATFORM FOLDER

It has no Python in it, as wheels of cmake or ruff. SOURCE_DATE_EPOCH is the time of all files in it.
"""

import base64
import hashlib
import os
import sys
import time
import zipfile
from pathlib import Path

import links

# covtool is another project's name on PyPI.
NAME = "qemu-covtool"


def main(tree, version, platform, folder):
    tree = Path(tree)
    stem = f"{NAME.replace('-', '_')}-{version}"
    tag = f"py3-none-{platform}"
    documents = tree / "share/doc/covtool"
    files = {}
    for path in sorted(tree.rglob("*")):
        name = path.relative_to(tree)
        if path.is_dir() or path.is_relative_to(documents):
            continue
        place = f"scripts/{name.name}" if name.parts[0] in ("bin", "lib") else f"data/{name}"
        files[f"{stem}.data/{place}"] = path.read_bytes()
    information = f"{stem}.dist-info"
    for path in [documents / "copyright", *sorted((documents / "licences").iterdir())]:
        files[f"{information}/licenses/{path.relative_to(documents)}"] = path.read_bytes()
    files[f"{information}/METADATA"] = "\n".join((
        "Metadata-Version: 2.1", f"Name: {NAME}", f"Version: {version}",
        "Summary: Coverage of programs that were never instrumented, recorded by QEMU",
        "Requires-Python: >=3.6", "Description-Content-Type: text/markdown", "",
        # Nothing else of the documents is in the wheel.
        links.unlinked((documents / "README.md").read_text(), "README.md", lambda path: False))).encode()
    files[f"{information}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: covtool\nRoot-Is-Purelib: false\nTag: {tag}\n").encode()

    record = f"{information}/RECORD"
    rows = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.append(f"{name},sha256={digest},{len(data)}\n")
    files[record] = ("".join(rows) + f"{record},,\n").encode()

    # A zip file has no time before 1980.
    moment = time.gmtime(max(int(os.environ["SOURCE_DATE_EPOCH"]), 315532800))[:6]
    with zipfile.ZipFile(Path(folder) / f"{stem}-{tag}.whl", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, moment)
            entry.external_attr = (0o100755 if "/scripts/" in name else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, data)


main(*sys.argv[1:])

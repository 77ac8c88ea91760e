"""Writes what a release's files are made of as CycloneDX 1.6, and checks it by that format's schema.

    sbom.py VERSION COMMIT PACKAGES SWIFT ARGUMENT-PARSER FOLDER

PACKAGES is the file of Tests/Release/sysroot; SWIFT and ARGUMENT-PARSER are versions. FOLDER has all files, those of
covtool-qemu and `sources` too where they were made, and gets covtool-VERSION.cdx.json. SOURCE_DATE_EPOCH is its time. Needs cyclonedx-python-lib[json-validation].
"""

import hashlib
import os
import re
import sys
import uuid
from datetime import datetime, timezone
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

# Debian's sources of what is linked into covtool, and their terms.
TERMS = {
    "bzip2": "bzip2-1.0.6",
    "elfutils": "LGPL-3.0-or-later OR GPL-2.0-or-later",
    "gcc-10": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libarchive": "BSD-2-Clause",
    "libiberty": "LGPL-2.0-or-later",
    "libzstd": "BSD-3-Clause OR GPL-2.0-only",
    "nettle": "LGPL-3.0-or-later OR GPL-2.0-or-later",
    "xz-utils": "LicenseRef-public-domain",
    "zlib": "Zlib",
}
SWIFT_TERMS = "Apache-2.0 WITH Swift-exception"
QEMU_TERMS = "GPL-2.0-only"
# What is in a libcov.so alone.
PLUGIN = {"gcc-10", "swift"}


def library(name, version, terms, url=None):
    return Component(type=ComponentType.LIBRARY, name=name, version=version, purl=url, bom_ref=f"{name}@{version}",
                     licenses=[LicenseExpression(terms)])


def main(version, commit, packages, swift, parser, folder):
    folder = Path(folder)
    parts = [library("swift", swift, SWIFT_TERMS),
             library("swift-argument-parser", parser, SWIFT_TERMS,
                     PackageURL("swift", "github.com/apple", "swift-argument-parser", parser))]
    versions = dict(line.split("\t")[2:] for line in Path(packages).read_text().splitlines())
    # The C libraries' headers and loader interface are not in the files.
    for source in sorted(versions.keys() & TERMS.keys()):
        url = PackageURL("deb", "debian", source, versions[source], {"arch": "source"})
        parts.append(library(source, versions[source], TERMS[source], url))

    plugin = [part for part in parts if part.name in PLUGIN]
    qemu = []
    for path in folder.glob("sources/qemu_*.dsc"):
        source = re.search(r"^Version: (.*)$", path.read_text(), re.M)[1]
        qemu.append(library("qemu", source, QEMU_TERMS, PackageURL("deb", "debian", "qemu", source, {"arch": "source"})))

    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"covtool {version} {commit}"))
    bom.metadata.timestamp = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), timezone.utc)
    bom.metadata.component = Component(type=ComponentType.APPLICATION, name="covtool", version=version,
                                       bom_ref="covtool", description=f"commit {commit}")
    files = [Component(type=ComponentType.FILE, name=path.name, bom_ref=path.name, hashes=[
                 HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(path.read_bytes()).hexdigest())])
             for path in sorted(folder.iterdir())
             if path.is_file() and path.name not in (f"covtool-{version}.cdx.json", "SHA256SUMS")]
    for component in parts + qemu + files:
        bom.components.add(component)
    bom.register_dependency(bom.metadata.component, files)
    for file in files:
        if file.name.startswith("covtool-qemu"):
            bom.register_dependency(file, qemu)
        elif file.name.startswith("libcov-"):
            bom.register_dependency(file, plugin)
        elif file.name != f"covtool-{version}.tar.gz":  # which has covtool's own source alone
            bom.register_dependency(file, parts)
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        sys.exit(f"sbom: not CycloneDX 1.6: {error}")
    (folder / f"covtool-{version}.cdx.json").write_text(text + "\n")


main(*sys.argv[1:])

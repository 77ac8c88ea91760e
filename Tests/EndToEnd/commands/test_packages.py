"""The package of the fuzz targets, which nothing else builds, has what the package itself has."""

import json

from Tests.EndToEnd.support.setting import ROOT, Case, output


def targets(folder):
    """For each target the names of what it depends on, and the files that are in its code."""
    document = json.loads(output("swift", "package", "--package-path", folder, "--ignore-lock", "dump-package"))
    return {target["name"]: ({value[0] for dependency in target["dependencies"] for value in dependency.values() if value[0]},
                             sorted(json.dumps(resource, sort_keys=True) for resource in target["resources"]))
            for target in document["targets"]}


class Fuzz(Case):
    def test_same_targets(self):
        ours, theirs = targets(ROOT), targets(ROOT / "Tests/Fuzz")
        shared = theirs.keys() & ours.keys()
        self.assertGreater(len(shared), 8)
        for name in shared:
            self.assertEqual(theirs[name], ours[name], name)
            self.assertTrue((ROOT / "Tests/Fuzz/Sources" / name).samefile(ROOT / "Sources" / name), name)

"""What nothing else builds fits the package: a release's targets, and the package of the fuzz targets."""

import json

from Tests.EndToEnd.support.setting import BUILD, ROOT, Case, output, run


def targets(folder):
    """For each target the names of what it depends on, and the files that are in its code."""
    document = json.loads(output("swift", "package", "--package-path", folder, "--ignore-lock", "dump-package"))
    return {target["name"]: ({value[0] for dependency in target["dependencies"] for value in dependency.values() if value[0]},
                             sorted(json.dumps(resource, sort_keys=True) for resource in target["resources"]))
            for target in document["targets"]}


class Release(Case):
    def test_targets_are_built(self):
        """`swift build --target`, with which Tests/Release/build compiles, builds of C's targets those that a target in
        Swift names; what another in C needs besides is missing when it links."""
        needs = {name: names for name, (names, _) in targets(ROOT).items()}
        in_c = {name for name in needs if (ROOT / "Sources" / name / "include").is_dir()}
        self.assertIn("CLoader", in_c)
        for product in ("CoveragePlugin", "covtool"):
            reached, left = set(), {product}
            while left:
                reached |= left
                left = {name for target in left for name in needs[target] if name in needs} - reached
            named = {name for target in reached - in_c for name in needs[target]}
            self.assertEqual(reached & in_c - named, set(), product)


class Fuzz(Case):
    def test_same_targets(self):
        ours, theirs = targets(ROOT), targets(ROOT / "Tests/Fuzz")
        shared = theirs.keys() & ours.keys()
        self.assertGreater(len(shared), 8)
        for name in shared:
            self.assertEqual(theirs[name], ours[name], name)
            self.assertTrue((ROOT / "Tests/Fuzz/Sources" / name).samefile(ROOT / "Sources" / name), name)

    def test_targets_fit(self):
        """They compile against the libraries as they are. To build them takes as long as to build everything."""
        for target in ("FuzzTables", "FuzzChanges", "FuzzTraces"):
            # What calls internals needs libraries that were built for tests, as the unit tests are.
            build = ROOT / ".build/debug" if target == "FuzzTraces" else BUILD
            if not (build / "Modules/CovtoolKit.swiftmodule").exists():
                print(f"{build} is not there, {target} was not compiled: not run")
                continue
            maps = [*(ROOT / "Sources" / name / "module.modulemap" for name in ("CElfutils", "CDemanglers", "CZlib")),
                    *(build / f"{name}.build/module.modulemap" for name in ("CArchive", "CCapstone", "CLoader", "CProcess", "CSQLite"))]
            with self.subTest(target=target):
                done = run(
                    "swiftc", "-typecheck", "-parse-as-library", "-swift-version", "6", "-I", build / "Modules",
                    *(word for map in maps for word in ("-Xcc", f"-fmodule-map-file={map}")), "-module-name", target,
                    *sorted((ROOT / "Tests/Fuzz/Sources" / target).glob("*.swift")), folder=self.folder)
                self.assertEqual(done.returncode, 0, done.stderr)

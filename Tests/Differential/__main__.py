"""Holds covtool's `differential` and `patch` against genhtml 2 and diff-cover; see Tests/Scripts/differential."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from Tests.Differential.packages import PACKAGES
from Tests.EndToEnd.support import changes, environments
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, PLUGIN, emulator, output, run

WORK = environments.CACHE / "differential"


def commits(package, sources, tree):
    """Makes a repository of a package: the version of its authors, then a commit for each of Debian's patches that
    changes code. Gives the commits' names and titles."""
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    original, = sources.glob(f"{package.name}_*.orig.tar.*")
    debian, = sources.glob(f"{package.name}_*.debian.tar.*")
    output("tar", "-xf", original, "-C", tree, "--strip-components=1")
    patches = sources / package.name
    shutil.rmtree(patches, ignore_errors=True)
    patches.mkdir()
    output("tar", "-xf", debian, "-C", patches)
    changes.git(tree, "init", "--quiet", "--initial-branch", "main")
    changes.commit(tree)
    made = [(changes.git(tree, "rev-parse", "HEAD").strip(), "original")]
    for line in (patches / "debian/patches/series").read_text().splitlines():
        name = line.split("#")[0].strip()
        if not name:
            continue
        with open(patches / "debian/patches" / name, "rb") as stream:
            output("patch", "-p1", "--quiet", "--no-backup-if-mismatch", folder=tree, stdin=stream)
        changed = changes.git(tree, "status", "--porcelain").split()
        changes.commit(tree)
        if any(Path(path).suffix in (".c", ".h", ".y") for path in changed):
            made.append((changes.git(tree, "rev-parse", "HEAD").strip(), name))
    return made


def build(package, tree, objects, level):
    """Compiles what no build before has compiled from the same text; gives the program. `level`: of optimisation."""
    if package.generate:
        package.generate(tree)
    headers = hashlib.sha256()
    for path in sorted([*tree.rglob("*.h"), *tree.rglob("*.inc"), *tree.rglob("*.y"), *tree.rglob("*.l")]):
        headers.update(path.read_bytes())
    linked, running = [], []
    for path in sorted(path for pattern in package.sources for path in tree.glob(pattern)):
        if path.name == "inject_errors.c":
            continue
        key = hashlib.sha256(headers.digest() + path.read_bytes() + str(path).encode() + level.encode()).hexdigest()
        made = objects / f"{key}.o"
        linked.append(made)
        if not made.exists():
            running.append(subprocess.Popen(
                ["gcc", "-g", level, "-w", *package.flags, "-c", path.relative_to(tree), "-o", made], cwd=tree, env=ENVIRONMENT))
            if len(running) >= (os.cpu_count() or 1):
                running.pop(0).wait()
    for process in running:
        process.wait()
    program = tree.parent / "program"
    done = run("gcc", *linked, *package.libraries, "-o", program)
    return program if done.returncode == 0 else None


def record(program, tree, inputs):
    """Runs the program on everything; gives what covtool's options are."""
    traces = tree.parent / "traces"
    shutil.rmtree(traces, ignore_errors=True)
    traces.mkdir()

    def one(number, words):
        with tempfile.TemporaryDirectory() as work:
            run(*emulator("x86_64"), "-plugin", f"{PLUGIN},branches=on,out={traces}/{number}.drcov", program, *words, folder=work,
                text=False)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(one, range(len(inputs)), inputs))
    return ["--elf", program, traces]


def compare(tree, results, old, new, title):
    """Prints how both tools' results differ; gives how many lines, branches and changed files were compared, and how many
    results differ."""
    diff = results / "change.diff"
    diff.write_text(changes.git(tree, "diff", "--find-renames", "--no-prefix", old, new))
    options = ["--tracefile", results / f"{new}.current"]
    document = json.loads(output(COVTOOL, "differential", "--branch-coverage", "--json", *options, "--baseline", results / f"{old}.baseline",
                                 "--baseline-diff", diff, folder=tree))
    ours = changes.ours(document)
    theirs = changes.genhtml(tree, tree.parent / "genhtml", results / f"{old}.baseline", results / f"{new}.current", diff)
    differing = {(path, line) for path in {*ours, *theirs} for line in ours.get(path, set()) ^ theirs.get(path, set())}
    lines = sum(map(len, ours.values()))
    branches, other_branches = compare_branches(tree, results, old, new, diff, document)
    plain = results / "plain.diff"
    plain.write_text(changes.git(tree, "diff", "--find-renames", old, new))
    patch = json.loads(output(COVTOOL, "patch", *options, "--diff", plain, "--output", "json:-", folder=tree))
    found = {file["path"].removeprefix(f"{tree}/"): tuple([line["line"] for line in file["lines"] if (line["hits"] > 0) == hit]
                                                          for hit in (True, False))
             for file in patch["files"] if file["lines"]}
    # diff-cover adds the counts of branches to those of their lines.
    lines_alone = results / "lines.info"
    lines_alone.write_text("".join(line for line in (results / f"{new}.current").read_text().splitlines(keepends=True)
                                   if not line.startswith("BR")))
    known = {path: (stats["covered_lines"], stats["violation_lines"]) for path, stats in
             changes.diff_cover(tree, lines_alone, "--diff-file", plain)["src_stats"].items()}
    categories = Counter(line["category"] for file in document["files"] for line in file["lines"])
    shown = " ".join(f"{name} {count}" for name, count in sorted(categories.items()))
    print(f"  {title:.56}: {lines} lines, {len(differing)} differ; {branches} branches, {len(other_branches)} sums differ; patch {patch['totals']['lines']['hit']} of "
          f"{patch['totals']['lines']['found']}{'' if found == known else ' DIFFERS'}; {shown}", flush=True)
    for path, line in sorted(differing, key=str)[:20]:
        print(f"    {path}: {line} {'only covtool' if line in ours.get(path, set()) else 'only genhtml'}")
    for path, category, counts in other_branches[:20]:
        print(f"    {path}: {category} branches {counts[0]} in covtool, {counts[1]} in genhtml")
    if found != known:
        print(f"    covtool {found}\n    diff-cover {known}")
    return lines, branches, len(patch["files"]), len(differing) + len(other_branches) + (found != known)


def compare_branches(tree, results, old, new, diff, document):
    """How many branches have a category, and the sums of a file and a category that differ: what, and both counts."""
    theirs = changes.genhtml_sums("branch", tree, tree.parent / "genhtml-branches", results / f"{old}.baseline",
                                  results / f"{new}.current", diff)
    ours = {file["path"]: file["summary"]["branches"] for file in document["files"] if file["path"]}
    differing = []
    for path in sorted({*ours, *theirs}):
        one, other = ours.get(path, {}), theirs.get(path, {})
        differing += [(path, category, (one.get(category, 0), other.get(category, 0)))
                      for category in sorted({*one, *other}) if one.get(category, 0) != other.get(category, 0)]
    return sum(sum(counts.values()) for counts in ours.values()), differing


def main():
    names = sys.argv[1:]
    every, wrong = Counter(), 0
    for package in PACKAGES:
        if names and package.name not in names:
            continue
        print(package.name)
        tree = WORK / package.name / "tree"
        made = commits(package, WORK / "sources", tree)
        results, objects, files = (WORK / package.name / name for name in ("results", "objects", "files"))
        for folder in (results, files):
            shutil.rmtree(folder, ignore_errors=True)
        for folder in (results, objects, files):
            folder.mkdir(exist_ok=True)
        inputs = list(package.prepare(files))
        last = None
        for commit, title in made:
            changes.git(tree, "checkout", "--quiet", "--force", commit)
            # As a baseline, a commit is compiled in another way and run on other inputs than as what is compared with one:
            # so there are lines of all categories.
            for kind, level, runs in (("baseline", "-O0", inputs[::2]), ("current", "-O2", inputs[1::2])):
                program = build(package, tree, objects, level)
                if not program:
                    break
                options = record(program, tree, runs)
                output(COVTOOL, "lcov", "--branch-coverage", *options, "--include", f"{tree}/*", "-o", results / f"{commit}.{kind}", folder=tree)
            if not program:
                print(f"  {title}: cannot be built, and is taken with the next")
                continue
            if last:
                lines, branches, changed, differing = compare(tree, results, last, commit, title)
                every.update(commits=1, lines=lines, branches=branches, files=changed)
                wrong += differing
            last = commit
        # All of it at once: more changes, far apart.
        compare(tree, results, made[0][0], last, "all of them")
    print(f"{every['commits']} commits, {every['files']} changed files, {every['lines']} lines and {every['branches']} branches "
          f"compared: {wrong} differ")
    sys.exit(1 if wrong or not every["commits"] else 0)


if __name__ == "__main__":
    main()

"""Docs/scale.md: what it says is run on several machines is run, on one."""

import os
import random
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from Tests.EndToEnd.support import drcov, guests, services, slurm, statuses
from Tests.EndToEnd.support.environments import environment_of
from Tests.EndToEnd.support.setting import COVTOOL, ENVIRONMENT, PLUGIN, ROOT, Case, output, run

# Names are those of PyPI.
DASK = ("dask[distributed]", "moto[server]", "boto3")
SCHEMAS = ("kubernetes-validate", "check-jsonschema")


class Corpus(Case):
    def setUp(self):
        super().setUp()
        self.corpus = self.folder / "corpus"
        self.corpus.mkdir()
        for number in range(24):
            (self.corpus / f"i{number}").write_bytes(b"%d " % number * (1 + number * 7 % 40))
        (self.corpus / "c").write_bytes(b"c crashes")
        self.program = self.folder / "program"
        shutil.copy(guests.built("no-pie") / "inputs", self.program)
        # As a user has them.
        for path in (COVTOOL, PLUGIN):
            (self.folder / "bin").mkdir(exist_ok=True)
            (self.folder / "bin" / path.name).symlink_to(path)
        self.path = f"{COVTOOL.parent}:{os.environ['PATH']}"

    def own(self, path):
        """The program's blocks: libc's also go by what is in the environment, which a scheduler changes."""
        return {block for block in drcov.load(path).offsets() if block[0] == str(self.program)}

    def statuses(self, paths):
        lines = [line for path in paths for line in statuses.read(path)]
        return sorted((Path(line["input"]).name, line["end"], line["status"]) for line in lines)


class Slurm(Corpus):
    def setUp(self):
        super().setUp()
        if missing := slurm.missing():
            self.skipTest(f"Debian's slurmctld, slurmd, slurm-client and munge are not here ({missing[0]}): not run")

    def test_array(self):
        """Docs/slurm.sh: as many tasks as one likes give one result; a task that is requeued goes on."""
        self.covtool("run", "--corpus", self.corpus, "-o", "alone.drcov", "--status", "alone.status", "--", self.program, "@@")
        environment = {**ENVIRONMENT, "PATH": self.path}
        with slurm.cluster(self.folder / "slurm", environment) as environment:
            found = []
            for tasks in (1, 3):
                results = self.folder / f"results{tasks}"
                results.mkdir()
                output(ROOT / "Docs/slurm.sh", self.corpus, results, self.program, "@@", folder=self.folder,
                       environment={**environment, "TASKS": str(tasks)})
                slurm.await_jobs(environment)
                logs = "".join(path.read_text() for path in results.glob("*.log"))
                self.assertTrue((results / "merged.drcov").exists(), logs)
                self.assertEqual(self.statuses(results.glob("*.status")), self.statuses([self.folder / "alone.status"]))
                self.assertEqual(self.own(results / "merged.drcov"), self.own(self.folder / "alone.drcov"))
                found.append((results / "merged.drcov").read_bytes())
            # All tasks have variables of the same names and lengths, so that all blocks are the same.
            self.assertEqual(found[0], found[1])
            self.requeue(environment, found[0])

    def requeue(self, environment, expected):
        (self.corpus / "h").write_bytes(b"h hangs")
        results = self.folder / "results2"
        results.mkdir()
        output(ROOT / "Docs/slurm.sh", self.corpus, results, self.program, "@@", folder=self.folder,
               environment={**environment, "TASKS": "1"})
        deadline = time.monotonic() + 120
        log = results / "1.state/runs.log"
        while not (log.exists() and log.stat().st_size > 20_000):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        jobs = slurm.said(["squeue", "-h", "-r", "-n", "covtool", "-o", "%A"], environment).split()
        output("scontrol", "requeue", jobs[0], environment=environment)
        # Slurm holds a requeued job back for some minutes.
        slurm.await_jobs(environment, 600)
        self.assertRegex((results / "1.log").read_text(), r"\d+ runs? w\w+ in .*1.state/ already")
        self.assertGreaterEqual(drcov.read((results / "merged.drcov").read_bytes()).offsets(), drcov.read(expected).offsets())


class Files(Case):
    """The files for Kubernetes and GitLab are what their schemas say."""

    def setUp(self):
        super().setUp()
        self.python = environment_of("schemas", SCHEMAS)
        if not self.python:
            self.skipTest(f"PyPI's {' and '.join(SCHEMAS)} cannot be had: not run")

    def check(self, *command):
        done = run(*command)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def refused(self, path, old, new, *command):
        """It is a check: what is wrong is found."""
        text = (ROOT / "Docs" / path).read_text()
        self.assertIn(old, text)
        (self.folder / path).write_text(text.replace(old, new))
        self.assertNotEqual(run(*command, self.folder / path).returncode, 0)

    def test_kubernetes(self):
        command = [self.python.parent / "kubernetes-validate", "--strict"]
        self.check(*command, ROOT / "Docs/kubernetes-job.yml")
        self.refused("kubernetes-job.yml", "completions: 8", "completions: many", *command)
        self.refused("kubernetes-job.yml", "completionMode", "completionKind", *command)
        # What the schema does not know: the shards are as many as the completions.
        text = (ROOT / "Docs/kubernetes-job.yml").read_text()
        self.assertIn("completionMode: Indexed", text)
        self.assertIn("completions: 8", text)
        self.assertIn("--shard auto/8", text)

    def test_gitlab(self):
        command = [self.python.parent / "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform",
                   "gitlab-ci"]
        self.check(*command, ROOT / "Docs/gitlab-ci.yml")
        self.refused("gitlab-ci.yml", "parallel: 4", "parallel: many", *command)
        self.refused("gitlab-ci.yml", "  script:", "  scripts:", *command)


class GitLab(Corpus):
    def test_script(self):
        """The jobs' lines, typed with GitLab's variables."""
        text = (ROOT / "Docs/gitlab-ci.yml").read_text()
        lines = [line.strip()[2:] for line in text.splitlines() if line.strip().startswith("- covtool")]
        self.assertEqual(len(lines), 3)
        for number in range(1, 5):
            output("bash", "-ec", lines[0], folder=self.folder, environment={
                "PATH": self.path, "CI_NODE_INDEX": str(number), "CI_NODE_TOTAL": "4"})
        output("bash", "-ec", lines[1], folder=self.folder, environment={"PATH": self.path})
        done = run("bash", "-ec", lines[2], folder=self.folder, environment={"PATH": self.path})
        self.assertIn(done.returncode, (0, 1), done.stderr)
        self.assertIn("inputs.c", done.stdout)
        # What GitLab takes from the output, and from the files.
        (badge,) = re.findall(re.search(r"coverage: '/(.*)/'", text)[1], done.stdout, re.M)
        lines, _, _ = services.cobertura(*(path.read_text() for path in self.folder.glob("cov*.xml")))
        every = [hits for found in lines.values() for hits in found.values()]
        self.assertEqual(badge, f"{10000 * sum(hits > 0 for hits in every) // len(every) / 100:.2f}")
        self.covtool("run", "--corpus", "corpus", "-o", "alone.drcov", "--status", "alone.status", "--", "./program", "@@")
        self.assertEqual(self.own(self.folder / "merged.drcov"), self.own(self.folder / "alone.drcov"))
        self.assertEqual(self.statuses(self.folder.glob("status-*.jsonl")), self.statuses([self.folder / "alone.status"]))


class Kubernetes(Corpus):
    def test_command(self):
        """What a pod runs, typed with its variable and folders."""
        text = (ROOT / "Docs/kubernetes-job.yml").read_text()
        command = " ".join(text.partition("- >-\n")[2].partition("volumeMounts")[0].split())
        (self.folder / "results").mkdir()
        command = command.replace("/results", f"{self.folder}/results").replace("/corpus", str(self.corpus))
        command = command.replace("/opt/program", str(self.program))
        for number in range(8):
            output("sh", "-ec", command, environment={"PATH": self.path, "JOB_COMPLETION_INDEX": str(number)})
        self.covtool("merge", *sorted((self.folder / "results").glob("*.drcov")))
        self.covtool("run", "--corpus", self.corpus, "-o", "alone.drcov", "--", self.program, "@@")
        self.assertEqual(self.own(self.folder / "merged.drcov"), self.own(self.folder / "alone.drcov"))


class Dask(Corpus):
    def test_tree(self):
        """Docs/dask_merge.py merges what is in an object store, in workers, to the bytes of one process."""
        python = environment_of("dask", DASK)
        if not python:
            self.skipTest(f"PyPI's {', '.join(DASK)} cannot be had: not run")
        names = []
        for number in range(1, 12):
            names.append(f"part{number}.drcov")
            self.covtool("run", "--shard", f"{number}/11", "--corpus", self.corpus, "-o", names[-1], "--", self.program, "@@")
        chance = random.Random(1)
        chance.shuffle(names)
        self.covtool("merge", "-o", "one.drcov", *names)
        ports = slurm.free_ports(2)
        environment = {**ENVIRONMENT, "PATH": self.path, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports[0]}",
                       "AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": "us-east-1",
                       "PYTHONPATH": str(ROOT / "Docs")}
        tools = python.parent
        scheduler = f"tcp://127.0.0.1:{ports[1]}"
        worker = [tools / "dask", "worker", scheduler, "--nthreads", "1", "--no-dashboard", "--local-directory", self.folder]
        daemons = [[tools / "moto_server", "-H", "127.0.0.1", "-p", ports[0]],
                   [tools / "dask", "scheduler", "--host", "127.0.0.1", "--port", ports[1], "--no-dashboard"], worker, worker]
        started = []
        try:
            for number, command in enumerate(daemons):
                with (self.folder / f"daemon{number}").open("w") as log:
                    started.append(subprocess.Popen([str(word) for word in command], env=environment, cwd=self.folder,
                                                    stdout=log, stderr=subprocess.STDOUT))
            script = self.folder / "fill.py"
            script.write_text(FILL)
            done = run(python, script, *names, folder=self.folder, environment=environment)
            self.assertEqual(done.returncode, 0, done.stderr)
            for at_a_time in ("3", "64"):
                done = run(python, ROOT / "Docs/dask_merge.py", scheduler, "s3://traces/night/7", at_a_time, folder=self.folder,
                           environment=environment)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stdout.strip(), "night/7/merged.drcov")
                done = run(python, script, folder=self.folder, environment=environment)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual((self.folder / "fetched").read_bytes(), (self.folder / "one.drcov").read_bytes())
        finally:
            for process in reversed(started):
                process.send_signal(signal.SIGTERM)
            for process in started:
                process.wait(60)


# Puts the traces that are named into the store; without a name, fetches the result.
FILL = """\
import sys, time
import boto3
store = boto3.client("s3")
for attempt in range(300):
    try:
        store.list_buckets()
        break
    except Exception:
        time.sleep(0.2)
if len(sys.argv) > 1:
    store.create_bucket(Bucket="traces")
    for name in sys.argv[1:]:
        store.upload_file(name, "traces", f"night/7/{name}")
else:
    store.download_file("traces", "night/7/merged.drcov", "fetched")
"""

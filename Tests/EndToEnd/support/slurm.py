"""A Slurm cluster of this machine alone, as Debian has it, with all its files in one folder."""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo")

CONFIGURATION = """\
ClusterName=covtool
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
MailProg=/bin/true
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
NodeName={host} NodeAddr=127.0.0.1 CPUs={processors} State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def found(program):
    """Daemons are in folders that not every user has on the PATH."""
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


def missing():
    """What of it is not on this machine."""
    return [program for program in PROGRAMS if not found(program)]


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@contextlib.contextmanager
def cluster(folder, environment):
    """Runs it; gives the environment for its commands."""
    folder = Path(folder)
    for name in ("munge", "state", "spool"):
        (folder / name).mkdir(parents=True)
        (folder / name).chmod(0o755)
    key = folder / "munge/key"
    key.touch(0o600)
    key.write_bytes(os.urandom(128))
    (folder / "slurm.conf").write_text(CONFIGURATION.format(
        folder=folder, host=socket.gethostname(), user=getpass.getuser(), ports=free_ports(2), processors=os.cpu_count()))
    environment = {**environment, "SLURM_CONF": str(folder / "slurm.conf")}
    munge = [f"--{name}={folder}/munge/{name.split('-')[0]}" for name in ("key-file", "socket", "pid-file", "seed-file", "log-file")]
    daemons = []
    try:
        for command in (["munged", "--foreground", "--force", *munge], ["slurmctld", "-D", "-c"], ["slurmd", "-D"]):
            with (folder / f"{command[0]}.out").open("w") as out:
                daemons.append(subprocess.Popen([found(command[0]), *command[1:]], env=environment, stdout=out,
                                                stderr=subprocess.STDOUT, start_new_session=True))
            if command[0] == "munged":
                wait(lambda: (folder / "munge/socket").exists(), "munged", folder)
        wait(lambda: said(["sinfo", "-h", "-o", "%T"], environment) == "idle", "slurmctld", folder)
        yield environment
    finally:
        for daemon in reversed(daemons):
            daemon.terminate()
        for daemon in daemons:
            try:
                daemon.wait(30)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()


def wait(condition, daemon, folder):
    deadline = time.monotonic() + 90
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{daemon}: {(folder / f'{daemon}.out').read_text()[-2000:]}")
        time.sleep(0.2)


def said(command, environment):
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    return done.stdout.strip()


def await_jobs(environment, seconds=300):
    """Waits until no job is left."""
    deadline = time.monotonic() + seconds
    while said(["squeue", "-h"], environment):
        if time.monotonic() > deadline:
            raise AssertionError(said(["squeue"], environment))
        time.sleep(0.5)

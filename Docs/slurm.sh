#!/bin/bash
# A corpus on a Slurm cluster: an array job runs a part of the inputs in each task, and a job behind it merges.
#
#   slurm.sh CORPUS RESULTS PROGRAM ARGUMENT...
#
# RESULTS is a folder that all nodes see. It gets merged.drcov, and for each task its trace and its status file.
# A task that is requeued, by Slurm or by 'scontrol requeue', goes on where it was.
#
# TASKS: how many parts there are, 8 by default. SBATCH_PARTITION, SBATCH_TIMELIMIT and the like are sbatch's own.
set -euo pipefail

corpus=$(realpath "$1") results=$(realpath "$2")
shift 2

if [[ ${SLURM_ARRAY_TASK_ID:-} ]]; then
    task=$results/$SLURM_ARRAY_TASK_ID
    # SLURM_CPUS_PER_TASK is set only where sbatch was told how many.
    exec covtool run --shard auto --state "$task.state" --resume -j "${SLURM_CPUS_PER_TASK:-1}" \
        --corpus "$corpus" --status "$task.status" -o "$task.drcov" -- "$@"
fi

mkdir -p "$results"
tasks=${TASKS:-8}
array=$(sbatch --parsable --array="1-$tasks" --requeue --job-name=covtool --output="$results/%a.log" \
    "$0" "$corpus" "$results" "$@")
traces=()
for ((task = 1; task <= tasks; task++)); do traces+=("$results/$task.drcov"); done
sbatch --parsable --dependency="afterok:$array" --job-name=covtool-merge --output="$results/merge.log" \
    --wrap="covtool merge -o $(printf '%q ' "$results/merged.drcov" "${traces[@]}")"

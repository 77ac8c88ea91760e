"""Merges traces in an object store on a Dask cluster, as a tree: some traces a task, then their results, until one is left.

    dask_merge.py SCHEDULER s3://BUCKET/PREFIX

The result is PREFIX/merged.drcov. Workers need covtool on their PATH; they hold some traces at a time. What stands
between is below PREFIX/merging/ and can be removed. boto3 takes the store's address and keys from the environment.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from dask.distributed import Client

AT_A_TIME = 64


def merge(bucket, keys, result):
    """Merges some objects into one; gives its key."""
    store = boto3.client("s3")
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number, key in enumerate(keys):
            names.append(f"{number}.drcov")
            store.download_file(bucket, key, f"{folder}/{names[-1]}")
        Path(folder, "list").write_text("\n".join(names))
        subprocess.run(["covtool", "merge", "-o", "merged", "@list"], cwd=folder, check=True)
        store.upload_file(f"{folder}/merged", bucket, result)
    return result


def traces(bucket, prefix):
    pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    results = (f"{prefix}merging/", f"{prefix}merged.drcov")
    return [key for key in keys if key.endswith(".drcov") and not key.startswith(results)]


def main(scheduler, place, at_a_time=AT_A_TIME):
    url = urlsplit(place)
    bucket, prefix = url.netloc, url.path.strip("/") + "/"
    keys = traces(bucket, prefix)
    if not keys:
        sys.exit(f"{place}: no trace is there")
    with Client(scheduler) as client:
        level = 0
        while len(keys) > 1 or level == 0:
            parts = [keys[start:start + at_a_time] for start in range(0, len(keys), at_a_time)]
            names = [f"{prefix}merging/{level}-{number}.drcov" for number in range(len(parts))]
            if len(parts) == 1:
                names = [f"{prefix}merged.drcov"]
            tasks = [client.submit(merge, bucket, part, name, key=name) for part, name in zip(parts, names)]
            keys, level = client.gather(tasks), level + 1
    print(keys[0])


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))

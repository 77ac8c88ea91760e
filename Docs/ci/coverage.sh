#!/bin/sh
# Line coverage of a project's tests, which run under QEMU. What to change: shell.md says it.
set -eu

# Install
apt-get update
apt-get install -y --no-install-recommends ca-certificates curl gcc libc6-dev make
curl -fsSLO "$COVTOOL_RELEASE/covtool_0.2.0_amd64.deb"
apt-get install -y ./covtool_0.2.0_amd64.deb qemu-user

# Record
make CFLAGS='-g -O0' a.out
# What an earlier run left in this folder is no part of this one.
rm -rf traces pages
mkdir traces
for input in inputs/*; do
    qemu-x86_64 -plugin "libcov.so,out=traces/%b-%p.drcov" ./a.out "$input" || echo "$input failed"
done

# Merge
covtool merge traces

# Gate
covtool report --source-root . --fail-under-lines 60

# Publish
covtool lcov -o cov.info
covtool html --source-root . -o pages

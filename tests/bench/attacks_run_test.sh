#!/bin/bash
# Runs attacks that take seconds against the programs that Bazel has built. The scripts are
# those of the checkout, beside the .proto that they read.
here=$(dirname "$(realpath "$0")")
exec python3 -B "$here/../../bench/attacks/attacks.py" --programs "$TEST_SRCDIR/$TEST_WORKSPACE" \
  illegal-metadata long-metadata metadata-at-the-limit half-closers sudden-leavers frozen-backend

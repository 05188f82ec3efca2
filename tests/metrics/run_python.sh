#!/bin/bash
# Runs one of this folder's Python programs where it really is, in the checkout, so that it
# sees the whole tree and not only what Bazel has put before it.
exec python3 -B "$(dirname "$(realpath "$0")")/$1"

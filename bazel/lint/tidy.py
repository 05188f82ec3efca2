"""Runs clang-tidy on C++ sources as Bazel compiles them, one on each core, and only where
something has changed since it was last clean.

  tidy.py --actions AQUERY_JSON --execroot DIR --cache DIR [--changed LIST] SOURCE...

AQUERY_JSON is what "bazel aquery --output=jsonproto --include_commandline" prints for
CppCompile. A header is checked together with the sources that include it. LIST is a file with
the names of changed files, a NUL after each: then only the sources that these can affect are
checked.
"""

import argparse
import concurrent.futures
import hashlib
import os
import pathlib
import re
import subprocess
import sys

import actions

# A change of one of these can affect every source.
ANY_SOURCE = re.compile(r"\.clang-tidy|\.bazelrc|bazel/[^/]*\.bzl|bazel/lint/(tidy|actions)\.py")
INCLUDE_FLAGS = ("-iquote", "-isystem", "-I")


def include_folders(flags):
    yield "."
    for i, flag in enumerate(flags):
        if flag in INCLUDE_FLAGS:
            yield flags[i + 1]
        elif flag.startswith("-I"):
            yield flag[2:]


def includes(path, execroot, folders):
    """The project's own files that `path` includes, found as the compiler finds them."""
    for name in re.findall(r'^#include "([^"]+)"', path.read_text(errors="replace"), re.M):
        for folder in folders:
            candidate = execroot / folder / name
            if candidate.is_file():
                yield candidate
                break


def files_of(source, execroot, flags):
    """{file: hash of its content}, of all that a source consists of, the system's headers apart."""
    folders = list(include_folders(flags))
    seen, queue = {}, [execroot / source]
    while queue:
        path = queue.pop()
        if path not in seen:
            seen[path] = hashlib.sha256(path.read_bytes()).hexdigest()
            queue.extend(includes(path, execroot, folders))
    return seen


class Change:
    """What is affected by changes of some files."""

    def __init__(self, names):
        self._every = any(ANY_SOURCE.fullmatch(name) for name in names)
        self._names = set(names)
        self._packages = {os.path.dirname(name) for name in names if name.endswith(("BUILD", ".bzl"))}
        # Of x.proto: x.pb.h, x.client.h and others.
        self._protos = {os.path.basename(name)[:-len("proto")] for name in names if name.endswith(".proto")}

    def affects(self, source, files, root):
        if self._every or os.path.dirname(source) in self._packages:
            return True
        return any(
            os.path.relpath(os.path.realpath(path), root) in self._names
            or any(path.name.startswith(stem) for stem in self._protos)
            for path in files
        )


def check(source, flags, files, options, salt):
    """The faults that clang-tidy finds in `source`, or None if it is clean."""
    names = sorted(f"{path.relative_to(options.execroot)} {files[path]}" for path in files)
    text = "\n".join([salt, source] + flags + names)
    stamp = options.cache / hashlib.sha256(text.encode()).hexdigest()
    if stamp.exists():
        os.utime(stamp)
        return None
    command = ["clang-tidy", "--quiet", f"--config-file={os.getcwd()}/.clang-tidy", source, "--"]
    result = subprocess.run(command + flags, cwd=options.execroot, text=True, capture_output=True)
    if result.returncode == 0:
        stamp.touch()
        return None
    return result.stdout or result.stderr


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--actions", required=True)
    parser.add_argument("--execroot", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("--changed", type=pathlib.Path)
    parser.add_argument("sources", nargs="+")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    version = subprocess.run(["clang-tidy", "--version"], text=True, capture_output=True).stdout
    salt = version + pathlib.Path(".clang-tidy").read_text()
    known = actions.compile_flags(options.actions)
    change = options.changed and Change([name for name in options.changed.read_text().split("\0") if name])
    work = []
    for source in options.sources:
        if source not in known:
            continue
        files = files_of(source, options.execroot, known[source])
        if not change or change.affects(source, files, os.getcwd()):
            work.append((source, known[source], files))
    faults = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for report in pool.map(lambda item: check(*item, options, salt), work):
            if report is not None:
                faults += 1
                print(report, flush=True)
    print(f"clang-tidy: {len(work)} sources, {faults} with faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

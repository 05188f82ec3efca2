"""Runs clang-tidy on C++ sources as Bazel compiles them, two at a time, and only where
something has changed since it was last clean.

  tidy.py --actions AQUERY_JSON --execroot DIR --cache DIR SOURCE...

AQUERY_JSON is what "bazel aquery --output=jsonproto --include_commandline" prints for
CppCompile. A header is looked at together with the sources that include it.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

# Flags of GCC that clang does not know, and those about the outputs.
DROPPED = re.compile(r"-fno-canonical-system-headers|-Wno-free-nonheap-object|-M[DF]|-frandom-seed=.*")
WITH_VALUE = {"-o", "-c", "-MF"}


def flags_of(arguments):
    """The flags among a compiler's arguments that clang-tidy needs."""
    flags, skip = [], False
    for argument in arguments[1:]:
        if skip or argument in WITH_VALUE:
            skip = not skip
        elif not DROPPED.fullmatch(argument):
            flags.append(argument)
    return flags


def compile_flags(actions_file):
    """{source: flags}, of the first action that compiles it."""
    found = {}
    for action in json.load(open(actions_file)).get("actions", []):
        arguments = action.get("arguments", [])
        if "-c" in arguments:
            found.setdefault(arguments[arguments.index("-c") + 1], flags_of(arguments))
    return found


def includes(path, execroot, flags):
    """The project's own files that `path` includes, found as the compiler finds them."""
    folders = ["."] + [flags[i + 1] if flag in ("-iquote", "-isystem", "-I") else flag[2:]
                       for i, flag in enumerate(flags) if flag.startswith(("-I", "-iquote", "-isystem"))]
    for name in re.findall(r'^#include "([^"]+)"', path.read_text(errors="replace"), re.M):
        for folder in folders:
            candidate = execroot / folder / name
            if candidate.is_file():
                yield candidate
                break


def key_of(source, execroot, flags, salt):
    """A hash over all that clang-tidy would see, the system's headers apart."""
    seen, queue = {}, [execroot / source]
    while queue:
        path = queue.pop()
        if path not in seen:
            seen[path] = hashlib.sha256(path.read_bytes()).hexdigest()
            queue.extend(includes(path, execroot, flags))
    text = "\n".join([salt, source] + flags + sorted(f"{path} {seen[path]}" for path in seen))
    return hashlib.sha256(text.encode()).hexdigest()


def check(source, flags, options, salt):
    """What clang-tidy has to say about `source`, or None if it is clean."""
    stamp = options.cache / key_of(source, options.execroot, flags, salt)
    if stamp.exists():
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
    parser.add_argument("sources", nargs="+")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    version = subprocess.run(["clang-tidy", "--version"], text=True, capture_output=True).stdout
    salt = version + pathlib.Path(".clang-tidy").read_text()
    known = compile_flags(options.actions)
    work = [(source, known[source]) for source in options.sources if source in known]
    faults = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for report in pool.map(lambda item: check(*item, options, salt), work):
            if report is not None:
                faults += 1
                print(report, flush=True)
    print(f"clang-tidy: {len(work)} sources, {faults} with faults")
    sys.exit(1 if faults else 0)


main()

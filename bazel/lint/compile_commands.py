"""Writes compile_commands.json for clangd and other tools, to stdout.

  compile_commands.py --actions AQUERY_JSON --execroot DIR --include DIR --root DIR SOURCE...

AQUERY_JSON is what "bazel aquery --output=jsonproto --include_commandline" prints for CppCompile.
The sources and our own headers are found in the checkout ROOT, so that an editor jumps there and
not to Bazel's links; generated headers and other repositories are found where Bazel keeps them.
A source that is not compiled, such as one for -c opt only, gets the flags of one in its folder.
"""

import argparse
import json
import os
import sys

import actions


def absolute(flag, execroot):
    """A flag whose path is Bazel's, with the whole path."""
    prefix = "-I" if flag.startswith("-I") else ""
    path = flag[len(prefix):]
    if path.startswith("external/"):
        return prefix + os.path.normpath(os.path.join(execroot, "../..", path))
    return prefix + os.path.join(execroot, path) if path.startswith("bazel-out/") else flag


def entry(source, flags, options):
    folders = ["-iquote", options.include]
    arguments = ["clang++"] + folders + [absolute(flag, options.execroot) for flag in flags]
    return {"directory": options.root, "file": source, "arguments": arguments + ["-c", source]}


def main():
    parser = argparse.ArgumentParser()
    for name in ("actions", "execroot", "include", "root"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("sources", nargs="+")
    options = parser.parse_args()
    known = actions.compile_flags(options.actions)
    by_folder = {os.path.dirname(source): flags for source, flags in sorted(known.items(), reverse=True)}
    entries = []
    for source in sorted(options.sources):
        flags = known.get(source) or by_folder.get(os.path.dirname(source))
        if flags:
            entries.append(entry(source, flags, options))
    json.dump(entries, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()

"""How Bazel compiles each C++ source, for tools that use clang's parser.

Reads what "bazel aquery --output=jsonproto --include_commandline" prints for CppCompile.
"""

import json
import re

# Flags of GCC that clang does not know, and those about the outputs.
DROPPED = re.compile(r"-fno-canonical-system-headers|-Wno-free-nonheap-object|-M[DF]|-frandom-seed=.*")
WITH_VALUE = {"-o", "-c", "-MF"}


def flags_of(arguments):
    """The flags among a compiler's arguments that a parser needs."""
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

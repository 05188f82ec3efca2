"""Checks the layout of BUILD, .bzl and WORKSPACE files: build_files.py FILE...

What buildifier would see to, as far as it shows in a line: no tabs, no blanks at the
ends of lines, one line break at the end of the file; lists of labels and load() names
sorted as buildifier sorts them; and no glob(), which hides what a library is made of.
"""

import re
import sys

LIST_START = re.compile(r"^\s*(deps|hdrs|srcs|data|visibility|implementation_deps) = \[$")
ITEM = re.compile(r'^\s*"([^"]*)",$')
LOAD_NAMES = re.compile(r'^load\("[^"]*", (.*)\)$')


def sort_key(label):
    """Buildifier's order: plain names, then ":x", "//x", "@x"; parts compared in turn."""
    phase = 1 if label.startswith(":") else 2 if label.startswith("//") else 3 if label.startswith("@") else 0
    return phase, re.split("[:.]", label)


def unsorted_item(items):
    for before, after in zip(items, items[1:]):
        if sort_key(before) > sort_key(after):
            return after
    return None


def list_faults(lines):
    start, items = None, []
    for number, line in enumerate(lines, 1):
        item = ITEM.match(line)
        if LIST_START.match(line):
            start, items = number, []
        elif start and item:
            items.append(item.group(1))
        elif start:
            out_of_place = unsorted_item(items) if line.strip() == "]," else None
            if out_of_place:
                yield start, f'"{out_of_place}" is not in its place in the list'
            start = None


def line_faults(lines):
    for number, line in enumerate(lines, 1):
        names = LOAD_NAMES.match(line)
        if "\t" in line:
            yield number, "a tab"
        if line != line.rstrip():
            yield number, "blanks at the end"
        if re.search(r"(?<!\w)glob\(", line) and not line.lstrip().startswith("#"):
            yield number, "glob(): name the files"
        if names and re.findall(r'"(\w+)"', names.group(1)) != sorted(re.findall(r'"(\w+)"', names.group(1))):
            yield number, "loaded names are not sorted"


def faults(text):
    lines = text.split("\n")
    yield from line_faults(lines)
    yield from list_faults(lines)
    if text.strip() and (not text.endswith("\n") or text.endswith("\n\n")):
        yield len(lines), "the file must end with one line break"


def main():
    found = 0
    for path in sys.argv[1:]:
        for number, fault in sorted(faults(open(path).read())):
            found += 1
            print(f"{path}:{number}: {fault}")
    sys.exit(1 if found else 0)


main()

"""Which tests hold down which rules of docs/spec: rules.py [--root DIR]

Reads the rules of docs/spec/mapping.md (R1, D7, H3, S2 …), operations.md (O13 …) and edge.md
(E4 …), and where tests/ cites them, and prints a line for each rule: the files that cite it, and
how often. Fails, naming them, for rules that no test cites and gaps.txt does not excuse; for those
that it excuses and a test cites after all; and for citations of a rule that the specification does
not have.
"""

import argparse
import collections
import pathlib
import re
import sys

SPECS = ("docs/spec/mapping.md", "docs/spec/operations.md", "docs/spec/edge.md")
GAPS = "tests/rules/gaps.txt"
# Rows live in tests and in the tables that these include.
CITING = ("*_test.cc", "*_rows.h", "*_test.py", "*_test.sh")
# The rules' own tests cite what they make up.
OWN = "tests/rules/"

# "R20", "R20_", "R29-R31", "R17/R19", "H1Forwards"; not "%D1", "0xD1", "\\uD83D", "R2D2".
RULE = re.compile(r"(?<![A-Za-z0-9%])([RHDSOE])(\d{1,2})(?![0-9]|[RHDSOE]\d)")
RANGE = re.compile(r"(?<![A-Za-z0-9%])([RHDSOE])(\d{1,2})-\1?(\d{1,2})(?!\d)")


def rules_in(text):
    """The rules that a text names, in its order, once for each time; "R29-R31" is three."""

    def spell_out(match):
        letter, first, last = match.group(1), int(match.group(2)), int(match.group(3))
        return " ".join(f"{letter}{number}" for number in range(first, last + 1))

    return [letter + number for letter, number in RULE.findall(RANGE.sub(spell_out, text))]


def order(rule):
    return "RHDSOE".index(rule[0]), int(rule[1:])


def read_gaps(path):
    """{rule: reason} of lines "S6 reason"; those that begin with # are comments."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return {rule: reason for rule, _, reason in (line.partition(" ") for line in lines)}


def citations(root):
    """{rule: Counter of the files that cite it}."""
    found = collections.defaultdict(collections.Counter)
    for pattern in CITING:
        for path in sorted(root.glob("tests/**/" + pattern)):
            name = path.relative_to(root).as_posix()
            if name.startswith(OWN):
                continue
            for rule in rules_in(path.read_text(errors="replace")):
                found[rule][name] += 1
    return found


def faults(rules, gaps, cited):
    """What is wrong, a sentence each."""
    for rule in sorted(rules, key=order):
        if rule not in cited and rule not in gaps:
            yield f"{rule} is cited by no test"
    for rule, reason in gaps.items():
        if rule not in rules:
            yield f"{rule} is in {GAPS}, and is no rule of docs/spec"
        elif rule in cited:
            yield f"{rule} is cited by {', '.join(cited[rule])}: take it out of {GAPS}"
        elif not reason:
            yield f"{rule} is in {GAPS} without a reason"
    for rule in sorted(set(cited) - rules, key=order):
        yield f"{rule} is cited by {', '.join(cited[rule])}, and is no rule of docs/spec"


def print_list(rules, gaps, cited):
    for rule in sorted(rules, key=order):
        files = [f"{name} ({count})" for name, count in sorted(cited.get(rule, {}).items())]
        print(f"{rule:<4}{', '.join(files) or 'not yet: ' + gaps.get(rule, 'no test')}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parents[2])
    root = parser.parse_args().root
    specs = [root / spec for spec in SPECS if (root / spec).exists()]
    rules = {rule for spec in specs for rule in rules_in(spec.read_text())}
    gaps = read_gaps(root / GAPS)
    cited = citations(root)
    print_list(rules, gaps, cited)
    found = list(faults(rules, gaps, cited))
    if not rules:
        found.append("docs/spec has no rules")
    for fault in found:
        print(f"rules: {fault}", file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

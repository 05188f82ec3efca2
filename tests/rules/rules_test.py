"""Tests rules.py on trees that are made up: what it reads, and what it refuses."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import rules

SPEC = "- R1 one. R2 two; see R1.\n- R4-R6 a range, R8/R9 a pair.\n- D10 ten. H1 head. S6 last.\n"
ALL = "// R1 R2 R4 R5 R6 R8 R9 D10 H1\n"
GAP = "# a comment\n\nS6 client streams come later\n"


def run(spec=SPEC, gaps=GAP, **tests):
    """The exit status, output and errors over a tree of tests/a/NAME; "__" is a dot."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        files = {"docs/spec/mapping.md": spec, "tests/rules/gaps.txt": gaps}
        files.update({f"tests/a/{name.replace('__', '.')}": text for name, text in tests.items()})
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        command = [sys.executable, rules.__file__, "--root", folder]
        result = subprocess.run(command, capture_output=True, text=True)
        return result.returncode, result.stdout, result.stderr


class Reading(unittest.TestCase):
    ROWS = [
        ("a rule alone", "R20", ["R20"]),
        ("in a row's text", '{"R6: a star", "D10"}', ["R6", "D10"]),
        ("at the front of a test's name", "TEST(Metadata, H1ForwardsNames)", ["H1"]),
        ("before an underscore", "TEST(Percent, R20_R18KeepsSlash)", ["R20", "R18"]),
        ("a pair", "R17/R19", ["R17", "R19"]),
        ("a range", "R29-R31", ["R29", "R30", "R31"]),
        ("a range of numbers", "R68-70", ["R68", "R69", "R70"]),
        ("not an escape of a URL", "%D1%82 %d1", []),
        ("not an escape of a string", r"\xD1 \uD83D\uDE00 0xD1", []),
        ("not a part of a word", "UTFR8 xS3", []),
        ("not a longer number", "R100 S2024", []),
        ("not a robot", "R2D2", []),
        ("not in lower case", "r20 d7", []),
    ]

    def test_rows(self):
        for name, text, expected in self.ROWS:
            self.assertEqual(rules.rules_in(text), expected, name)


class Judging(unittest.TestCase):
    def test_all_cited(self):
        status, out, err = run(x_test__cc=ALL)
        self.assertEqual((status, err), (0, ""))
        self.assertIn("R5  tests/a/x_test.cc (1)\n", out)
        self.assertIn("S6  not yet: client streams come later\n", out)

    def test_rows_python_and_shell_cite_too(self):
        status, _, err = run(a_rows__h="// R1 R2 R4-R6", b_test__py="# R8/R9", c_test__sh="# D10 H1")
        self.assertEqual((status, err), (0, ""))

    def test_every_missing_rule_is_named(self):
        status, out, err = run(x_test__cc="// R1 R2 R4 R6 R8/R9 H1")
        self.assertEqual(status, 1)
        self.assertEqual(err, "rules: R5 is cited by no test\nrules: D10 is cited by no test\n")
        self.assertIn("D10 not yet: no test\n", out)

    def test_what_is_no_test_cites_nothing(self):
        for name in ("world__h", "testee__cc", "books__proto", "test_data__json"):
            status, _, err = run(x_test__cc="// R1-R2", **{name: ALL})
            self.assertEqual(status, 1, name)
            self.assertIn("R4 is cited by no test", err)

    def test_a_gap_that_is_closed(self):
        status, _, err = run(x_test__cc=ALL, y_test__cc="// S6")
        self.assertEqual(status, 1)
        self.assertEqual(err, "rules: S6 is cited by tests/a/y_test.cc: "
                              "take it out of tests/rules/gaps.txt\n")

    def test_a_gap_without_reason_or_rule(self):
        status, _, err = run(gaps="S6\nR99 some day\n", x_test__cc=ALL)
        self.assertEqual(status, 1)
        self.assertIn("S6 is in tests/rules/gaps.txt without a reason", err)
        self.assertIn("R99 is in tests/rules/gaps.txt, and is no rule", err)

    def test_a_rule_that_is_none(self):
        status, _, err = run(x_test__cc=ALL, y_test__cc="// R3")
        self.assertEqual(status, 1)
        self.assertEqual(err, "rules: R3 is cited by tests/a/y_test.cc, "
                              "and is no rule of docs/spec\n")

    def test_a_specification_without_rules(self):
        status, _, err = run(spec="Nothing.\n", gaps="")
        self.assertEqual((status, err), (1, "rules: docs/spec has no rules\n"))

    def test_our_own_tests_cite_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            own = pathlib.Path(folder) / "tests/rules/x_test.py"
            own.parent.mkdir(parents=True)
            own.write_text(ALL)
            self.assertEqual(rules.citations(pathlib.Path(folder)), {})


if __name__ == "__main__":
    unittest.main()

"""Tests which sources bazel/lint/tidy.py checks after a change, and that it checks them once."""

import pathlib
import sys
import tempfile
import types
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bazel/lint"))

import tidy

# A checkout, and what Bazel links and generates for it.
FLAGS = ["-iquote", ".", "-Iout/_virtual_includes/a", "-isystem", "out/bin"]
CHECKOUT = {
    "server/a.cc": '#include "trestle/server/a.h"\n',
    "server/a.h": '#include "b.pb.h"\n#include <string>\n',
    "server/c.h": "",
    "server/BUILD": "",
}
GENERATED = {"out/bin/b.pb.h": "// generated"}


class Tree:
    def __init__(self, folder):
        self.root, self.execroot = folder / "checkout", folder / "execroot"
        for base, files in ((self.root, CHECKOUT), (self.execroot, GENERATED)):
            for name, text in files.items():
                (base / name).parent.mkdir(parents=True, exist_ok=True)
                (base / name).write_text(text)
        (self.execroot / "server").symlink_to(self.root / "server")
        link = self.execroot / "out/_virtual_includes/a/trestle/server/a.h"
        link.parent.mkdir(parents=True)
        link.symlink_to(self.root / "server/a.h")

    def files(self):
        return tidy.files_of("server/a.cc", self.execroot, FLAGS)


class TidyTest(unittest.TestCase):
    AFFECTED = [
        ("the source", ["server/a.cc"], True),
        ("a header that it includes", ["server/a.h"], True),
        ("a .proto whose header it includes", ["proto/b.proto"], True),
        ("the BUILD file of its folder", ["server/BUILD"], True),
        ("the checks", [".clang-tidy"], True),
        ("the rules", ["bazel/cc.bzl"], True),
        ("one of many", ["README.md", "server/a.h"], True),
        ("another header", ["server/c.h"], False),
        ("another .proto", ["proto/c.proto"], False),
        ("a BUILD file of another folder", ["client/BUILD"], False),
        ("a header of this name in another folder", ["client/a.h"], False),
        ("nothing", [], False),
    ]

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.tree = Tree(pathlib.Path(self.folder.name).resolve())

    def test_affected(self):
        for name, changed, expected in self.AFFECTED:
            change = tidy.Change(changed)
            affected = change.affects("server/a.cc", self.tree.files(), self.tree.root)
            self.assertEqual(affected, expected, name)

    def check(self, status, flags=FLAGS):
        """What check() returns with a clang-tidy that ends with `status`, and whether it ran."""
        runs = []

        def run(*_, **__):
            runs.append(1)
            return types.SimpleNamespace(returncode=status, stdout="fault", stderr="")

        options = types.SimpleNamespace(cache=pathlib.Path(self.folder.name), execroot=self.tree.execroot)
        real, tidy.subprocess.run = tidy.subprocess.run, run
        try:
            report = tidy.check("server/a.cc", flags, self.tree.files(), options, "salt")
            return report, len(runs)
        finally:
            tidy.subprocess.run = real

    def test_a_clean_source_is_not_checked_again(self):
        self.assertEqual(self.check(0), (None, 1))
        self.assertEqual(self.check(1), (None, 0))

    def test_a_faulty_source_is(self):
        self.assertEqual(self.check(1), ("fault", 1))
        self.assertEqual(self.check(1), ("fault", 1))

    def test_so_is_one_with_other_contents_or_flags(self):
        self.check(0)
        self.assertEqual(self.check(0, FLAGS + ["-DX"]), (None, 1))
        (self.tree.execroot / "out/bin/b.pb.h").write_text("// other")
        self.assertEqual(self.check(1), ("fault", 1))

    def test_two_checkouts_share_what_is_clean(self):
        self.check(0)
        with tempfile.TemporaryDirectory() as other:
            self.tree = Tree(pathlib.Path(other).resolve())
            self.assertEqual(self.check(1), (None, 0))


if __name__ == "__main__":
    unittest.main()

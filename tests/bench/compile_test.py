"""Tests that ./dev bench compile measures what it says it does."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench/compile"))

import api
import compile_cost
from compile_cost import Cost, CLIENT, MESSAGES, ROUTES, STUBS


class Api(unittest.TestCase):
    def test_has_so_many_rpcs_and_a_rule_for_each(self):
        for rpcs in (1, 4, 5, 6, 100):
            text = api.proto(rpcs)
            self.assertEqual(text.count("  rpc "), rpcs)
            self.assertEqual(text.count("option (google.api.http)"), rpcs)

    def test_is_what_protoc_takes(self):
        with tempfile.TemporaryDirectory() as folder:
            for rpcs in (1, 7):
                pathlib.Path(folder, "shop.proto").write_text(api.proto(rpcs), encoding="utf-8")
                subprocess.run(["protoc", f"-I{folder}", f"-I{compile_cost.ROOT / 'proto'}",
                                f"--descriptor_set_out={folder}/set", "shop.proto"],
                               check=True, capture_output=True)


class Measuring(unittest.TestCase):
    def test_sections_are_code_and_data(self):
        listing = "   text\t   data\t    bss\t    dec\n  1000\t  20\t   7\t  1027\n"
        self.assertEqual(compile_cost.section_bytes(listing), 1020)

    def test_time_is_that_of_the_compiler(self):
        before = compile_cost.cpu_seconds()
        compile_cost.run(["python3", "-c", "sum(range(10**6))"])
        self.assertGreater(compile_cost.cpu_seconds(), before)

    def test_what_does_not_compile_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, "bad.cc")
            source.write_text("int main() { return nothing; }\n", encoding="utf-8")
            with self.assertRaisesRegex(SystemExit, "nothing"):
                compile_cost.compile_once(source)


class Reporting(unittest.TestCase):
    ONE = {name: Cost(1, 1000, 2000) for name in (MESSAGES, STUBS, ROUTES, CLIENT)}

    def test_shares_are_of_protobuf_and_grpc_together(self):
        many = {MESSAGES: Cost(30, 600, 3000), STUBS: Cost(10, 400, 1000),
                ROUTES: Cost(2, 10, 40), CLIENT: Cost(4, 100, 400)}
        rows = compile_cost.table(100, self.ONE, many).splitlines()
        self.assertIn("| 5.0% | 1.0% | 1.0% |", rows[4])
        self.assertIn("| 10.0% | 10.0% | 10.0% |", rows[5])

    def test_what_an_rpc_adds_is_told_apart_from_what_a_file_costs(self):
        many = dict(self.ONE, **{ROUTES: Cost(1.99, 0, 0)})
        self.assertIn("| 1.00 s | 1.99 s | 10.00 ms |", compile_cost.table(100, self.ONE, many))


if __name__ == "__main__":
    unittest.main()

"""Tests the parts of ./dev bench peers that decide whether its figures may be believed."""

import http.server
import pathlib
import sys
import tempfile
import threading
import types
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench/peers"))

import cases
import load
import process
import report

CASES = {case.name: case for case in cases.CASES}
GET = CASES["get"]


class Fake(http.server.BaseHTTPRequestHandler):
    """Answers everything with the server's `answer`."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        status, text = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


class Meaning(unittest.TestCase):
    STREAM = [{"id": "1"}, {"id": "2"}]
    SAME = [
        ("a stream as an array", "stream", '[{"id":"1"},{"id":"2"}]', {"messages": STREAM}),
        ("a stream as lines", "stream", '{"id":"1"}\n{"id":"2"}\n', {"messages": STREAM}),
        ("a stream as results", "stream", '{"result":{"id":"1"}}\n{"result":{"id":"2"}}',
         {"messages": STREAM}),
        ("an error of ours", "error", '{"error":{"code":404,"message":"no"}}', {"message": "no"}),
        ("a google.rpc.Status", "error", '{"code":5,"message":"no","details":[]}', {"message": "no"}),
        ("spaces", "get", '{ "id": "1" }', {"document": {"id": "1"}}),
        ("whatever is said of an unknown route", "unknown", "not found", {}),
    ]

    def test_rows(self):
        for name, case, text, expected in self.SAME:
            self.assertEqual(cases.meaning(CASES[case], 200, text), {"status": 200, **expected}, name)

    def test_text_that_is_no_json(self):
        with self.assertRaisesRegex(process.Failure, "<html>"):
            cases.meaning(GET, 200, "<html>")


class Comparing(unittest.TestCase):
    def compare(self, *answers, cannot=frozenset()):
        gateways = []
        for index, answer in enumerate(answers):
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Fake)
            server.answer = answer
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            self.addCleanup(server.server_close)
            self.addCleanup(server.shutdown)
            gateway = types.SimpleNamespace(name=f"gateway {index}", cannot=cannot if index else ())
            gateways.append((gateway, types.SimpleNamespace(port=server.server_port)))
        bodies = types.SimpleNamespace(text=lambda case: None)
        cases.compare([GET], gateways, bodies)

    def test_the_same_document_in_another_order(self):
        self.compare((200, '{"a":1,"b":2}'), (200, '{"b":2, "a":1}'))

    def test_another_value(self):
        with self.assertRaisesRegex(process.Failure, "gateway 1 says"):
            self.compare((200, '{"a":1}'), (200, '{"a":"1"}'))

    def test_another_status(self):
        with self.assertRaisesRegex(process.Failure, "gateway 1 answers 500"):
            self.compare((200, "{}"), (500, "{}"))

    def test_all_wrong_alike(self):
        with self.assertRaisesRegex(process.Failure, "gateway 0 answers 404"):
            self.compare((404, "{}"), (404, "{}"))

    def test_what_a_gateway_cannot_do_is_not_asked(self):
        self.compare((200, "{}"), (500, "{}"), cannot=frozenset(["get"]))


class Measuring(unittest.TestCase):
    def test_a_median_is_of_each_figure_by_itself(self):
        rounds = [load.Figures(*row) for row in ((1, 30, 5, 5, 5), (2, 10, 5, 5, 5), (9, 20, 5, 5, 5))]
        self.assertEqual(load.median(rounds), load.Figures(2, 20, 5, 5, 5))

    def test_a_process_that_ends_is_told_of_with_its_status(self):
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(process.Failure, "liar has ended with 7"):
                process.Process("liar", ["sh", "-c", "exit 7"], process.free_port(), f"{folder}/log")


class Reporting(unittest.TestCase):
    def cpu(self, **of):
        return {name.replace("_", "-"): load.Figures(0, cpu, 0, 0, 0) for name, cpu in of.items()}

    def test_the_ratio_is_to_the_better_peer(self):
        self.assertEqual(report.ratio(self.cpu(Trestle=40, grpc_gateway=90, Envoy=100, naive=10),
                                      lambda f: f.cpu_us), "2.2x")

    def test_no_ratio_without_a_peer(self):
        self.assertEqual(report.ratio(self.cpu(Trestle=40, naive=10), lambda f: f.cpu_us), "-")

    def test_a_case_that_a_gateway_was_not_asked_is_a_dash(self):
        text = report.case_table(["Trestle", "naive"], [GET], {"get": self.cpu(Trestle=40)},
                                 lambda f: f.cpu_us)
        self.assertIn("| GET, 32 connections | 40.0 | - |", text)


if __name__ == "__main__":
    unittest.main()

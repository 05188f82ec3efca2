"""Tests the parts of ./dev bench attacks that decide whether its verdicts may be believed."""

import json
import pathlib
import re
import socket
import sys
import threading
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bench/attacks"), str(ROOT / "bench/peers")]

import attacks
import bodies
import client
import client_hello
import http2
import neighbour
import report
from attack import attack
from process import Failure
from stage import Stage, summary


@attack("an attack")
def nothing_done(stage):
    """Does
    nothing."""


class Serving(unittest.TestCase):
    """The client reads responses of a server that says this."""
    ROWS = [
        ("a length", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP", 200, b"ok"),
        ("chunks", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1\r\n!\r\n0\r\nA: b\r\n\r\n", 200, b"ok!"),
        ("up to the end", b"HTTP/1.1 200 OK\r\n\r\nall", 200, b"all"),
        ("100 Continue before", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n", 400, b""),
        ("no content", b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
    ]

    def serve(self, data):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def run():
            connection, _ = listener.accept()
            with connection:
                connection.sendall(data)
        threading.Thread(target=run, daemon=True).start()
        return listener.getsockname()[1]

    def test_rows(self):
        for name, data, status, body in self.ROWS:
            with client.Client(self.serve(data)) as one:
                response = one.read()
            self.assertEqual((response.status, response.body), (status, body), name)

    def test_a_connection_that_ends_has_a_word(self):
        for data in (b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"):
            with client.Client(self.serve(data)) as one:
                self.assertEqual(client.result(one.read), "closed")

    def test_a_port_without_a_listener_has_a_word(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.assertEqual(client.result(client.ask, port, "GET", "/"), "refused")


class Requests(unittest.TestCase):
    def test_a_body_has_its_length(self):
        self.assertEqual(client.request_bytes("POST", "/a", [("B", "c")], b"{}"),
                         b"POST /a HTTP/1.1\r\nHost: attack.test\r\nB: c\r\nContent-Length: 2\r\n\r\n{}")

    def test_a_chunk_has_its_size_in_hexadecimal(self):
        self.assertEqual(client.chunk(b"a" * 17), b"11\r\n" + b"a" * 17 + b"\r\n")

    def test_nested_json_is_json_and_as_deep_as_said(self):
        for name, (opening, closing) in bodies.SHAPES.items():
            for depth in (10, 99):
                text = bodies.nested(name, opening, closing, depth)
                json.loads(text)
                inside = re.sub(r'"[^"]*"', "", text)
                deepest = at = 0
                for letter in inside:
                    at += (letter in "[{") - (letter in "]}")
                    deepest = max(deepest, at)
                self.assertAlmostEqual(deepest, depth, delta=2, msg=name)


class Frames(unittest.TestCase):
    # RFC 7541 C.1: integers with prefixes of 5 and 8 bits; ours has 7.
    INTEGERS = [(10, 5, b"\x0a"), (1337, 5, b"\x1f\x9a\x0a"), (42, 8, b"\x2a"), (127, 7, b"\x7f\x00")]

    def test_integers(self):
        for value, prefix, expected in self.INTEGERS:
            self.assertEqual(http2.integer(value, prefix), expected)

    def test_a_frame(self):
        self.assertEqual(http2.frame(http2.PING, http2.ACK, 0, b"12345678"), b"\0\0\x08\x06\x01\0\0\0\0" + b"12345678")

    def test_a_field_is_literal(self):
        self.assertEqual(http2.field_block([("a", "bc")]), b"\0\1a\2bc")

    def test_a_message_has_its_length(self):
        self.assertEqual(http2.message(1, b"abc"), b"\0\0\x08\0\0\0\0\0\1" + b"\0\0\0\0\3abc")


class Hello(unittest.TestCase):
    def test_sizes_agree(self):
        for group, (_, size) in client_hello.FFDHE.items():
            record = client_hello.client_hello(group)
            self.assertEqual(record[0], client_hello.HANDSHAKE_RECORD)
            self.assertEqual(int.from_bytes(record[3:5], "big"), len(record) - 5, group)
            self.assertEqual(int.from_bytes(record[6:9], "big"), len(record) - 9, group)
            self.assertGreater(len(record), size)


class Judging(unittest.TestCase):
    def stage(self, tally):
        stage = Stage(None, nothing_done)
        stage.tally.update(tally)
        return stage

    def test_results_that_are_allowed(self):
        stage = self.stage({"200": 3, "431": 1})
        stage.require_results("200", "431")
        self.assertEqual(stage.violations, [])

    def test_other_results_are_named_with_their_number(self):
        stage = self.stage({"200": 3, "no response": 2})
        stage.require_results("200")
        self.assertEqual(stage.violations, ["attackers got no response: 2, not 200"])

    def test_a_violation_is_told_once(self):
        stage = self.stage({})
        for _ in range(3):
            stage.require(False, "it fell")
        self.assertEqual(stage.violations, ["it fell"])


class Measuring(unittest.TestCase):
    def test_figures(self):
        found = neighbour.figures(list(range(1, 101)), {"503": 2})
        self.assertEqual((found.sent, found.failed, found.p50_ms, found.p99_ms, found.max_ms), (102, 2, 50.5, 100, 100))

    def test_all_failed(self):
        self.assertEqual(neighbour.figures([], {"reset": 4}), neighbour.Figures(4, {"reset": 4}))


class Reporting(unittest.TestCase):
    def result(self, **named):
        return report.Result("a", "an attack", "survived", **{"violations": (), **named})

    def test_a_row(self):
        result = self.result(cpu_seconds=1.26, peak_bytes=3 << 20, tally={"431": 4},
                             neighbours=neighbour.Figures(10, {}, 0.5, 2, 3.2))
        self.assertEqual(report.cells(result), ("an attack", "survived", "1.3", "3", "10", "0", "0.5 / 2.0 / 3", "431: 4"))

    def test_a_violation_stands_for_the_verdict(self):
        row = report.cells(self.result(violations=("it fell", "it hung")))
        self.assertEqual(row[1:4], ("**it fell; it hung**", "-", "-"))

    def test_a_bar_does_not_end_a_cell(self):
        self.assertEqual(report.table([self.result(violations=("a|b",))]).splitlines()[2].count("|"), len(report.HEAD) + 1)

    def test_a_summary(self):
        self.assertEqual(summary({"reset": 1, "200": 3}), "200: 3, reset: 1")
        self.assertEqual(summary({}), "none")


class Listing(unittest.TestCase):
    def test_each_attack_has_a_name_and_a_weakness_of_its_own(self):
        names = [one.name for one in attacks.ATTACKS]
        self.assertEqual(len(names), len(set(names)))
        for one in attacks.ATTACKS:
            self.assertRegex(one.name, r"^[a-z-]+$")
            self.assertTrue(one.weakness.endswith("."), one.name)

    def test_every_attack_of_a_module_is_run(self):
        for module in (attacks.heads, attacks.bodies, attacks.streams, attacks.tls_attacks,
                       attacks.backend_attacks, attacks.response_attacks, attacks.process_attacks):
            defined = [value for value in vars(module).values() if isinstance(value, attacks.Attack)]
            self.assertEqual(set(defined), set(module.ATTACKS), module.__name__)

    def test_an_unknown_name(self):
        with self.assertRaisesRegex(Failure, 'no attack "frob"'):
            attacks.chosen(["frob"])


if __name__ == "__main__":
    unittest.main()

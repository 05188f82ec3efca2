"""Tests how ./dev bench growth makes its messages, keeps its figures and draws them."""

import http.server
import json
import pathlib
import sys
import tempfile
import threading
import types
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench/peers"))

import load
from cases import Case
from growth import api, chart, growths, record, scale
from growth.point import Line, Point, Sample, check
from process import Failure

SVG = "{http://www.w3.org/2000/svg}"
ITEM = {"id": "clock-7", "title": "A \"clock\"", "pieces": 12, "labels": {"room": "kitchen"}}


def a_chart(*series, y_scale=scale.Log, guide="", title="", name="Trestle"):
    return chart.Chart(title, chart.Axis("bytes", growths.bytes_label),
                       chart.Axis("time", growths.time_label, y_scale),
                       tuple(chart.Series(name, tuple(points), colour)
                             for colour, points in enumerate(series)), guide)


def drawn(of):
    return xml.etree.ElementTree.fromstring(chart.draw(of))


def texts(svg):
    return [element.text for element in svg.iter(SVG + "text")]


def curves(svg):
    """Of each line, its points as places on the picture."""
    return [[tuple(map(float, pair.split(","))) for pair in line.get("points").split()]
            for line in svg.iter(SVG + "polyline")]


class Scales(unittest.TestCase):
    LOG_TICKS = [
        ("decades, where there are many", 100, 6.7e7, [1e2, 1e3, 1e4, 1e5, 1e6, 1e7]),
        ("1, 2 and 5, where there are few", 20, 500, [20, 50, 100, 200, 500]),
        ("only those within", 97, 450, [100, 200]),
        ("below one", 0.02, 1, [0.02, 0.05, 0.1, 0.2, 0.5, 1]),
        ("of a single value", 7, 7, []),
    ]
    LINEAR_TICKS = [
        ("from zero", 76.9, [0, 20, 40, 60, 80]),
        ("a round greatest value is not on the frame", 100, [0, 20, 40, 60, 80, 100, 120]),
        ("below one", 0.3, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35]),
    ]

    def test_ticks_of_log(self):
        for name, low, high, expected in self.LOG_TICKS:
            self.assertEqual(scale.Log(low, high).ticks(), expected, name)

    def test_ticks_of_linear(self):
        for name, high, expected in self.LINEAR_TICKS:
            self.assertEqual(scale.Linear.around([high / 2, high]).ticks(), expected, name)

    def test_a_log_scale_around_values_ends_on_round_ones(self):
        for values, ends in (([57.2, 4.2e6], (50, 5e6)), ([100, 1000], (50, 2000)), ([3, 3], (2, 5))):
            found = scale.Log.around(values)
            self.assertEqual((found.low, found.high), ends, values)

    def test_a_decade_is_as_long_as_another(self):
        found = scale.Log(1, 1000)
        self.assertEqual([round(found.place(value), 6) for value in (1, 10, 100, 1000)],
                         [0, 0.333333, 0.666667, 1])


class Drawing(unittest.TestCase):
    POINTS = [
        ("six decades", [(97, 57.2), (988, 66.2), (6.7e7, 4.2e6)]),
        ("a flat line", [(1, 33.0), (10_000, 33.0)]),
        ("a single point", [(10, 5.5)]),
        ("on round values", [(1, 10), (10, 100), (100, 1000)]),
        ("falling", [(1, 900), (1000, 0.1)]),
    ]

    def test_all_points_are_within_the_frame(self):
        for name, points in self.POINTS:
            for y_scale in (scale.Log, scale.Linear):
                svg = drawn(a_chart(points, points, y_scale=y_scale))
                frame = next(box for box in svg.iter(SVG + "rect") if box.get("class") == "frame")
                left, top = float(frame.get("x")), float(frame.get("y"))
                right, bottom = left + float(frame.get("width")), top + float(frame.get("height"))
                for x, y in (place for curve in curves(svg) for place in curve):
                    self.assertTrue(left - 0.1 <= x <= right + 0.1 and top < y <= bottom, (name, x, y))

    def test_what_is_more_is_further_right_and_higher(self):
        (first, second), = curves(drawn(a_chart([(100, 20), (1000, 30)])))
        self.assertLess(first[0], second[0])
        self.assertGreater(first[1], second[1])

    def test_a_cost_in_proportion_has_the_slope_of_the_guide(self):
        svg = drawn(a_chart([(100, 20), (10_000, 2000)], guide="in proportion"))
        guide = next(line for line in svg.iter(SVG + "line") if line.get("class") == "guide")
        (first, second), = curves(svg)
        self.assertAlmostEqual(
            (second[1] - first[1]) / (second[0] - first[0]),
            (float(guide.get("y2")) - float(guide.get("y1"))) /
            (float(guide.get("x2")) - float(guide.get("x1"))), places=2)

    def test_text_is_escaped(self):
        svg = drawn(a_chart([(1, 1)], title="a < b & c", name='<script>"&'))
        self.assertIn("a < b & c", texts(svg))
        self.assertIn('<script>"&', texts(svg))

    def test_nothing_is_fetched_and_nothing_runs(self):
        text = chart.draw(a_chart([(1, 1)]))
        for word in ("href", "url(", "@import", "<script"):
            self.assertNotIn(word, text)


class Labels(unittest.TestCase):
    ROWS = [
        (growths.bytes_label, 97, "97 B"),
        (growths.bytes_label, 9_990, "9.99 KB"),
        (growths.bytes_label, 999_930, "1 MB"),
        (growths.bytes_label, 64 << 20, "67.1 MB"),
        (growths.time_label, 0, "0"),
        (growths.time_label, 50, "50 us"),
        (growths.time_label, 2000, "2 ms"),
        (growths.time_label, 5e9, "5000 s"),
        (growths.count_label, 10_000, "10,000"),
    ]

    def test_rows(self):
        for label, value, expected in self.ROWS:
            self.assertEqual(label(value), expected)


class Messages(unittest.TestCase):
    def test_a_list_is_as_large_as_asked_but_for_a_field(self):
        for size in (50, 100, 1000, 100_000):
            text = api.items_text(ITEM, size)
            self.assertLessEqual(len(text), size)
            self.assertGreater(len(text), size - 40, text[-80:])

    def test_the_items_of_a_list_differ(self):
        items = json.loads(api.items_text(ITEM, 1000))["items"]
        self.assertEqual([item["id"] for item in items[:3]], ["clock-0", "clock-1", "clock-2"])
        self.assertEqual({**items[1], "id": "clock-7"}, ITEM)

    def test_a_message_has_so_many_fields_all_of_them_declared(self):
        proto = api.proto_text()
        for count in api.FIELDS:
            fields = json.loads(api.fields_text(count))
            self.assertEqual(len(fields), count)
            self.assertIn(f"message Fields{count} {{", proto)
        for number, name in enumerate(fields, 1):
            kind = name.rstrip("0123456789")
            self.assertIn(f" {kind}_{number} = {number};", proto)


class Echo(http.server.BaseHTTPRequestHandler):
    """Sends back what it is sent, as its server's `change` makes it; counts the requests."""
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.server.requests += 1
        text = self.server.change(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class Measuring(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        self.server.requests, self.server.change = 0, lambda text: text
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.body = pathlib.Path(folder.name) / "body.json"
        self.body.write_text('{"a":1,"b":2}')
        cpu = iter((1.0, 1.5))
        self.process = types.SimpleNamespace(
            name="a gateway", port=self.server.server_port, cpu_seconds=lambda: next(cpu),
            check=lambda: None, resident_bytes=lambda: 1 << 20)

    def point(self, status=200):
        return Point(Line("Trestle"), 10, None, Case("echo", "", "POST", "/", 1, status=status), self.body)

    def test_cpu_is_of_so_many_requests_as_there_were(self):
        figures = load.one_by_one(self.process, self.point().case, self.body, 0, at_least=5)
        self.assertEqual(self.server.requests, 5)
        self.assertAlmostEqual(figures.cpu_us, 0.5e6 / 5)

    def test_another_status_is_a_failure(self):
        with self.assertRaisesRegex(Failure, "a gateway answers 200"):
            load.one_by_one(self.process, self.point(404).case, self.body, 0)
        with self.assertRaisesRegex(Failure, "Trestle, 10: answers 200"):
            check(self.point(404), self.process)

    def test_the_same_message_in_another_order_is_right(self):
        self.server.change = lambda _: b'{ "b":2, "a":1 }'
        check(self.point(), self.process)

    def test_another_message_is_a_failure(self):
        self.server.change = lambda _: b'{"a":1,"b":3}'
        with self.assertRaisesRegex(Failure, "another message than it was sent"):
            check(self.point(), self.process)


class Keeping(unittest.TestCase):
    GROWTH = growths.GROWTHS[0]
    RECORD = record.Record(
        {Line("Trestle"): {100: Sample(57.2, 1, 20, 21, 23.4), 1000: Sample(66, 1, 20, 21, 24)},
         Line("Envoy", "unknown path"): {100: Sample(112, 2, 50, 66, 70)}},
        "- Machine: this one", ["Envoy at 1 KB: it was tired"])

    def test_what_is_saved_is_loaded(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "growth.json"
            record.save({"message_size": self.RECORD}, path)
            self.assertEqual(record.load(path), {"message_size": self.RECORD})

    def test_nothing_is_loaded_from_no_file(self):
        self.assertEqual(record.load(pathlib.Path("/nowhere/growth.json")), {})

    def test_the_table_has_a_dash_for_a_missing_point_and_its_reason(self):
        text = record.markdown(self.GROWTH, self.RECORD)
        self.assertIn("| 100 B | 57.2 | 112 | 23.4 |", text)
        self.assertIn("| 1 KB | 66.0 | - | 24.0 |", text)
        self.assertIn("- Envoy at 1 KB: it was tired", text)

    def test_a_variant_is_dashed_in_the_colour_of_its_gateway(self):
        plain, variant = self.GROWTH.chart(self.RECORD.lines).series
        self.assertEqual((plain.name, plain.dashed), ("Trestle", False))
        self.assertEqual((variant.name, variant.dashed), ("Envoy, unknown path", True))
        self.assertEqual(variant.colour, growths.COLOURS["Envoy"])


if __name__ == "__main__":
    unittest.main()

"""All waits of the server are by MonotonicNow: no file of server/ asks the wall clock, but those
below.
"""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Who may read the wall clock, and what for.
ALLOWED = {
    "server/access_log.cc": "the time of a line",
    "server/concurrency/clock.cc": "the epoch of MonotonicNow",
    "server/http/response_head.cc": "Date",
    "server/metrics.cc": "the time until a certificate expires",
    "server/metrics/request_cell.cc": "the time of an exemplar",
    "server/metrics/process_metrics.cc": "when the process started",
    "server/tracer.cc": "the times of spans",
}

# absl, the standard library, C, gRPC; and a wait for a condition until a time of the day.
WALL_CLOCK = re.compile(
    r"absl::Now\b|GetCurrentTimeNanos|system_clock|high_resolution_clock|ToChronoTime"
    r"|\bgettimeofday\b|\btime\((?:nullptr|NULL|0)\)|CLOCK_REALTIME|TIMER_ABSTIME"
)


def lines_that_ask(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        code = line.split("//")[0]
        if WALL_CLOCK.search(code):
            yield f"{path.relative_to(ROOT)}:{number}: {line.strip()}"


class ClocksTest(unittest.TestCase):
    def test_no_wait_is_by_the_wall_clock(self):
        files = [path for end in ("cc", "h") for path in sorted(ROOT.glob(f"server/**/*.{end}"))]
        self.assertGreater(len(files), 100)
        asking = {}
        for path in files:
            lines = list(lines_that_ask(path))
            if lines:
                asking[path.relative_to(ROOT).as_posix()] = lines
        others = [line for name, lines in asking.items() if name not in ALLOWED for line in lines]
        self.assertEqual(others, [], "use MonotonicNow (server/concurrency/clock.h)")
        self.assertEqual(sorted(ALLOWED), sorted(asking), "who no longer asks need not be allowed")


if __name__ == "__main__":
    unittest.main()

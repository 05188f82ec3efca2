"""Watches the gateway from outside: its health pages, its metrics, and its process."""

import os
import pathlib
import re
import threading
import time

from client import Ended, ask

SECONDS_BETWEEN = 0.25


class Watch:
    """Samples until `stop`."""

    def __init__(self, gateway, admin_port):
        self._gateway, self._admin = gateway, admin_port
        self.health = {"/livez": [], "/readyz": []}  # (begin, end, status or the way it failed)
        self.samples = []  # (time, resident bytes, threads, descriptors)
        self.scrape_ms = []
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._ends.wait(SECONDS_BETWEEN):
            for page, seen in self.health.items():
                begin = time.monotonic()
                seen.append((begin, *self._status(page)))
            begin = time.monotonic()
            self._status("/metrics")
            self.scrape_ms.append((time.monotonic() - begin) * 1000)
            self.samples.append((time.monotonic(), self._gateway.resident_bytes(), *self._counts()))

    def _status(self, page):
        try:
            result = str(ask(self._admin, "GET", page, timeout=5).status)
        except Ended as end:
            result = str(end)
        return time.monotonic(), result

    def _counts(self):
        process = pathlib.Path(f"/proc/{self._gateway.pid}")
        return len(os.listdir(process / "task")), len(os.listdir(process / "fd"))

    def stop(self):
        self._ends.set()
        self._thread.join()

    def median_between(self, column, begin, end):
        values = sorted(sample[column] for sample in self.samples if begin <= sample[0] < end)
        return values[len(values) // 2] if values else 0


def metrics(admin_port):
    """Returns {name: sum over all labels} of the counters and of the counts of histograms."""
    sums = {}
    for line in ask(admin_port, "GET", "/metrics").body.decode().splitlines():
        found = re.match(r"([a-z_]+)(?:\{.*\})? (\S+)", line)
        if found:
            sums[found[1]] = sums.get(found[1], 0) + float(found[2])
    return sums

"""The other clients: well-behaved ones, in a separate process, during an attack.

  neighbour.py PORT WAITING

Four of them keep a connection each and a fifth opens one for each request; all of them send at a steady
rate. WAITING further ones wait for slow responses, one after another. The process runs until its standard
input ends, and then prints its figures as JSON.
"""

import collections
import dataclasses
import json
import statistics
import sys
import threading
import time

from client import Client, Ended

KEEPERS = 4
SECONDS_BETWEEN = 0.08   # two requests of one client
SLOW_RESPONSE_MS = 1000
TIMEOUT_SECONDS = 30     # a response that takes longer counts as failed


@dataclasses.dataclass
class Figures:
    """What the other clients saw. Latency counts from when a request was due."""
    sent: int = 0
    failures: dict = dataclasses.field(default_factory=dict)  # how: how many
    p50_ms: float = 0
    p99_ms: float = 0
    max_ms: float = 0

    @property
    def failed(self):
        return sum(self.failures.values())


def figures(milliseconds, failures):
    """Returns figures of the latencies of successful requests, and of the failures of the other ones."""
    if not milliseconds:
        return Figures(sum(failures.values()), dict(failures))
    ordered = sorted(milliseconds)
    return Figures(len(ordered) + sum(failures.values()), dict(failures), statistics.median(ordered),
                   ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], ordered[-1])


class Neighbours:
    def __init__(self, port):
        self._port = port
        self._lock = threading.Lock()
        self._milliseconds, self._failures = [], collections.Counter()
        self._ends = threading.Event()

    def run(self, waiting):
        threads = [threading.Thread(target=self._send_steadily, args=(f"keeper-{i}", i / KEEPERS))
                   for i in range(KEEPERS)]
        threads.append(threading.Thread(target=self._send_on_new_connections))
        threads += [threading.Thread(target=self._wait, args=(f"waiter-{i}",)) for i in range(waiting)]
        for thread in threads:
            thread.start()
        sys.stdin.read()
        self._ends.set()
        for thread in threads:
            thread.join()
        return figures(self._milliseconds, self._failures)

    def _send_steadily(self, name, offset):
        client, due = None, time.monotonic() + offset * SECONDS_BETWEEN
        while not self._ends.wait(max(0, due - time.monotonic())):
            client = self._exchange(client, name, 0, due)
            due += SECONDS_BETWEEN
        _close(client)

    def _send_on_new_connections(self):
        due = time.monotonic()
        while not self._ends.wait(max(0, due - time.monotonic())):
            _close(self._exchange(None, "newcomer", 0, due))
            due += SECONDS_BETWEEN

    def _wait(self, name):
        client = None
        while not self._ends.is_set():
            client = self._exchange(client, name, SLOW_RESPONSE_MS, None)
        _close(client)

    def _exchange(self, client, name, delay_ms, due):
        """Sends a request and returns the client for the next one: a new one after a failure. Without `due`,
        latency is not counted."""
        try:
            client = client or Client(self._port, TIMEOUT_SECONDS)
            response = client.ask("GET", f"/v1/neighbour/{name}" + (f"?delay_ms={delay_ms}" if delay_ms else ""))
            self._count(response, name, due)
            return client
        except (Ended, ValueError) as end:
            self._fail(str(end))
        _close(client)
        # A gateway that is gone refuses each connection at once.
        self._ends.wait(SECONDS_BETWEEN)
        return None

    def _count(self, response, name, due):
        if response.status != 200:
            return self._fail(f"{response.status} {response.error_message()}"[:80])
        if response.json().get("id") != name:
            return self._fail("another client's response")
        with self._lock:
            if due is not None:
                self._milliseconds.append((time.monotonic() - due) * 1000)
        return None

    def _fail(self, how):
        with self._lock:
            self._failures[how] += 1


def _close(client):
    if client:
        client.close()


if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(Neighbours(int(sys.argv[1])).run(int(sys.argv[2])))))

"""Clients that send requests at a steady rate, in a separate process, and remember each response."""

import dataclasses
import json
import multiprocessing
import threading
import time

from client import Client, Ended

CLIENTS = 8
SECONDS_BETWEEN = 0.01  # two requests of one client
TIMEOUT_SECONDS = 15
PATH = "/v1/items/clock-7"


@dataclasses.dataclass
class Seen:
    """The responses, with times of time.monotonic()."""
    served: list = dataclasses.field(default_factory=list)  # (when it was due, latency in ms)
    # (when it was sent, when it ended, the result); a result other than 503 is a fault.
    failed: list = dataclasses.field(default_factory=list)

    def requests(self):
        return len(self.served) + len(self.failed)

    def p99(self, begin, end):
        """Returns the latency that 99 % of the requests between two times do not exceed."""
        times = sorted(ms for due, ms in self.served if begin <= due < end)
        return times[len(times) * 99 // 100] if times else 0.0


class Crowd:
    """Runs from its creation until `stop`."""

    def __init__(self, port):
        context = multiprocessing.get_context("fork")
        self._pipe, child = context.Pipe()
        self._process = context.Process(target=_run, args=(port, child), daemon=True)
        self._process.start()

    def stop(self):
        """Returns what the clients have Seen."""
        self._pipe.send("stop")
        seen = self._pipe.recv()
        self._process.join()
        return seen


def _run(port, pipe):
    seen, ends = Seen(), threading.Event()
    threads = [threading.Thread(target=_send_steadily, args=(port, i / CLIENTS, seen, ends))
               for i in range(CLIENTS)]
    for thread in threads:
        thread.start()
    pipe.recv()
    ends.set()
    for thread in threads:
        thread.join()
    pipe.send(seen)


def _send_steadily(port, offset, seen, ends):
    client, due = None, time.monotonic() + offset * SECONDS_BETWEEN
    while not ends.wait(max(0, due - time.monotonic())):
        sent = time.monotonic()
        try:
            client = client or Client(port, TIMEOUT_SECONDS)
            result = _judge(client.ask("GET", PATH))
        except Ended as end:
            result, client = f"no response: {end}", None
        if result == "200":
            seen.served.append((due, (time.monotonic() - due) * 1000))
        else:
            seen.failed.append((sent, time.monotonic(), result))
        due = max(due + SECONDS_BETWEEN, time.monotonic() - 1)


def _judge(response):
    """Returns the status, with the body if that is wrong."""
    try:
        document = response.json()
        error = document.get("error", document)
        right = {200: lambda: document["id"] == "clock-7",
                 503: lambda: error["code"] in (14, 503) and bool(error["message"])}
        if right[response.status]():
            return str(response.status)
    except (json.JSONDecodeError, KeyError, AttributeError):
        pass
    return f"{response.status} {response.body[:120]!r}"

"""Measures one gateway with one case, using wrk and /proc."""

import dataclasses
import http.client
import pathlib
import statistics
import time

from cases import ask
from process import Failure, run

SCRIPT = pathlib.Path(__file__).parent / "wrk.lua"


@dataclasses.dataclass(frozen=True)
class Figures:
    requests_per_second: float
    cpu_us: float  # of the gateway's process, for each request
    p50_ms: float
    p99_ms: float
    resident_mb: float


def _wrk(process, case, body, seconds):
    command = ["wrk", "-t1", f"-c{case.connections}", f"-d{seconds}s", "--latency", "--timeout=10s",
               "-s", SCRIPT, f"http://127.0.0.1:{process.port}{case.path}", "--", case.method]
    files = [body or "-", case.paths] if case.paths else [body] if body else []
    printed = run(command + files, timeout=seconds + 60)
    for line in printed.splitlines():
        if line.startswith("tally "):
            return [int(word) for word in line.split()[1:]]
    raise Failure(f"wrk printed no figures: {printed}")


def measure(process, case, body, seconds):
    """Returns the figures of `seconds`; raises Failure if requests fail."""
    cpu = process.cpu_seconds()
    requests, microseconds, broken, not_200, p50, p99 = _wrk(process, case, body, seconds)
    process.check()
    cpu = process.cpu_seconds() - cpu
    expected = 0 if case.status == 200 else requests
    if broken or not_200 != expected or not requests:
        raise Failure(f"{case.name}: {process.name}: of {requests} requests, {broken} failed and "
                      f"{not_200} got another status than 2xx; alone, it gets "
                      f"{ask(process.port, case.method, case.path, body and body.read_bytes())}")
    return Figures(requests / microseconds * 1e6, cpu / requests * 1e6, p50 / 1e3, p99 / 1e3,
                   process.resident_bytes() / 2**20)


def one_by_one(process, case, body, seconds, at_least=2):
    """The figures of a case whose requests take long, of which wrk would break off the last ones:
    one after another on one connection, for so many seconds."""
    text = body.read_bytes() if body else None
    connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=120)
    cpu, began, times = process.cpu_seconds(), time.monotonic(), []
    try:
        while len(times) < at_least or time.monotonic() < began + seconds:
            times.append(_exchange(connection, process, case, text))
    except (OSError, http.client.HTTPException) as error:
        raise Failure(f"{case.name}: {process.name}: {error!r}") from error
    finally:
        connection.close()
    process.check()
    cpu = process.cpu_seconds() - cpu
    return Figures(len(times) / sum(times), cpu / len(times) * 1e6, statistics.median(times) * 1e3,
                   max(times) * 1e3, process.resident_bytes() / 2**20)


def _exchange(connection, process, case, text):
    """Returns the duration of a request in seconds."""
    began = time.monotonic()
    connection.request(case.method, case.path, text, {"Content-Type": "application/json"} if text else {})
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != case.status:
        raise Failure(f"{case.name}: {process.name} answers {answer.status}: {said[:200]}")
    return time.monotonic() - began


def median(several):
    """Returns the median of each figure."""
    return type(several[0])(*(statistics.median(column)
                              for column in zip(*map(dataclasses.astuple, several))))

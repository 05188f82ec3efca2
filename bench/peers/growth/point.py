"""One measurement: a fresh gateway with a case of a given amount of work."""

import dataclasses
import json
import pathlib
from typing import Callable, Optional

import load
from cases import Case, ask
from gateways import Gateway
from process import Failure

TIMEOUT_SECONDS = 120  # of the largest message


@dataclasses.dataclass(frozen=True)
class Line:
    """The points that a line connects in a chart."""
    gateway: str
    variant: str = ""  # of the case: "unknown path"

    def __str__(self):
        return f"{self.gateway}, {self.variant}" if self.variant else self.gateway


@dataclasses.dataclass(frozen=True)
class Point:
    line: Line
    x: int  # the amount of work
    gateway: Gateway
    case: Case
    body: Optional[pathlib.Path] = None
    measure: Callable = load.measure  # or load.one_by_one
    seconds: int = 1


@dataclasses.dataclass(frozen=True)
class Sample:
    cpu_us: float  # of the gateway, for each request
    p50_ms: float
    start_ms: float  # from exec until it accepts connections
    idle_mb: float   # resident before the first request
    peak_mb: float   # peak resident memory


def check(point, process):
    """Raises Failure unless the response is as expected: for an echo, the request."""
    body = point.body and point.body.read_bytes()
    status, text = ask(process.port, point.case.method, point.case.path, body, TIMEOUT_SECONDS)
    if status != point.case.status:
        raise Failure(f"{point.line}, {point.x}: answers {status}: {text[:200]}")
    if body and json.loads(text) != json.loads(body):
        raise Failure(f"{point.line}, {point.x}: sends back another message than it was sent: "
                      f"{text[:200]}")


def sample(point, bench):
    process = point.gateway.start(bench)
    try:
        idle = process.resident_bytes()
        check(point, process)
        if point.case.paths:
            load.measure(process, point.case, point.body, 1)
        elif point.measure is load.measure:
            load.one_by_one(process, point.case, point.body, 0.2)
        figures = point.measure(process, point.case, point.body, point.seconds)
        return Sample(figures.cpu_us, figures.p50_ms, process.start_seconds * 1e3, idle / 2**20,
                      process.peak_bytes() / 2**20)
    finally:
        process.stop()

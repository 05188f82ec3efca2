"""The four charts: measurements, drawing and tables."""

import dataclasses
from typing import Callable

import gateways
from growth import scale, work
from growth.chart import Axis, Chart, Series

COLOURS = {gateways.TRESTLE: 0, gateways.GRPC_GATEWAY: 1, gateways.ENVOY: 2}
CPU = ("CPU, us", "cpu_us")
PEAK = ("peak memory, MB", "peak_mb")


def _in_units(value, units):
    """Formats a number with three digits and a suitable unit."""
    for unit in units[:-1]:
        if value < 999.5:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{float(f'{value:.3g}'):g} {units[-1]}"


def bytes_label(value):
    return _in_units(value, ("B", "KB", "MB", "GB"))


def time_label(microseconds):
    return _in_units(microseconds, ("us", "ms", "s")) if microseconds else "0"


def count_label(value):
    return f"{value:,.0f}"


@dataclasses.dataclass(frozen=True)
class Growth:
    name: str
    title: str
    work: str  # the head of its column, and the title of its axis
    points: Callable
    x_label: Callable = count_label
    y_scale: type = scale.Log
    guide: str = ""
    columns: tuple = (CPU,)  # (what the table has, the figure of a Sample), for each line

    def chart(self, lines):
        """Of {Line: {x: Sample}}."""
        return Chart(self.title, Axis(self.work, self.x_label),
                     Axis("CPU time of the gateway per request", time_label, self.y_scale),
                     tuple(Series(str(line), tuple((x, samples[x].cpu_us) for x in sorted(samples)),
                                  COLOURS[line.gateway], bool(line.variant))
                           for line, samples in lines.items() if samples), self.guide)


IN_PROPORTION = "slope of a cost in proportion"

GROWTHS = (
    Growth("message_size", "A list of items, sent and sent back", "JSON of the message, each way",
           work.message_sizes, bytes_label, guide=IN_PROPORTION, columns=(CPU, PEAK)),
    Growth("fields", "A message with all its fields set, sent and sent back", "fields", work.fields,
           guide=IN_PROPORTION),
    Growth("routes", "GET by 32 connections, of a random route", "routes", work.routes,
           y_scale=scale.Linear,
           columns=(CPU, ("start, ms", "start_ms"), ("idle memory, MB", "idle_mb"))),
    Growth("connections", "GET of a small message, over and over", "connections", work.connections,
           y_scale=scale.Linear, columns=(CPU, ("p50, ms", "p50_ms"), PEAK)),
)

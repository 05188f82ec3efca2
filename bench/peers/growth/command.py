"""./dev bench growth: measures, stores the results, and draws charts."""

import dataclasses

import load
import report
from growth import chart, record, stage
from growth.growths import GROWTHS
from growth.point import sample
from process import Failure, say

RECORD = "growth.json"


@dataclasses.dataclass(frozen=True)
class Pace:
    rounds: int
    seconds: int  # for each run of wrk


FULL = Pace(rounds=3, seconds=1)
QUICK = Pace(rounds=1, seconds=1)


def chosen(names):
    known = {growth.name: growth for growth in GROWTHS}
    for name in names:
        if name not in known:
            raise Failure(f'there is no growth "{name}": {", ".join(known)}')
    return [growth for growth in GROWTHS if not names or growth.name in names]


def _measure_growth(growth, bench, on, rounds):
    """Returns the Record of a growth. Each round measures all points, each with a fresh process."""
    points, failed = list(growth.points(on)), len(bench.failures)
    samples = {}
    for number in range(rounds):
        for point in points:
            say(f"{growth.name}, round {number + 1} of {rounds}: {growth.x_label(point.x)}, {point.line}")
            bench.attempt(samples, (point.line, point.x), lambda point=point: sample(point, bench))
    lines = {point.line: {} for point in points}
    for (line, x), several in samples.items():
        lines[line][x] = load.median(several)
    return record.Record(lines, notes=[str(failure).splitlines()[0].partition("; ")[0]
                                       for failure in bench.failures[failed:]])


def measure(bench, growths, pace, command_line):
    """Yields (name of a growth, Record), each as soon as it has been measured."""
    on, skipped = stage.set_up(bench, pace.seconds)
    surroundings = report.surroundings(on.gateways, skipped, command_line)
    for growth in growths:
        found = _measure_growth(growth, bench, on, pace.rounds)
        found.surroundings = surroundings
        yield growth.name, found


def draw(records, folder):
    """Writes the charts of all records, and their data."""
    folder.mkdir(parents=True, exist_ok=True)
    record.save(records, folder / RECORD)
    for growth in GROWTHS:
        if growth.name in records:
            (folder / f"{growth.name}.svg").write_text(
                chart.draw(growth.chart(records[growth.name].lines)))


def tables(records):
    """Returns the figures of the charts and the environment as Markdown."""
    surroundings = dict.fromkeys(found.surroundings for found in records.values())
    return "\n".join([*surroundings, *(record.markdown(growth, records[growth.name])
                                       for growth in GROWTHS if growth.name in records)])

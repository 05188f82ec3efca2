"""Formats the results as Markdown, for a terminal and for docs/performance/attacks.md."""

import dataclasses

from neighbour import Figures
from stage import summary

HEAD = ("attack", "verdict", "CPU, s", "peak memory above idle, MB", "other clients: sent", "failed",
        "p50 / p99 / max, ms", "attackers")
SHOWN = 3  # violations of an attack in the table


@dataclasses.dataclass(frozen=True)
class Result:
    name: str
    title: str
    verdict: str
    violations: tuple
    cpu_seconds: float = None  # None where it was not measured
    peak_bytes: int = None
    neighbours: Figures = None
    tally: dict = dataclasses.field(default_factory=dict)
    notes: tuple = ()

    @property
    def withstood(self):
        return not self.violations


def verdict(result):
    """Describes the result in words; of many violations, only the first ones, because the log has all."""
    if result.withstood:
        return result.verdict
    more = len(result.violations) - SHOWN
    return f"**{'; '.join(result.violations[:SHOWN])}{f'; and {more} more' if more > 0 else ''}**"


def cells(result):
    """Returns a row of the table."""
    neighbours = result.neighbours or Figures()
    has_neighbours = neighbours.sent > 0
    return (result.title,
            verdict(result),
            "-" if result.cpu_seconds is None else f"{result.cpu_seconds:.1f}",
            "-" if result.peak_bytes is None else f"{result.peak_bytes / 2**20:.0f}",
            str(neighbours.sent) if has_neighbours else "-",
            str(neighbours.failed) if has_neighbours else "-",
            f"{neighbours.p50_ms:.1f} / {neighbours.p99_ms:.1f} / {neighbours.max_ms:.0f}"
            if has_neighbours else "-",
            summary(result.tally))


def table(results):
    rows = [HEAD, ["---"] * len(HEAD), *map(cells, results)]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in rows)

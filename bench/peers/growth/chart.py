"""Draws a chart as a self-contained SVG file with its own background, for light and dark pages."""

import dataclasses
from typing import Callable
from xml.sax.saxutils import escape

from growth import scale

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 82, 30, 76, 58  # margins around the frame

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 16px; font-weight: 600 }
  .ground { fill: #ffffff }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .frame { fill: none; stroke: #6e7781 }
  .guide { stroke: #6e7781; stroke-width: 1.5; stroke-dasharray: 2 5; fill: none }
  .line { fill: none; stroke-width: 2 }
  .dashed { stroke-dasharray: 7 4 }
  .c0 { stroke: #0969da } .c1 { stroke: #bc4c00 } .c2 { stroke: #1a7f37 }
  .m0 { fill: #0969da } .m1 { fill: #bc4c00 } .m2 { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .ground { fill: #0d1117 }
    .grid { stroke: #30363d }
    .frame, .guide { stroke: #8b949e }
    .c0 { stroke: #58a6ff } .c1 { stroke: #f0883e } .c2 { stroke: #56d364 }
    .m0 { fill: #58a6ff } .m1 { fill: #f0883e } .m2 { fill: #56d364 }
  }
"""


@dataclasses.dataclass(frozen=True)
class Series:
    name: str
    points: tuple  # of (x, y), in the order of x
    colour: int    # 0 to 2; its mark, too
    dashed: bool = False


@dataclasses.dataclass(frozen=True)
class Axis:
    title: str
    label: Callable  # the text of a tick
    scale: type = scale.Log  # or scale.Linear


@dataclasses.dataclass(frozen=True)
class Chart:
    title: str
    x: Axis
    y: Axis
    series: tuple
    guide: str = ""  # label of a line of slope 1, if any; both scales must be Log


class _Frame:
    """Converts values to coordinates."""

    def __init__(self, chart):
        points = [point for series in chart.series for point in series.points]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self.x = chart.x.scale(min(xs), max(xs))
        self.y = chart.y.scale.around(ys)

    def at(self, x, y):
        return self.across(self.x.place(x)), self.up(self.y.place(y))

    @staticmethod
    def across(share):
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    @staticmethod
    def up(share):
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _line(start, end, classes):
    return (f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
            f'class="{classes}"/>')


def _text(x, y, text, more='text-anchor="middle"'):
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{escape(text)}</text>'


def _mark(x, y, colour):
    if colour == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" class="m0"/>'
    if colour == 1:
        return f'<rect x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7" class="m1"/>'
    return f'<path d="M{x:.1f} {y - 5:.1f}l5 8.5h-10z" class="m{colour}"/>'


def _line_classes(series):
    return f"line c{series.colour}" + (" dashed" if series.dashed else "")


def _axes(chart, frame):
    for tick in frame.x.ticks():
        across = frame.across(frame.x.place(tick))
        yield _line((across, frame.up(0)), (across, frame.up(1)), "grid")
        yield _text(across, frame.up(0) + 19, chart.x.label(tick))
    for tick in frame.y.ticks():
        height = frame.up(frame.y.place(tick))
        yield _line((frame.across(0), height), (frame.across(1), height), "grid")
        yield _text(frame.across(0) - 8, height + 4, chart.y.label(tick), 'text-anchor="end"')
    yield (f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" '
           f'height="{HEIGHT - TOP - BOTTOM}" class="frame"/>')
    yield _text(frame.across(0.5), HEIGHT - 14, chart.x.title)
    yield _text(18, frame.up(0.5), chart.y.title,
                f'text-anchor="middle" transform="rotate(-90 18 {frame.up(0.5):.1f})"')


def _guide(frame):
    """A line of slope 1 from the corner to the edge of the frame."""
    times = min(frame.x.high / frame.x.low, frame.y.high / frame.y.low)
    yield _line(frame.at(frame.x.low, frame.y.low),
                frame.at(frame.x.low * times, frame.y.low * times), "guide")


def _curve(series, frame):
    places = [frame.at(x, y) for x, y in series.points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline points="{path}" class="{_line_classes(series)}"/>'
    for place in places:
        yield _mark(*place, series.colour)


def _legend(chart):
    at, height = LEFT, TOP - 18
    for series in chart.series:
        yield _line((at, height), (at + 30, height), _line_classes(series))
        yield _mark(at + 15, height, series.colour)
        yield _text(at + 36, height + 4, series.name, "")
        at += 58 + 7 * len(series.name)
    if chart.guide:
        yield _line((at, height), (at + 30, height), "guide")
        yield _text(at + 36, height + 4, chart.guide, "")


def draw(chart):
    """Returns the text of the .svg file."""
    frame = _Frame(chart)
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
             f'width="{WIDTH}" height="{HEIGHT}" role="img">',
             f"<title>{escape(chart.title)}</title>", f"<style>{STYLE}</style>",
             f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" class="ground"/>',
             _text(LEFT, 30, chart.title, 'class="title"'), *_axes(chart, frame)]
    if chart.guide:
        lines += _guide(frame)
    for series in reversed(chart.series):  # the first one on top
        lines += _curve(series, frame)
    return "\n".join([*lines, *_legend(chart), "</svg>"]) + "\n"

"""Stores measurements in a file, and formats them as Markdown."""

import dataclasses
import json

import report
from growth.point import Line, Sample


@dataclasses.dataclass
class Record:
    """The measurements of one growth."""
    lines: dict                 # {Line: {x: Sample}}
    surroundings: str = ""      # Markdown: machine, versions, command
    notes: list = dataclasses.field(default_factory=list)  # a sentence for each missing point


def _rounded(sample):
    return {figure: round(value, 3) for figure, value in dataclasses.asdict(sample).items()}


def _to_json(record):
    return {"surroundings": record.surroundings, "notes": record.notes, "lines": [
        {"gateway": line.gateway, "variant": line.variant,
         "points": [{"x": x, **_rounded(samples[x])} for x in sorted(samples)]}
        for line, samples in record.lines.items()]}


def _from_json(document):
    lines = {}
    for line in document["lines"]:
        samples = {point.pop("x"): Sample(**point) for point in line["points"]}
        lines[Line(line["gateway"], line["variant"])] = samples
    return Record(lines, document["surroundings"], document["notes"])


def save(records, path):
    """Writes {name of a growth: Record} to a file."""
    documents = {name: _to_json(record) for name, record in records.items()}
    path.write_text(json.dumps(documents, indent=1) + "\n")


def load(path):
    """Reads the records of a file; none if it does not exist."""
    if not path.exists():
        return {}
    return {name: _from_json(document) for name, document in json.loads(path.read_text()).items()}


def _column(samples, figure, x):
    return report.number(getattr(samples[x], figure) if x in samples else None)


def markdown(growth, record):
    """Returns a table with a row for each amount of work and the columns of the growth for each line."""
    lines = record.lines.items()
    shown = [(title, figure, line, samples) for title, figure in growth.columns
             for line, samples in lines if figure == "cpu_us" or not line.variant]
    head = [growth.work] + [f"{line}: {title}" for title, _, line, _ in shown]
    rows = [[growth.x_label(x)] + [_column(samples, figure, x) for _, figure, _, samples in shown]
            for x in sorted({x for _, samples in lines for x in samples})]
    return "\n".join([f"{growth.title}:\n", report.table(head, rows),
                      *(f"- {note}\n" for note in record.notes)])

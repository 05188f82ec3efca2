"""What the pages for operators say about metrics."""

import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/operations/metrics.md"
DASHBOARD = ROOT / "docs/operations/dashboard.json"
PROGRAM = ROOT / "server/program/gateway_admin.cc"
ALERTS = ROOT / "docs/operations/alerts.yml"

# A name of ours in a query.
_NAME = re.compile(r"\b(?:http_server|rpc_client|trestle|process)_[a-z_]+\b")
_SUFFIX = re.compile(r"_(bucket|sum|count)$")


def documented():
    """The names in the tables of the page."""
    return set(re.findall(r"^\| `([a-z_]+)` \|", PAGE.read_text(), re.MULTILINE))


def written():
    """The names of the families in the sources."""
    pattern = re.compile(r'"((?:http_server|rpc_client|trestle|process)_[a-z_]+)",\s*MetricType::')
    sources = [*(ROOT / "server/metrics").glob("*.cc"), ROOT / "server/metrics.cc"]
    callbacks = re.findall(r'AddCallback\(\s*"([a-z_]+)"', PROGRAM.read_text())
    return {name for path in sources for name in pattern.findall(path.read_text())} | {*callbacks}


def _expressions(value):
    if isinstance(value, dict) and value.get("type") != "datasource":
        for key, inner in value.items():
            if key in ("expr", "query") and isinstance(inner, str) and inner:
                yield inner
            else:
                yield from _expressions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _expressions(inner)


def dashboard_queries():
    """The queries of all panels, with Grafana's variables replaced."""
    queries = []
    for query in _expressions(json.loads(DASHBOARD.read_text())):
        if query.startswith("label_values("):
            query = query[len("label_values("):].rsplit(",", 1)[0]
        queries.append(query.replace("$__rate_interval", "5m").replace("$interval", "5m"))
    return queries


def page_queries():
    """The queries of the page's blocks."""
    return re.findall(r"^```text\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)


def families_in(text):
    """The families that a query names."""
    return {_SUFFIX.sub("", name) for name in _NAME.findall(text)}

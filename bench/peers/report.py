"""Formats the figures as Markdown, for a terminal and for docs/performance/gateways.md."""

import os
import pathlib
import platform

from gateways import PEERS, TRESTLE
from process import Failure, run


def table(head, rows):
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows]) + "\n"


def number(value):
    """Formats a number with three digits, or more if it is large; a dash for None."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ratio(figures, of):
    """Returns the better peer's figure divided by Trestle's, as "2.1x"."""
    theirs = [of(figures[name]) for name in PEERS if name in figures]
    if not theirs or TRESTLE not in figures:
        return "-"
    return f"{min(theirs) / max(of(figures[TRESTLE]), 1e-9):.1f}x"


def case_table(names, cases, results, of, show=number, with_ratio=False):
    """Returns a table with a row for each case and a column for each gateway. `results` is
    {case: {gateway: Figures}}."""
    rows = []
    for case in cases:
        figures = results.get(case.name, {})
        cells = [show(of(figures[name])) if name in figures else "-" for name in names]
        rows.append([case.title, *cells] + ([ratio(figures, of)] if with_ratio else []))
    return table(["case", *names] + (["better peer / Trestle"] if with_ratio else []), rows)


def figures_of_cases(names, cases, results):
    def show_pair(pair):
        return f"{pair[0]:.2f} / {pair[1]:.2f}"
    return "\n".join([
        "CPU of the gateway per request, microseconds:\n",
        case_table(names, cases, results, lambda f: f.cpu_us, with_ratio=True),
        "Requests per second, the gateway, the backend and wrk sharing the machine:\n",
        case_table(names, cases, results, lambda f: f.requests_per_second),
        "Latency, p50 / p99 in milliseconds:\n",
        case_table(names, cases, results, lambda f: (f.p50_ms, f.p99_ms), show_pair),
        "Resident memory after the case, MB; the processes go on from one to the next:\n",
        case_table(names, cases, results, lambda f: f.resident_mb)])


def figures_of_connections(names, idle, parked, results):
    rows = [[name, f"{f.silent_bytes / 1024:.1f} KB", f"{f.idle_bytes / 1024:.1f} KB",
             f"{f.idle_cpu_percent:.1f} %", f"{f.parked_bytes / 1024:.1f} KB"]
            for name in names if name in results for f in [results[name]]]
    return (f"{idle:,} connections that do nothing, and {parked:,} requests that wait for the "
            "backend:\n\n" +
            table(["gateway", "a connection, silent", "after a request", "CPU of all of them, idle",
                   "a request that waits, beside its connection"], rows))


def figures_of_footprints(footprints):
    """Returns a table of {gateway: Footprint}."""
    def cells(f):
        return [number(f.file_mb), str(f.shared_libraries), number(f.start_ms),
                number(f.start_cpu_ms), number(f.resident_mb), number(f.large_start_ms),
                number(f.large_start_cpu_ms), number(f.large_resident_mb)]
    return table(["gateway", "program, MB", "shared libraries", "start, ms", "CPU, ms", "resident, MB",
                  "start with 15,000 routes, ms", "CPU, ms", "resident, MB"],
                 [[name, *cells(footprint)] for name, footprint in footprints.items()])


def _cpu_model():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _system():
    release = platform.freedesktop_os_release()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{os.cpu_count()} cores ({_cpu_model()}), {memory:.0f} GB, "
            f"{release.get('PRETTY_NAME', 'Linux')}, Linux {platform.release()}")


def _library(name):
    try:
        return run(["pkg-config", "--modversion", name]).strip()
    except (Failure, OSError):
        return "unknown"


def surroundings(found, skipped, command):
    lines = [f"Command: `{command}`", "", f"- Machine: {_system()}",
             f"- gRPC {_library('grpc++')}, protobuf {_library('protobuf')} for the C++ programs"]
    lines += [f"- {gateway.name}: {gateway.version}" for gateway in found]
    lines += [f"- Without {name}: {why}" for name, why in skipped]
    return "\n".join(lines) + "\n"

"""Profiles one gateway with one case, as text."""

import os
import shutil
import signal
import subprocess
import threading
import time

import load
from process import Failure, Process, free_port, run

LINES = 30


def _perf_works(process, cache):
    if not shutil.which("perf"):
        return False
    tried = subprocess.run(["perf", "record", "-q", "-o", cache / "perf.trial", "-p", str(process.pid),
                            "--", "sleep", "0.1"], capture_output=True, check=False)
    return tried.returncode == 0


def _under_load(process, case, body, seconds, watch):
    """Calls `watch()` in the middle of a load; returns the load's result or raises its failure."""
    figures = []

    def drive():
        try:
            figures.append(load.measure(process, case, body, seconds))
        except Failure as failure:
            figures.append(failure)
    driver = threading.Thread(target=drive)
    driver.start()
    time.sleep(0.5)
    watch()
    driver.join()
    if isinstance(figures[0], Failure):
        raise figures[0]
    return figures[0]


def _report(recorded, keys):
    """Returns the lines with the largest shares, with template arguments abbreviated."""
    text = run(["perf", "report", "--stdio", "--no-children", "-q", "-i", recorded, "-s", keys,
                "--percent-limit", "0.3", "--field-separator", "\t"])
    rows = [line.strip().split("\t") for line in text.splitlines() if line.strip()]
    return ["  ".join(f"{cell.strip()[:90]:{width}}" for cell, width in zip(row, (6, 24, 0))).rstrip()
            for row in rows[:LINES]]


def by_perf(process, case, body, seconds, cache):
    """Returns the shares of the CPU time by library and by function."""
    recorded = cache / f"{case.name}.perf"
    figures = _under_load(process, case, body, seconds + 1, lambda: run(
        ["perf", "record", "-q", "-F", "997", "-o", recorded, "-p", str(process.pid), "--", "sleep",
         str(seconds)]))
    return "\n".join([f"{figures.cpu_us:.1f} us of CPU a request, by perf:", ""] +
                     _report(recorded, "dso") + [""] + _report(recorded, "dso,symbol"))


def by_callgrind(gateway, bench, case, body, seconds):
    """Returns the shares of the instructions, from a separate process that runs about 50 times slower."""
    if not shutil.which("callgrind_annotate"):
        raise Failure("neither perf works here nor is there valgrind: apt install linux-perf valgrind")
    port, out = free_port(), bench.cache / f"{case.name}.callgrind"
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}",
               *gateway.command(port, bench.backend.port)]
    process = Process(gateway.name, command, port, bench.cache / "callgrind.log")
    load.measure(process, case, body, seconds)
    os.kill(process.pid, signal.SIGTERM)
    process.wait(60)
    return "\n".join(["by callgrind, instructions:", ""] +
                     run(["callgrind_annotate", out]).splitlines()[:LINES + 25])


def profile(bench, gateway, case, body, seconds):
    process = gateway.start(bench)
    if not _perf_works(process, bench.cache):
        process.stop()
        return by_callgrind(gateway, bench, case, body, seconds)
    load.measure(process, case, body, 1)  # warm
    return by_perf(process, case, body, seconds, bench.cache)

"""Measures the cost of the access log: CPU time per request of one gateway without it, and of two
that write it to a file, in turns.

    ./dev bench access_log [ROUNDS [SECONDS]]
"""

import pathlib
import statistics
import sys
import tempfile

import gateways
import load
from cases import CASES
from process import Failure, Process, free_port, say

KINDS = {"off": [], "text": ["--access_log_format=text"], "json": ["--access_log_format=json"]}


def _start_backend(programs, folder):
    port = free_port()
    program = programs / "bench/peers/backend"
    return Process("backend", [program, f"127.0.0.1:{port}"], port, folder / "backend.log")


def _start_gateway(programs, folder, kind, backend):
    port = free_port()
    command = [programs / "bench/peers/generated", *gateways.trestle_flags(port, backend.port)]
    if KINDS[kind]:
        command += [f"--access_log={folder / kind}", *KINDS[kind]]
    return Process(kind, command, port, folder / f"{kind}.log")


def measure(programs, folder, rounds, seconds):
    """Returns {kind: figures of each round}."""
    backend = _start_backend(programs, folder)
    processes = {kind: _start_gateway(programs, folder, kind, backend) for kind in KINDS}
    case = next(case for case in CASES if case.name == "get")
    figures = {kind: [] for kind in KINDS}
    for i in range(rounds + 1):
        say(f"round {i} of {rounds}")
        for kind, process in processes.items():
            measured = load.measure(process, case, None, seconds)
            if i > 0:  # the first one warms up
                figures[kind].append(measured)
    return figures


def report(figures):
    """Prints medians, and the median of the differences within a round."""
    print(f"{'':6}{'CPU us/request':>16}{'more than off':>16}{'requests/s':>12}")
    for kind, rounds in figures.items():
        cpu = statistics.median(one.cpu_us for one in rounds)
        more = statistics.median(one.cpu_us - off.cpu_us for one, off in zip(rounds, figures["off"]))
        rate = statistics.median(one.requests_per_second for one in rounds)
        print(f"{kind:6}{cpu:16.2f}{more:16.2f}{rate:12.0f}")


def main():
    programs, words = pathlib.Path(sys.argv[1]), sys.argv[2:]
    rounds, seconds = [int(word) for word in words + ["9", "3"][len(words):]]
    try:
        with tempfile.TemporaryDirectory() as folder:
            report(measure(programs, pathlib.Path(folder), rounds, seconds))
    except Failure as failure:
        sys.exit(f"bench: {failure}")


if __name__ == "__main__":
    main()

#!/usr/bin/python3 -B
"""CPU of the gateway for each request: traces off, on but not sampled, and sampled with export.

    bench/tracing.py GATEWAY BACKEND COLLECTOR_PORT [--rounds N] [--seconds S]

GATEWAY and BACKEND are those of the library example, built with -c opt. The collector is at
COLLECTOR_PORT of 127.0.0.1 (OTLP over gRPC). The three gateways are loaded in turns by wrk, so that
what else the machine does affects all alike; the result is the median of the rounds.
"""

import argparse
import os
import re
import socket
import statistics
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def await_port(port):
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"nothing listens on port {port}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(program, port, *flags):
    process = subprocess.Popen(
        [program, f"--listen=127.0.0.1:{port}", *flags],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    await_port(port)
    return process


def load(port, seconds):
    """The number of requests that were served."""
    url = f"http://127.0.0.1:{port}/v1/shelves/1"
    output = subprocess.run(
        ["wrk", "-t1", "-c16", f"-d{seconds}s", url], check=True, capture_output=True, text=True
    ).stdout
    return int(re.search(r"(\d+) requests in", output)[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gateway")
    parser.add_argument("backend")
    parser.add_argument("collector_port", type=int)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=3)
    options = parser.parse_args()
    backend_port = free_port()
    backend = start(options.backend, backend_port)
    collector = f"--otlp_endpoint=127.0.0.1:{options.collector_port}"
    cases = {
        "off": [],
        "not sampled": [collector, "--trace_sampling=never"],
        "sampled": [collector, "--trace_sampling=always", "--otlp_queue=64MiB"],
    }
    gateways = {}
    for name, flags in cases.items():
        port = free_port()
        flags = [f"--backend=127.0.0.1:{backend_port}", *flags]
        gateways[name] = port, start(options.gateway, port, *flags)
    for port, _ in gateways.values():
        load(port, 1)
    micros = {name: [] for name in cases}
    for number in range(options.rounds):
        turns = list(gateways.items())
        first = number % len(turns)  # so that no place in the order is always the same one's
        for name, (port, process) in turns[first:] + turns[:first]:
            before = cpu_seconds(process.pid)
            requests = load(port, options.seconds)
            time.sleep(1.5)  # the export ends
            micros[name].append((cpu_seconds(process.pid) - before) / requests * 1e6)
    usual = statistics.median(micros["off"])
    for name, values in micros.items():
        median = statistics.median(values)
        spread = f"{min(values):.1f} to {max(values):.1f}"
        print(f"{name:<12}{median:7.2f} us a request ({spread}), {median / usual:.3f} of off")
    for _, process in gateways.values():
        process.terminate()
        process.wait()
    backend.terminate()


if __name__ == "__main__":
    main()

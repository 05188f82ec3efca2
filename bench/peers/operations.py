"""Measures the cost of the operations features: CPU time per request of gateways that have none,
some and all of them, in turns.

    ./dev bench operations [ROUNDS [SECONDS]]

Every gateway but the first has an admin listener, and is scraped and asked for its health once a
second. Spans go to a real gRPC server, which counts them.
"""

import pathlib
import statistics
import sys
import tempfile
import threading

import gateways
import load
from cases import CASES, ask
from process import Failure, Process, free_port, say

PAGES = ("/metrics", "/livez", "/readyz")
BASE = "off"
TEXT, JSON = (("--access_log={log}", f"--access_log_format={name}") for name in ("text", "json"))
# `{collector}` is an address, `{log}` a file.
TRACES = ("--otlp_endpoint={collector}", "--otlp_queue=64MiB")
KINDS = {
    BASE: (),
    "metrics": (),
    "+ access log, text": TEXT,
    "+ access log, JSON": JSON,
    "+ traces, 1 % sampled": (*TEXT, *TRACES, "--trace_ratio=0.01"),
    "+ traces, 100 % sampled": (*TEXT, *TRACES, "--trace_ratio=1"),
    "all": (*JSON, *TRACES, "--trace_ratio=1", "--health_path=/health", "--log_format=json",
            "--trace_propagation=tracecontext,baggage,b3", "--trace_response"),
}
EXPORT_SECONDS = 1.5  # the interval of the export, and some time to send


class Scraper:
    """Asks an admin listener for its pages once a second, as a Prometheus and a kubelet do."""

    def __init__(self, port):
        self._port, self._ends = port, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while True:
            for page in PAGES:
                ask(self._port, "GET", page)
            if self._ends.wait(1):
                return

    def __enter__(self):
        if self._port:
            self._thread.start()

    def __exit__(self, *_):
        self._ends.set()
        if self._port:
            self._thread.join()


class Bench:
    """The programs of a run: a backend, a collector, and a gateway of each kind."""

    def __init__(self, programs, folder):
        self._programs, self._folder = programs, folder
        self.backend, self.collector = self._start("backend"), self._start("collector")
        self.admin_ports = {kind: free_port() if kind != BASE else None for kind in KINDS}
        self.gateways = {kind: self._start_gateway(kind, i) for i, kind in enumerate(KINDS)}

    def _start(self, name):
        port = free_port()
        command = [self._programs / "bench/peers" / name, f"127.0.0.1:{port}"]
        return Process(name, command, port, self._folder / f"{name}.log")

    def _start_gateway(self, kind, number):
        port, admin = free_port(), self.admin_ports[kind]
        values = {"collector": f"127.0.0.1:{self.collector.port}", "log": self._folder / f"access{number}"}
        flags = gateways.trestle_flags(port, self.backend.port)
        flags += [flag.format(**values) for flag in KINDS[kind]]
        if admin:
            flags.append(f"--admin=127.0.0.1:{admin}")
        program = self._programs / "bench/peers/generated"
        return Process(kind, [program, *flags], port, self._folder / f"gateway{number}.log")

    def measure(self, kind, seconds):
        """Returns the CPU time for each request in us: of the load, and of the export after it."""
        gateway, case = self.gateways[kind], next(case for case in CASES if case.name == "get")
        with Scraper(self.admin_ports[kind]):
            figures = load.measure(gateway, case, None, seconds)
        before = gateway.cpu_seconds()
        threading.Event().wait(EXPORT_SECONDS if "{collector}" in "".join(KINDS[kind]) else 0)
        requests = figures.requests_per_second * seconds
        return figures.cpu_us + (gateway.cpu_seconds() - before) / requests * 1e6

    def spans(self):
        """Returns how many spans the gateways have sent and dropped."""
        total = {"sent": 0, "dropped": 0}
        for port in filter(None, self.admin_ports.values()):
            for line in ask(port, "GET", "/metrics")[1].splitlines():
                for name in total:
                    if line.startswith(f"trestle_spans_{name}_total "):
                        total[name] += int(float(line.split()[1]))
        return total


def measure(bench, rounds, seconds):
    """Returns {kind: us of each round}. The first round warms up; each begins with another kind."""
    micros, kinds = {kind: [] for kind in KINDS}, list(KINDS)
    for i in range(rounds + 1):
        say(f"round {i} of {rounds}")
        first = i % len(kinds)
        for kind in kinds[first:] + kinds[:first]:
            measured = bench.measure(kind, seconds)
            if i > 0:
                micros[kind].append(measured)
    return micros


def report(micros, spans):
    """Prints medians, and the medians of the differences and ratios within a round."""
    print(f"{'':24}{'CPU us/request':>16}{'more than off':>16}{'ratio':>8}")
    for kind, rounds in micros.items():
        pairs = list(zip(rounds, micros[BASE]))
        more = statistics.median(one - off for one, off in pairs)
        ratio = statistics.median(one / off for one, off in pairs)
        print(f"{kind:24}{statistics.median(rounds):16.2f}{more:16.2f}{ratio:8.3f}")
    print(f"{spans['sent']} spans were sent, {spans['dropped']} were dropped")


def main():
    programs, words = pathlib.Path(sys.argv[1]), sys.argv[2:]
    rounds, seconds = [int(word) for word in words + ["7", "2"][len(words):]]
    try:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(programs, pathlib.Path(folder))
            report(measure(bench, rounds, seconds), bench.spans())
    except Failure as failure:
        sys.exit(f"bench: {failure}")


if __name__ == "__main__":
    main()

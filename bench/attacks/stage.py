"""The environment of an attack: backends, the gateway, the other clients, and measurements."""

import collections
import contextlib
import dataclasses
import json
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time

from attack import Target
from client import Ended, ask
from neighbour import Figures
from process import Failure, Process, free_port, run

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
PROTO = "bench/attacks/attack.proto"
DRAIN_SECONDS = 3
# The time that the gateway may take to end after the drain, since the machine may be busy.
GRACE_SECONDS = 10


@dataclasses.dataclass
class Bench:
    """The common state of all attacks."""
    program: pathlib.Path   # the gateway
    programs: pathlib.Path  # Bazel's output directory
    scratch: pathlib.Path
    descriptors: pathlib.Path = None
    certificate: pathlib.Path = None
    key: pathlib.Path = None

    def prepare(self):
        """Creates the files that the gateway reads."""
        self.descriptors = self.scratch / "attack.pb"
        run(["protoc", "-I", ROOT, "-I", ROOT / "proto", "--include_imports",
             f"--descriptor_set_out={self.descriptors}", PROTO], cwd=ROOT, timeout=60)
        self.certificate, self.key = self.scratch / "tls.crt", self.scratch / "tls.key"
        run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-keyout", self.key, "-out", self.certificate, "-subj", "/CN=attack.test", "-days", "2"], timeout=60)

    def start_backend(self, name):
        port = free_port()
        return Process(name, [self.programs / "bench/attacks/backend", f"127.0.0.1:{port}"], port,
                       self.scratch / "backend.log")


class Gateway(Process):
    """The gateway's process. Its end is a result."""

    def ended(self):
        """Describes how the process ended; None while it runs."""
        code = self._child.poll()
        if code is None:
            return None
        return f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"

    def signal(self, number):
        self._child.send_signal(number)

    def ends_within(self, seconds):
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


class Watch:
    """Samples the gateway's CPU time and peak memory, which are lost when it dies."""

    def __init__(self, gateway):
        self._gateway = gateway
        self._idle, self._cpu = gateway.resident_bytes(), gateway.cpu_seconds()
        self.cpu_seconds, self.peak_bytes = 0.0, 0
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def _sample(self):
        while True:
            try:
                self.cpu_seconds = self._gateway.cpu_seconds() - self._cpu
                self.peak_bytes = max(self.peak_bytes, self._gateway.peak_bytes() - self._idle)
            except (OSError, IndexError):
                return
            if self._ends.wait(0.1):
                return

    def stop(self):
        self._ends.set()
        self._thread.join()


class Stage:
    """The environment of one attack, set up by `start` and removed by `stop`."""

    def __init__(self, bench, attack):
        self.bench, self.attack = bench, attack
        self.tally = collections.Counter()  # the attackers' results
        self.violations = []
        self.notes = []  # figures for information, which are not criteria
        self.neighbours = Figures()
        self.verdict = "survived"
        self.gateway = self.watch = self._crowd = None
        self.target_port = None
        self._started, self._kept = [], []

    def require(self, holds, sentence):
        """Checks a criterion: unless it holds, the attack has succeeded, and the sentence describes how."""
        if not holds and sentence not in self.violations:
            self.violations.append(sentence)
        return holds

    def require_results(self, *allowed):
        """Requires that every attacker got one of these results."""
        other = {result: count for result, count in self.tally.items() if result not in allowed}
        self.require(not other, f"attackers got {summary(other)}, not {' or '.join(allowed)}")

    def start(self):
        backend = self.bench.start_backend("the backend")
        self._started.append(backend)
        self.backend = self.target = backend
        self.target_port = backend.port
        if self.attack.target is Target.SEPARATE:
            self.target = self.bench.start_backend("the attackers' backend")
            self._started.append(self.target)
            self.target_port = self.target.port
        elif self.attack.target is Target.RAW:
            self.target, self.target_port = None, free_port()
        if self.attack.starts_gateway:
            self.gateway = self.start_gateway()
            self._warm_up()
            self.watch = Watch(self.gateway)
            self._crowd = subprocess.Popen([sys.executable, "-B", HERE / "neighbour.py", str(self.gateway.port),
                                            str(self.attack.waiting)],
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            time.sleep(1)  # of the other clients alone, so that there are some when the attack begins

    def command(self, port, *flags):
        """Returns the gateway's command line."""
        command = [self.bench.program, f"--listen=127.0.0.1:{port}",
                   f"--backend=127.0.0.1:{self.backend.port}", f"--descriptor_set={self.bench.descriptors}",
                   f"--drain_timeout={DRAIN_SECONDS}s", *self.attack.flags, *flags]
        if not any(flag.startswith("--log_level") for flag in flags):
            command.append("--log_level=warn")
        if self.attack.target is not Target.SHARED:
            command.append(f"--backend=trestle.attack.Target=127.0.0.1:{self.target_port}")
        if self.attack.tls:
            self.tls_port = free_port()
            command += [f"--listen=https://127.0.0.1:{self.tls_port}",
                        f"--tls_certificate={self.bench.certificate}", f"--tls_key={self.bench.key}"]
        return command

    def start_gateway(self, *flags, shell='exec "$@"', port=None):
        """Starts a gateway, with the shell words: 'ulimit -n 99; exec "$@"'."""
        port = port or free_port()
        gateway = Gateway("the gateway", ["bash", "-c", shell, "bash", *self.command(port, *flags)], port,
                          self.log())
        self._started.append(gateway)
        return gateway

    def may_start_gateway(self, *flags, shell='exec "$@"'):
        """The same; returns None if the gateway refuses to start, which is allowed with a message."""
        try:
            return self.start_gateway(*flags, shell=shell)
        except Failure as failure:
            code = re.search(r"ended with (-?\d+)", str(failure))
            self.require(code and int(code[1]) > 0 and self.log().read_text(errors="replace").strip(),
                         f"no start, and no message: {failure}")
            self.verdict = "refused to start"
            return None

    def keep(self, client):
        """Returns the client, which stays connected until the gateway has been stopped."""
        self._kept.append(client)
        return client

    def log(self):
        return self.bench.scratch / f"{self.attack.name}.log"

    def _warm_up(self):
        # Each loop makes its first calls, so that the memory is compared with that of a gateway in use.
        for i in range(40):
            ask(self.gateway.port, "GET", f"/v1/neighbour/{i}")

    def target_calls(self):
        """Returns the number of the attackers' calls in progress at their backend; None if it does not respond."""
        try:
            return ask(self.gateway.port, "GET", "/v1/calls").json().get("count", 0)
        except (Ended, ValueError):
            return None

    def await_no_calls(self, seconds):
        """Returns true if the attackers' backend has no calls in progress within the given time."""
        deadline = time.monotonic() + seconds
        while self.target_calls() != 0:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True

    def await_target(self, seconds=10):
        """Waits until calls reach the attackers' backend: after a failure the gateway reconnects."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(Ended):
                response = ask(self.gateway.port, "GET", "/v1/echo/a", [("Grpc-Timeout", "500m")])
                if response.status != 503:
                    return
            time.sleep(0.1)

    def finish(self):
        """Ends the other clients and the gateway, and checks their results."""
        if self._crowd:
            time.sleep(1)  # lets the other clients run after the attack, which may still affect them
            self.neighbours = self._end_crowd()
            self.require(self.neighbours.failed == 0, f"{self.neighbours.failed} of {self.neighbours.sent} requests "
                         f"of other clients failed: {summary(self.neighbours.failures)}")
        if self.watch:
            self.watch.stop()
        if self.gateway:
            self.check_alive(self.gateway)
            self.check_stops(self.gateway)

    def _end_crowd(self):
        printed, _ = self._crowd.communicate("", timeout=60)
        return Figures(**json.loads(printed))

    def check_alive(self, gateway):
        end = gateway.ended()
        if end is not None:
            self.verdict = end
            self.require(False, f"the gateway {end}")
        return end is None

    def check_stops(self, gateway):
        """Requires that SIGTERM ends the gateway in time, with 0."""
        if gateway.ended() is not None:
            return
        gateway.signal(signal.SIGTERM)
        if self.require(gateway.ends_within(DRAIN_SECONDS + GRACE_SECONDS),
                        f"SIGTERM did not stop the gateway within {DRAIN_SECONDS + GRACE_SECONDS} s"):
            self.require(gateway.ended() == "ended with 0", f"after SIGTERM the gateway {gateway.ended()}")

    def stop(self):
        if self._crowd and self._crowd.poll() is None:
            self._crowd.kill()
            self._crowd.wait()
        for process in reversed(self._started):
            process.stop()
        for client in self._kept:
            client.close()


def summary(counts):
    """Formats {"200": 3, "reset": 1} as "200: 3, reset: 1"."""
    return ", ".join(f"{key}: {count}" for key, count in sorted(counts.items())) or "none"

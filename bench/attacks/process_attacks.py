"""Attacks on what the process needs from its system: descriptors, threads, stacks, a log that is read."""

import contextlib
import dataclasses
import functools
import os
import shutil
import signal
import threading
import time

from attack import attack
from bodies import CHUNKED, JSON, SLACK
from client import Client, Ended, ask, request_bytes, result, side_by_side
from process import free_port
from stage import DRAIN_SECONDS, GRACE_SECONDS

DESCRIPTORS = 256


@attack("more connections than descriptors, before the first request", starts_gateway=False)
def few_descriptors(stage):
    """Clients that connect and send nothing use up the descriptors of a gateway that has just started. The
    descriptors that its loops need for their first calls must be reserved, or not be necessary (CWE-774)."""
    for limit in (f"ulimit -n {DESCRIPTORS}", f"ulimit -Sn {DESCRIPTORS}"):
        gateway = stage.may_start_gateway("--loops=2", shell=f'{limit}; exec "$@"')
        if gateway is None:
            continue
        clients = _connect(gateway.port, DESCRIPTORS + 30)
        def send(port=gateway.port):
            return ask(port, "GET", "/v1/neighbour/a", timeout=5)
        for client in clients[:40]:
            stage.tally[result(client.ask, "GET", "/v1/neighbour/a")] += 1
        for one in side_by_side([functools.partial(result, send)] * 8):
            stage.tally[one] += 1
        for client in clients:
            client.close()
        if stage.check_alive(gateway):
            stage.require(_responds_within(gateway.port, 15), "no request got a response after the attackers had left")
            stage.check_stops(gateway)


def _connect(port, count):
    clients = []
    for _ in range(count):
        with contextlib.suppress(Ended):
            clients.append(Client(port, timeout=3))
    return clients


def _responds_within(port, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result(ask, port, "GET", "/v1/neighbour/a", timeout=5) == "200":
            return True
        time.sleep(0.2)
    return False


@attack("an access log that nobody reads", starts_gateway=False)
def unread_log(stage):
    """A pipe holds 64 KB: a log that blocks stops every loop (CWE-833)."""
    fifo = stage.bench.scratch / "log.fifo"
    fifo.unlink(missing_ok=True)
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
    try:
        gateway = stage.start_gateway("--access_log", "--log_level=info", shell=f'exec "$@" >"{fifo}" 2>&1')

        idle = gateway.resident_bytes()

        def run():
            with Client(gateway.port, timeout=5) as client:
                for i in range(1000):
                    response = client.ask("GET", "/v1/neighbour/a" + (f"?id={'a' * 7000}" if i % 2 else ""))
                    if i % 2 == 0:
                        last = response
                return last
        for one in side_by_side([functools.partial(result, run)] * 8):
            stage.tally[one] += 1
        stage.require_results("200")
        if stage.check_alive(gateway):
            grown = gateway.peak_bytes() - idle
            stage.require(grown < SLACK, f"lines that wait for their reader took {grown >> 20} MB")
        stage.check_stops(gateway)
    finally:
        os.close(reader)


@attack("restarts under clients that connect for each request", starts_gateway=False)
def restarts(stage):
    """A connection in the listener's backlog must be accepted before the listener closes: two processes share
    the port, and are stopped one after the other."""
    port = free_port()
    current = stage.start_gateway("--reuse_port", port=port)
    ends = threading.Event()

    def run():
        while not ends.is_set():
            stage.tally[result(ask, port, "GET", "/v1/neighbour/a")] += 1
    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(8):
        fresh = stage.start_gateway("--reuse_port", port=port)
        time.sleep(0.7)
        current.signal(signal.SIGTERM)
        stage.require(current.ends_within(DRAIN_SECONDS + GRACE_SECONDS), "SIGTERM did not stop a gateway")
        current = fresh
    ends.set()
    for thread in threads:
        thread.join()
    stage.check_stops(current)
    stage.require_results("200")


@attack("stacks of 64 KB, and no standard streams", starts_gateway=False)
def odd_surroundings(stage):
    """A small `ulimit -s` is the size of new threads' stacks; descriptors 0 to 2 that are closed at the start
    are reused for other files, to which the log is then written (CWE-910)."""
    for shell in ('ulimit -s 64; exec "$@"', 'ulimit -Ss 64; exec "$@"', 'exec "$@" <&- >&- 2>&-',
                  'exec "$@" 2>&-', 'exec "$@" 2>/dev/full >/dev/full', 'exec "$@" 2>/dev/null </dev/full'):
        gateway = stage.may_start_gateway("--access_log", "--log_level=debug", shell=shell)
        if gateway is None:
            continue
        for _ in range(100):
            stage.tally[result(ask, gateway.port, "GET", "/v1/neighbour/a", timeout=5)] += 1
            if gateway.ended():
                break
        if not stage.check_alive(gateway):
            return
        stage.require(_standard_streams_are_files(gateway.pid), f"a standard stream is another thing: {shell}")
        stage.check_stops(gateway)
    stage.require_results("200")


def _standard_streams_are_files(pid):
    return all("eventfd" not in os.readlink(f"/proc/{pid}/fd/{number}") and
               "socket" not in os.readlink(f"/proc/{pid}/fd/{number}")
               for number in (0, 1, 2) if os.path.lexists(f"/proc/{pid}/fd/{number}"))


@attack("signals other than SIGTERM", starts_gateway=False)
def signals(stage):
    """SIGHUP of a terminal that closes must not cut requests off: the gateway drains, or continues. SIGPIPE and
    SIGUSR1 must not end it silently either."""
    for number in (signal.SIGHUP, signal.SIGPIPE):
        gateway = stage.start_gateway()
        def send(port=gateway.port):
            return ask(port, "GET", "/v1/neighbour/a?delay_ms=1500")
        timer = threading.Timer(0.7, gateway.signal, (number,))
        timer.start()
        for one in side_by_side([functools.partial(result, send)] * 8):
            stage.tally[one] += 1
        timer.join()
        # One that drains ends by itself; another signal would end it at once.
        if number == signal.SIGPIPE or not gateway.ends_within(DRAIN_SECONDS + GRACE_SECONDS):
            stage.check_stops(gateway)
        stage.require(gateway.ended() in (None, "ended with 0"), f"{number.name}: the gateway {gateway.ended()}")
    stage.require_results("200")


SLOW = (b"GET /v1/neighbour/a HTT", request_bytes("POST", "/v1/echo", [JSON, ("Content-Length", "100")]) + b"{",
        request_bytes("POST", "/v1/echo", [JSON, CHUNKED]) + b"1",
        request_bytes("POST", "/v1/echo", [JSON, CHUNKED]) + b"1;a",
        request_bytes("POST", "/v1/echo", [JSON, CHUNKED]) + b"2\r\n{}\r\n0\r\nA")


@attack("slow clients, a thread for each request", starts_gateway=False)
def slow_clients_on_threads(stage):
    """With --concurrency=threads each slow client occupies a thread until its timeout; others must be served
    afterwards. When no more threads can be created, requests get 503 (CWE-400)."""
    gateway = stage.start_gateway("--concurrency=threads", "--threads=64", "--head_timeout=2s", "--body_timeout=2s")
    _hold(stage, gateway, 100)
    stage.require(_responds_within(gateway.port, 30), "no request got a response after the attackers had left")
    stage.check_stops(gateway)
    gateway = _start_with_few_threads(stage, 60, "--concurrency=threads", "--threads=64", "--head_timeout=2s",
                                      "--body_timeout=2s")
    if gateway is None:
        return
    _hold(stage, gateway, 100)
    if stage.check_alive(gateway):
        stage.require(_responds_within(gateway.port, 30), "no request got a response after the attackers had left")
        stage.check_stops(gateway)


def _hold(stage, gateway, count):
    clients = _connect(gateway.port, count)
    for i, client in enumerate(clients):
        with contextlib.suppress(Ended):
            client.send(SLOW[i % len(SLOW)])
    time.sleep(1)
    for client in clients:
        client.socket.settimeout(0.01)
        stage.tally[result(client.read)] += 1
    time.sleep(2)
    for client in clients:
        client.close()


def _start_with_few_threads(stage, threads, *flags):
    """Starts a gateway of a user with a limit of threads. Returns None without root, whose threads are not
    counted, or if the gateway refuses to start."""
    if os.getuid() != 0:
        stage.tally["not run: needs root"] += 1
        return None
    # Another user can read neither a home directory nor Bazel's cache.
    folder = stage.bench.scratch / "for-anybody"
    folder.mkdir(exist_ok=True)
    for directory in (stage.bench.scratch, folder):
        directory.chmod(0o755)
    # A copy for each, since one that hangs at its start is kept busy.
    copied = dataclasses.replace(stage.bench, program=shutil.copy2(stage.bench.program, folder / f"gateway-{threads}"),
                                 descriptors=shutil.copy2(stage.bench.descriptors, folder))
    kept, stage.bench = stage.bench, copied
    # A user for each, so that another one's threads do not count.
    user = 64000 + threads
    try:
        return stage.may_start_gateway(
            *flags, shell=f'ulimit -u {threads}; exec setpriv --reuid={user} --clear-groups "$@"')
    finally:
        stage.bench = kept


@attack("no more threads when the first requests come", starts_gateway=False)
def few_threads(stage):
    """A limit of threads that is reached: the threads for serving must exist from the start, or the start must
    fail with a message (CWE-248: uncaught exception)."""
    for threads in range(9, 16):
        gateway = _start_with_few_threads(stage, threads, "--loops=2")
        if gateway is None:
            continue
        for _ in range(30):
            stage.tally[result(ask, gateway.port, "GET", "/v1/neighbour/a", timeout=5)] += 1
            if gateway.ended():
                break
        if stage.check_alive(gateway):
            stage.check_stops(gateway)
    stage.require_results("200", "503", "not run: needs root")


@attack("a thousand idle connections, and as many unfinished heads",
        flags=("--max_connections=1500", "--head_timeout=3s"))
def idle_connections(stage):
    """Connections that send little: above --max_connections clients get 503 at once; incomplete heads are
    rejected after --head_timeout (slowloris)."""
    clients = _connect(stage.gateway.port, 1000)
    for i, client in enumerate(clients):
        with contextlib.suppress(Ended):
            client.send(b"GET /v1/echo/a HTTP/1.1\r\nHost: a\r\nX-Slow: " if i % 2 else b"")
    for _ in range(8):
        time.sleep(0.5)
        for client in clients[1::20]:
            with contextlib.suppress(Ended):
                client.send(b"a")
    for client in clients[1::2]:
        client.socket.settimeout(10)
        stage.tally[result(client.read)] += 1
    for client in clients:
        client.close()
    stage.require_results("408", "reset", "closed")


@attack("headers of the PROXY protocol that do not end", flags=("--proxy_protocol_from=127.0.0.0/8",
                                                                   "--head_timeout=3s"), starts_gateway=False)
def proxy_headers(stage):
    """A trusted proxy sends nothing, half a header, or the longest one: each connection ends in its time, and
    the gateway continues to serve."""
    gateway = stage.start_gateway()
    signature = b"\r\n\r\n\0\r\nQUIT\n"
    starts = (b"", b"P", b"PROXY TCP4 1.1.1.1", b"PROXY TCP4 " + b"1" * 200, signature, signature + b"\x21\x11",
              signature + b"\x21\x11\xff\xff" + b"a" * 65535, signature + b"\x21\x11\x00\x0c" + b"a" * 5,
              signature + b"\x2f\xff\x00\x00", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
              b"PROXY UNKNOWN\r\n" * 100, b"PROXY TCP4 1.1.1.1 2.2.2.2 99999 1\r\n")
    clients = _connect(gateway.port, 20 * len(starts))
    for i, client in enumerate(clients):
        with contextlib.suppress(Ended):
            client.send(starts[i % len(starts)])
    deadline = time.monotonic() + 20
    for i, client in enumerate(clients):
        if not starts[i % len(starts)]:
            continue  # silent ones are for --idle_timeout
        client.socket.settimeout(max(0.01, deadline - time.monotonic()))
        stage.tally[result(client.read)] += 1
    for client in clients:
        client.close()
    stage.require_results("400", "408", "closed", "reset")
    with Client(gateway.port) as client:
        client.send(b"PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n")
        stage.require(client.ask("GET", "/v1/neighbour/a").status == 200, "a proper client is not served")
    stage.check_alive(gateway)
    stage.check_stops(gateway)


ATTACKS = (few_descriptors, unread_log, restarts, odd_surroundings, signals, slow_clients_on_threads, few_threads,
           idle_connections, proxy_headers)

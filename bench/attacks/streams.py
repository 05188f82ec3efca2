"""Attacks with streams, and with clients that leave or do not read."""

import contextlib
import functools
import socket
import ssl
import time

from attack import attack
from bodies import BUDGET_FLAG, CHUNKED, JSON, MIB, require_bounded
from client import Client, Ended, ask, chunk, request_bytes, result, side_by_side
from client_hello import client_hello

SILENT = request_bytes("GET", "/v1/watch?count=0&thenWait=1")
LEAVERS = 100


def _leave(stage, data, leave):
    for _ in range(LEAVERS):
        try:
            with Client(stage.gateway.port) as client:
                leave(client, data)
            stage.tally["left"] += 1
        except Ended as end:
            stage.tally[str(end)] += 1


def _at_once(client, data):
    """Sends the request and the end so that they arrive together, before the gateway reads."""
    client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    client.send(data)
    client.socket.shutdown(socket.SHUT_WR)


def _soon(client, data):
    client.send(data)
    time.sleep(0.005)


def _require_forgotten(stage):
    # One second is the rule (H6); more is for a busy machine.
    stage.require(stage.await_no_calls(15),
                  f"{stage.target_calls()} calls of clients that had left were in progress 15 s later")
    _require_closed(stage, stage.gateway.port)


def _require_closed(stage, port):
    deadline = time.monotonic() + 15
    while (left := _closing(port)) > 0 and time.monotonic() < deadline:
        time.sleep(0.2)
    stage.require(left == 0, f"{left} connections of clients that had left were not closed after 15 s")


# As /proc/net/tcp has them.
ESTABLISHED, CLOSE_WAIT, KEEPALIVE_TIMER = "01", "08", "02"


def _connections(port):
    """Returns the state and the timer of each of the gateway's connections."""
    found = []
    with open("/proc/net/tcp", encoding="ascii") as lines:
        for line in list(lines)[1:]:
            fields = line.split()
            if int(fields[1].rpartition(":")[2], 16) == port:
                found.append((fields[3], fields[5].partition(":")[0]))
    return found


def _closing(port):
    """Returns the number of the gateway's connections that it has yet to close after their clients left."""
    return sum(state == CLOSE_WAIT for state, _ in _connections(port))


@attack("clients that ask for a silent stream and leave at once")
def sudden_leavers(stage):
    """The end of a connection that arrives with the request must cancel the call: a stream has no deadline, and
    would otherwise stay forever (CWE-772: missing release of a resource)."""
    for data in (SILENT, request_bytes("GET", "/v1/park"), request_bytes("POST", "/v1/ignore", [JSON], b"{}"),
                 request_bytes("POST", "/v1/ignore", [JSON, CHUNKED]) + chunk(b"{}\n"),
                 request_bytes("POST", "/v1/park", [JSON], b"{}"),
                 request_bytes("GET", "/v1/echo/a") + SILENT):
        for leave in (_at_once, _soon):
            _leave(stage, data, leave)
    _require_forgotten(stage)


@attack("clients that leave in a TLS connection", tls=True)
def sudden_tls_leavers(stage):
    """The same with TLS, where the end is in the transport's buffers, with and without close_notify."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for data in (SILENT, request_bytes("GET", "/v1/park")):
        for orderly in (True, False):
            for _ in range(LEAVERS // 2):
                with contextlib.suppress(OSError):
                    raw = socket.create_connection(("127.0.0.1", stage.tls_port), 10)
                    with context.wrap_socket(raw) as client:
                        client.sendall(data)
                        if orderly:
                            client.settimeout(0.001)
                            with contextlib.suppress(OSError):
                                client.unwrap()
                        stage.tally["left"] += 1
    stage.require(stage.await_no_calls(15),
                  f"{stage.target_calls()} calls of clients that had left were in progress 15 s later")
    _require_closed(stage, stage.tls_port)


@attack("60 readers that stop, of messages of 3.9 MB", flags=(BUDGET_FLAG,))
def unread_stream(stage):
    """Clients that read nothing of a stream: a message in JSON is memory that counts toward --max_buffered until
    the client has read it (CWE-770)."""
    _read_nothing(stage, "/v1/watch?count=100&size=3900000", 60)


@attack("the same, with control characters", flags=(BUDGET_FLAG,))
def unread_escapes(stage):
    """The same with messages that are six times as large in JSON."""
    _read_nothing(stage, "/v1/watch?count=100&size=3900000&filling=%01%02%03%04", 60)


@attack("200 readers that stop, of server-sent events", flags=(BUDGET_FLAG,))
def unread_events(stage):
    """The same as SSE."""
    _read_nothing(stage, "/v1/watch?count=100000&size=100000", 200, [("Accept", "text/event-stream")])


@attack("200 readers that stop, of whole responses of 3.9 MB", flags=(BUDGET_FLAG,))
def unread_responses(stage):
    """The same with unary responses: they must count even if the window is zero."""
    _read_nothing(stage, "/v1/respond?bodyBytes=3900000&contentType=text/plain", 200)


def _read_nothing(stage, target, count, fields=()):
    clients = []
    for _ in range(count):
        try:
            clients.append(Client(stage.gateway.port, receive_buffer=4096))
            clients[-1].send(request_bytes("GET", target, fields))
        except Ended as end:
            stage.tally[str(end)] += 1
    time.sleep(8)
    for client in clients:
        client.socket.settimeout(0.5)
        stage.tally[_status_line(client)] += 1
        client.close()
    require_bounded(stage)
    stage.require(stage.await_no_calls(20), "calls of clients that had left were in progress 20 s later")


def _status_line(client):
    try:
        return client.socket.recv(12)[9:].decode() or "closed"
    except OSError:
        return "no response"


@attack("a backend's 200,000 small messages, for 8 readers", flags=(BUDGET_FLAG,))
def many_messages(stage):
    """A fiber that always has another message to write must let others run."""
    def run():
        return ask(stage.gateway.port, "GET", "/v1/watch?count=200000&size=1", timeout=60)
    for one in side_by_side([functools.partial(result, run)] * 8):
        stage.tally[one] += 1
    stage.require_results("200")
    require_bounded(stage)


@attack("HEAD of a stream that does not end")
def head_of_stream(stage):
    """The response to HEAD has no body: the backend's messages must not be read and dropped while the client
    waits. The same applies to a status without content (RFC 9110 9.3.2)."""
    def run():
        with Client(stage.gateway.port, timeout=5) as client:
            client.send(request_bytes("HEAD", "/v1/watch?count=100000000&size=10000"))
            stage.tally[_status_line(client)] += 1
            time.sleep(3)
            cpu = stage.watch.cpu_seconds
            time.sleep(3)
            return stage.watch.cpu_seconds - cpu
    spent = side_by_side([run] * 4)
    stage.require(stage.await_no_calls(5), f"messages for HEAD are read and dropped: {max(spent):.1f} s of CPU in 3 s")


@attack("clients that leave behind bytes that are not read")
def hidden_leavers(stage):
    """A client's bytes after its request are not read while the call is in progress, and its end follows them:
    the call of a client that leaves must not stay forever (CWE-772)."""
    for _ in range(20):
        client = Client(stage.gateway.port)
        client.send(SILENT)
        client.socket.setblocking(False)
        for _ in range(100):
            with contextlib.suppress(BlockingIOError):
                client.socket.send(SILENT * 1000)
            time.sleep(0.005)
        client.close()
        stage.tally["left"] += 1
    _require_forgotten(stage)


@attack("clients that vanish without a word")
def vanished_clients(stage):
    """A client that loses power sends no FIN, and a silent stream sends it nothing: only TCP keepalive probes
    notice it (RFC 9293 3.8.4)."""
    for _ in range(20):
        stage.keep(Client(stage.gateway.port)).send(SILENT)
        stage.tally["connected"] += 1
    time.sleep(1)
    silent = [timer for state, timer in _connections(stage.gateway.port) if state == ESTABLISHED]
    probed = silent.count(KEEPALIVE_TIMER)
    stage.require(probed == len(silent), f"{len(silent) - probed} of {len(silent)} connections are never probed")


@attack("clients that end their side and wait")
def half_closers(stage):
    """A client may end its side of the connection after a request (`nc -N`), and still waits for the
    response."""
    for _ in range(200):
        with Client(stage.gateway.port) as client:
            _at_once(client, request_bytes("GET", "/v1/echo/a"))
            stage.tally[result(client.read)] += 1
    stage.require_results("200")


@attack("clients that leave at once, a thread for each request", flags=("--concurrency=threads",))
def sudden_leavers_on_threads(stage):
    """The same with --concurrency=threads."""
    for data in (SILENT, request_bytes("GET", "/v1/park"), request_bytes("POST", "/v1/ignore", [JSON], b"{}")):
        for leave in (_at_once, _soon):
            _leave(stage, data, leave)
    _require_forgotten(stage)


@attack("clients of every kind that stay when the gateway is to stop", tls=True)
def stubborn_clients(stage):
    """SIGTERM ends the gateway in its time regardless of its clients: silent clients, half a head, half a body,
    half a handshake, readers that stop, calls and streams that do not end (CWE-833)."""
    starts = (b"", b"GET /v1/echo", request_bytes("POST", "/v1/echo", [JSON, ("Content-Length", "9")]) + b"{",
              request_bytes("POST", "/v1/collect", [JSON, CHUNKED]) + chunk(b"{}\n") * 3, SILENT,
              request_bytes("GET", "/v1/park"), request_bytes("GET", "/v1/watch?count=100000000&size=100000"),
              request_bytes("GET", "/v1/watch?count=100000000&size=10", [("Accept", "text/event-stream")]),
              request_bytes("POST", "/v1/ignore", [JSON, CHUNKED]) + chunk(b'{"text":"' + b"a" * 50_000 + b'"}\n') * 3,
              request_bytes("POST", "/v1/echo", [JSON, ("Expect", "100-continue"), ("Content-Length", "9")]),
              request_bytes("GET", "/v1/respond?bodyBytes=3900000") * 5)
    hello = client_hello("ffdhe2048")
    for data in starts * 5:
        stage.keep(Client(stage.gateway.port, receive_buffer=4096)).send(data)
        stage.tally["connected"] += 1
    for size in (0, 1, 5, 100):
        stage.keep(Client(stage.tls_port)).send(hello[:size])
        stage.tally["connected"] += 1
    time.sleep(1)


@attack("2,000 streams opened and left each second")
def stream_churn(stage):
    """Streams that are opened and cancelled at once (CVE-2023-44487, as it reaches the backend's HTTP/2
    connection, which all clients share)."""
    def run():
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            try:
                with Client(stage.gateway.port) as client:
                    client.send(SILENT)
                stage.tally["left"] += 1
            except Ended as end:
                stage.tally[str(end)] += 1
    side_by_side([run] * 4)
    _require_forgotten(stage)


@attack("slow readers of pipelined large responses", flags=(BUDGET_FLAG,))
def pipelined_large(stage):
    """Each of 20 connections requests 100 large responses, and reads none: one is made at a time."""
    data = request_bytes("GET", "/v1/respond?bodyBytes=1000000&contentType=text/plain") * 100
    clients = [Client(stage.gateway.port, receive_buffer=4096) for _ in range(20)]
    for client in clients:
        client.send(data)
    time.sleep(5)
    stage.tally["connected"] += len(clients)
    for client in clients:
        client.close()
    require_bounded(stage, allowed=20 * 4 * MIB + 64 * MIB)


ATTACKS = (sudden_leavers, sudden_leavers_on_threads, hidden_leavers, vanished_clients, half_closers, head_of_stream,
           stubborn_clients, sudden_tls_leavers, unread_stream, unread_escapes, unread_events, unread_responses,
           many_messages, stream_churn, pipelined_large)

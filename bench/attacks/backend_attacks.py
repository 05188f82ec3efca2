"""Attacks by backends, and by clients of a backend that does not work."""

import contextlib
import functools
import os
import signal
import struct
import time

import http2
from attack import Target, attack
from bodies import BUDGET_FLAG, CHUNKED, JSON, require_bounded
from client import Client, Ended, ask, chunk, request_bytes, result, side_by_side

LARGE = b'{"text":"' + b"a" * 400_000 + b'"}'
DEADLINE = ("Grpc-Timeout", "2S")


def _send_with_deadlines(stage, count=60):
    """Sends requests of 400 KB with a deadline of two seconds, and then small ones: each must end."""
    def large():
        return ask(stage.gateway.port, "POST", "/v1/echo", [JSON, DEADLINE], LARGE, timeout=20)

    def small():
        return ask(stage.gateway.port, "GET", "/v1/echo/a", [DEADLINE], timeout=20)

    def upload():
        return ask(stage.gateway.port, "POST", "/v1/collect", [JSON, DEADLINE], LARGE + b"\n" + LARGE, timeout=20)
    for chosen in ([large] * count, [small] * 20, [upload] * 20):
        for one in side_by_side([functools.partial(result, of) for of in chosen]):
            stage.tally[one] += 1
    stage.require_results("502", "503", "504")


@attack("a backend that is frozen", target=Target.SEPARATE)
def frozen_backend(stage):
    """A backend that reads nothing (kill -STOP: a paused machine, a deadlock, a black hole) blocks writes of
    the gRPC library, whose completions then do not come. Deadlines, the clients' leaving and SIGTERM must
    not depend on them (CWE-833)."""
    for i in range(20):  # its connections are there
        ask(stage.gateway.port, "GET", f"/v1/echo/{i}")
    os.kill(stage.target.pid, signal.SIGSTOP)
    _send_with_deadlines(stage)
    os.kill(stage.target.pid, signal.SIGCONT)
    stage.require(_recovers(stage), "calls fail 20 s after the backend has come back")
    os.kill(stage.target.pid, signal.SIGSTOP)


def _recovers(stage):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if result(ask, stage.gateway.port, "GET", "/v1/echo/a", [DEADLINE]) == "200":
            return True
        time.sleep(0.2)
    return False


@attack("a backend that freezes under streams", target=Target.SEPARATE)
def frozen_streams(stage):
    """The same with calls in progress, whose clients then leave: the gateway must stop although they are
    waiting."""
    clients = [Client(stage.gateway.port) for _ in range(40)]
    for i, client in enumerate(clients):
        client.send(request_bytes("GET", "/v1/watch?count=100000&size=1000") if i % 2 else
                    request_bytes("POST", "/v1/ignore", [JSON, CHUNKED]) + chunk(b"{}\n"))
    time.sleep(0.5)
    os.kill(stage.target.pid, signal.SIGSTOP)
    for client in clients[0::2]:
        with contextlib.suppress(Ended):
            client.socket.settimeout(0.5)
            for _ in range(10):
                client.send(chunk(LARGE + b"\n"))
    for client in clients[:20]:
        client.close()
    _send_with_deadlines(stage, 10)


@attack("a backend that floods PING and SETTINGS, and reads nothing", target=Target.RAW, flags=(BUDGET_FLAG,))
def flooding_backend(stage):
    """Each PING and SETTINGS requires an acknowledgement, and these pile up at the gateway (CVE-2019-9512,
    CVE-2019-9515)."""
    flood = (http2.frame(http2.PING, 0, 0, b"12345678") + http2.settings([(4, 65535)])) * 500

    def greet(connection):
        deadline = time.monotonic() + 12
        while time.monotonic() < deadline:
            connection.send(flood)
    with http2.Backend(stage.target_port, greet=greet):
        _send_with_deadlines(stage, 20)
        require_bounded(stage)


def _responses(stage, respond, requests):
    """Yields the responses to this many requests while the backend calls `respond`; counts all of them."""
    with http2.Backend(stage.target_port, respond):
        for _ in range(requests):
            try:
                response = ask(stage.gateway.port, "GET", "/v1/echo/a", [("Grpc-Timeout", "4S")], timeout=20)
                yield response
                stage.tally[str(response.status)] += 1
            except Ended as end:
                stage.tally[str(end)] += 1


def _count(stage, responses, *allowed):
    for _ in responses:
        pass
    stage.require_results(*allowed)


# What a backend sends after the head of a request, and what it is.
WRONG_RESPONSES = {
    "a status of HTTP": lambda stream: http2.trailers(stream, ((":status", "502"),)),
    "a status of zero": lambda stream: http2.trailers(stream, ((":status", "0"),)),
    "no status": lambda stream: http2.trailers(stream, (("content-type", "application/grpc"),)),
    "status 200 and nothing": lambda stream: http2.trailers(stream, ((":status", "200"),)),
    "HTML": lambda stream: http2.headers(stream, ((":status", "200"), ("content-type", "text/html"))) +
        http2.frame(http2.DATA, http2.END_STREAM, stream, b"<html>sorry</html>"),
    "RST_STREAM": lambda stream: http2.frame(http2.RST_STREAM, 0, stream, struct.pack(">I", 2)),
    "refused stream": lambda stream: http2.frame(http2.RST_STREAM, 0, stream, struct.pack(">I", 7)),
    "enhance your calm": lambda stream: http2.frame(http2.RST_STREAM, 0, stream, struct.pack(">I", 11)),
    "GOAWAY": lambda stream: http2.frame(http2.GOAWAY, 0, 0, struct.pack(">II", 0, 2) + b"secret-words"),
    "too_many_pings": lambda stream: http2.frame(http2.GOAWAY, 0, 0, struct.pack(">II", 0, 11) + b"too_many_pings"),
    "no HTTP/2": lambda stream: b"HTTP/1.1 400 Bad Request\r\n\r\n" * 3,
    "a flagged message": lambda stream: http2.headers(stream, http2.GRPC_HEAD) +
        http2.frame(http2.DATA, 0, stream, b"\x08\0\0\0\1a"),
    "a compressed message": lambda stream: http2.headers(stream, (*http2.GRPC_HEAD, ("grpc-encoding", "gzip"))) +
        http2.frame(http2.DATA, 0, stream, b"\1\0\0\0\4abcd") + http2.trailers(stream, (("grpc-status", "0"),)),
    "an unknown compression": lambda stream: http2.headers(stream, (*http2.GRPC_HEAD, ("grpc-encoding", "odd"))) +
        http2.frame(http2.DATA, 0, stream, b"\1\0\0\0\4abcd") + http2.trailers(stream, (("grpc-status", "0"),)),
    "a cut message": lambda stream: http2.headers(stream, http2.GRPC_HEAD) +
        http2.frame(http2.DATA, 0, stream, b"\0\0\0\0\x09a") + http2.trailers(stream, (("grpc-status", "0"),)),
    "a message too large": lambda stream: http2.headers(stream, http2.GRPC_HEAD) +
        http2.frame(http2.DATA, 0, stream, b"\0\x7f\xff\xff\xffa"),
    "two messages": lambda stream: http2.headers(stream, http2.GRPC_HEAD) + http2.message(stream, b"") * 2 +
        http2.trailers(stream, (("grpc-status", "0"),)),
    "OK without a message": lambda stream: http2.trailers(stream, (*http2.GRPC_HEAD, ("grpc-status", "0"))),
    "a grpc-status that is none": lambda stream: http2.trailers(stream, (*http2.GRPC_HEAD, ("grpc-status", "99"))),
    "a grpc-status of letters": lambda stream: http2.trailers(stream, (*http2.GRPC_HEAD, ("grpc-status", "x"))),
    "trailers of 16 KB": lambda stream: http2.headers(stream, http2.GRPC_HEAD) + http2.message(stream, b"") +
        http2.trailers(stream, (("grpc-status", "0"), *((f"x-{i}", "m" * 1000) for i in range(16)))),
    "a frame too large": lambda stream: http2.frame(http2.DATA, 0, stream, b"a" * 20_000),
    "DATA before HEADERS": lambda stream: http2.message(stream, b""),
    "PUSH_PROMISE": lambda stream: http2.frame(http2.PUSH_PROMISE, 4, stream, struct.pack(">I", 2)),
    "a stray CONTINUATION": lambda stream: http2.frame(http2.CONTINUATION, 4, stream, b""),
    "a window beyond 2^31": lambda stream: http2.frame(http2.WINDOW_UPDATE, 0, stream, b"\x7f\xff\xff\xff") * 2,
    "HPACK that is wrong": lambda stream: http2.frame(http2.HEADERS, 4, stream, b"\xff\xff\xff\xff\xff\xff\xff"),
}


def _right(stream):
    return http2.headers(stream, http2.GRPC_HEAD) + http2.message(stream, b"") + http2.trailers(
        stream, (("grpc-status", "0"),))


# Words of gRPC's own messages about its transport.
LIBRARY_WORDS = ("Stream removed", "Received http2", "RST_STREAM", "GOAWAY", "Broken pipe", "Failed parsing", "overflows",
                 "data flags", "enum value", "size exceeds", "Received message", "too_many_pings", "secret-words",
                 "Connection reset", "Endpoint read", "Socket closed", "Trying to connect", "HPACK", "trailing metadata")


@attack("wrong responses of a backend", target=Target.RAW)
def wrong_responses(stage):
    """HTTP/2 that is malformed, or is not gRPC: the response must be 502, 503 or 504 with the gateway's own
    message. The messages of its library do not come from the backend, and may disclose internals (CWE-209)."""
    make_frames = _right

    def respond(connection, stream):
        connection.send(make_frames(stream))
    with http2.Backend(stage.target_port, respond):
        for name, wrong in WRONG_RESPONSES.items():
            make_frames = _right
            stage.await_target()
            make_frames = wrong
            response = ask(stage.gateway.port, "GET", "/v1/echo/a", [("Grpc-Timeout", "4S")], timeout=20)
            stage.tally[str(response.status)] += 1
            text = response.error_message() if response.status >= 400 else ""
            found = [word for word in LIBRARY_WORDS if word in text]
            # A code that gRPC does not define is UNKNOWN, as a backend may send it: 500.
            expected = (500,) if "grpc-status" in name else (200, 502, 503, 504)
            stage.require(not found and response.status in expected,
                          f"{name}: {response.status} {text!r}"[:120])
            if stage.gateway.ended():
                return


SPLITTING = [("x-a", "b\r\nX-Evil: 1"), ("x-a\r\nx-evil", "1"), ("x-evil:", "1"), ("x-a", "b\nX-Evil: 1"),
             ("x-a", "\0"), ("x-a b", "1"), ("X-UPPER", "1"), ("", "1"), ("x-a-bin", "not base64!"),
             ("grpc-message", "%0D%0AX-Evil: 1"), ("grpc-message", "%FF%FE"), ("grpc-status-details-bin", "AAAA"),
             ("grpc-status-details-bin", "!!!"), ("x-a", "\xff" * 10), ("content-length", "5"),
             ("transfer-encoding", "chunked"), ("x-http-code", "200\r\n"), ("retry-after", "\r\n")]


@attack("metadata of a backend that would split a response", target=Target.RAW)
def splitting_metadata(stage):
    """Bytes that end a line or a head must not come out of a backend's metadata (CWE-113)."""
    fields, status = (), "0"

    def respond(connection, stream):
        connection.send(http2.headers(stream, (*http2.GRPC_HEAD, *fields)))
        connection.send(http2.message(stream, b"") if status == "0" else b"")
        connection.send(http2.trailers(stream, (("grpc-status", status), *fields)))
    with http2.Backend(stage.target_port, respond):
        for field in SPLITTING:
            for status in ("0", "3"):
                fields = ()
                stage.await_target()
                fields = (field,)
                response = ask(stage.gateway.port, "GET", "/v1/echo/a", [("TE", "trailers"), DEADLINE], timeout=20)
                known = response.status in (200, 400, 502, 503)
                stage.tally[str(response.status) if known else f"{field}: {response.status} {response.body[:80]}"] += 1
                stage.require(not any("evil" in name for name, _ in response.fields), f"{field} became a header")
    stage.require_results("200", "400", "502", "503")


@attack("a backend that resets every stream", target=Target.RAW)
def reset_streams(stage):
    """Each call fails, without further cost."""
    def reset(connection, stream):
        connection.send(http2.frame(http2.RST_STREAM, 0, stream, struct.pack(">I", 2)))
    _count(stage, _responses(stage, reset, 2000), "502", "503")


@attack("a backend that sends GOAWAY to every call", target=Target.RAW)
def goaway_storm(stage):
    """Each call needs a new connection (CWE-400)."""
    def leave(connection, stream):
        connection.send(http2.frame(http2.GOAWAY, 0, 0, struct.pack(">II", stream, 0)))
        connection.close()
    _count(stage, _responses(stage, leave, 200), "502", "503", "504")


@attack("a backend that closes each connection at once", target=Target.RAW)
def closing_backend(stage):
    """Reconnecting again and again must not become a busy loop (CWE-835)."""
    def greet(connection):
        connection.close()
    with http2.Backend(stage.target_port, greet=greet):
        cpu = stage.watch.cpu_seconds
        for _ in range(100):
            stage.tally[result(ask, stage.gateway.port, "GET", "/v1/echo/a", [DEADLINE], timeout=20)] += 1
        time.sleep(3)
        stage.require(stage.watch.cpu_seconds - cpu < 6, "the gateway spins")
    stage.require_results("502", "503", "504")


@attack("metadata and details of a backend, of any size and value", waiting=10)
def hostile_details(stage):
    """Data from a backend is external input too: numbers that overflow (CWE-190), 1 MB of metadata, names and
    values that are not valid in headers (CWE-113)."""
    targets = [f"/v1/respond?code=14&retrySeconds={seconds}&retryNanos={nanos}"
               for seconds in (2**63 - 1, -2**63, -1, 2**62, 315576000000) for nanos in (1, -1, 999999999, 2**31 - 1)]
    targets += [f"/v1/respond?code={code}&messageBytes={size}&details={details}"
                for code in (1, 3, 5, 8, 13, 14, 16) for size in (0, 7000, 9000, 60_000) for details in (0, 100, 1000)]
    targets += [f"/v1/respond?initialBytes={size}" for size in (7000, 9000, 70_000, 1_000_000)]
    targets += [f"/v1/respond?trailingBytes={size}" for size in (7000, 9000, 70_000, 1_000_000)]
    targets += [f"/v1/respond?httpCode={code}" for code in
                ("100", "101", "204", "205", "304", "099", "600", "1e2", "-1", "0x12c", "2147483648", "+200")]
    targets += [f"/v1/respond?headerName={name}&headerValue={value}" for name in
                ("content-length", "transfer-encoding", "connection", "x-request-id", "date", "set-cookie",
                 "content-type", "trailer", "upgrade", "x-a")
                for value in ("0", "a,b", "chunked", "close", "%20", "")]
    targets += [f"/v1/respond?contentType={name}&bodyBytes=3" for name in
                ("text/html%0d%0aX-Evil:1", "%0a", "a" * 5000, "%00", "%ff", "text%2Fplain%3B%20x%3D%22%0d%22", "%20")]
    for target in targets:
        try:
            response = ask(stage.gateway.port, "GET", target, timeout=20)
        except Ended as end:
            stage.tally[str(end)] += 1
            stage.require(False, f"{target}: {end}")
            continue
        stage.tally[str(response.status)] += 1
        retry = response.field("retry-after")
        stage.require(retry is None or int(retry) >= 0, f"{target}: Retry-After: {retry}")
        if "retrySeconds=9223372036854775807" in target:
            stage.require(retry != "0", f"{target}: Retry-After: {retry}")
        stage.require(response.field("content-type") != "", f"{target}: an empty Content-Type")
        stage.require(response.field("x-evil") is None, f"{target}: a header of the attacker's")
        for name in ("content-length", "date", "content-type", "connection"):
            count = sum(key == name for key, _ in response.fields)
            stage.require(count <= 1, f"{target}: {count} lines of {name}")


ATTACKS = (frozen_backend, frozen_streams, flooding_backend, wrong_responses, splitting_metadata, reset_streams, goaway_storm,
           closing_backend, hostile_details)

"""Attacks with the heads of requests."""

import base64
import functools
import socket
import struct
import threading
import time

from attack import attack
from client import Client, Ended, ask, request_bytes, result, side_by_side

LONG = 9000  # bytes of metadata, above the 8 KiB that gRPC servers take


@attack("keys and values that gRPC does not accept", flags=("--forward_header=*",))
def illegal_metadata(stage):
    """gRPC's client aborts the process when it gets metadata that it does not accept (CWE-617: reachable
    assertion). The gateway must apply exactly the same rules for keys and values."""
    binary = base64.b64encode(b"\x80\0\xff").decode()
    # Those at the end have a type of their own in gRPC's core.
    keys = ("-bin", "bin", "a-bin", "-", ".", "_", "--", "x--bin", ":path", "grpc-status", "te", "host",
            "content-type", "grpc-timeout", "grpc-encoding", "x\x7f", "a" * 7000,
            "grpclb_client_stats", "lb-token", "lb-cost-bin", "endpoint-load-metrics-bin", "x-envoy-peer-metadata",
            "user-agent", "grpc-tags-bin", "grpc-trace-bin", "grpc-internal-encoding-request", "trailer",
            "x-forwarded-for", "grpc-retry-pushback-ms", "x-http-code")
    values = (binary, "gA==", "gA", "\x80", "\xff" * 20, "\t", "", "a" * 7000, "AP8=,gA==", ",", "=")
    for key in keys:
        for value in values:
            for name in (f"Grpc-Metadata-{key}", key):
                stage.tally[result(ask, stage.gateway.port, "GET", "/v1/echo/a", [(name, value)])] += 1
        if stage.gateway.ended():
            break
    stage.require_results("200", "400", "431")


@attack("metadata longer than the backend takes", waiting=100)
def long_metadata(stage):
    """A gRPC server announces how much metadata it accepts (SETTINGS_MAX_HEADER_LIST_SIZE, RFC 9113 6.5.2), and
    may close the connection, with all other clients' calls on it, because of a request that has more."""
    fields = ([("Authorization", "a" * LONG)],
              [(f"Grpc-Metadata-Part-{i}", "a" * 300) for i in range(30)],
              [(f"Grpc-Metadata-{i}", "a") for i in range(95)] + [("Authorization", "a" * (LONG - 4000))],
              [("Grpc-Metadata-X-Bin", base64.b64encode(b"a" * LONG).decode())])
    for chosen in fields * 4:
        stage.tally[result(ask, stage.gateway.port, "GET", "/v1/echo/long", chosen)] += 1
    stage.require_results("431")


@attack("metadata at the limit, to and fro", waiting=20)
def metadata_at_the_limit(stage):
    """A request of any size either reaches the backend or gets 431, and must not affect the response to another
    request. HPACK counts 32 bytes for each field (RFC 7541 4.1), which a sum of lengths omits."""
    for size in range(7000, 8400, 50):
        stage.tally[result(ask, stage.gateway.port, "GET", "/v1/echo/edge",
                           [("Authorization", "a" * size)])] += 1
    for count in range(60, 96):
        fields = [(f"Grpc-Metadata-K{i}", "v" * 60) for i in range(count)]
        stage.tally[result(ask, stage.gateway.port, "GET", "/v1/echo/edge", fields)] += 1
    for size in range(7000, 8100, 50):
        stage.tally[result(ask, stage.gateway.port, "GET", f"/v1/echo/edge?words={'q' * size}")] += 1
    stage.require_results("200", "431")


FORGED = ("6.6.6.6", "evil.example", "gopher", "CN=evil")


@attack("forged X-Forwarded-*", flags=("--forward_header=*", "--trusted_hops=1"))
def forged_forwarding(stage):
    """A client must not be able to set metadata that only trusted proxies, or the gateway itself, may set
    (CWE-290: authentication bypass by spoofing)."""
    forged = {"For": "6.6.6.6", "Host": "evil.example", "Proto": "gopher", "Client-Cert": "CN=evil",
              "Port": "6.6.6.6", "User-Agent": "evil.example", "Server": "evil.example"}
    for name, value in forged.items():
        for spelling in (f"Grpc-Metadata-X-Forwarded-{name}", f"grpc-metadata-x-forwarded-{name.lower()}"):
            _require_not_forged(stage, [(spelling, value)])
    for header in ("X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-For"):
        lie, truth = forged[header.rpartition("-")[2]], "1.2.3.4" if header.endswith("For") else "real.example"
        _require_not_forged(stage, [(header, f"{lie}, {truth}")])
        _require_not_forged(stage, [(header, lie), (header, truth)])
    _require_not_forged(stage, [("X-Client-Cert-Subject", "CN=evil"),
                                ("Grpc-Metadata-X-Client-Cert-Subject", "CN=evil")])


def _require_not_forged(stage, fields):
    response = ask(stage.gateway.port, "GET", "/v1/metadata", fields)
    stage.tally[str(response.status)] += 1
    seen = response.json().get("entries", {}) if response.status == 200 else {}
    for key, value in seen.items():
        if any(word in value for word in FORGED):
            stage.require(False, f"{fields[0][0]}: {fields[0][1]} reached the backend as {key}: {value}"[:160])


@attack("100,000 headers, and a head of 100 MB")
def endless_head(stage):
    """An endless head must be rejected at its limit, and not be buffered further (CWE-770)."""
    line = b"X-Filling: a\r\n"
    start = b"GET /v1/echo/a HTTP/1.1\r\nHost: a\r\n"
    for piece in (line, b"a" * 1000, b"Grpc-Metadata-A: a\r\n"):
        stage.tally[result(_send_endlessly, stage.gateway.port, start, piece, 100_000)] += 1
    stage.require_results("431", "400", "reset")


def _send_endlessly(port, start, piece, count):
    with Client(port) as client:
        try:
            client.send(start + piece * count)
        except Ended:
            pass
        return client.read()


@attack("2,000 pipelined requests on each of 20 connections")
def pipelined(stage):
    """Pipelined requests must neither starve the loop that reads them, nor be buffered without limit (CWE-770);
    each gets a response."""
    batch = b"".join(request_bytes("GET", "/v1/unknown" if i % 2 else f"/v1/echo/{i}") for i in range(2000))

    def run():
        with Client(stage.gateway.port, timeout=30) as client:
            sender = threading.Thread(target=client.send, args=(batch,))
            sender.start()
            for _ in range(2000):
                response = client.read()
            sender.join()
            return response
    for one in side_by_side([functools.partial(result, run)] * 20):
        stage.tally[one] += 1
    stage.require_results("404")


@attack("a query of 2,000 parameters, a mask of 1,000 paths, a path of 4,000 segments")
def wide_targets(stage):
    """Work per request must be linear in its size (CWE-407: inefficient algorithmic complexity)."""
    targets = ("/v1/echo/a?" + "&".join(["words=a"] * 1000),
               "/v1/echo/a?" + "&".join(f"kids.text={i}" for i in range(500)),
               "/v1/echo/a?" + "&".join(f"x{i}=1" for i in range(1000)),
               "/v1/echo/a?mask=" + ",".join(["real"] * 1000),
               "/v1/echo/a?" + "&".join(["numbers=1"] * 700),
               "/v1/echo/a?" + "any." * 1500 + "text=1",
               "/v1/deep/" + "a/" * 4000,
               "/v1/deep/" + "%2F" * 2500,
               "/" * 8000, "/v1/deep/" + "../" * 2500)

    def run():
        for target in targets * 20:
            stage.tally[result(ask, stage.gateway.port, "GET", target)] += 1
    side_by_side([run] * 4)
    stage.require_results("200", "400", "404", "414", "431")


@attack("method override, TRACE, CONNECT, odd methods and versions", flags=("--method_override=posts",))
def odd_methods(stage):
    """A method is text from the client: it must select a route or be rejected."""
    for method in ("DELETE", "GET", "CONNECT", "TRACE", "", "a" * 100, "GET\x0b", "P\xd6ST", "*"):
        fields = [("X-HTTP-Method-Override", method)] * (2 if method == "GET" else 1)
        stage.tally[result(ask, stage.gateway.port, "POST", "/v1/echo/a", fields, b"{}")] += 1
        if method:
            stage.tally[result(ask, stage.gateway.port, method, "/v1/echo/a")] += 1
    for version in ("HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "HTTP/9.9", "http/1.1"):
        stage.tally[result(_with_version, stage.gateway.port, version)] += 1
    stage.require(not any(code.startswith("5") and code not in ("501", "505") for code in stage.tally),
                  f"attackers got {dict(stage.tally)}")


def _with_version(port, version):
    with Client(port) as client:
        client.send(f"GET /v1/echo/a {version}\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        return client.read()


@attack("deadlines of every shape")
def odd_deadlines(stage):
    """A deadline is text from the client: digits are accepted, everything else gets 400, and no value overflows
    (CWE-190)."""
    texts = ("0n", "0S", "1n", "99999999H", "999999999H", "-1S", "+1S", " 1S", "1", "S", "0x1S", "1e3S", "1.5S", "")
    numbers = ("0", "0.0", "1e308", "1e999", "nan", "inf", "-1", "-0", "0x10", "1_0", "9" * 400, "1.", ".5", "+1", "")
    for header, values in (("Grpc-Timeout", texts), ("X-Server-Timeout", numbers)):
        for value in values:
            response = ask(stage.gateway.port, "GET", "/v1/echo/a", [(header, value)], timeout=20)
            stage.tally[str(response.status)] += 1
            if value in ("nan", "0x10", "1_0", "0x1S", "-1S", "+1S", "1e3S"):
                stage.require(response.status == 400, f"{header}: {value} got {response.status}")
    stage.require_results("200", "400", "504")


@attack("calls that are over before they begin")
def instant_deadlines(stage):
    """Deadlines of nanoseconds cancel calls at every point of their life: none may remain, and the other calls
    on the backend's connections continue (CVE-2023-44487, as it reaches the backend)."""
    def run():
        with Client(stage.gateway.port) as client:
            for i in range(1500):
                fields = [("Grpc-Timeout", ("1n", "1u", "50u", "200u", "1m")[i % 5])]
                target = ("/v1/park", "/v1/echo/a", "/v1/watch?count=5&thenWait=1")[i % 3]
                stage.tally[str(client.ask("GET", target, fields).status)] += 1
    side_by_side([run] * 8)
    stage.require_results("200", "504")
    stage.require(stage.await_no_calls(15), "calls whose deadline had passed were in progress 15 s later")


@attack("a Connection field of 15,000 names, and an Accept of 8,000 types")
def wide_lists(stage):
    """A list in one field must not be read again for each other field (CWE-407)."""
    others = [(f"Grpc-Metadata-{i}", "a") for i in range(30)]
    lists = [[("Connection", ",".join(["a"] * 15_000)), *others], [("Accept", ",".join(["a/b"] * 7_500))],
             [("X-Forwarded-For", ",".join(["a"] * 15_000))], [("TE", ",".join(["a"] * 15_000))],
             [("Accept", "application/json;q=0.5," * 1300)], [("Content-Encoding", "," * 30_000)],
             [("Connection", "," * 30_000), *others]]

    def run(fields):
        for _ in range(100):
            stage.tally[result(ask, stage.gateway.port, "GET", "/v1/echo/a", fields)] += 1
    for fields in lists:
        cpu = stage.watch.cpu_seconds
        side_by_side([functools.partial(run, fields)] * 4)
        time.sleep(0.2)
        stage.notes.append(f"{fields[0][0]}: {(stage.watch.cpu_seconds - cpu) / 400 * 1e3:.1f} ms of CPU a request")
    stage.require_results("200", "400", "406", "415", "431")


@attack("10,000 connections that are reset at once")
def resets(stage):
    """A connection that is reset while it is accepted, read or written must leave nothing behind (CVE-2023-44487
    in the terms of HTTP/1.1)."""
    request = request_bytes("GET", "/v1/park")

    def run():
        for i in range(2500):
            try:
                with Client(stage.gateway.port) as client:
                    if i % 3:
                        client.send(request[:len(request) // (i % 3)])
                    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                stage.tally["reset by the attacker"] += 1
            except Ended as end:
                stage.tally[str(end)] += 1
    side_by_side([run] * 4)
    stage.require(stage.await_no_calls(15), "calls of clients that had left were in progress 15 s later")


ATTACKS = (illegal_metadata, long_metadata, metadata_at_the_limit, forged_forwarding, endless_head, pipelined,
           wide_targets, odd_methods, resets, odd_deadlines, instant_deadlines, wide_lists)

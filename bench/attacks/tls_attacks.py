"""Attacks with TLS handshakes and records."""

import contextlib
import socket
import ssl
import time

from attack import attack
from client import Client, Ended, side_by_side
from client_hello import ALERT_RECORD, FFDHE, HANDSHAKE_RECORD, client_hello
from process import run

KEY_UPDATES = 300_000


@attack("recorded handshakes with large finite fields", tls=True)
def finite_field_handshakes(stage):
    """D(HE)at: a ClientHello of 1.2 KB that is replayed makes the server compute for 94 ms each time
    (CVE-2002-20001, CVE-2022-40735). Finite field groups must be rejected."""
    for group in FFDHE:
        hello = client_hello(group)
        for _ in range(20):
            stage.tally[f"{group} {_first_record(stage.tls_port, hello)}"] += 1
    accepted = sorted(key for key in stage.tally if key.endswith("accepted"))
    stage.require(not accepted, f"handshakes with finite fields: {', '.join(accepted)}")


def _first_record(port, hello):
    try:
        with Client(port) as client:
            client.send(hello)
            kind = client.socket.recv(1)
    except (Ended, OSError) as error:
        return str(error) or type(error).__name__
    return {bytes((HANDSHAKE_RECORD,)): "accepted", bytes((ALERT_RECORD,)): "refused"}.get(kind, "closed")


@attack("300,000 KeyUpdates at once, four times", tls=True)
def key_updates(stage):
    """Records that carry no data (RFC 8446 4.6.3) must not keep a loop in SSL_read for seconds. Other
    libraries close the connection after 16 or 32 of them."""
    program = stage.bench.programs / "bench/attacks/key_updates"

    def send():
        taken, prepared, end = run([program, str(stage.tls_port), str(KEY_UPDATES)], timeout=60).split()
        stage.tally[f"{end} after {'all' if taken == prepared else 'a part'}"] += 1
        stage.require(end == "closed", f"{KEY_UPDATES} KeyUpdates were taken, and the connection kept")
    side_by_side([send] * 4)


@attack("handshakes that stop half-way, and bytes that are no TLS", tls=True,
        flags=("--head_timeout=3s", "--max_connections=1000"))
def half_open_handshakes(stage):
    """A handshake must be complete --head_timeout after its first byte, regardless of how much of it arrives,
    and how slowly (CWE-400)."""
    hello = client_hello("ffdhe2048")
    clients = []
    for i in range(300):
        with contextlib.suppress(Ended):
            clients.append(Client(stage.tls_port))
            clients[-1].send((hello[:1], hello[:5], hello[:100], b"\x16\x03\x01\x40\x00", b"GET / HTTP/1.1\r\n\r\n",
                              b"\x80" * 50)[i % 6])
    deadline = time.monotonic() + 20
    for i in range(1, 6):
        time.sleep(1)
        for client in clients[2::6]:
            with contextlib.suppress(Ended):
                client.send(hello[100 + i:101 + i])
    for client in clients:
        stage.tally[_end_of(client, deadline)] += 1
        client.close()
    stage.require(stage.tally["open"] == 0, f"{stage.tally['open']} unfinished handshakes were kept beyond their time")


def _end_of(client, deadline):
    """Returns "ended" when the gateway has closed the connection."""
    try:
        while True:
            client.socket.settimeout(max(0.01, deadline - time.monotonic()))
            if not client.socket.recv(4096):
                return "ended"
    except TimeoutError:
        return "open"
    except OSError:
        return "ended"


@attack("100,000 records of a byte, and of none", tls=True)
def tiny_records(stage):
    """Each record costs a decryption: a request in records of one byte must not delay others, and must succeed
    or be rejected."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    body = b'{"text":"' + b"a" * 30_000 + b'"}'

    def send():
        raw = socket.create_connection(("127.0.0.1", stage.tls_port), 30)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
        try:
            with context.wrap_socket(raw) as client:
                data = (b"POST /v1/echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        b"Content-Length: %d\r\n\r\n" % len(body)) + body
                for i in range(len(data)):
                    client.send(data[i:i + 1])
                stage.tally[client.recv(12)[9:].decode() or "closed"] += 1
        except OSError as error:
            stage.tally[type(error).__name__] += 1
    side_by_side([send] * 4)
    stage.require_results("200", "408", "413", "ConnectionResetError", "SSLEOFError", "closed")


ATTACKS = (finite_field_handshakes, key_updates, half_open_handshakes, tiny_records)

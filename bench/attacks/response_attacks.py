"""Attacks with the responses of backends: valid frames of HTTP/2, with content that is expensive to process."""

import functools
import gzip
import struct
import time

import http2
from attack import Target, attack
from bodies import BUDGET_FLAG, MIB, require_bounded
from client import ask, result, side_by_side

OK = (("grpc-status", "0"),)


def _field(number, data):
    """Returns a field of bytes of a protobuf message."""
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value):
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    return bytes((*encoded, value))


def _respond_with(message, flag=0, fields=http2.GRPC_HEAD):
    """Returns a responder that sends this message and OK."""
    def respond(connection, stream):
        connection.send(http2.headers(stream, fields))
        connection.send_message(stream, message, flag)
        connection.send(http2.trailers(stream, OK))
    return respond


def _ask_at_once(stage, respond, count, *allowed, timeout=30):
    with http2.Backend(stage.target_port, respond):
        def send():
            return ask(stage.gateway.port, "GET", "/v1/echo/a", [("Grpc-Timeout", "8S")], timeout=timeout)
        for one in side_by_side([functools.partial(result, send)] * count):
            stage.tally[one] += 1
    if stage.gateway.ended() is None:
        stage.require_results(*allowed)
        require_bounded(stage)


@attack("messages of a backend that are compressed a thousandfold", target=Target.RAW, flags=(BUDGET_FLAG,))
def inflating_backend(stage):
    """1 MB of gzip becomes a message of 1 GB: the limit must apply while it is uncompressed (CWE-409)."""
    bomb = gzip.compress(_field(1, b"a" * (1 << 30)), 9)
    head = (*http2.GRPC_HEAD, ("grpc-encoding", "gzip"))
    _ask_at_once(stage, _respond_with(bomb, 1, head), 2, "502", "503", "504")


def _nested_wire(depth, number=2):
    message = b""
    for _ in range(depth):
        message = _field(number, message)
    return message


# Messages of Tree, none longer than 1 MB.
AWKWARD = {
    "2 levels short of the limit": _nested_wire(98), "10,000 levels": _nested_wire(10_000),
    "10,000 unknown groups": b"\x9b\x06" * 10_000 + b"\x9c\x06" * 10_000,
    "a group without an end": b"\x9b\x06" * 100_000,
    "10,000 levels of an unknown field": _field(99, _nested_wire(10_000)),
    "fields out of order": b"\x12\0" * 400_000 + _field(1, b"a"),
    "one field 300,000 times": _field(3, b"") * 300_000,
    "the members of a oneof in turn": (b"\x2a\x02\x08\0" + b"\x2a\2\x20\1") * 90_000,
    "a map of one key": _field(6, _field(1, b"k") + _field(2, b"v")) * 90_000,
    "a map without keys": _field(6, b"") * 400_000,
    "a length beyond the end": b"\x0a\xff\xff\xff\xff\x0f", "a varint of 11 bytes": b"\x60" + b"\xff" * 11,
    "field number 0": b"\x02\0", "text that is not UTF-8": _field(1, b"\xff\xfe"),
    "an Any of an unknown type": _field(3, _field(1, b"type.googleapis.com/none.Such")),
    "an Any in an Any, 5,000 times": functools.reduce(
        lambda inner, _: _field(3, _field(1, b"type.googleapis.com/trestle.attack.Tree") + _field(2, inner)),
        range(5000), b""),
    "a Struct in a Struct": functools.reduce(
        lambda inner, _: _field(1, _field(1, b"k") + _field(2, _field(5, inner))), range(5000), b""),
    "a Timestamp out of range": _field(10, b"\x08" + b"\xff" * 9 + b"\x01"),
    "a mask of 100,000 paths": _field(9, _field(1, b"a_b") * 100_000),
    "packed enums": _field(8, b"\x01" * 35_000), "control characters": _field(1, b"\x01" * 600_000),
}


@attack("messages of a backend with awkward content", target=Target.RAW, flags=(BUDGET_FLAG,))
def awkward_messages(stage):
    """A backend's message is external input: recursion (CWE-674), merging of repeated fields, groups without an
    end and wrong lengths become 200 or 502, in linear time and memory; 503 if the budget has no room."""
    message = b""

    def respond(connection, stream):
        _respond_with(message)(connection, stream)

    def send():
        return ask(stage.gateway.port, "GET", "/v1/echo/a", [("Grpc-Timeout", "8S")], timeout=30)
    with http2.Backend(stage.target_port, respond):
        for name, awkward in AWKWARD.items():
            message = b""
            stage.await_target()
            message = awkward
            for one in side_by_side([functools.partial(result, send)] * 2):
                stage.tally[one if one in ("200", "502", "503") else f"{name}: {one}"] += 1
            if stage.gateway.ended():
                return
    stage.require_results("200", "502", "503")
    require_bounded(stage)


@attack("fields of a large message out of order, eight at once", target=Target.RAW, flags=(BUDGET_FLAG,))
def shuffled_fields(stage):
    """Fields that a parser would merge are collected first: their memory counts toward --max_buffered too
    (CWE-789)."""
    message = b"\x12\0" * 1_900_000 + _field(1, b"a")
    _ask_at_once(stage, _respond_with(message), 8, "200", "502", "503", "504", timeout=60)


def _endless(stage, make_frames, count=2):
    """Sends requests to a backend that sends these frames without end."""
    def respond(connection, stream):
        deadline = time.monotonic() + 10
        for piece in make_frames(stream):
            connection.send(piece)
            if time.monotonic() > deadline:
                return
    _ask_at_once(stage, respond, count, "502", "503", "504")


def _repeated(first, piece, count=100_000):
    yield first
    for _ in range(count):
        yield piece


@attack("empty DATA frames without end", target=Target.RAW, flags=(BUDGET_FLAG,))
def empty_frames(stage):
    """Frames without content (CVE-2019-9518)."""
    _endless(stage, lambda stream: _repeated(http2.headers(stream, http2.GRPC_HEAD),
                                             http2.frame(http2.DATA, 0, stream) * 500))


@attack("CONTINUATION frames without end", target=Target.RAW, flags=(BUDGET_FLAG,))
def endless_continuation(stage):
    """A field section that never ends (CVE-2024-27316)."""
    block = http2.field_block([("x-filling", "a" * 1000)] * 10)
    _endless(stage, lambda stream: _repeated(http2.headers(stream, http2.GRPC_HEAD, 0),
                                             http2.frame(http2.CONTINUATION, 0, stream, block)))


@attack("a field section that names a long field again and again", target=Target.RAW, waiting=5,
        flags=(BUDGET_FLAG,))
def field_bomb(stage):
    """One byte refers to a field of 4,000 bytes in HPACK's table (CVE-2016-6581). Whatever the total is, it
    fails one call, and memory stays within its limit."""
    # 0x40: with incremental indexing; 0xbe: the newest entry of the dynamic table.
    literal = b"\x40" + http2.field_block([("x-filling", "a" * 3900)])[1:]

    for count in (3_500, 12_000):
        def respond(connection, stream, count=count):
            block = http2.field_block(http2.GRPC_HEAD) + literal + b"\xbe" * count
            connection.send(http2.frame(http2.HEADERS, http2.END_HEADERS, stream, block))
            connection.send(http2.message(stream, b"") + http2.trailers(stream, OK))
        _ask_at_once(stage, respond, 40, "502", "503", "504")


@attack("settings that let nothing through", target=Target.RAW)
def restrictive_settings(stage):
    """A backend may announce that it accepts no streams or no bytes (RFC 9113 6.5.2): deadlines still apply, and
    SIGTERM stops the gateway."""
    for announced in ([(3, 0)], [(4, 0)], [(1, 0)], [(6, 0)], [(5, 1)], [(4, 2**32 - 1)], [(2, 7)], [(3, 1)]):
        with http2.Backend(stage.target_port, _respond_with(b""), announced=announced):
            stage.await_target()

            def send(method, target, body):
                return ask(stage.gateway.port, method, target,
                           [("Content-Type", "application/json"), ("Grpc-Timeout", "2S")], body, timeout=20)
            for arguments in (("GET", "/v1/echo/a", None), ("POST", "/v1/echo", b'{"text":"a"}'),
                              ("POST", "/v1/collect", b"{}\n{}")):
                stage.tally[result(send, *arguments)] += 1
    stage.require_results("200", "502", "503", "504")


@attack("a backend that sends a byte now and then", target=Target.RAW)
def dripping_backend(stage):
    """A response that never ends must still end at its deadline."""
    def respond(connection, stream):
        connection.send(http2.headers(stream, http2.GRPC_HEAD))
        connection.send(http2.frame(http2.DATA, 0, stream, b"\0\0\x0f\xff\xff"))
        for _ in range(200):
            connection.send(http2.frame(http2.DATA, 0, stream, b"a"))
            time.sleep(0.1)
    _ask_at_once(stage, respond, 20, "504", "502", "503")


ATTACKS = (inflating_backend, awkward_messages, shuffled_fields, empty_frames, endless_continuation, field_bomb,
           restrictive_settings, dripping_backend)

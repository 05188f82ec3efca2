"""Attacks with the bodies of requests."""

import contextlib
import functools
import gzip
import json
import socket
import struct
import time
import zlib

from attack import attack
from client import Client, Ended, ask, chunk, request_bytes, result, side_by_side

MIB = 1 << 20
BUDGET = 64 * MIB
BUDGET_FLAG = "--max_buffered=64MiB"
# What the gateway may use beside the budget: stacks, gRPC's buffers, what its allocator has not returned yet.
SLACK = 96 * MIB
JSON = ("Content-Type", "application/json")
GZIP = ("Content-Encoding", "gzip")
CHUNKED = ("Transfer-Encoding", "chunked")


def require_bounded(stage, allowed=BUDGET + SLACK):
    """Requires that memory did not grow above the budget and the other needs of a gateway."""
    peak = stage.watch.peak_bytes
    stage.require(peak < allowed, f"memory grew by {peak // MIB} MB, with a budget of {BUDGET // MIB} MB")


@attack("endless white space, compressed a thousandfold")
def inflated_whitespace(stage):
    """64 KB of gzip become 64 MB of spaces, which are not a message: limits of time and size must apply to them
    (CWE-409: data amplification). Two clients of 0.3 MB/s must not occupy the loops."""
    for one in side_by_side([functools.partial(result, _send_spaces, stage.gateway.port, 10)] * 4):
        stage.tally[one] += 1
    stage.require_results("400", "413", "reset", "closed")


def _send_spaces(port, seconds):
    compressor = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    with Client(port) as client:
        client.send(request_bytes("POST", "/v1/collect", [JSON, GZIP, CHUNKED]))
        deadline = time.monotonic() + seconds
        try:
            while time.monotonic() < deadline:
                data = b"".join(compressor.compress(b" " * MIB) for _ in range(16))
                client.send(chunk(data + compressor.flush(zlib.Z_SYNC_FLUSH)))
                time.sleep(0.05)
        except Ended:
            pass  # refused; the response may be there
        return client.read()


@attack("the same as members of gzip, and as JSON that is passed over",
        flags=("--json_ignore_unknown_fields=true", BUDGET_FLAG))
def inflated_otherwise(stage):
    """The same in other forms: empty members of gzip, a message that stays below the limit but is repeated,
    unknown fields, a deep array, an endless array."""
    whole = {"spaces": gzip.compress(b" " * (200 * MIB), 9), "members": gzip.compress(b"") * 100_000,
             "zeros": gzip.compress(b'{"real":' + b"0" * (100 * MIB) + b"}"),
             "unknown": gzip.compress(b'{"a":[' + b"1," * (20 * MIB) + b"1]}"),
             "brackets": gzip.compress(b"[" * (50 * MIB)), "array": gzip.compress(b"[" + b"{}," * 200_000)}

    def run(path, data):
        return ask(stage.gateway.port, "POST", path, [JSON, GZIP], data, timeout=30)
    for name, data in whole.items():
        for path in ("/v1/echo", "/v1/collect"):
            for one in side_by_side([functools.partial(result, run, path, data)] * 4):
                stage.tally[one if one in ("200", "400", "413", "503") else f"{path} {name}: {one}"] += 1
    stage.require_results("200", "400", "413", "503")
    require_bounded(stage)


@attack("200 unfinished messages of 3.9 MB", flags=(BUDGET_FLAG,))
def unfinished_messages(stage):
    """Each client of a streaming method sends a message of nearly the largest size, but not its end: the memory
    of all must count toward --max_buffered (CWE-770)."""
    _send_unfinished(stage, "/v1/collect")


@attack("the same where the response is whole", flags=(BUDGET_FLAG,))
def unfinished_bodies(stage):
    """The same with a unary method."""
    _send_unfinished(stage, "/v1/echo")


def _send_unfinished(stage, path):
    data = b'{"text":"' + b"a" * int(3.9 * MIB)
    with _Held() as held:
        def send():
            client = held.open(stage.gateway.port, 10)
            client.send(request_bytes("POST", path, [JSON, CHUNKED]) + chunk(data))
            client.socket.settimeout(3)
            return client.read()
        for _ in range(10):
            for one in side_by_side([functools.partial(result, send)] * 20):
                stage.tally[one] += 1
    stage.require(stage.tally["503"] > 0, f"no attacker was refused for lack of memory: {dict(stage.tally)}")
    stage.require_results("503", "no response", "reset")
    require_bounded(stage)


class _Held:
    """Connections that stay open until the end of the attack."""

    def __init__(self):
        self._clients = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for client in self._clients:
            client.close()

    def open(self, *arguments, **named):
        client = Client(*arguments, **named)
        self._clients.append(client)
        return client


@attack("JSON that is 80 times as large as its message", flags=("--profile=grpc-gateway", BUDGET_FLAG))
def printed_defaults(stage):
    """A request of 3.9 MB of empty messages becomes a response of hundreds of MB when defaults are printed: the
    budget must be charged while the JSON is written, not afterwards (CWE-789)."""
    body = b'{"kids":[' + b",".join([b"{}"] * 1_300_000) + b"]}"
    _echo_at_once(stage, body)


@attack("enum names, masks and control characters that grow", flags=(BUDGET_FLAG,))
def grown_values(stage):
    """The same with values: an enum's number is one byte and its name 105, a control character is one byte
    and six in JSON."""
    colours = b'{"colours":[' + b",".join([b"1"] * 1_900_000) + b"]}"
    controls = b'{"raw":"","text":"' + b"\\u0001" * 650_000 + b'"}'
    for body in (colours, controls):
        _echo_at_once(stage, body)


def _echo_at_once(stage, body):
    def run():
        return ask(stage.gateway.port, "POST", "/v1/echo", [JSON], body, timeout=30)
    for one in side_by_side([functools.partial(result, run)] * 4):
        stage.tally[one] += 1
    stage.require_results("200", "413", "502", "503")
    require_bounded(stage)


DEPTH_FLAG = "--json_max_depth=1000"
# What a level begins and ends with.
SHAPES = {"any": ('{"@type":"type.googleapis.com/trestle.attack.Tree","any":', "}"),
          "kids": ('{"kids":[', "]}"), "named": ('{"named":{"a":', "}}"), "value": ("[", "]"),
          "struct": ('{"a":', "}")}


@attack("messages in messages, as deep as an option lets them", starts_gateway=False)
def deep_messages(stage):
    """Each level uses stack, and a fiber has 256 KiB (CWE-674: uncontrolled recursion)."""
    gateway = stage.may_start_gateway(DEPTH_FLAG)
    if gateway is None:
        return
    for depth in (99, 330, 480, 700, 900, 990):
        for name, (opening, closing) in SHAPES.items():
            body = nested(name, opening, closing, depth)
            stage.tally[result(ask, gateway.port, "POST", "/v1/echo", [JSON], body.encode())] += 1
        if not stage.check_alive(gateway):
            return
    stage.check_stops(gateway)
    # 501 is what a gRPC server in C++ says of a message that is nested too deeply for it.
    stage.require_results("200", "400", "501", "502")


def nested(name, opening, closing, depth):
    """Returns JSON of a Tree with objects and arrays nested to `depth` levels, or one or two more."""
    levels = depth // (opening.count("{") + opening.count("["))
    text = opening * levels + "{}" + closing * levels
    return {"any": f'{{"any":{text}}}', "value": f'{{"value":{text}}}',
            "struct": f'{{"object":{text}}}'}.get(name, text)


@attack("JSON that is deeper on the wire")
def deep_on_the_wire(stage):
    """A level of a Struct is three messages on the wire, and parsers of protobuf stop at 100 (CWE-436:
    interpretation conflict): deeper JSON gets 400, instead of being left to the backend to reject."""
    for name in ("value", "struct", "kids", "named"):
        for depth in range(20, 100, 3):
            body = nested(name, *SHAPES[name], depth).encode()
            stage.tally[result(ask, stage.gateway.port, "POST", "/v1/echo", [JSON], body)] += 1
    stage.require_results("200", "400")


@attack("JSON of every awkward shape")
def awkward_json(stage):
    """Numbers of megabytes, a million keys, keys that collide, text that is not UTF-8, lone surrogates: each
    takes linear time and gets 200 or 400 (CWE-407)."""
    bodies = [b'{"real":' + b"9" * 3_900_000 + b"}", b'{"real":0.' + b"1" * 3_900_000 + b"}",
              b'{"real":1e' + b"9" * 3_900_000 + b"}", b'{"whole":"' + b"0" * 3_900_000 + b'1"}',
              json.dumps({"labels": {str(i): "" for i in range(230_000)}}).encode(),
              json.dumps({"object": {"a" * (i % 50) + str(i): None for i in range(90_000)}}).encode(),
              b'{"labels":{' + b",".join([b'"a":"b"'] * 450_000) + b"}}",
              b'{"text":"' + b"\xff" * 3_900_000 + b'"}', b'{"text":"' + b"\\ud800" * 650_000 + b'"}',
              b'{"text":"' + b"\\u0041" * 650_000 + b'"}',
              b'{"mask":"' + b"a," * 1_900_000 + b'a"}', b'{"mask":"' + b"real," * 700_000 + b'real"}',
              b'{"raw":"' + b"A" * 3_900_000 + b'"}', b'{"time":"' + b"0" * 3_900_000 + b'"}',
              b'{"value":' + b'[' * 90 + b"1," * 1_000_000 + b"1" + b"]" * 90 + b"}",
              b'{"any":{"a":' + b"[" * 80 + b"]" * 80 + b',"@type":"type.googleapis.com/trestle.attack.Tree"}}',
              b'{"any":{"text":"' + b"a" * 3_900_000 + b'","@type":"type.googleapis.com/trestle.attack.Tree"}}',
              b" " * 4_000_000, b"{" * 4_000_000, b'{"x":' * 700_000, b'"' * 4_000_000]
    for body in bodies:
        stage.tally[result(ask, stage.gateway.port, "POST", "/v1/echo", [JSON], body, timeout=30)] += 1
    # 501 is what a gRPC server in C++ says of a message that is nested too deeply for it.
    stage.require_results("200", "400", "413", "501", "502", "503")


@attack("bodies that are announced, and never come")
def absent_bodies(stage):
    """100 clients wait for 100 Continue and then send nothing, and 100 send a byte of their body now and then;
    all of them then leave. --body_timeout limits the wait, and nothing remains of clients that have left."""
    fields = [JSON, ("Content-Length", "1000"), ("Expect", "100-continue")]
    with _Held() as held:
        for i in range(200):
            client = held.open(stage.gateway.port)
            client.send(request_bytes("POST", "/v1/collect" if i % 2 else "/v1/echo", fields if i < 100 else fields[:2]))
            stage.tally["connected"] += 1
        time.sleep(3)
    stage.require(stage.await_no_calls(15), "calls of clients that had left were in progress 15 s later")


@attack("trailers and chunk extensions without end")
def endless_trailers(stage):
    """Parts of a chunked body that are not data are limited too (CVE-2023-39326)."""
    head = request_bytes("POST", "/v1/collect", [JSON, CHUNKED])
    for data in (head + b"1;" + b"a" * (20 * MIB), head + b"0\r\n" + b"A: b\r\n" * (3 * MIB),
                 head + b"1;a=b\r\n \r\n" * 200_000, head + b"0" * (20 * MIB)):
        stage.tally[result(_send_whole, stage.gateway.port, data)] += 1
    stage.require_results("200", "400", "413", "reset")


def _send_whole(port, data):
    with Client(port) as client:
        try:
            client.send(data)
        except Ended:
            pass
        return client.read()


@attack("100,000 tiny messages in chunks of one byte", flags=(BUDGET_FLAG,))
def tiny_pieces(stage):
    """A loop that reads small pieces must let others run."""
    data = b"".join(chunk(bytes((byte,))) for byte in b'{"numbers":[1]}\n' * 20_000)

    def run():
        with Client(stage.gateway.port, timeout=60) as client:
            client.send(request_bytes("POST", "/v1/collect", [JSON, CHUNKED]) + data + b"0\r\n\r\n")
            return client.read()
    for one in side_by_side([functools.partial(result, run)] * 4):
        stage.tally[one] += 1
    stage.require_results("200")
    require_bounded(stage)


def _upload_to_reader_of_nothing(stage, count):
    """Returns clients that have each sent as much of 20 MB as the gateway reads, and counts them."""
    message = chunk(b'{"text":"' + b"a" * 1_000_000 + b'"}\n')
    clients = []

    def run():
        clients.append(Client(stage.gateway.port, 2))
        clients[-1].send(request_bytes("POST", "/v1/ignore", [JSON, CHUNKED]))
        for _ in range(20):
            clients[-1].send(message)
    for one in side_by_side([functools.partial(_word, run)] * count):
        stage.tally[one] += 1
    return clients


def _word(run):
    try:
        run()
    except Ended as end:
        return str(end)
    return "sent all"


@attack("messages for a backend that reads none", flags=(BUDGET_FLAG,))
def unread_messages(stage):
    """The backend reads nothing of 60 streams of messages: the memory that they occupy must be bounded
    (CWE-770). The clients then reset their connections."""
    clients = _upload_to_reader_of_nothing(stage, 60)
    for client in clients:
        with contextlib.suppress(OSError):
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
    require_bounded(stage)
    stage.require(stage.await_no_calls(15), "calls of clients that had left were in progress 15 s later")


@attack("clients that leave such streams", flags=("--stream_write_timeout=5s",))
def stuck_uploads(stage):
    """The end of a connection follows bytes that the gateway does not read while it waits for the backend: only
    a limit of that wait notices it (CWE-772)."""
    for client in _upload_to_reader_of_nothing(stage, 20):
        client.close()
    stage.require(stage.await_no_calls(20), "calls of clients that had left were in progress 20 s later")


ATTACKS = (inflated_whitespace, inflated_otherwise, unfinished_messages, unfinished_bodies, printed_defaults,
           grown_values, deep_messages, deep_on_the_wire, awkward_json, absent_bodies, endless_trailers, tiny_pieces,
           unread_messages, stuck_uploads)

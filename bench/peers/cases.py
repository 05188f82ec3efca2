"""The requests to the gateways, and the comparison of their responses."""

import dataclasses
import http.client
import json
import pathlib
from typing import Optional

from process import Failure


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    title: str
    method: str
    path: str
    connections: int
    body: Optional[str] = None  # a key of Bodies
    status: int = 200
    paths: Optional[pathlib.Path] = None  # a file of paths to use instead, at random


CASES = (
    Case("get-1", "GET, 1 connection", "GET", "/v1/items/clock-7", 1),
    Case("get", "GET, 32 connections", "GET", "/v1/items/clock-7", 32),
    Case("get-1000", "GET, 1,000 connections", "GET", "/v1/items/clock-7", 1000),
    Case("post", "POST of 279 bytes, 32", "POST", "/v1/items:echo", 32, body="item"),
    Case("unknown", "unknown route, 32", "GET", "/v1/nowhere/clock-7", 32, status=404),
    Case("error", "RPC error, 32", "GET", "/v1/nothing/clock-7", 32, status=404),
    Case("list", "list of 84 KB, 8", "GET", "/v1/items", 8),
    Case("put", "PUT of 84 KB, 8", "PUT", "/v1/items", 8, body="list"),
    Case("stream", "stream of 1,000 messages, 4", "GET", "/v1/items:watch", 4),
)


def ask(port, method, path, body=None, timeout=10):
    """Returns (status, text) of a response."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    headers = {"Content-Type": "application/json"} if body else {}
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException) as error:
        raise Failure(f"{method} {path} on port {port}: {error!r}") from error
    finally:
        connection.close()


def _documents(text):
    """Returns the JSON documents of a text."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        document, at = decoder.raw_decode(text, at)
        yield document
        while at < len(text) and text[at].isspace():
            at += 1


def _stream(text):
    """Returns the messages of a stream in any form: an array, lines, or lines of {"result": ...}."""
    documents = list(_documents(text))
    messages = documents[0] if len(documents) == 1 and isinstance(documents[0], list) else documents
    return [message.get("result", message) for message in messages]


def meaning(case, status, text):
    """Returns the content of a response, independent of the gateway's format."""
    if case.name == "unknown":
        return {"status": status}
    try:
        if case.name == "stream":
            return {"status": status, "messages": _stream(text)}
        document = json.loads(text)
    except ValueError as error:
        raise Failure(f"{case.name}: {error}: {text[:200]}") from error
    if case.name == "error":
        return {"status": status, "message": document.get("error", document).get("message")}
    return {"status": status, "document": document}


class Bodies:
    """Returns the request bodies, made from responses of the first gateway."""

    def __init__(self, port, folder):
        self._paths = {}
        for name, path in (("item", "/v1/items/clock-7"), ("list", "/v1/items")):
            text = ask(port, "GET", path)[1]
            self._paths[name] = folder / f"{name}.json"
            self._paths[name].write_text(
                json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False))

    def path(self, case):
        return self._paths[case.body] if case.body else None

    def text(self, case):
        return self._paths[case.body].read_bytes() if case.body else None

    def size(self, name):
        return self._paths[name].stat().st_size


def compare(cases, processes, bodies):
    """Raises Failure if two gateways respond differently, or not as expected."""
    differences = []
    for case in cases:
        first = None
        for gateway, process in processes:
            if case.name in gateway.cannot:
                continue
            status, text = ask(process.port, case.method, case.path, bodies.text(case))
            said = meaning(case, status, text)
            first = first or (gateway.name, said)
            if status != case.status:
                differences.append(f"{case.name}: {gateway.name} answers {status}: {text[:300]}")
            elif said != first[1]:
                differences.append(f"{case.name}: {first[0]} says\n  {str(first[1])[:600]}\n"
                                   f"{gateway.name} says\n  {str(said)[:600]}")
    if differences:
        raise Failure("the answers differ\n" + "\n".join(differences))

"""An HTTP/1.1 client that sends arbitrary bytes, and reads responses strictly."""

import concurrent.futures
import dataclasses
import json
import socket

PIECE = 65536


class Ended(Exception):
    """The connection ended, or no data came, instead of a response. The text says which."""


@dataclasses.dataclass(frozen=True)
class Response:
    status: int
    fields: tuple  # (name in lower case, value), in their order
    body: bytes

    def field(self, name):
        """Returns the first value, or None."""
        return next((value for key, value in self.fields if key == name), None)

    def json(self):
        return json.loads(self.body)

    def error_message(self):
        """Returns the message of an error of either shape, or the body's beginning."""
        try:
            error = self.json()
            return error.get("error", error).get("message", "")
        except (ValueError, AttributeError):
            return self.body[:200].decode(errors="replace")


def request_bytes(method, target, fields=(), body=None):
    """Returns a request as bytes. `body` adds its Content-Length."""
    lines = [f"{method} {target} HTTP/1.1", "Host: attack.test", *(f"{name}: {value}" for name, value in fields)]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


class Client:
    """One connection. Methods raise Ended, and no other exception of the network."""

    def __init__(self, port, timeout=15, receive_buffer=None):
        self._buffer = b""
        try:
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            if receive_buffer:
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            self.socket.settimeout(timeout)
            self.socket.connect(("127.0.0.1", port))
        except OSError as error:
            self.socket.close()
            raise Ended(_name(error)) from error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Ended(_name(error)) from error

    def ask(self, method, target, fields=(), body=None):
        self.send(request_bytes(method, target, fields, body))
        return self.read()

    def read(self):
        """Returns the next final response."""
        while True:
            head = self._until(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            status = int(lines[0].split()[1])
            if status >= 200:
                break
        fields = tuple((name.lower(), value.strip()) for name, _, value in
                       (line.partition(":") for line in lines[1:] if line))
        return Response(status, fields, self._body(status, dict(fields)))

    def _body(self, status, fields):
        if status in (204, 304):
            return b""
        if fields.get("transfer-encoding") == "chunked":
            return b"".join(iter(self._chunk, b""))
        if "content-length" in fields:
            return self._exactly(int(fields["content-length"]))
        return self._rest()

    def _chunk(self):
        size = int(self._until(b"\r\n"), 16)
        if size == 0:
            while self._until(b"\r\n") != b"\r\n":
                pass
            return b""
        return self._exactly(size + 2)[:-2]

    def _until(self, end):
        while end not in self._buffer:
            self._fill()
        found, _, self._buffer = self._buffer.partition(end)
        return found + end

    def _exactly(self, size):
        pieces, left = [], size
        while len(self._buffer) < left:
            pieces.append(self._buffer)
            left -= len(self._buffer)
            self._buffer = b""
            self._fill()
        pieces.append(self._buffer[:left])
        self._buffer = self._buffer[left:]
        return b"".join(pieces)

    def _rest(self):
        pieces = []
        try:
            while True:
                pieces.append(self._buffer)
                self._buffer = b""
                self._fill()
        except Ended as end:
            if str(end) != "closed":
                raise
        return b"".join(pieces)

    def _fill(self):
        try:
            piece = self.socket.recv(PIECE)
        except OSError as error:
            raise Ended(_name(error)) from error
        if not piece:
            raise Ended("closed")
        self._buffer += piece


def _name(error):
    if isinstance(error, TimeoutError):
        return "no response"
    if isinstance(error, (ConnectionResetError, BrokenPipeError)):
        return "reset"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    return type(error).__name__


def result(of, *arguments, **named):
    """Returns the status of a function's response, or a word for the way that the connection ended, for a
    histogram."""
    try:
        return str(of(*arguments, **named).status)
    except Ended as end:
        return str(end)


def ask(port, method, target, fields=(), body=None, timeout=15):
    """Sends one request on its own connection and returns the response."""
    with Client(port, timeout) as client:
        return client.ask(method, target, fields, body)


def side_by_side(functions):
    """Runs all functions at the same time, each on its own thread, and returns their results."""
    with concurrent.futures.ThreadPoolExecutor(len(functions)) as pool:
        return [future.result() for future in [pool.submit(function) for function in functions]]

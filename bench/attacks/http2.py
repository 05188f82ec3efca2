"""Frames of HTTP/2 (RFC 9113), and a server that answers each request as an attack says."""

import contextlib
import socket
import struct
import threading

DATA, HEADERS, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = (
    0, 1, 3, 4, 5, 6, 7, 8, 9)
END_STREAM, ACK, END_HEADERS, PADDED = 1, 1, 4, 8
PREFACE_BYTES = 24
GRPC_HEAD = ((":status", "200"), ("content-type", "application/grpc"))


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload


def field_block(fields):
    """Literal fields without indexing and without Huffman coding (RFC 7541 6.2.2)."""
    return b"".join(b"\0" + _string(name) + _string(value) for name, value in fields)


def _string(text):
    data = text if isinstance(text, bytes) else text.encode("latin-1")
    return integer(len(data), 7) + data


def integer(value, prefix_bits):
    """RFC 7541 5.1."""
    limit = (1 << prefix_bits) - 1
    if value < limit:
        return bytes((value,))
    value -= limit
    encoded = bytearray((limit,))
    while value >= 128:
        encoded.append(value % 128 + 128)
        value //= 128
    encoded.append(value)
    return bytes(encoded)


def headers(stream, fields, flags=END_HEADERS):
    return frame(HEADERS, flags, stream, field_block(fields))


def trailers(stream, fields):
    return headers(stream, fields, END_HEADERS | END_STREAM)


def message(stream, data, flags=0):
    """A gRPC message in a DATA frame."""
    return frame(DATA, flags, stream, b"\0" + struct.pack(">I", len(data)) + data)


def settings(values=()):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", *pair) for pair in values))


class Backend:
    """Listens on a port. For each request calls `respond(connection, stream)` once its last frame is
    there; `greet(connection)`, if given, is called instead of all reading once the preface has come."""

    def __init__(self, port, respond=None, greet=None, announced=()):
        self._respond, self._greet, self._announced = respond, greet, announced
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self._ends = threading.Event()
        self._connections = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._ends.set()
        for one in (self._listener, *self._connections):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    @property
    def ends(self):
        return self._ends.is_set()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._connections.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError):
            reader = connection.makefile("rb")
            reader.read(PREFACE_BYTES)
            connection.sendall(settings(self._announced))
            if self._greet:
                self._greet(connection)
                return
            while True:
                self._take_frame(connection, reader)

    def _take_frame(self, connection, reader):
        head = reader.read(9)
        if len(head) < 9:
            raise ConnectionError
        size, kind, flags = int.from_bytes(head[:3], "big"), head[3], head[4]
        stream, payload = int.from_bytes(head[5:], "big"), reader.read(int.from_bytes(head[:3], "big"))
        if kind == SETTINGS and not flags & ACK:
            connection.sendall(frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            connection.sendall(frame(PING, ACK, 0, payload))
        elif kind == DATA and size:
            update = struct.pack(">I", size)
            connection.sendall(frame(WINDOW_UPDATE, 0, 0, update) + frame(WINDOW_UPDATE, 0, stream, update))
        if kind in (DATA, HEADERS) and flags & END_STREAM:
            self._respond(connection, stream)

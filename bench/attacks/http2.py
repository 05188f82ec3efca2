"""Frames of HTTP/2 (RFC 9113), and a server that responds to each request as an attack defines."""

import collections
import contextlib
import socket
import struct
import threading

DATA, HEADERS, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = (
    0, 1, 3, 4, 5, 6, 7, 8, 9)
END_STREAM, ACK, END_HEADERS, PADDED = 1, 1, 4, 8
INITIAL_WINDOW_SIZE = 4  # the setting
PREFACE_BYTES = 24
START_WINDOW = 65535
LARGEST_FRAME = 16384
GRPC_HEAD = ((":status", "200"), ("content-type", "application/grpc"))


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload


def field_block(fields):
    """Returns literal fields without indexing and without Huffman coding (RFC 7541 6.2.2)."""
    return b"".join(b"\0" + _string(name) + _string(value) for name, value in fields)


def _string(text):
    data = text if isinstance(text, bytes) else text.encode("latin-1")
    return integer(len(data), 7) + data


def integer(value, prefix_bits):
    """Returns an integer as RFC 7541 5.1 encodes it."""
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
    """Returns a gRPC message in a DATA frame."""
    return frame(DATA, flags, stream, b"\0" + struct.pack(">I", len(data)) + data)


def settings(values=()):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", *pair) for pair in values))


class Connection:
    """A connection from a client, for use by any thread: frames are sent whole, and DATA within the client's
    windows."""

    def __init__(self, accepted):
        self._socket = accepted
        self._windows = collections.defaultdict(int)  # credit beside the initial one; stream 0 is the connection
        self._initial = START_WINDOW
        self._changed = threading.Condition()
        self._sends = threading.Lock()
        self._is_closed = False

    def send(self, frames):
        """Sends frames regardless of the windows."""
        with self._sends:
            self._socket.sendall(frames)

    def send_message(self, stream, data, flag=0):
        """Sends a gRPC message in DATA frames of 16 KB. Waits for the windows; raises OSError when the
        connection ends."""
        data = bytes((flag,)) + struct.pack(">I", len(data)) + data
        while data:
            size = self._take(stream, min(len(data), LARGEST_FRAME))
            self.send(frame(DATA, 0, stream, data[:size]))
            data = data[size:]

    def _take(self, stream, wanted):
        with self._changed:
            while True:
                size = min(wanted, self._windows[0] + START_WINDOW, self._windows[stream] + self._initial)
                if size > 0:
                    break
                if self._is_closed:
                    raise ConnectionError
                self._changed.wait(1)
            self._windows[0] -= size
            self._windows[stream] -= size
            return size

    def widen(self, stream, size):
        with self._changed:
            self._windows[stream] += size
            self._changed.notify_all()

    def set_initial(self, size):
        with self._changed:
            self._initial = size
            self._changed.notify_all()

    def close(self):
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()


class Backend:
    """Listens on a port. Calls `respond(connection, stream)` for each request, on its own thread, when the last
    frame of the request has arrived. If `greet(connection)` is given, it is called instead, and nothing is
    read."""

    def __init__(self, port, respond=None, greet=None, announced=()):
        self._respond, self._greet, self._announced = respond, greet, announced
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self._connections = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # A thread in accept() keeps a listener that is only closed.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._connections:
            connection.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                accepted, _ = self._listener.accept()
                connection = Connection(accepted)
                self._connections.append(connection)
                threading.Thread(target=self._serve, args=(connection, accepted), daemon=True).start()

    def _serve(self, connection, accepted):
        with contextlib.suppress(OSError):
            reader = accepted.makefile("rb")
            reader.read(PREFACE_BYTES)
            connection.send(settings(self._announced))
            if self._greet:
                self._greet(connection)
                return
            while self._take_frame(connection, reader):
                pass
        connection.close()

    def _take_frame(self, connection, reader):
        head = reader.read(9)
        if len(head) < 9:
            return False
        kind, flags, stream = head[3], head[4], int.from_bytes(head[5:], "big")
        payload = reader.read(int.from_bytes(head[:3], "big"))
        if kind in (SETTINGS, PING) and not flags & ACK:
            connection.send(frame(kind, ACK, 0, payload if kind == PING else b""))
        if kind == SETTINGS:
            for number, value in struct.iter_unpack(">HI", payload):
                if number == INITIAL_WINDOW_SIZE:
                    connection.set_initial(value)
        elif kind == WINDOW_UPDATE:
            connection.widen(stream, int.from_bytes(payload, "big"))
        elif kind == DATA and payload:
            update = struct.pack(">I", len(payload))
            connection.send(frame(WINDOW_UPDATE, 0, 0, update) + frame(WINDOW_UPDATE, 0, stream, update))
        if kind in (DATA, HEADERS) and flags & END_STREAM:
            threading.Thread(target=self._run, args=(connection, stream), daemon=True).start()
        return True

    def _run(self, connection, stream):
        with contextlib.suppress(OSError):
            self._respond(connection, stream)

"""Measures the cost of idle connections and of waiting requests."""

import contextlib
import dataclasses
import resource
import select
import socket
import time

from process import Failure

REQUEST = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@dataclasses.dataclass(frozen=True)
class ConnectionFigures:
    silent_bytes: float  # for a connection that has not sent anything yet
    idle_bytes: float    # for one that has got its first response
    idle_cpu_percent: float  # of one core, for all idle ones together
    parked_bytes: float  # for a waiting request, in addition to its idle connection


def raise_file_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def _exchange(connection, path):
    connection.sendall(REQUEST % path)
    answer = b""
    while b"\r\n\r\n" not in answer:
        piece = connection.recv(65536)
        if not piece:
            raise Failure(f"a connection was closed after {answer!r}")
        answer += piece
    if not answer.startswith(b"HTTP/1.1 200"):
        raise Failure(f"an answer begins with {answer[:80]!r}")


def _park(process, connections):
    for connection in connections:
        connection.sendall(REQUEST % b"/v1/parked/1")
    time.sleep(2)
    poll = select.poll()
    for connection in connections:
        poll.register(connection, select.POLLIN)
    answered = len(poll.poll(0))
    if answered:
        raise Failure(f"{process.name}: {answered} of {len(connections)} requests did not wait")


def measure(process, idle, parked, seconds):
    """Uses `idle` connections, `parked` of which wait for a response at the end."""
    with contextlib.ExitStack() as stack:
        warm = stack.enter_context(socket.create_connection(("127.0.0.1", process.port)))
        for _ in range(200):
            _exchange(warm, b"/v1/items/clock-7")
        resident = [process.resident_bytes()]

        def step():
            time.sleep(0.5)
            resident.append(process.resident_bytes())
            return resident[-1] - resident[-2]

        connections = [stack.enter_context(socket.create_connection(("127.0.0.1", process.port), 10))
                       for _ in range(idle)]
        silent = step()
        for connection in connections:
            _exchange(connection, b"/v1/items/clock-7")
        used = silent + step()
        cpu = process.cpu_seconds()
        time.sleep(seconds)
        cpu = process.cpu_seconds() - cpu
        step()
        _park(process, connections[:parked])
        waiting = step()
    process.check()
    return ConnectionFigures(silent / idle, used / idle, 100 * cpu / seconds, waiting / parked)

"""Processes that are measured and always ended."""

import atexit
import ctypes
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

TICKS = os.sysconf("SC_CLK_TCK")
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)

_running = []


class Failure(Exception):
    """An error that ends the benchmark, as a sentence."""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _end_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """A program on its own port; created once it accepts connections."""

    def __init__(self, name, command, port, log):
        self.name, self.port = name, port
        started = time.monotonic()
        with open(log, "wb") as output:
            self._child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                           stderr=subprocess.STDOUT, preexec_fn=_end_with_parent)
        _running.append(self)
        self.pid = self._child.pid
        self._await_port(log, started + 30)
        self.start_seconds = time.monotonic() - started

    def _await_port(self, log, deadline):
        while True:
            self.check()
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise Failure(f"{self.name} does not listen; see {log}") from None
                time.sleep(0.0005)

    def check(self):
        if self._child.poll() is not None:
            raise Failure(f"{self.name} has ended with {self._child.returncode}: "
                          f"{' '.join(map(str, self._child.args))}")

    def cpu_seconds(self):
        """Returns the user and system time of all threads, including ended ones."""
        stat = pathlib.Path(f"/proc/{self.pid}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_bytes(self):
        return self._status_bytes("VmRSS:")

    def peak_bytes(self):
        """Returns the peak resident memory."""
        return self._status_bytes("VmHWM:")

    def _status_bytes(self, name):
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024
        return 0

    def wait(self, seconds):
        """Waits until the process has ended by itself."""
        self._child.wait(seconds)

    def stop(self):
        if self in _running:
            _running.remove(self)
        self._child.terminate()
        try:
            self._child.wait(3)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


@atexit.register
def stop_all():
    for process in reversed(_running[:]):
        process.stop()


def run(command, **kwargs):
    """Returns the stdout of a command; raises Failure if it fails or takes longer than `timeout`."""
    words = " ".join(map(str, command))
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False, **kwargs)
    except subprocess.TimeoutExpired as expired:
        raise Failure(f"{words}: not done within {expired.timeout:.0f} s") from expired
    if done.returncode != 0:
        raise Failure(f"{words}: ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout

"""The faults: a full disk, a collector that is dead or silent, scrapes and a log that are never read."""

import contextlib
import fcntl
import os
import pathlib
import signal
import socket
import subprocess
import threading

from client import Client, Ended, request_bytes
from process import Process, free_port

PAGE = 4096
ROOM_BYTES = 16 * PAGE  # what is left of the disk when it fills up
DISK = "512m"


class Disk:
    """A small file system for the access log if this process may mount one; otherwise /dev/full, which
    the gateway opens on SIGUSR1 in place of a file."""

    def __init__(self, folder):
        self._folder = folder / "disk"
        self._folder.mkdir()
        self.is_mounted = self._mount(f"size={DISK}")
        self.log = self._folder / "access.log"
        if not self.is_mounted:
            self._link("before.log")

    def _mount(self, options):
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", self._folder]
        return os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0

    def _link(self, target):
        self.log.unlink(missing_ok=True)
        self.log.symlink_to(target)

    def fill(self, gateway):
        if not self.is_mounted:
            return self._switch("/dev/full", gateway)
        state = os.statvfs(self._folder)
        used = (state.f_blocks - state.f_bfree) * state.f_frsize
        return self._mount(f"remount,size={used + ROOM_BYTES}")

    def free(self, gateway):
        return self._mount(f"remount,size={DISK}") if self.is_mounted else self._switch("after.log", gateway)

    def _switch(self, target, gateway):
        self._link(target)
        gateway.signal(signal.SIGUSR1)
        return True

    def lines(self):
        """Returns the lines of the log, without empty ones."""
        files = [self.log] if self.is_mounted else [self._folder / "before.log", self._folder / "after.log"]
        return [line for file in files if file.exists() for line in file.read_bytes().split(b"\n") if line]

    def close(self):
        if self.is_mounted:
            subprocess.run(["umount", self._folder], check=False)


class Collector:
    """A port that is a collector, dead, or accepts connections and never responds."""

    def __init__(self, program, folder):
        self.port = free_port()
        self._program, self._folder = program, folder
        self._process = self._silent = None
        self._logs = []
        self.live()

    def live(self):
        self.die()
        self._logs.append(self._folder / f"collector{len(self._logs)}.log")
        self._process = Process("collector", [self._program, f"127.0.0.1:{self.port}"], self.port, self._logs[-1])

    def die(self):
        if self._process:
            self._process.stop()
        if self._silent:
            self._silent.close()
        self._process = self._silent = None

    def fall_silent(self):
        self.die()
        # The kernel accepts connections up to the backlog.
        self._silent = socket.create_server(("127.0.0.1", self.port), backlog=64)

    def spans(self):
        """Returns the number of spans that the collectors have received."""
        lines = [pathlib.Path(log).read_text().split() for log in self._logs]
        return sum(int(words[-1]) for words in lines if words)


class StuckScrapes:
    """Clients that request pages of the admin listener and never read; replaced when they are dropped."""
    COUNT = 8
    REQUESTS = 2000  # of each client, as far as the gateway reads them

    def __init__(self, port):
        self._port, self._clients, self._ends = port, [], threading.Event()
        self.opened = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._ends.is_set():
            self._clients = [client for client in self._clients if self._push(client)]
            while len(self._clients) < self.COUNT and not self._ends.is_set():
                with contextlib.suppress(Ended):
                    self._clients.append(Client(self._port, 5, receive_buffer=PAGE))
                    self._clients[-1].socket.setblocking(False)
                    self.opened += 1
            self._ends.wait(1)

    def _push(self, client):
        """Sends requests until the gateway reads no more of them; false if it has closed the connection."""
        pair = request_bytes("GET", "/metrics") + request_bytes("GET", "/requests")
        try:
            client.socket.send(pair * self.REQUESTS)
        except BlockingIOError:
            pass
        except OSError:
            client.close()
            return False
        return True

    def stop(self):
        self._ends.set()
        self._thread.join()
        for client in self._clients:
            client.close()


class StuckLog:
    """A full pipe without a reader, for stdout and stderr of the gateway."""

    def __init__(self, folder):
        self.path = folder / "stderr.fifo"
        os.mkfifo(self.path)
        self._pipe = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)

    def fill(self):
        fcntl.fcntl(self._pipe, fcntl.F_SETPIPE_SZ, PAGE)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(self._pipe, b"\n" * PAGE)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(self._pipe, b"\n")
